"""Plain words by a person, which is most of what ever comes, read straight from the JSON.

Everything else is telegram_parse's, which reads with python-telegram-bot and is what this room must agree with: a test
compares the two on whatever hypothesis thinks of. Where anything is out of the ordinary this room keeps out of it.
"""

from __future__ import annotations

from typing import Any

from telegram import Chat

from bot.channels.telegram_parse import GROUPS, PLATFORM, TELEGRAM_ITSELF, called, storable
from handlers.messages import Inbound, Sender
from storage.records import address

UPDATE = {"update_id", "message"}
MESSAGE = {"message_id", "from", "chat", "date", "text"}
FROM = {"id", "is_bot", "first_name"}
FROM_TOO = FROM | {"last_name", "username", "language_code", "is_premium"}
CHAT = {"id", "type"}
CHAT_TOO = CHAT | {"title", "username", "first_name", "last_name", "is_forum"}
END_OF_DATES = 2**32
"""Seconds since 1970; what is dated later python-telegram-bot shall judge."""


def plain(raw: Any) -> Inbound | None:
    """Return what was said; None for everything telegram_parse must look at."""
    if not _is(raw, UPDATE) or not _is(message := raw["message"], MESSAGE):
        return None
    who, where, said = message["from"], message["chat"], message["text"]
    if not _is(who, FROM, FROM_TOO) or not _is(where, CHAT, CHAT_TOO) or type(said) is not str:
        return None
    numbers = (raw["update_id"], message["message_id"], message["date"], who["id"], where["id"])
    names = (who["first_name"], who.get("last_name", ""), who.get("username", ""))
    if any(type(number) is not int for number in numbers) or any(type(name) is not str for name in names):
        return None
    if who["is_bot"] is not False or who["id"] == TELEGRAM_ITSELF or not 0 < message["date"] < END_OF_DATES:
        return None
    if where["type"] not in (Chat.PRIVATE, *GROUPS):
        return None
    words = storable(said).strip()
    if not words or words[0] == "/" or "@" in words:
        return None
    first, last, username = map(storable, names)
    return Inbound(
        key=f"{PLATFORM}:{raw['update_id']}",
        at=message["date"] * 1000,
        chat=address(PLATFORM, where["id"]),
        private=where["type"] == Chat.PRIVATE,
        sender=Sender(address(PLATFORM, who["id"]), called(who["id"], first, last, username)),
        text=words,
        message=str(message["message_id"]),
    )


def _is(node: Any, least: set[str], most: set[str] | None = None) -> bool:
    """True for an object with all the keys of `least`, and none but those of `most`."""
    return isinstance(node, dict) and least <= node.keys() <= (most or least)
