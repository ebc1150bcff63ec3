"""The account's own menu under the chat: three entries, each says its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.channels.tencent_client import Caller
from bot.channels.tencent_errors import TencentError
from bot.channels.wechat_parse import MENU

NONE_YET = 46003


def entries() -> list[dict[str, Any]]:
    return [{"type": "click", "name": name, "key": name} for name in MENU]


async def installed(caller: Caller) -> list[dict[str, Any]]:
    """Return the menu the account shows, [] for none. Raises TencentError."""
    try:
        answer = await caller.call("GET", "/cgi-bin/menu/get")
    except TencentError as failed:
        if failed.number == NONE_YET:
            return []
        raise
    menu = answer.get("menu")
    buttons = menu.get("button") if isinstance(menu, dict) else None
    return [button for button in buttons or () if isinstance(button, dict)]


def is_ours(menu: Sequence[dict[str, Any]]) -> bool:
    shown = [(button.get("type"), button.get("name"), button.get("key")) for button in menu]
    return shown == [("click", name, name) for name in MENU]


async def install(caller: Caller) -> None:
    """Show our menu in place of whatever is shown. Raises TencentError."""
    await caller.call("POST", "/cgi-bin/menu/create", json={"button": entries()})


async def remove(caller: Caller) -> None:
    """Show none. Raises TencentError."""
    await caller.call("GET", "/cgi-bin/menu/delete")
