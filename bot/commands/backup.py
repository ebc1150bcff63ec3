"""`huying backup`: the database and the photos in one file, made while the program runs."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from bot.terminal import Failed, Progress, check_writable_name, note

HELP = "把数据库和照片备份成一个文件 · write database and photos into one file"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="新文件，如 huying-2026-11-20.tar · a new .tar file"
    )


def run(args: argparse.Namespace) -> int:
    file: Path = args.file
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
