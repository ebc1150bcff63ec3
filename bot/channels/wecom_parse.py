"""What a WeCom app is told, turned into an Inbound. Pure: no network, no clock of its own.

Source: developer.work.weixin.qq.com/document/path/90239 (messages) and /90240 (events).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.channels.tencent_envelope import NotTheirs, time_of
from handlers.messages import Earlier, Event, Inbound, Piece, Sender
from storage.records import Address, address

PLATFORM = "wecom"
PRESSES = frozenset({"template_card_event", "template_card_menu_event"})
"""A button of a card, and an entry of its menu."""
QUOTED = re.compile(
    r"(?:这是一条引用/回复消息：|This is a quote/reply:)\s*\n?[“\"](?:[^\n：:]{1,64}[：:]\s*)?(?P<earlier>.*?)[”\"]\s*\n-{6}\n(?P<said>.*)",
    re.DOTALL,
)
"""How a phone writes an answer to a message: the message itself, a line of hyphens, and what is said about it."""
LONGEST = {"FromUserName": 64, "MsgId": 64, "Event": 64, "TaskId": 128, "EventKey": 1024, "ResponseCode": 512}
"""Bytes. Source: developer.work.weixin.qq.com/document/path/90240, /96458; of the codes it is not said."""
FILES = {"image": "photo", "voice": "voice", "video": "video", "shortvideo": "video", "file": "file"}

Pushed = Mapping[str, Any]


def member(userid: str) -> Address:
    """Return a member's account, which is also their private chat with the app.

    WeCom does not tell capitals from small letters in a userid, so neither do we.
    """
    return address(PLATFORM, userid.lower())


def parse(pushed: Pushed) -> Inbound | None:
    """Return what was said or done, or None for what concerns nobody (a position reported in passing, a bill).

    Raises NotTheirs for what has no time, or for names no database would keep.
    """
    for name, most in LONGEST.items():
        if len(_text(pushed, name).encode()) > most:
            raise NotTheirs(400, f"a {name} longer than any")
    if _text(pushed, "MsgType").lower() == "event":
        return _happened(pushed)
    return _said(pushed)


def response_code(pushed: Pushed) -> tuple[str, str] | None:
    """Return (task, code) of a press: with the code that card may be written anew once; None for all else."""
    task, code = _text(pushed, "TaskId"), _text(pushed, "ResponseCode")
    return (task, code) if _text(pushed, "Event") in PRESSES and task and code else None


def _said(pushed: Pushed) -> Inbound | None:
    kind, message = _text(pushed, "MsgType").lower(), _text(pushed, "MsgId")
    words, earlier = _words(pushed, kind)
    spot = _spot(pushed) if kind == "location" else None
    pieces: tuple[Piece, ...] = ()
    if kind in FILES and (media := _text(pushed, "MediaId")):
        pieces = (Piece(FILES[kind], media),)
    if not (words or pieces or spot) or not message:
        return None
    return _from_member(
        pushed,
        key=f"{PLATFORM}:{message}",
        text=words,
        pieces=pieces,
        message=message,
        location=spot,
        answers=earlier,
    )


def _words(pushed: Pushed, kind: str) -> tuple[str, Earlier | None]:
    """Return what was written, and the message it answers."""
    if kind == "text":
        whole = _text(pushed, "Content").strip()
        answer = QUOTED.fullmatch(whole)
        if answer is None:
            return whole, None
        return answer["said"].strip(), Earlier(None, answer["earlier"].strip())
    if kind == "voice":
        return _text(pushed, "Recognition").strip(), None
    if kind == "location":
        return _text(pushed, "Label").strip(), None
    if kind == "link":
        parts = (_text(pushed, name).strip() for name in ("Title", "Description", "Url"))
        return "\n".join(part for part in parts if part), None
    return "", None


def _spot(pushed: Pushed) -> tuple[float, float] | None:
    try:
        north, east = (float(_text(pushed, name)) for name in ("Location_X", "Location_Y"))
    except ValueError:
        return None
    return (north, east) if abs(north) <= 90 and abs(east) <= 180 else None


def _happened(pushed: Pushed) -> Inbound | None:
    event, pressed, task = (_text(pushed, name) for name in ("Event", "EventKey", "TaskId"))
    key = ":".join((PLATFORM, _text(pushed, "FromUserName").lower(), _text(pushed, "CreateTime"), event))
    if event in PRESSES:
        return _from_member(pushed, key=f"{key}:{task}:{pressed}", press=pressed, message=task)
    if event.lower() == "click":
        return _from_member(pushed, key=f"{key}:{pressed}", text=pressed)
    if event == "enter_agent":
        # Whoever opens the app for the first time is told what it is for; who comes again is not told again.
        return _from_member(
            pushed, key=f"{PLATFORM}:enter:{_text(pushed, 'FromUserName').lower()}", text="/start"
        )
    if event in ("subscribe", "unsubscribe"):
        known = Event.UNBLOCKED if event == "subscribe" else Event.BLOCKED
        return _from_member(pushed, key=key, event=known)
    return None


def _from_member(pushed: Pushed, *, key: str, **more: Any) -> Inbound | None:
    userid = _text(pushed, "FromUserName")
    if not userid:
        return None
    account = member(userid)
    return Inbound(
        key=key,
        at=time_of(pushed, "CreateTime"),
        chat=account,
        private=True,
        sender=Sender(account, userid),
        to_bot=True,
        toasts=False,
        **more,
    )


def _text(pushed: Pushed, name: str) -> str:
    """Return a field's words, in what every database can hold; "" when it is absent."""
    value = pushed.get(name)
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
