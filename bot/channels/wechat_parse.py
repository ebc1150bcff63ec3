"""What a WeChat service account is pushed, turned into what was said or done. Pure: no network, no clock of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.tencent_envelope import NotTheirs, time_of
from handlers.messages import Event, Inbound, Piece, Sender, Window
from storage.records import HOUR, MINUTE, SECOND, Address, Instant, Span, address

PLATFORM = "wechat"
AT_ONCE = 2000
"""Bytes of text an answer to a push may carry; WeChat takes 2,048."""

TALK: Span = 48 * HOUR - MINUTE
TALK_LETTERS = 5
TOUCH: Span = 50 * SECOND
TOUCH_LETTERS = 3
"""What may be said after a message, and after a click, a scan or a follow: five within 48 hours, three within a minute.
Ours end a little earlier: a push may have been on its way for seconds.
Source: developers.weixin.qq.com, 发送客服消息, 各场景的客服消息下发规则."""

MENU = ("报修", "投诉", "我的工单")
"""The account's menu. Each entry's key is its own words: clicking is saying them."""

HEARD = frozenset({"subscribe", "unsubscribe", "scan", "click"})
"""Events that are kept; every other one is nobody's business, whatever it is about."""
LONGEST_KEY = 512
"""Characters of what an event is known by; of a code's scene 64 are taken, of a menu entry's key 128 bytes."""

PLACE_PREFIX = "p_"
SCENE_PREFIX = "qrscene_"
NAMELESS = "微信居民"
"""WeChat tells nobody's name. This one at least says where they can be answered."""
UNSHOWN = "收到不支持的消息类型"
"""How WeChat writes out a sticker of one's own, and whatever else it does not push: nothing anybody said."""

_OPENID = re.compile(r"[A-Za-z0-9@._-]{1,64}")


class Unreadable(ValueError):
    """This is not what WeChat pushes; the message says what is wrong with it, without quoting it."""


@dataclass(frozen=True, slots=True)
class TemplateEnd:
    """What became of a template message or subscription notice. `why`: "" when it arrived.

    `message` is what send() returned for it; `subscribe:` alone for a subscription notice, of which WeChat tells no number
    before. `template`: the id of its form, where WeChat tells that.
    """

    chat: Address
    message: str
    why: str
    template: str = ""


Pushed = tuple[Inbound, ...] | TemplateEnd
"""One push: what was said and done, nothing at all for what concerns nobody; or the end of a notice."""


def parse(push: Mapping[str, Any], now: Instant) -> Pushed:
    """Return what a push says. `now` is when its windows open. Raises Unreadable."""
    who, kind = _text(push, "FromUserName"), _text(push, "MsgType").lower()
    if not _OPENID.fullmatch(who):
        raise Unreadable("a push from nobody")
    try:
        at = time_of(push, "CreateTime")
        if kind == "event":
            return _event(push, who, at, now)
        return _message(push, kind, who, at, now)
    except (ValueError, NotTheirs) as wrong:
        raise Unreadable(f"a push of kind {kind[:20]!r} that cannot be read") from wrong


def _text(push: Mapping[str, Any], name: str) -> str:
    """Return a field's text; "" when it is not there, or is no text."""
    value = push.get(name)
    return value.strip() if isinstance(value, str) else ""


# --- messages -------------------------------------------------------------------------------------------------------


