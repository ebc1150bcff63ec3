"""`huying export`: the ledger as a spreadsheet, or a community back into its file."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from zoneinfo import ZoneInfo

from bot.terminal import Failed, Progress, check_writable_name, note
from bot.whole import whole

if TYPE_CHECKING:
    from bot.ledger_export import Sheet, Wanted
    from storage.records import Directory, Instant

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
    from bot.config import from_surroundings
    from bot.ledger_export import rows
    from bot.opening import opened

    form = args.format or ("xlsx" if args.output and args.output.suffix.lower() == ".xlsx" else "csv")
    if form == "xlsx" and args.output is None:
        raise Failed("xlsx 要写 -o FILE · an xlsx needs -o FILE", code=2)
    async with opened(from_surroundings()) as store:
        wanted = _wanted(args, await store.directory())
        count = 0
        with Progress("导出 exporting") as bar, _sheet(form, args.output) as sheet:
            async for cells in rows(store, wanted, bar.at):
                sheet.write(cells)
                count += 1
    note(f"{count} 行 · {count} lines" + (f" → {args.output}" if args.output else ""))
    return 0


def _wanted(args: argparse.Namespace, directory: Directory) -> Wanted:
    from bot.ledger_export import Wanted
    from bot.opening import community_of
    from storage.records import Category

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
    zone = ZoneInfo(named[0].timezone if named else "Asia/Shanghai")
    return Wanted(
        tuple(community.id for community in named),
        since=_moment(args.since, zone) if args.since else None,
        until=_moment(args.until, zone, end=True) if args.until else None,
        grid=args.grid,
        compound=args.compound,
        category=args.category,
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
    from bot.ledger_export import Csv, Xlsx

    if output is None:
        yield Csv(sys.stdout, "\n")
        return
    with whole(output) as part, ExitStack() as open_files:
        sheet: Sheet
        if form == "xlsx":
            sheet = Xlsx(part)
        else:
            # Excel takes UTF-8 for Chinese only behind a byte-order mark.
            to: TextIO = open_files.enter_context(part.open("w", encoding="utf-8-sig", newline=""))
            sheet = Csv(to, "\r\n")
        yield sheet
        sheet.close()


async def _community(args: argparse.Namespace) -> int:
    from bot import community_files
    from bot.community_changes import loaded_of
    from bot.config import from_surroundings
    from bot.opening import community_of, opened
    from handlers.community import write_community

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
