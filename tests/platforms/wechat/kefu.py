"""Customer-service messages (客服消息): what may be sent to somebody who has just been heard of, and how much of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.platforms.wechat.refusals import JSON, Refused
from tests.platforms.wechat.seen import Choice, Seen

if TYPE_CHECKING:
    from tests.platforms.wechat.world import World

LONGEST_TEXT = 2048
KNOWN = {"voice", "video", "music", "mpnews", "mpnewsarticle", "wxcard", "miniprogrampage", "link"}


class NotDone(Exception):
    """WeChat does this, but nobody needed it here yet: an HTTP 501, so that it is not taken for WeChat's own answer."""


def custom_send(world: World, body: JSON) -> None:
    """Send one message. Raises Refused; what is refused counts against no quota."""
    resident = world.reader(body.get("touser"))
    kind = body.get("msgtype")
    if kind in KNOWN:
        raise NotDone(f"customer-service messages of type {kind}")
    if not isinstance(kind, str) or kind not in READERS:
        raise Refused(40008)
    part = body.get(kind)
    if not isinstance(part, dict):
        raise Refused(47001)
    seen = READERS[kind](world, part)
    # An unfollowed account has no window: WeChat's words for both are the same (… or subscription is canceled).
    resident.allowance.spend(world.clock())
    world.shows(resident, seen)


def _text(world: World, part: JSON) -> Seen:
    return Seen("kefu", "text", world.clock(), _words(part.get("content")))


def _image(world: World, part: JSON) -> Seen:
    media = world.shelf.find(part.get("media_id"), "image")
    return Seen("kefu", "image", world.clock(), image=media.content)


def _menu(world: World, part: JSON) -> Seen:
    lines = part.get("list")
    if not isinstance(lines, list) or not lines:
        raise Refused(47001)
    menu = tuple(Choice(str(line.get("id", "")), _words(line.get("content"))) for line in lines)
    if not all(isinstance(line.get("id"), str) and line["id"] for line in lines):
        raise Refused(47001)
    parts = (part.get("head_content", ""), *(choice.content for choice in menu), part.get("tail_content", ""))
    return Seen(
        "kefu", "msgmenu", world.clock(), _words("\n".join(str(one) for one in parts if one)), menu=menu
    )


def _news(world: World, part: JSON) -> Seen:
    articles = part.get("articles")
    if not isinstance(articles, list) or len(articles) != 1:
        raise Refused(45008, "article size out of limit")
    shown = "\n".join(str(articles[0].get(name, "")) for name in ("title", "description", "url"))
    return Seen("kefu", "news", world.clock(), shown)


def _words(content: object) -> str:
    if not isinstance(content, str):
        raise Refused(47001)
    if not content:
        raise Refused(44004)
    if len(content.encode()) > LONGEST_TEXT:
        raise Refused(45002)
    return content


READERS = {"text": _text, "image": _image, "msgmenu": _menu, "news": _news}
