"""Temporary media: what residents send and the account uploads, kept for three days."""

from __future__ import annotations

import io
import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from tests.platforms.wechat.refusals import Refused

KEPT = 3 * 86400.0
LARGEST = {"image": 10 << 20, "voice": 2 << 20, "video": 10 << 20, "thumb": 64 << 10}
TOO_LARGE = {"image": 40009, "voice": 40010, "video": 40011, "thumb": 40009}
MIME = {"image": "image/jpeg", "voice": "voice/amr", "video": "video/mp4", "thumb": "image/jpeg"}
COLOURS = itertools.count(1)


@dataclass(frozen=True)
class Media:
    """One file. `until`: when it is deleted, in seconds."""

    id: str
    kind: str
    content: bytes
    until: float

    @property
    def mime(self) -> str:
        return "image/png" if self.content.startswith(b"\x89PNG") else MIME[self.kind]


class Shelf:
    """All temporary media of the account."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.media: dict[str, Media] = {}

    def keep(self, kind: str, content: bytes) -> Media:
        media = Media(secrets.token_urlsafe(48), kind, content, self.clock() + KEPT)
        self.media[media.id] = media
        return media

    def find(self, media_id: object, *kinds: str) -> Media:
        """Return a live file, of one of `kinds` if any are given. Raises Refused 40007."""
        media = self.media.get(media_id) if isinstance(media_id, str) else None
        if media is None or self.clock() >= media.until or (kinds and media.kind not in kinds):
            raise Refused(40007)
        return media

    def take(self, kind: str, name: str, content: bytes) -> Media:
        """Keep what the account uploads. Raises Refused for what is no such file or too large."""
        if kind not in LARGEST:
            raise Refused(40004)
        if not content:
            raise Refused(41005)
        if len(content) > LARGEST[kind]:
            raise Refused(TOO_LARGE[kind])
        if kind in ("image", "thumb") and not is_picture(content):
            raise Refused(40005)
        if "." not in name:
            raise Refused(40005, "invalid file type hint: the file has no extension")
        return self.keep(kind, content)


def is_picture(content: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return picture.format in ("JPEG", "PNG", "GIF", "BMP")
    except OSError:
        return False


def a_photo(width: int = 320, height: int = 240) -> bytes:
    """Return a small JPEG unlike every other one, for residents to send."""
    shade = next(COLOURS)
    picture = Image.new("RGB", (width, height), (shade * 37 % 256, shade * 91 % 256, shade * 53 % 256))
    out = io.BytesIO()
    picture.save(out, "JPEG", comment=f"wechat photo {shade}")
    return out.getvalue()


def a_voice() -> bytes:
    """Return the beginning of an AMR recording, unlike every other one."""
    return b"#!AMR\n" + secrets.token_bytes(64)
