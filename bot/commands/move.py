"""`huying move`: bring everything from one database into another, and prove that it arrived."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from bot.terminal import Failed, Progress, note, say

if TYPE_CHECKING:
    from storage.database import Store
    from storage.proof import Verdict

HELP = "把一个数据库搬进另一个，可重复 · bring a database over into another; can be repeated"
ABOUT = "postgresql://USER@HOST/NAME（密码可放在 PGPASSWORD）· the password may stand in PGPASSWORD"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SQLITE", help="旧库 from: huying.db · sqlite:///huying.db")
    parser.add_argument("target", metavar="POSTGRES", help=f"新库 to: {ABOUT}")


def run(args: argparse.Namespace) -> int:
    counts, verdict, at_work = asyncio.run(_move(_url(args.source), _url(args.target)))
    if not verdict.ok:
        from bot.commands.verify import bad_line

        raise Failed(f"已搬完，但{bad_line(verdict)} · brought over all the same")
    say(
        f"已搬完 moved\t工单 {counts['tickets']} tickets，共 {sum(counts.values())} 行 rows；"
        f"台账 {verdict.lines} 行，完好 · {verdict.lines} ledger lines, untouched"
    )
    if counts["attachments"]:
        note(
            "照片不在数据库里，没有动：新库的程序照旧用 HUYING_MEDIA，几台机器要共用这个文件夹"
            " · photos are in no database: keep HUYING_MEDIA as it is; several machines must share that folder"
        )
    if at_work:
        note(
            "旧库上的程序还在运行，之后进来的不在新库里：停下它，再搬一次"
            " · a program still works on the old database, and what comes in now is not brought over:"
            " stop it and move once more"
        )
    return 0


def _url(said: str) -> str:
    """A bare name is a file's."""
    from urllib.parse import quote

    return said if "://" in said else f"sqlite:///{quote(said)}"


async def _move(source: str, target: str) -> tuple[dict[str, int], Verdict, bool]:
    from storage.database import is_there, open_store, shown
    from storage.proof import verify

    if not is_there(source):
        raise Failed(f"没有数据库 {shown(source)} · there is no database {shown(source)}")
    old = await open_store(source, readers=1)
    try:
        if await old.pending():
            raise Failed(
                f"{shown(source)} 要先升级：huying migrate · it needs huying migrate first (HUYING_DATABASE={shown(source)})"
            )
        new = await open_store(target, readers=1)
        try:
            await new.migrate()
            with Progress("搬运 moving") as bar:
                counts = await _copied(old, new, bar)
            with Progress("核对 verifying") as bar:
                verdict = await verify(new, progress=bar.of)
            return counts, verdict, await _is_at_work(old)
        finally:
            await new.close()
    finally:
        await old.close()


async def _is_at_work(store: Store) -> bool:
    """Whether a program serves from it: each wants to be the one that fetches the photos."""
    from bot.fetching import CLAIM

    claim = await store.claim(CLAIM)
    if claim is None:
        return True
    await claim.release()
    return False


async def _copied(old: Store, new: Store, bar: Progress) -> dict[str, int]:
    from storage import moving

    try:
        return dict(await moving.copy(old, new, bar.of))
    except moving.HoldsOtherData as other:
        raise Failed(
            f"新库里有别的数据，没有动它：{other} · nothing was changed: bring over into an empty database"
        ) from other
