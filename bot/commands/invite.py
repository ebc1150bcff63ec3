"""`huying invite`: a single-use code that gives somebody a role, or binds a person of the file, with a link per channel."""

from __future__ import annotations

import argparse
import asyncio
import secrets
from typing import TYPE_CHECKING

from bot.terminal import Failed, note, say

if TYPE_CHECKING:
    from bot.config import Settings
    from storage.records import Directory, Person

HELP = "生成一次性邀请码（网格长、物业、社区人员……）· print a single-use invite code and a link per channel"
ROLES = (
    "resident",
    "building_head",
    "grid_leader",
    "property",
    "staff",
    "liaison",
    "volunteer",
    "admin",
    "auditor",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    who = f"角色，或社区文件里某个人的 id · a role, or the id of a person in the community file: {' '.join(ROLES)}"
    parser.add_argument("who", metavar="ROLE|PERSON", help=who)
    parser.add_argument(
        "--grid",
        metavar="ID",
        help="哪个网格；角色是居民、楼栋长、网格长时必填 · for which grid; a role in a grid needs it",
    )
    parser.add_argument(
        "--community", metavar="ID", help="哪个社区，只有一个时不必写 · needed when there are several"
    )
    parser.add_argument(
        "--days", type=int, default=7, metavar="N", help="几天内有效，默认 7 · valid for N days (7)"
    )


def run(args: argparse.Namespace) -> int:
    if not 1 <= args.days <= 90:
        raise Failed("--days 须是 1 到 90 · --days must be 1 to 90", code=2)
    return asyncio.run(_invite(args.who, args.grid, args.community, args.days))


async def _invite(who: str, grid: str | None, community: str | None, days: int) -> int:
    from bot.clock import SystemClock
    from bot.config import from_surroundings
    from bot.opening import opened
    from handlers.invites import code_hash, foremost, grid_led, new_code
    from storage.records import DAY, Role

    settings = from_surroundings()
    async with opened(settings) as store:
        directory = await store.directory()
        person = None if who in ROLES else _person(directory, who, grid, community)
        if person is None:
            role, community = who, _place(directory, who, grid, community)
        else:
            role, community = foremost(person), person.community
            grid = grid_led(person, directory.grids.values())
        code = new_code(secrets.randbelow)
        expires_at = SystemClock().now() + days * DAY
        async with store.turn() as turn:
            await turn.invites.create(
                code_hash(code), Role(role), grid, community, expires_at, person.id if person else None
            )
    say(f"邀请码 code\t{code}")
    if person is not None:
        say(f"给 for\t{person.name}")
    await _links(settings, code)
    say(f"任何平台 anywhere\t绑定 {code}")
    note(
        f"{days} 天内有效，只能用一次；请只发给本人 · valid for {days} days, once; give it to that person only"
    )
    return 0


def _person(directory: Directory, id: str, grid: str | None, community: str | None) -> Person:
    """Return whom the code is for. Raises Failed when the file knows nobody of that id, or says more than that."""
    if id not in directory.people:
        raise Failed(
            f"{id} 不是角色（{'、'.join(ROLES)}），社区文件里也没有这个人 · neither a role nor a person in the file",
            code=2,
        )
    person = directory.people[id]
    if grid is not None or community not in (None, person.community):
        line = f"{person.name} 已写在社区文件里，不用 --grid 和 --community · the file says where they belong"
        raise Failed(line, code=2)
    return person


def _place(directory: Directory, role: str, grid: str | None, community: str | None) -> str:
    """Return the community the code is for. Raises Failed when the grid is missing or unknown."""
    from bot.opening import community_of

    if grid is None:
        if role in ("resident", "building_head", "grid_leader"):
            raise Failed(
                f"{role} 要写 --grid ID，有：{'、'.join(directory.grids)} · {role} needs --grid ID", code=2
            )
        return community_of(directory, community).id
    if grid not in directory.grids:
        raise Failed(f"没有网格 {grid}，有：{'、'.join(directory.grids)} · no grid {grid}")
    found = directory.grids[grid].community
    if community not in (None, found):
        raise Failed(f"网格 {grid} 属于社区 {found} · grid {grid} is in community {found}")
    return found


async def _links(settings: Settings, code: str) -> None:
    if settings.telegram is not None:
        from bot.probing import telegram_name

        try:
            say(f"Telegram\thttps://t.me/{await telegram_name(settings.telegram)}?start={code}")
        except Failed as unreachable:
            note(
                f"huying: Telegram 链接给不出 · no Telegram link: {unreachable}；请对方私聊机器人发 /start {code}"
            )
    if settings.wechat is not None:
        say(f"微信 WeChat\t关注服务号后发 绑定 {code} · follow the account and send this")
    if settings.wecom is not None:
        say(f"企业微信 WeCom\t在应用里发 绑定 {code} · send this in the app")
    say(f"网页 web\t{settings.base_url}/chat?invite={code}")
