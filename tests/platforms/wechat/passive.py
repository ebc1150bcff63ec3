"""The passive reply: the program's answer to a push, checked as strictly as WeChat does.

`success` or nothing says nothing. Whatever else is no message for the one who was pushed shows them that the account is
out of order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.platforms.wechat.envelope import Broken, Envelope
from tests.platforms.wechat.refusals import Refused
from tests.platforms.wechat.seen import Seen
from tests.platforms.wechat.xml import NotXml, read

if TYPE_CHECKING:
    from tests.platforms.wechat.pusher import Push
    from tests.platforms.wechat.world import World

LONGEST_TEXT = 2048
ENVELOPE = {"Encrypt", "MsgSignature", "TimeStamp", "Nonce"}
COMMON = {"ToUserName", "FromUserName", "CreateTime", "MsgType"}
PARTS = {
    "text": {"Content"},
    "image": {"Image"},
    "voice": {"Voice"},
    "video": {"Video"},
    "music": {"Music"},
    "news": {"ArticleCount", "Articles"},
}
FILES = {"image": "Image", "voice": "Voice", "video": "Video"}


class Wrong(Exception):
    """The answer is not one WeChat takes; the text says why."""


def said(world: World, push: Push) -> Seen | None:
    """Return what the answer shows the resident, None for nothing. Raises Wrong."""
    body = push.answer
    if not body or body == b"success":
        return None
    try:
        fields = read(opened(world.envelope, body) if world.envelope.key else body)
        return _message(world, push, fields)
    except (Broken, NotXml) as bad:
        raise Wrong(str(bad)) from bad


def opened(envelope: Envelope, body: bytes) -> str:
    """Return the words of a sealed answer. Raises Wrong, NotXml or Broken."""
    fields = read(body)
    if set(fields) != ENVELOPE:
        raise Wrong(f"safe mode takes exactly {sorted(ENVELOPE)}, not {sorted(fields)}")
    encrypted, signed, timestamp, nonce = (
        str(fields[name]) for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
    )
    if not timestamp.isdigit():
        raise Wrong(f"TimeStamp is {timestamp!r}")
    if not nonce:
        raise Wrong("Nonce is empty")
    if signed != envelope.msg_signature(timestamp, nonce, encrypted):
        raise Wrong("MsgSignature does not sign the answer")
    return envelope.open(encrypted)


def _message(world: World, push: Push, fields: dict[str, object]) -> Seen:
    kind = str(fields.get("MsgType"))
    if kind not in PARTS:
        raise Wrong(f"MsgType is {kind!r}")
    wanted = COMMON | PARTS[kind]
    if set(fields) != wanted:
        raise Wrong(f"a {kind} has {sorted(wanted)}, not {sorted(fields)}")
    if fields["ToUserName"] != push.openid or fields["FromUserName"] != world.original_id:
        raise Wrong(f"the answer goes from {fields['FromUserName']} to {fields['ToUserName']}")
    if not str(fields["CreateTime"]).isdigit():
        raise Wrong(f"CreateTime is {fields['CreateTime']!r}")
    seen = Seen("passive", kind, world.clock())
    if kind == "text":
        seen.text = _text(fields["Content"])
    if kind in FILES:
        seen.image = _file(world, kind, fields[FILES[kind]])
    if kind == "news":
        seen.text = _news(fields)
    if kind == "music":
        seen.text = str(_parts(fields["Music"], "Music").get("Title", ""))
    return seen


def _text(content: object) -> str:
    if not isinstance(content, str) or not content:
        raise Wrong("Content is empty")
    if (size := len(content.encode())) > LONGEST_TEXT:
        raise Wrong(f"Content has {size} bytes, {LONGEST_TEXT} are allowed")
    return content


def _file(world: World, kind: str, part: object) -> bytes:
    try:
        return world.shelf.find(_parts(part, kind).get("MediaId"), kind).content
    except Refused as refused:
        raise Wrong(f"the MediaId of the {kind}: {refused}") from refused


def _news(fields: dict[str, object]) -> str:
    item = _parts(_parts(fields["Articles"], "Articles").get("item"), "item")
    if fields["ArticleCount"] != "1":
        raise Wrong(f"ArticleCount is {fields['ArticleCount']}; an answer to a message has one article")
    return f"{item.get('Title', '')}\n{item.get('Description', '')}\n{item.get('Url', '')}"


def _parts(part: object, name: str) -> dict[str, object]:
    if not isinstance(part, dict):
        raise Wrong(f"<{name}> has nothing inside")
    return part
