"""What a message may hold, wherever it is sent: checked, and cut off where WeCom cuts without a word.

Source: developer.work.weixin.qq.com/document/path/90236 (app), /90248 (appchat), /91770 (webhook).
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from tests.platforms.wecom.media import BEGINNINGS, MB, Media
from tests.platforms.wecom.refusals import JSON, Refused, bad

TEXT = 2048  # bytes
WEBHOOK_MARKDOWN = 4096
CARD_LIMITS = {"title": 128, "description": 512, "btntxt": 4}  # characters; beyond they are cut off


def content_of(asked: JSON, kinds: tuple[str, ...]) -> tuple[str, JSON]:
    """Return msgtype and what stands under that name. Raises Refused."""
    kind = asked.get("msgtype")
    if kind not in kinds:
        raise Refused(40008)
    content = asked.get(kind)
    if not isinstance(content, dict):
        raise bad(f"{kind} missing")
    return str(kind), dict(content)


def words(content: JSON, most: int, clipped: list[str] | None) -> JSON:
    """Check `content.content`: at most `most` bytes. Beyond, it is cut off and told in `clipped`, or refused without one."""
    text = content.get("content")
    if not isinstance(text, str) or not text.strip():
        raise Refused(44004)
    size = len(text.encode())
    if size > most and clipped is None:
        raise bad(f"content exceed max length {most}")
    if size > most and clipped is not None:
        clipped.append(f"content ({size} bytes > {most}): {text}")
        content["content"] = text.encode()[:most].decode(errors="ignore")
    return content


def textcard(content: JSON, clipped: list[str]) -> JSON:
    for field in ("title", "description", "url"):
        if not isinstance(content.get(field), str) or not content[field]:
            raise bad(f"textcard.{field} missing")
    if not content["url"].startswith(("http://", "https://")) or len(content["url"].encode()) > 2048:
        raise bad("textcard.url invalid")
    for field, most in CARD_LIMITS.items():
        if len(text := content.get(field, "")) > most:
            clipped.append(f"textcard.{field} ({len(text)} > {most}): {text}")
            content[field] = text[:most]
    return content


def uploaded(content: JSON, kind: str, media: Media) -> JSON:
    """Check that `content.media_id` is a file of that kind."""
    if media.get(content.get("media_id")).kind != kind:
        raise Refused(40007)
    return content


def carried(content: JSON) -> JSON:
    """Check a picture that comes in the message itself, as base64 with its md5 (webhook)."""
    try:
        picture = base64.b64decode(str(content.get("base64", "")), validate=True)
    except binascii.Error as broken:
        raise bad("image.base64 invalid") from broken
    if not picture.startswith(BEGINNINGS["image"]):
        raise Refused(40004)
    if len(picture) > 2 * MB:
        raise Refused(40009)
    if content.get("md5") != hashlib.md5(picture).hexdigest():
        raise bad("image.md5 does not match")
    return content