def _message(push: Mapping[str, Any], kind: str, who: str, at: Instant, now: Instant) -> tuple[Inbound, ...]:
    place, window = None, Window("talk", now + TALK, TALK_LETTERS)
    text, pieces = "", _pieces(push, kind)
    if kind == "text":
        text = _text(push, "Content")
        if _text(push, "bizmsgmenuid"):
            # Tapped in a message's menu: our entries' words are what one would type. WeChat's number for the entry is
            # of no use, it keeps none but whole numbers, and whether a tap counts as talking it does not say.
            window = _touch(now)
        if UNSHOWN in text and len(text) < 3 * len(UNSHOWN):
            return ()
    elif kind == "voice":
        text = _text(push, "Recognition")
    elif kind == "location":
        place = _degrees(push, "Location_X", 90), _degrees(push, "Location_Y", 180)
        text = _text(push, "Label")
    elif kind == "link":
        text = "\n".join(part for name in ("Title", "Url") if (part := _text(push, name)))
    if not (text or pieces or place):
        return ()
    number = _text(push, "MsgId")
    if not re.fullmatch(r"[0-9]{1,20}", number):
        raise Unreadable("a message without a number")
    said = Inbound(
        key=f"{PLATFORM}:{number}",
        at=at,
        chat=address(PLATFORM, who),
        private=True,
        sender=_sender(who),
        text=text,
        pieces=pieces,
        message=number,
        to_bot=True,
        location=place,
        at_once=AT_ONCE,
        window=window,
    )
    return (said,)


def _touch(now: Instant) -> Window:
    return Window("touch", now + TOUCH, TOUCH_LETTERS)


def _degrees(push: Mapping[str, Any], name: str, most: int) -> float:
    degrees = float(_text(push, name))
    if not -most <= degrees <= most:
        raise ValueError(name)
    return degrees


_KINDS = {"image": "photo", "voice": "voice", "video": "video", "shortvideo": "video"}


def _pieces(push: Mapping[str, Any], kind: str) -> tuple[Piece, ...]:
    ref = _text(push, "MediaId")
    return (Piece(_KINDS[kind], ref),) if kind in _KINDS and ref else ()


def _sender(who: str) -> Sender:
    return Sender(address(PLATFORM, who), NAMELESS)


# --- events ---------------------------------------------------------------------------------------------------------


def _event(push: Mapping[str, Any], who: str, at: Instant, now: Instant) -> Pushed:
    event, about = _text(push, "Event").lower(), _text(push, "EventKey")
    chat = address(PLATFORM, who)
    key = f"{PLATFORM}:{who}:{at // SECOND}:{event}:{about}"
    if len(key) > LONGEST_KEY and event in HEARD:
        raise Unreadable("an event with more about it than any")

    def done(key: str, **what: Any) -> Inbound:
        window = _touch(now)
        return Inbound(key, at, chat, True, _sender(who), to_bot=True, at_once=AT_ONCE, window=window, **what)

    match event:
        case "subscribe":
            place = about.removeprefix(SCENE_PREFIX) if about.startswith(SCENE_PREFIX) else None
            here = Inbound(key, at, chat, True, _sender(who), event=Event.UNBLOCKED)
            start = "" if place is None else f"{PLACE_PREFIX}{place}"
            return (here, done(f"{key}:start", start=start))
        case "unsubscribe":
            return (Inbound(key, at, chat, True, _sender(who), event=Event.BLOCKED),)
        case "scan" if about:
            return (done(key, start=f"{PLACE_PREFIX}{about}"),)
        case "click" if about in MENU:
            return (done(key, text=about),)
        case "templatesendjobfinish":
            status = _text(push, "Status").lower()
            why = "" if status == "success" else status.removeprefix("failed:").strip() or "failed"
            return TemplateEnd(chat, f"template:{_text(push, 'MsgID')}", why)
        case "subscribe_msg_sent_event":
            return _notice_end(push, chat)
    return ()


def _notice_end(push: Mapping[str, Any], chat: Address) -> Pushed:
    """Return what became of a subscription notice that did not arrive; of one that did there is nothing to say."""
    around = push.get("SubscribeMsgSentEvent")
    listed = around.get("List") if isinstance(around, Mapping) else None
    for one in listed if isinstance(listed, list) else [listed]:
        if isinstance(one, Mapping) and _text(one, "ErrorCode") not in ("", "0"):
            why = _text(one, "ErrorStatus") or "failed"
            return TemplateEnd(chat, "subscribe:", why, _text(one, "TemplateId"))
    return ()
