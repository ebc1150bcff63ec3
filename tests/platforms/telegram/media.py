"""Pictures and other files as the bot sends them: uploaded, or by the id of a file Telegram already has."""

from __future__ import annotations

import io
import itertools
import secrets
from collections.abc import Mapping
from typing import NamedTuple

from PIL import Image

from tests.platforms.telegram.messages import File
from tests.platforms.telegram.refusals import Refused, bad
from tests.platforms.telegram.world import World

LARGEST_UPLOAD = 50 * 1024 * 1024
LARGEST_PHOTO = 10 * 1024 * 1024
LARGEST_DOWNLOAD = 20 * 1024 * 1024
COLOURS = itertools.count(1)


class Upload(NamedTuple):
    name: str
    content: bytes
    mime: str


Uploads = Mapping[str, Upload]


def a_photo(width: int = 320, height: int = 240) -> bytes:
    """Return a small JPEG unlike every other one, for people to send."""
    shade = next(COLOURS)
    picture = Image.new("RGB", (width, height), (shade * 37 % 256, shade * 91 % 256, shade * 53 % 256))
    out = io.BytesIO()
    picture.save(out, "JPEG", comment=f"photo {shade}")
    return out.getvalue()


def sizes(world: World, content: bytes) -> list[File]:
    """Keep a picture as Telegram does: a thumbnail and the whole. What is no picture is kept in one size."""
    try:
        picture = Image.open(io.BytesIO(content))
        small = picture.convert("RGB")
    except OSError:
        return [world.keep(content, "photos", width=800, height=600)]
    small.thumbnail((90, 90))
    out = io.BytesIO()
    small.save(out, "JPEG")
    thumbnail = world.keep(out.getvalue(), "photos", width=small.width, height=small.height)
    return [thumbnail, world.keep(content, "photos", width=picture.width, height=picture.height)]


def photo_sent(world: World, named: str | Upload | None) -> list[File]:
    """Return the sizes of the picture the bot sends. Raises Refused for what Telegram does not take as a photo."""
    if not isinstance(named, Upload):
        file = known(world, named, "photos")
        return [File(file.id, file.unique_id, file.content, file.path, file.about)]
    check_size(named)
    if len(named.content) > LARGEST_PHOTO:
        raise bad("file is too big")
    try:
        width, height = Image.open(io.BytesIO(named.content)).size
    except OSError as broken:
        raise bad("IMAGE_PROCESS_FAILED") from broken
    if width + height > 10000 or max(width, height) > 20 * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return sizes(world, named.content)


def file_sent(world: World, named: str | Upload | None, kind: str) -> File:
    """Return the voice or document the bot sends; `kind` is its folder."""
    if not isinstance(named, Upload):
        return known(world, named, kind)
    check_size(named)
    about = {"duration": 1} if kind == "voice" else {"file_name": named.name}
    return world.keep(named.content, kind, **about, mime_type=named.mime)


def check_size(upload: Upload) -> None:
    if not upload.content:
        raise bad("file must be non-empty")
    if len(upload.content) > LARGEST_UPLOAD:
        raise Refused(413, "Request Entity Too Large")


def known(world: World, file_id: str | None, kind: str) -> File:
    if file_id and file_id.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    file = world.files.get(file_id or "")
    if file is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if not file.path.startswith(f"{kind}/"):
        raise bad("type of file mismatch")
    return file


def upload_of(value: object, uploads: Uploads, name: str) -> str | Upload | None:
    """Return what a file parameter means: an upload under its own name, one it points to (attach://x), or an id."""
    if name in uploads:
        return uploads[name]
    if isinstance(value, str) and value.startswith("attach://"):
        attached = value.removeprefix("attach://")
        if attached not in uploads:
            raise bad("can't find attached file")
        return uploads[attached]
    return value if isinstance(value, str) else None


def album_number() -> str:
    return str(10**16 + secrets.randbelow(10**16))
