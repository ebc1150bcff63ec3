"""`huying export ledger`: the lines of the ledger, in the order they were written."""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from bot.config import from_surroundings
from bot.exports.files import form_of, sheet
from bot.ledger_export import COLUMNS, TITLE, WIDTHS, everything, explained, pages, row
from bot.opening import community_of, opened
from bot.terminal import Failed, Progress, note
from handlers.periods import Period, named
from storage.records import Category, Directory, Instant, Sought


async def ledger(args: argparse.Namespace) -> int:
    """Write the ledger of one community or all of them."""
    form = form_of(args, ("csv", "xlsx"))
    async with opened(from_surroundings()) as store:
        directory = await store.directory()
        soughts = _sought(args, directory)
        zones = {id: ZoneInfo(one.timezone) for id, one in directory.communities.items()}
        lines = Counter[str]()
        async with store.view() as view:
            with Progress("导出 exporting") as bar, sheet(form, args.output, TITLE, COLUMNS, WIDTHS) as to:
                async for page in pages(view, directory, soughts):
                    for line in page:
                        community = line.entry.line.community
                        to.write(row(line, zones[community]))
                        lines[community] += 1
                    bar.at(lines.total())
                for sought in soughts:
                    community = sought.scope.community
                    head = await view.ledger.head(community)
                    to.explain(
                        explained(
                            sought,
                            directory,
                            at=SystemClock().now(),
                            by="huying export",
                            lines=lines[community],
                            head=head,
                        )
                    )
    count = lines.total()
    note(f"{count} 行 · {count} lines" + (f" → {args.output}" if args.output else ""))
    return 0


def _sought(args: argparse.Namespace, directory: Directory) -> list[Sought]:
    known = {
        "grid": directory.grids,
        "compound": directory.compounds,
        "category": {category.value: category for category in Category},
    }
    for name, those in known.items():
        given = getattr(args, name)
        if given is not None and given not in those:
            raise Failed(f"--{name} {given}：没有，有 {'、'.join(those)} · unknown {name}")
    named = (
        [community_of(directory, args.community)] if args.community else list(directory.communities.values())
    )
    zone = named[0].timezone if named else "Asia/Shanghai"
    since, until = _stretch(args, zone)
    return [
        Sought(everything(community.id), since, until, args.grid, args.compound, args.category)
        for community in named
    ]


def _stretch(args: argparse.Namespace, zone: str) -> tuple[Instant | None, Instant | None]:
    """Return from when, and up to before when."""
    if args.month or args.year:
        if (args.month and args.year) or args.since or args.until:
            raise Failed("--month、--year、--since/--until 只用一种 · name the time in one way only", code=2)
        return month_or_year(args, zone).stretch
    return (
        _moment(args.since, ZoneInfo(zone)) if args.since else None,
        _moment(args.until, ZoneInfo(zone), end=True) if args.until else None,
    )


def month_or_year(args: argparse.Namespace, zone: str) -> Period:
    """Return the period of --month or --year. Raises Failed for one that is none."""
    written, length = (args.month, 7) if args.month else (args.year, 4)
    try:
        if len(written) != length:
            raise ValueError(written)
        return named(written, zone)
    except ValueError as wrong:
        raise Failed(
            f"看不懂 {written}，请写 --month 2026-11 或 --year 2026 · write --month 2026-11 or --year 2026",
            code=2,
        ) from wrong


def _moment(written: str, zone: ZoneInfo, *, end: bool = False) -> Instant:
    """Return the instant of "2026-11-01" (its beginning, with `end` the beginning of the next day) or of a time."""
    try:
        moment = datetime.fromisoformat(written)
        if end and len(written) <= len("2026-11-01"):
            moment += timedelta(days=1)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        return int(moment.timestamp() * 1000)
    except (ValueError, OverflowError) as wrong:
        raise Failed(
            f"看不懂日期 {written}，请写 2026-11-01 · not a date: write 2026-11-01", code=2
        ) from wrong
