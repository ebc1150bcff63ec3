"""`huying backup`: the database and the photos in one file, or the night's backup in a folder; made while the program runs."""

from __future__ import annotations

import argparse
import asyncio
import os
from pathlib import Path

from bot.terminal import Failed, Progress, check_writable_name, note

HELP = "把数据库和照片备份成一个文件 · write database and photos into one file"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help="新文件，如 huying-2026-11-20.tar · a new .tar file",
    )
    parser.add_argument(
        "--nightly",
        action="store_true",
        help="FILE 是目录：像每夜那样备份、试着恢复、清掉两周前的 · FILE is a folder: a new backup in it, restored on "
        "trial, those older than two weeks removed",
    )


def run(args: argparse.Namespace) -> int:
    file: Path = args.file
    if args.nightly:
        if not file.is_dir():
            # Never made: the disk it belongs to may just not be there.
            raise Failed(f"没有目录 {file} · there is no folder {file}")
        return asyncio.run(_nightly(file))
    if file.exists():
        raise Failed(f"{file} 已存在，不覆盖 · {file} exists; a backup never overwrites")
    check_writable_name(file)
    photos = asyncio.run(_backup(file))
    note(f"→ {file}：{file.stat().st_size / 1e6:.1f} MB，照片 photos {photos}")
    return 0


async def _backup(file: Path) -> int:
    """Return how many photos went in."""
    from bot import archive
    from bot.clock import SystemClock
    from bot.config import from_surroundings
    from bot.opening import opened

    settings = from_surroundings()
    async with opened(settings) as store:
        with Progress("备份 backing up") as bar:
            return await archive.write(store, settings.media, file, SystemClock().now(), bar.of)


async def _nightly(folder: Path) -> int:
    from bot import backups
    from bot.archive import NotABackup
    from bot.clock import SystemClock
    from bot.config import from_surroundings
    from bot.opening import opened, zone_of
    from storage.errors import BadDatabase, StorageFailed

    # Nobody's call shall wait for it.
    os.nice(10)
    settings = from_surroundings()
    async with opened(settings) as store:
        zone = zone_of(await store.directory())
        try:
            with Progress("备份 backing up") as bar:
                made = await backups.make(store, settings.media, folder, SystemClock().now(), zone, bar.of)
        except (backups.BackupFailed, NotABackup, StorageFailed, BadDatabase, OSError) as failed:
            raise Failed(f"{failed}") from failed
    note(
        f"→ {made.file}：试恢复成功 restored on trial：工单 tickets {made.tickets}，台账 ledger lines {made.lines}，"
        f"新照片 new photos {made.photos}，清掉旧备份 old ones removed {made.gone}"
    )
    if made.damaged:
        note(f"有 {made.damaged} 张照片已损坏，没有备份 · damaged photos, not copied: {made.damaged}")
    return 0
