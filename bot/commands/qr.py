"""`huying qr`: sheets to print, a building each, whose code opens a report that already knows the building."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.terminal import Failed, note, say

if TYPE_CHECKING:
    from bot.config import Settings, WeChat
    from bot.sheets import Way
    from storage.database import Store
    from storage.records import Spot

NOT_CERTIFIED = 48001
"""The account has no right to this part of the API."""
HELP = "每栋楼一张可打印的二维码，扫了就知道是哪栋 · printable QR sheets, one per building"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--grid", metavar="ID", required=True, help="哪个网格 · which grid")
    parser.add_argument(
        "--list",
        action="store_true",
        help="只列出：地点 id、楼栋、各平台链接 · only list: place id, building, a link per channel",
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="写到这个文件，默认 qr-ID.html · (qr-ID.html)"
    )


def run(args: argparse.Namespace) -> int:
    if args.list and args.output:
        raise Failed("--list 打印在屏幕上，不要 -o · --list prints, it takes no -o", code=2)
    return asyncio.run(_qr(args.grid, args.list, args.output or Path(f"qr-{args.grid}.html")))


async def _qr(named: str, only_list: bool, output: Path) -> int:
    from bot.config import from_surroundings
    from bot.opening import opened
    from bot.sheets import printed, sheet, spots_of
    from bot.whole import whole

    settings = from_surroundings()
    async with opened(settings) as store:
        directory = await store.directory()
        if named not in directory.grids:
            raise Failed(f"没有网格 {named}，有：{'、'.join(directory.grids)} · no grid {named}")
        spots = spots_of(directory, directory.grids[named])
        ways = await _ways(settings, store, spots)
    if only_list:
        for spot in spots:
            say("\t".join((spot.id, spot.building, *(way.link for way in ways[spot.id]))))
    else:
        pages = printed([sheet(directory, spot, ways[spot.id]) for spot in spots])
        with whole(output) as part:
            part.write_text(pages, encoding="utf-8")
        say(str(output))
        note(f"{len(spots)} 张，用浏览器打开后打印 · {len(spots)} sheets: open in a browser and print")
    if settings.public_url is None:
        note(
            "huying: 没有设置 HUYING_PUBLIC_URL，网页链接只在这台机器上打得开 · the web links open on this machine only"
        )
    return 0


async def _ways(settings: Settings, store: Store, spots: Sequence[Spot]) -> dict[str, list[Way]]:
    """Return each place's links on the channels that are on. A channel that does not answer is no reason to print
    thirty sheets without it: raises Failed."""
    from bot.sheets import Way

    ways: dict[str, list[Way]] = {spot.id: [] for spot in spots}
    if settings.telegram is not None:
        from bot.probing import telegram_name

        name = await telegram_name(settings.telegram)
        for place, found in ways.items():
            found.append(Way("telegram", f"https://t.me/{name}?start=p_{place}"))
    if settings.wechat is not None:
        for place, link in (await _wechat(settings.wechat, store, list(ways))).items():
            ways[place].append(Way("wechat", link))
    for place, found in ways.items():
        found.append(Way("web", f"{settings.base_url}/chat?place={place}"))
    return ways


async def _wechat(settings: WeChat, store: Store, places: Sequence[str]) -> dict[str, str]:
    """Return the service account's codes; none, with a word about it, for an account that may not make any."""
    from bot.channels.tencent_client import wechat_caller
    from bot.channels.tencent_errors import TencentError
    from bot.channels.wechat_codes import scene_links

    caller = wechat_caller(settings, store)
    try:
        return await scene_links(caller, store, settings.appid, places)
    except TencentError as failed:
        if failed.number != NOT_CERTIFIED:
            raise Failed(f"微信：{failed}") from failed
        note(
            "huying: 服务号没有认证，做不了带参数的码，只印别的 · no WeChat codes: the account is not verified"
        )
        return {}
    finally:
        await caller.close()
