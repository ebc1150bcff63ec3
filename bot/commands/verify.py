"""`huying verify`: prove that no line of the ledger was changed, taken out, put in or moved."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from bot.terminal import Failed, Progress, say

if TYPE_CHECKING:
    from storage.proof import Verdict

HELP = "核对台账没有被改过 · prove that the ledger is untouched"

WHY = {
    "unknown": "这一行的内容无法识别 · the line holds an unknown act or state",
    "altered": "这一行被改过 · the line was altered",
    "missing": "这一行之前缺行 · a line before it is missing",
    "order": "这一行接不上前一行 · it does not follow the line before it",
    "head": "末尾缺行，或末行记录被改过 · lines at the end are missing, or the record of the last one was changed",
    "state": "工单状态与台账最后一行不符 · the ticket's state differs from its last line",
    "ticket": "这一行的工单不见了 · its ticket is gone",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--community", metavar="ID", help="只核对一个社区 · one community only")


def run(args: argparse.Namespace) -> int:
    from bot.config import from_surroundings
    from bot.opening import community_of, opened
    from storage.proof import verify

    async def work() -> Verdict:
        async with opened(from_surroundings()) as store:
            if args.community:
                community_of(await store.directory(), args.community)
            with Progress("核对 verifying") as bar:
                return await verify(store, args.community, bar.of)

    verdict = asyncio.run(work())
    if not verdict.ok:
        raise Failed(bad_line(verdict))
    say(f"台账完好，共 {verdict.lines} 行 · the ledger is untouched: {verdict.lines} lines")
    return 0


def bad_line(verdict: Verdict) -> str:
    """Return the one line that names the first thing wrong."""
    where = [verdict.community]
    if verdict.first_bad_seq is not None:
        where.append(f"第 {verdict.first_bad_seq} 行/line {verdict.first_bad_seq}")
    if verdict.ticket:
        where.append(f"工单/ticket {verdict.ticket}")
    return f"台账不完好 ledger broken: {' '.join(filter(None, where))}: {WHY.get(verdict.why, verdict.why)}"
