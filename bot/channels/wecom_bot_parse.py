"""What WeCom's group robot is told, turned into an Inbound. Pure: no network, no clock of its own.

Source: developer.work.weixin.qq.com/document/path/100719 (messages), /101027 (events), /101138 (response_url).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.channels.tencent_envelope import NotTheirs, text_of, time_of
from bot.channels.wecom_parse import PLATFORM, member
from handlers.messages import Earlier, Inbound, Piece, Sender, Window
from storage.records import MINUTE, Address, Instant, Span, address

AT_ONCE = 16_000
"""Bytes of text that fit into an answer: 20,480 of markdown are taken, and making words harmless may lengthen them."""
REPLY_LASTS: Span = 59 * MINUTE
"""An hour by WeCom's clock; ours may be a little behind."""
MOST_ID, MOST_ADDRESS = 128, 2000
"""Characters, and what a database's index holds with them."""
OUTSIDER = re.compile(r"w[mo][A-Za-z0-9_-]{30}")
"""The id of somebody who is in no company, or in another one. A company's own userids are its own choice and shorter."""
NAMELESS = "微信居民"
"""Nobody tells the robot the name of somebody from outside."""
MENTION = re.compile(r"(?<![A-Za-z0-9._-])@[^\s@]{1,32}(?:\s+|$)")
"""@呼应 and whoever else is called; the robot is told its own id, and never the name people call it by."""
OUR_OWN = re.compile(r"#[0-9]{1,9} ")
"""How what the robot has said about a ticket begins; everything else that is quoted a person may have written."""
PICTURE, FROM_ROBOT = "image", "robot:"
KINDS = {PICTURE: "photo", "file": "file", "video": "video"}

Pushed = Mapping[str, Any]


def parse(pushed: Pushed, now: Instant) -> Inbound | None:
    """Return what was said, or None for what concerns nobody. `now` dates what WeCom gives no time for.

    Raises NotTheirs for what is known by no name, and ValueError, KeyError, TypeError or AttributeError for what else
    the robot is never told.
    """
    number = text_of(pushed, "msgid")
    if not 0 < len(number) <= MOST_ID:
        raise NotTheirs(400, "no msgid")
    sender = _sender(pushed["from"])
    private = pushed["chattype"] == "single"
    common: dict[str, Any] = {
        "key": f"{PLATFORM}:bot:{number}",
        "at": time_of(pushed, "create_time") if "create_time" in pushed else now,
        "chat": sender.account if private else address(PLATFORM, _id(pushed["chatid"])),
        "private": private,
        "sender": sender,
        "to_bot": True,
        "at_once": AT_ONCE,
        "window": _window(pushed, now),
    }
    if pushed["msgtype"] == "event":
        welcome = pushed["event"]["eventtype"] == "enter_chat"
        return Inbound(**common, text="/start") if welcome else None
    words = MENTION.sub(" ", " ".join(_words(pushed)))
    pieces = tuple(_pieces(pushed))
    if not (words.strip() or pieces):
        # Called by name and nothing else: told what it is there for.
        return Inbound(**common, text="/help") if pushed["msgtype"] in ("text", "mixed") else None
    return Inbound(
        **common,
        text=words.strip(),
        pieces=pieces,
        message=number,
        answers=_quoted(pushed.get("quote")),
    )


def is_welcome(pushed: Pushed) -> bool:
    """Say whether the answer stands at the head of a conversation that was opened: WeCom wants another kind there."""
    return bool(pushed["msgtype"] == "event")


def _sender(who: Mapping[str, Any]) -> Sender:
    """Return who spoke. An outsider's account begins with `_`, as no member's does: the two are never mixed up."""
    userid, corpid = _id(who["userid"]), who.get("corpid")
    if corpid:
        return Sender(address(PLATFORM, f"_{_id(corpid)}.{userid}"), NAMELESS)
    if OUTSIDER.fullmatch(userid):
        return Sender(address(PLATFORM, f"_{userid}"), NAMELESS)
    return Sender(member(userid), userid)


def outside(account: Address) -> bool:
    """Say whether the account is an outsider's, whom the app cannot write to."""
    return account.startswith(f"{PLATFORM}:_")


def _id(value: Any) -> str:
    """Raises ValueError for what cannot stand in an address."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9@._-]{1,128}", value):
        raise ValueError("an id of another shape")
    return value


def _window(pushed: Pushed, now: Instant) -> Window | None:
    at = pushed.get("response_url")
    if not isinstance(at, str) or not 0 < len(at) <= MOST_ADDRESS:
        return None
    return Window("reply", now + REPLY_LASTS, 1, at)


def _words(said: Pushed) -> Iterator[str]:
    kind = said["msgtype"]
    if kind in ("text", "voice"):
        yield _storable(said[kind].get("content", ""))
    elif kind == "mixed":
        for item in said["mixed"]["msg_item"]:
            yield from _words(item)


def _pieces(said: Pushed) -> Iterator[Piece]:
    kind = said["msgtype"]
    if kind in KINDS:
        yield Piece(KINDS[kind], f"{FROM_ROBOT}{said[kind]['url']}")
    elif kind == "mixed":
        for item in said["mixed"]["msg_item"]:
            yield from _pieces(item)


def _quoted(quote: Pushed | None) -> Earlier | None:
    if not quote:
        return None
    words = " ".join(_words(quote)).strip()
    pieces = tuple(_pieces(quote))
    return Earlier(None, words, pieces) if (words or pieces) and not OUR_OWN.match(words) else None


def _storable(words: Any) -> str:
    """Return words every database can hold: no half characters, no NUL."""
    return str(words).encode("utf-8", "replace").decode("utf-8").replace("\0", "")
