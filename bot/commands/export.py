"""`huying export`: the ledger as a spreadsheet, or a community back into its file."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from zoneinfo import ZoneInfo

from bot.terminal import Failed, Progress, check_writable_name, note
from bot.whole import whole

if TYPE_CHECKING:
    from bot.spreadsheets import Sheet
    from storage.records import Directory, Instant, Sought

HELP = "导出台账或社区文件 · export the ledger or a community file"


def arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(title="what 导出什么", metavar="WHAT", required=True, dest="what")
    ledger = kinds.add_parser("ledger", help="台账 · the ledger", description="导出台账 · export the ledger")
    ledger.add_argument(
        "--format", choices=("csv", "xlsx"), help="默认看文件名，否则 csv · by -o's name, else csv"
    )
    ledger.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="不写则打到屏幕 · standard output if absent"
    )
    ledger.add_argument("--since", metavar="DATE", help="从这天起，如 2026-11-01 · from this day or time on")
    ledger.add_argument(
        "--until", metavar="DATE", help="到这天为止（含）· up to and including this day, or this time"
    )
    ledger.add_argument("--month", metavar="2026-11", help="只要这个月 · this month only")
    ledger.add_argument("--year", metavar="2026", help="只要这一年 · this year only")
    ledger.add_argument("--grid", metavar="ID", help="只要这个网格 · this grid only")
    ledger.add_argument("--compound", metavar="ID", help="只要这个小区 · this compound only")
    ledger.add_argument("--category", metavar="NAME", help="只要这一类，如 elevator · this category only")
    ledger.add_argument("--community", metavar="ID", help="只要这个社区 · this community only")
    community = kinds.add_parser(
        "community",
        help="社区文件 · a community's file",
        description="导出社区文件 · write a community's file",
    )
    community.add_argument("-o", "--output", type=Path, metavar="FILE", required=True, help=".toml / .xlsx")
    community.add_argument("--community", metavar="ID", help="哪个社区 · which community")


def run(args: argparse.Namespace) -> int:
    if args.output is not None:
        check_writable_name(args.output)
    return asyncio.run(_ledger(args) if args.what == "ledger" else _community(args))


async def _ledger(args: argparse.Namespace) -> int:
    from bot.clock import SystemClock
    from bot.config import from_surroundings
    from bot.ledger_export import explained, pages, row
    from bot.opening import opened

    form = args.format or ("xlsx" if args.output and args.output.suffix.lower() == ".xlsx" else "csv")
    if form == "xlsx" and args.output is None:
        raise Failed("xlsx 要写 -o FILE · an xlsx needs -o FILE", code=2)
    async with opened(from_surroundings()) as store:
        directory = await store.directory()
        soughts = _sought(args, directory)
        zones = {id: ZoneInfo(one.timezone) for id, one in directory.communities.items()}
        lines = Counter[str]()
        async with store.view() as view:
            with Progress("导出 exporting") as bar, _sheet(form, args.output) as sheet:
                async for page in pages(view, directory, soughts):
                    for line in page:
                        community = line.entry.line.community
                        sheet.write(row(line, zones[community]))
                        lines[community] += 1
                    bar.at(lines.total())
                for sought in soughts:
                    community = sought.scope.community
                    head = await view.ledger.head(community)
                    sheet.explain(
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
    from bot.ledger_export import everything
    from bot.opening import community_of
    from storage.records import Category, Sought

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
    from handlers.periods import named

    if args.month or args.year:
        if (args.month and args.year) or args.since or args.until:
            raise Failed("--month、--year、--since/--until 只用一种 · name the time in one way only", code=2)
        written, length = (args.month, 7) if args.month else (args.year, 4)
        try:
            if len(written) != length:
                raise ValueError(written)
            return named(written, zone).stretch
        except ValueError as wrong:
            raise Failed(
                f"看不懂 {written}，请写 --month 2026-11 或 --year 2026 · write --month 2026-11 or --year 2026",
                code=2,
            ) from wrong
    return (
        _moment(args.since, ZoneInfo(zone)) if args.since else None,
        _moment(args.until, ZoneInfo(zone), end=True) if args.until else None,
    )


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


@contextmanager
def _sheet(form: str, output: Path | None) -> Iterator[Sheet]:
    """Give a sheet to write on. A file appears under its name only when it is whole."""
    from bot.ledger_export import COLUMNS, TITLE, WIDTHS
    from bot.spreadsheets import Csv, Xlsx

    if output is None:
        yield Csv(sys.stdout, "\n", COLUMNS)
        return
    with whole(output) as part, ExitStack() as open_files:
        sheet: Sheet
        if form == "xlsx":
            sheet = Xlsx(part, TITLE, COLUMNS, WIDTHS)
        else:
            # Excel takes UTF-8 for Chinese only behind a byte-order mark.
            to: TextIO = open_files.enter_context(part.open("w", encoding="utf-8-sig", newline=""))
            sheet = Csv(to, "\r\n", COLUMNS)
        yield sheet
        sheet.close()


async def _community(args: argparse.Namespace) -> int:
    from bot import community_files
    from bot.config import from_surroundings
    from bot.opening import community_of, opened
    from handlers.community import loaded_of, write_community

    if args.output.suffix.lower() not in (".toml", ".xlsx"):
        raise Failed(f"{args.output}：须是 .toml 或 .xlsx · must be .toml or .xlsx", code=2)
    async with opened(from_surroundings()) as store:
        directory = await store.directory()
        loaded = loaded_of(directory, community_of(directory, args.community).id)
        if loaded is None:
            raise Failed("这个社区不见了 · this community is gone")
        content = write_community(loaded)
    with whole(args.output) as part:
        if args.output.suffix.lower() == ".xlsx":
            community_files.write_xlsx(content, part)
        else:
            community_files.write_toml(content, part)
    note(f"→ {args.output}")
    return 0
