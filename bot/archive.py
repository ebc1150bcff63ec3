"""A backup in one file: a tar of `huying.json` (what it is), `huying.db` and `media/ab/abcdef….jpg`.

Plain tar, so that a community can open it without us. Photos are named by their content: putting them back can only add.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage import backup
from storage.database import Store
from storage.disk import name_whole
from storage.records import Instant

FORMAT = 1
DATABASE, LABEL = "huying.db", "huying.json"
PHOTO = re.compile(r"media/([0-9a-f]{2})/(\1[0-9a-f]{62})(\.[a-z0-9]{1,5})?")

Told = Callable[[int, int], None]


class NotABackup(Exception):
    """The file is no backup of ours, or not a whole one; the message is one clear line."""


async def write(store: Store, media: Path | None, file: Path, now: Instant, told: Told) -> int:
    """Write the backup and return how many photos it holds: none without `media`. `told(done, total)` counts them.

    It appears under its name only when it is whole and on the disk. Raises FileExistsError, OSError, StorageFailed.
    """
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".huying-") as folder:
        copy = Path(folder, DATABASE)
        # The database first: photos that come meanwhile are then too many, never too few.
        await store.backup(copy)
        return await asyncio.to_thread(_pack, copy, media, file, now, told)


def _pack(database: Path, media: Path | None, file: Path, now: Instant, told: Told) -> int:
    photos = sorted(_photos(media)) if media else []
    part = database.with_name("part.tar")
    packed = 0
    with part.open("xb") as raw, tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
        label = json.dumps({"format": FORMAT, "made_at": now}).encode()
        entry = tarfile.TarInfo(LABEL)
        entry.size, entry.mtime = len(label), now // 1000
        tar.addfile(entry, io.BytesIO(label))
        tar.add(database, DATABASE)
        for number, path in enumerate(photos, 1):
            try:
                tar.add(path, _inside(path))
                packed += 1
            except FileNotFoundError:
                continue  # retention took it away since we listed it; the database copy says so, or will at its turn
            told(number, len(photos))
        tar.close()
        raw.flush()
        os.fsync(raw.fileno())
    name_whole(part, file)
    return packed


def _photos(media: Path) -> Iterator[Path]:
    return (path for path in media.glob("??/*") if PHOTO.fullmatch(_inside(path)))


def _inside(photo: Path) -> str:
    return f"media/{photo.parent.name}/{photo.name}"


@dataclass
class Unpacked:
    """A backup spread out beside the database it is meant for."""

    folder: Path
    photos: int

    @property
    def database(self) -> Path:
        return self.folder / DATABASE

    def put(self, target: Path, media: Path) -> backup.Former | None:
        """Put photos and database in their places; return what stood there. Raises BadDatabase, StorageFailed."""
        self.put_photos(media)
        return backup.restore(self.database, target)

    def put_photos(self, media: Path) -> None:
        """To be done first: a database must never name photos that are not there yet."""
        for path in sorted(self.folder.glob("media/??/*")):
            place = media / path.relative_to(self.folder / "media")
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(path, place)


@contextmanager
def unpacked(file: Path, beside: Path, told: Told) -> Iterator[Unpacked]:
    """Spread a backup out in a folder of its own under `beside`, checked; it is gone afterwards.

    `told(done, total)` counts bytes. Raises NotABackup.
    """
    with tempfile.TemporaryDirectory(dir=beside, prefix=".huying-") as folder:
        place = Path(folder)
        try:
            photos = _spread(file, place, told)
        except (tarfile.TarError, EOFError) as wrong:
            raise NotABackup(f"{file} 不是完整的备份 · is not a whole backup: {wrong}") from wrong
        if not (place / LABEL).exists() or not (place / DATABASE).exists():
            raise NotABackup(f"{file} 不是呼应的备份 · is not a backup of Huying")
        _check_label(file, (place / LABEL).read_bytes())
        yield Unpacked(place, photos)


def _check_label(file: Path, label: bytes) -> None:
    try:
        made_as = json.loads(label)["format"]
    except (ValueError, TypeError, KeyError) as wrong:
        raise NotABackup(f"{file} 不是呼应的备份 · is not a backup of Huying") from wrong
    if made_as != FORMAT:
        raise NotABackup(f"{file} 是更新的程序写的 · was written by a newer program")


def _spread(file: Path, place: Path, told: Told) -> int:
    """Write out the members we know and return how many photos there were; any other member is refused."""
    size, photos = file.stat().st_size, 0
    with tarfile.open(file, "r:") as tar:
        for entry in tar:
            photo = PHOTO.fullmatch(entry.name)
            target = place / entry.name
            ours = entry.isreg() and (photo or entry.name in (DATABASE, LABEL)) and not target.exists()
            source = tar.extractfile(entry) if ours else None
            if source is None:
                raise NotABackup(f"{file} 里有不认识的东西 · holds something unknown: {entry.name[:80]!r}")
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as written:
                shutil.copyfileobj(source, written)
            if photo:
                photos += 1
                with target.open("rb") as content:
                    if hashlib.file_digest(content, "sha256").hexdigest() != photo[2]:
                        raise NotABackup(f"{file} 里的照片损坏 · a photo is damaged: {entry.name}")
            told(entry.offset, size)
    return photos
