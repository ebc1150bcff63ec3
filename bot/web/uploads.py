"""Reading a form that may carry photos, and putting the photos into the media folder."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.requests import Request

from handlers.messages import Piece
from storage.media import LARGEST, PHOTO, MediaFolder, NotKept

MOST_PHOTOS = 9
LARGEST_FORM = MOST_PHOTOS * 25 * 1024 * 1024
"""Bytes of a whole message: more than the photos may have, so that one too large is refused by name."""
MOST_FILES = 60
LONGEST_FIELD = 256 * 1024

# Taking a photo apart costs memory many times its size; two at once is what a small machine can bear.
_at_work = asyncio.Semaphore(2)


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed and chosen. `files` are those that were really chosen (browsers send an empty one for none)."""

    fields: Mapping[str, str]
    files: tuple[UploadFile, ...]

    def get(self, name: str) -> str:
        return self.fields.get(name, "")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A photo that was not kept: its file name, and why (a key of the `photo` texts)."""

    name: str
    why: str


async def read_form(request: Request) -> Form:
    """Return the form. Raises HTTPException 400 for one that is none, 413 for one too large."""
    form = await request.form(max_files=MOST_FILES, max_fields=40, max_part_size=LONGEST_FIELD)
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    sent = (*form.getlist("photo"), *form.getlist("file"))
    files = [f for f in sent if isinstance(f, UploadFile) and f.filename]
    return Form(fields, tuple(files))


async def keep_photos(media: MediaFolder, files: Sequence[UploadFile]) -> tuple[list[Piece], list[Refusal]]:
    """Put the photos into the media folder; return those kept, and those that were not with why.

    Raises StorageFailed when the folder cannot be written.
    """
    kept: list[Piece] = []
    refused: list[Refusal] = []
    for file in files:
        name = (file.filename or "")[-40:]
        if len(kept) >= MOST_PHOTOS:
            refused.append(Refusal(name, "too_many"))
        elif (file.size or 0) > LARGEST:
            refused.append(Refusal(name, "too_large"))
        else:
            try:
                kept.append(await keep(media, file))
            except NotKept as no:
                refused.append(Refusal(name, no.reason))
    return kept, refused


async def keep(media: MediaFolder, file: UploadFile) -> Piece:
    """Put one photo into the media folder. Raises NotKept."""
    async with _at_work:
        data = await file.read()
        stored = await asyncio.to_thread(media.put, data, file.content_type or "")
    if stored.kind != PHOTO:
        raise NotKept("not_media")
    return Piece(stored.kind, ref=stored.sha256, size=stored.size, sha256=stored.sha256)
