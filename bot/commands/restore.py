"""`huying restore`: put a backup in place, and prove its ledger."""

from __future__ import annotations

import argparse
import asyncio
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.terminal import Failed, Progress, note, say

if TYPE_CHECKING:
    from bot.archive import Unpacked
    from storage.backup import Former
    from storage.proof import Verdict

HELP = "从备份恢复数据库和照片 · put a backup of database and photos in place"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="huying backup 写的文件 · a file huying backup wrote"
    )
    parser.add_argument(
        "--force", action="store_true", help="替换现有数据库（旧的留在旁边）· replace what is there"
    )


def run(args: argparse.Namespace) -> int:
    from bot import archive, backups
    from bot.commands.verify import bad_line
    from bot.config import from_surroundings
    from storage import backup
    from storage.database import is_file, path_of

    if not args.file.is_file():
        raise Failed(f"没有文件 {args.file} · there is no file {args.file}")
    settings = from_surroundings()
    target = path_of(settings.database) if is_file(settings.database) else None
    if target is not None and target.exists() and not args.force:
        raise Failed(f"{target} 已存在；要替换请加 --force · {target} exists: add --force to replace it")
    beside = (target or args.file).absolute().parent
    try:
        with Progress("恢复 restoring") as bar, archive.unpacked(args.file, beside, bar.of) as found:
            verdict = asyncio.run(_verified(found.database))
            if not verdict.ok and not args.force:
                raise Failed(
                    f"{bad_line(verdict)}；仍要恢复请加 --force · add --force to restore it all the same"
                )
            if target is not None:
                former = found.put(target, settings.media)
            else:
                found.put_photos(settings.media)
                former = asyncio.run(_into_server(found, settings.database, beside if args.force else None))
            named = backup.photos_in(found.database)
            photos = found.photos + backups.bring_photos(args.file, settings.media, named)
    except archive.NotABackup as wrong:
        raise Failed(str(wrong)) from wrong
    if former is not None:
        note(f"原来的数据库留在 {former.path} · the former database is kept there")
        tell_of_numbers(former)
    tell_of_erasures(former)
    if not verdict.ok:
        raise Failed(f"已恢复，但{bad_line(verdict)} · restored all the same")
    say(
        f"已恢复 restored\t台账 {verdict.lines} 行，完好 · {verdict.lines} ledger lines, untouched；照片 photos {photos}"
    )
    return 0


def tell_of_numbers(former: Former) -> None:
    """Say which tickets came after the backup, and so are lost to it."""
    if former.beyond is None:
        note("它读不出来了：备份之后用过的单号可能会再用 · it cannot be read: ticket numbers may come twice")
        return
    for community, (first, last) in former.beyond.items():
        note(
            f"{community}：备份之后登记的 #{first}–#{last} 只在那里，新的单号从 #{last + 1} 起 · "
            f"reported after the backup, only there; new numbers begin at #{last + 1}"
        )


def tell_of_erasures(former: Former | None) -> None:
    """Say how many residents whom the backup brings back will be erased again, or that nobody can know."""
    if former is None or former.erasures is None:
        note(
            "备份之后有没有居民删除过个人信息，这里看不出来：请按书面申请再办一次，并在群里说一声，自己删过的请再发“删除我的信息” · "
            "whether anybody was erased after the backup cannot be known here: do again what was asked for on paper, and "
            "tell the groups that whoever erased themselves has to send “delete my data” once more"
        )
    elif former.erasures:
        note(
            f"备份之后有 {former.erasures} 次删除个人信息，程序启动后会自动再删 · "
            f"erased after the backup: {former.erasures}; erased again once the program runs"
        )


def _unused(folder: Path) -> Path:
    """Return a name for the file under which nothing stands, so that what is kept beside it is named after it."""
    return next(name for n in count(1) if not (name := folder / f"server-{n}.db").exists())


async def _into_server(found: Unpacked, url: str, keep: Path | None) -> Former | None:
    """Bring the unpacked copy into a server's database. `keep`: the folder in which what stood there is kept, as a file;
    without it nothing that stands there is replaced."""
    from storage import backup, moving
    from storage.database import open_store
    from storage.errors import BadDatabase, StorageFailed

    server = await open_store(url, readers=1)
    try:
        await server.migrate()
        database, former = found.database, None
        if keep is not None:
            # What stands there becomes a file in whose place the copy is put, as in that of any other file.
            database = _unused(keep)
            await server.backup(database)
            former = backup.restore(found.database, database)
        copy = await open_store(f"sqlite:///{quote(str(database))}", readers=1)
        try:
            await moving.copy(copy, server, replace=keep is not None)
        except (BadDatabase, StorageFailed):
            if former is not None:
                former.path.unlink()  # the server still holds it
            raise
        finally:
            await copy.close()
            if keep is not None:
                database.unlink()
        return former
    except moving.HoldsOtherData as other:
        raise Failed(f"数据库里已有数据；要替换请加 --force · {other}: add --force to replace it") from other
    finally:
        await server.close()


async def _verified(database: Path) -> Verdict:
    """Prove the ledger of the unpacked copy, before anything in place is touched."""
    from storage.database import open_store
    from storage.proof import verify

    store = await open_store(f"sqlite:///{quote(str(database))}", readers=1)
    try:
        await store.migrate()
        return await verify(store)
    finally:
        await store.close()
