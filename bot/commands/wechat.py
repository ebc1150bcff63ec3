"""`huying wechat menu`: the menu under the service account's chat."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from bot.terminal import Failed, say

if TYPE_CHECKING:
    from bot.channels.tencent_client import Caller

HELP = "微信服务号：装好聊天下方的菜单 · the menu under the WeChat service account's chat"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("menu",), help="菜单 报修 投诉 我的工单 · the menu")
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--replace", action="store_true", help="换掉现有的别的菜单 · take the place of another menu"
    )
    how.add_argument("--remove", action="store_true", help="撤掉菜单 · take the menu away")


def run(args: argparse.Namespace) -> int:
    return asyncio.run(_menu(replace=args.replace, remove=args.remove))


async def _menu(*, replace: bool, remove: bool) -> int:
    from bot.channels.tencent_client import wechat_caller
    from bot.channels.tencent_errors import TencentError
    from bot.config import from_surroundings
    from bot.opening import opened

    settings = from_surroundings()
    if settings.wechat is None:
        raise Failed("没有设置 HUYING_WECHAT_APPID 等，先设好服务号 · no service account is set")
    async with opened(settings) as store:
        caller = wechat_caller(settings.wechat, store)
        try:
            await (_remove(caller) if remove else _install(caller, replace=replace))
        except TencentError as refused:
            raise Failed(f"微信：{refused}") from refused
        finally:
            await caller.close()
    return 0


async def _install(caller: Caller, *, replace: bool) -> None:
    from bot.channels.wechat_menu import install, installed, is_ours
    from bot.channels.wechat_parse import MENU

    there = await installed(caller)
    names = "、".join(str(button.get("name", "?")) for button in there)
    if is_ours(there):
        say(f"菜单已经是 {names}，没有改动 · the menu is there already")
        return
    if there and not replace:
        raise Failed(f"已有别的菜单（{names}），要换掉请加 --replace · another menu is there: add --replace")
    await install(caller)
    gone = f"，换掉了 {names}" if there else ""
    say(f"菜单装好了：{'、'.join(MENU)}{gone}；手机上最迟一天后看到 · installed; phones show it within a day")


async def _remove(caller: Caller) -> None:
    from bot.channels.wechat_menu import installed, is_ours, remove

    there = await installed(caller)
    names = "、".join(str(button.get("name", "?")) for button in there)
    if not there:
        say("没有菜单，没有改动 · there is no menu")
        return
    if not is_ours(there):
        raise Failed(f"现在的菜单（{names}）不是呼应装的，没有动它 · the menu there is not ours: left alone")
    await remove(caller)
    say(f"菜单撤掉了：{names} · removed")
