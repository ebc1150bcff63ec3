"""`huying ledger NUMBER`: one ticket's whole story."""

from __future__ import annotations

import argparse
import asyncio
from zoneinfo import ZoneInfo

from bot.terminal import Failed, say

HELP = "看一件工单的全程 · print one ticket's story, line by line"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help="工单号，如 1024 或 #1024 · the ticket's number")
    parser.add_argument("--community", metavar="ID", help="哪个社区 · which community")


def run(args: argparse.Namespace) -> int:
    digits = args.number.lstrip("#＃")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 12):
        raise Failed(f"{args.number} 不是工单号 · not a ticket's number", code=2)
    return asyncio.run(_story(int(digits), args.community))


async def _story(number: int, named: str | None) -> int:
    from bot.config import from_surroundings
    from bot.ledger_export import COLUMNS, place, row
    from bot.ledger_lines import told
    from bot.opening import community_of, opened

    async with opened(from_surroundings()) as store:
        directory = await store.directory()
        community = community_of(directory, named)
        async with store.view() as view:
            ticket = await view.tickets.by_number(community.id, number)
            if ticket is None:
                raise Failed(f"{community.name} 没有 #{number} · no ticket #{number} in {community.id}")
            entries = await view.ledger.of(ticket.id)
            lines = await told(view, directory, entries)
    zone = ZoneInfo(community.timezone)
    grid = directory.grids.get(ticket.grid)
    say(f"#{number} {ticket.category} · {place(ticket) or (grid.name if grid else '')} · {ticket.severity}")
    say(ticket.words)
    for line in lines:
        cells = dict(zip(COLUMNS, row(line, zone), strict=True))
        shown = (
            cells["at"],
            cells["act_zh"],
            cells["state_zh"],
            cells["person"],
            cells["platform"],
            cells["reason_zh"],
        )
        say("\t".join(shown))
    return 0
