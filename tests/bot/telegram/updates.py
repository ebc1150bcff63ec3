"""Updates as the Bot API writes them, and what Huying understands by them."""

from __future__ import annotations

from typing import Any

from telegram import User

from bot.channels.telegram_parse import parse, update_of
from handlers.messages import Inbound

ME = User(7700000001, "呼应", is_bot=True, username="huying_bot")
NOW = 1_770_000_000_123
DATE = 1_769_999_990
MEI = {"id": 2001, "is_bot": False, "first_name": "梅", "last_name": "姨"}
GROUP = {"id": -1001000001, "type": "supergroup", "title": "第一网格"}
BASIC = {"id": -5001, "type": "group", "title": "第一网格"}
PRIVATE = {"id": 2001, "type": "private", "first_name": "梅"}
BOT = {"id": ME.id, "is_bot": True, "first_name": "呼应", "username": "huying_bot"}
OTHER_BOT = {"id": 99, "is_bot": True, "first_name": "别的", "username": "other_bot"}


def read(**update: Any) -> Inbound | None:
    return parse(update_of({"update_id": 7001, **update}), ME, NOW)


def message(**parts: Any) -> dict[str, Any]:
    return {"message_id": 55, "date": DATE, "chat": GROUP, "from": MEI, **parts}


def said(**parts: Any) -> Inbound:
    inbound = read(message=message(**parts))
    assert inbound is not None
    return inbound
