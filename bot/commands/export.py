"""`huying export`: the ledger, the figures, minutes; or a community back into its file."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

from bot.terminal import Failed, check_writable_name, note
from bot.whole import whole

HELP = "导出台账、三率、会议纪要或社区文件 · export the ledger, figures, minutes or a community file"


def arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(title="what 导出什么", metavar="WHAT", required=True, dest="what")
    ledger = kinds.add_parser("ledger", help="台账 · the ledger", description="导出台账 · export the ledger")
    _to(ledger, ("csv", "xlsx"))
    ledger.add_argument("--since", metavar="DATE", help="从这天起，如 2026-11-01 · from this day or time on")
    ledger.add_argument(
        "--until", metavar="DATE", help="到这天为止（含）· up to and including this day, or this time"
    )
    _period(ledger)
    ledger.add_argument("--grid", metavar="ID", help="只要这个网格 · this grid only")
    ledger.add_argument("--compound", metavar="ID", help="只要这个小区 · this compound only")
    ledger.add_argument("--category", metavar="NAME", help="只要这一类，如 elevator · this category only")
    ledger.add_argument("--community", metavar="ID", help="只要这个社区 · this community only")
    summary = kinds.add_parser(
        "summary",
        help="三率 · the figures",
        description="导出三率，不写时间就是本月 · export the figures; this month unless another time is named",
    )
    _to(summary, ("csv", "xlsx"))
    _period(summary)
    summary.add_argument("--community", metavar="ID", help="哪个社区 · which community")
    minutes = kinds.add_parser(
        "minutes",
        help="会议纪要 · minutes of a joint meeting",
        description="导出联席会议纪要，不写就是最近一次 · export the minutes of a joint meeting, the last one by default",
    )
    _to(minutes, ("txt", "docx", "pdf", "csv", "xlsx"))
    minutes.add_argument("--meeting", metavar="N", help="第几次，如 3 或 2026-3 · which one")
    minutes.add_argument("--community", metavar="ID", help="哪个社区 · which community")
    community = kinds.add_parser(
        "community",
        help="社区文件 · a community's file",
        description="导出社区文件 · write a community's file",
    )
    community.add_argument("-o", "--output", type=Path, metavar="FILE", required=True, help=".toml / .xlsx")
    community.add_argument("--community", metavar="ID", help="哪个社区 · which community")


def _to(parser: argparse.ArgumentParser, forms: Sequence[str]) -> None:
    parser.add_argument(
        "--format", choices=forms, help=f"默认看文件名，否则 {forms[0]} · by -o's name, else {forms[0]}"
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="不写则打到屏幕 · standard output if absent"
    )


def _period(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--month", metavar="2026-11", help="只要这个月 · this month only")
    parser.add_argument("--year", metavar="2026", help="只要这一年 · this year only")


def run(args: argparse.Namespace) -> int:
    if args.output is not None:
        check_writable_name(args.output)
    match args.what:
        case "ledger":
            from bot.exports.ledger import ledger

            return asyncio.run(ledger(args))
        case "summary":
            from bot.exports.summary import summary

            return asyncio.run(summary(args))
        case "minutes":
            from bot.exports.minutes import export

            return asyncio.run(export(args))
        case _:
            return asyncio.run(_community(args))


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
