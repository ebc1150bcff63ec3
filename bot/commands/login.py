"""`huying login`: a one-time link into the console."""

from __future__ import annotations

import argparse
import asyncio
from difflib import get_close_matches

from bot.terminal import Failed, note, say

HELP = "给一个人发一次性的后台登录链接 · print a one-time console link for a person"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "person", metavar="PERSON", help="社区文件里的人员 id 或姓名 · a person's id, or their name"
    )


def run(args: argparse.Namespace) -> int:
    return asyncio.run(_login(args.person))


async def _login(named: str) -> int:
    from bot.clock import SystemClock
    from bot.config import from_surroundings
    from bot.opening import opened
    from bot.web.login import LINK_LIFE, make_link
    from storage.records import MINUTE

    settings = from_surroundings()
    async with opened(settings) as store:
        people = (await store.directory()).people
        found = [people[named]] if named in people else [one for one in people.values() if one.name == named]
        if not found:
            near = get_close_matches(named, [*people, *(one.name for one in people.values())], n=3)
            hint = f"，是不是 {'、'.join(near)}？" if near else ""
            raise Failed(f"没有这个人：{named}{hint} · no such person in the community file")
        if len(found) > 1:
            raise Failed(
                f"有几个 {named}，请用 id：{' '.join(one.id for one in found)} · several: use the id"
            )
        link = await make_link(store, found[0].id, settings.base_url, SystemClock().now())
    say(link)
    note(
        f"{found[0].name}：{LINK_LIFE // MINUTE} 分钟内有效，只能用一次 · valid for {LINK_LIFE // MINUTE} minutes, once"
    )
    return 0
