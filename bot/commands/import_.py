"""`huying import`: take a community from its file. All mistakes are named at once, and then nothing is taken."""

from __future__ import annotations

import argparse
import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bot.terminal import Failed, note, say

if TYPE_CHECKING:
    from handlers.community import Loaded
    from storage.database import Store

HELP = "导入社区文件（.toml 或 .xlsx），可重复 · import a community file; doing it again changes nothing"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=".toml / .xlsx")
    parser.add_argument("--dry-run", action="store_true", help="只看会改什么 · only tell what would change")


def run(args: argparse.Namespace) -> int:
    from bot.config import from_surroundings

    return asyncio.run(_import(from_surroundings().database, args.file, dry=args.dry_run))


async def _import(url: str, file: Path, *, dry: bool) -> int:
    from bot.community_changes import changes
    from storage.database import is_there, open_store

    loaded = _read(file)
    if dry and not is_there(url):
        return _tell(loaded, changes(None, loaded), dry=True)
    store = await open_store(url, readers=1)
    try:
        if dry and await store.pending():
            raise Failed("数据库要先升级：huying migrate · the database needs huying migrate first")
        if not dry:
            await store.migrate()
        return await _take(store, loaded, dry=dry)
    finally:
        await store.close()


def _read(file: Path) -> Loaded:
    """Return what the file holds. Raises Failed after naming every mistake."""
    from bot import community_files
    from handlers.community import Mistakes, read_community

    try:
        tables = community_files.read(file)
    except community_files.NotAFile as wrong:
        raise Failed(str(wrong)) from wrong
    mistakes, loaded = tables.mistakes, None
    try:
        loaded = read_community(tables.content)
    except Mistakes as wrong:
        mistakes = [*mistakes, *wrong.mistakes]
    if mistakes or loaded is None:
        raise _refused(str(file), mistakes)
    return loaded


def _refused(file: str, mistakes: list[str]) -> Failed:
    for mistake in mistakes:
        note(mistake)
    return Failed(
        f"{file}：{len(mistakes)} 处有误，什么也没有导入 · {len(mistakes)} mistakes, nothing imported"
    )


class _OnlyLooking(Exception):
    """Raised inside the turn to have it rolled back."""


async def _take(store: Store, loaded: Loaded, *, dry: bool) -> int:
    """Take the file in, look at what that changed, and roll it back if it was a rehearsal or changed nothing."""
    from bot.clock import SystemClock
    from bot.community_changes import changes, stay_as_they_are
    from handlers.clashes import clashes
    from handlers.community import directory_of, loaded_of
    from handlers.desk.changing import brought

    lines: list[str] = []
    with suppress(_OnlyLooking):
        async with store.turn() as turn:
            await turn.hold([loaded.community.id])
            before = await turn.directory.read()
            if taken := clashes(loaded, before):
                raise _refused(loaded.community.id, taken)
            await turn.directory.replace(directory_of(loaded))
            after = await turn.directory.read()
            was, shall = (loaded_of(one, loaded.community.id) for one in (before, after))
            lines = changes(was, shall)
            if was is not None and shall is not None:
                moves = await brought(turn, was, shall, SystemClock().now())
                lines += stay_as_they_are([one.ticket.number for one in moves.moved])
            if dry or not lines:
                raise _OnlyLooking
    return _tell(loaded, lines, dry=dry)


def _tell(loaded: Loaded, lines: list[str], *, dry: bool) -> int:
    for warning in loaded.warnings:
        note(f"注意 {warning}")
    for line in lines:
        say(line)
    if not lines:
        say("没有变化 · nothing changes")
    elif dry:
        say("试运行，没有导入 · dry run, nothing imported")
    else:
        name, grids, people = loaded.community.name, len(loaded.grids), len(loaded.people)
        say(f"已导入 imported\t{name}：{grids} 个网格 grids，{people} 人 people")
    return 0
