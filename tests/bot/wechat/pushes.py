"""What WeChat pushes, as its documentation writes it out, already taken out of the XML."""

from __future__ import annotations

from typing import Any

from bot.channels.wechat_parse import Pushed, parse
from handlers.messages import Inbound
from tests.storage.things import NOON

MEI = "oMei_2001-abcdefghijklmnopqr"
ACCOUNT = "gh_0123456789ab"
SECONDS = NOON // 1000


def push(kind: str, **fields: Any) -> dict[str, Any]:
    """A message of 梅姨's; `MsgId` is there unless given as None."""
    whole = {
        "ToUserName": ACCOUNT,
        "FromUserName": MEI,
        "CreateTime": str(SECONDS),
        "MsgType": kind,
        "MsgId": "23456789012345678",
    }
    return {name: value for name, value in {**whole, **fields}.items() if value is not None}


def event(name: str, **fields: Any) -> dict[str, Any]:
    return push("event", Event=name, MsgId=None, **fields)


def read(pushed: dict[str, Any]) -> Pushed:
    return parse(pushed, NOON + 2_000)


def said(kind: str, **fields: Any) -> Inbound:
    """The one thing that a message says."""
    found = read(push(kind, **fields))
    assert isinstance(found, tuple)
    (inbound,) = found
    return inbound


def happened(name: str, **fields: Any) -> Inbound:
    found = read(event(name, **fields))
    assert isinstance(found, tuple)
    (inbound,) = found
    return inbound
