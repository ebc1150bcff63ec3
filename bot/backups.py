"""The folder of backups: one new file a night, restored on trial before it counts, the old ones gone after two weeks.

The file holds the database. Photos never change and are many: they are copied once into `media/` beside the files, and
`huying restore` finds them there.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import archive
from bot.archive import Told
from storage.database import Store, open_store, path_of
from storage.disk import name_whole, sync_folder
from storage.proof import Verdict, verify
from storage.records import DAY, HOUR, Instant

KEPT_DAYS = 14
NAME = re.compile(r"huying-(\d{4}-\d{2}-\d{2})-(\d{6})\.tar")
WORK = ".huying-"
"""Folders that begin so hold work under way; one that is six hours old was left by a process that died."""

PHOTOS = "media"
MISSED = "missed.json"
"""Beside the copies: since when which of them is not in the media folder any more, in ms UTC."""
SPARE = 64 * 1024 * 1024
"""Bytes that stay free at least: the disk may be the one the program itself writes to."""


class BackupFailed(Exception):
    """No backup was made; the message is one clear line. What was there before is untouched."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made and proven. `photos`: how many were copied beside it; `damaged`: how many could not be,
    because they cannot be read or are no longer what their name says; `gone`: old backups taken away."""

    file: Path
    lines: int
    tickets: int
    photos: int
    damaged: int
    gone: int


def newest(folder: Path) -> Path | None:
    """Return the youngest backup in the folder; None when there is none. Raises OSError."""
    return max((file for file in folder.iterdir() if NAME.fullmatch(file.name)), default=None)


async def make(store: Store, media: Path, folder: Path, now: Instant, zone: str, told: Told) -> Made:
    """Write tonight's backup into `folder`, restore it on trial, prove it, and let go of what is too old.

    Raises BackupFailed, NotABackup, OSError, StorageFailed, BadDatabase: then nothing was taken away.
    """
    _tidy(folder)
    file = _name(folder, now, zone)
    missing = await asyncio.to_thread(lambda: list(_missing(media, folder / PHOTOS)))
    _room(store, folder, missing)
    async with store.view() as view:
        before = sum((await view.tickets.counts()).values())
    with tempfile.TemporaryDirectory(dir=folder, prefix=WORK) as work:
        part = Path(work, "backup.tar")
        await archive.write(store, None, part, now, told)
        tickets, verdict = await _restored(part, Path(work), told)
        # Tickets are never taken away, so there can only be more than when we began.
        if tickets < before:
            raise BackupFailed(f"备份里少了工单：{tickets}/{before} · tickets are missing in the backup")
        name_whole(part, file)
    sync_folder(folder)
    # One photo that is damaged where it lies must not stand between the database and its backup.
    photos, damaged = await asyncio.to_thread(_copy, missing, media, folder / PHOTOS)
    await _let_photos_go(store, media, folder / PHOTOS, now)
    return Made(file, verdict.lines, tickets, photos, damaged, _let_go(folder, file, now))


async def _restored(file: Path, work: Path, told: Told) -> tuple[int, Verdict]:
    """Do what `huying restore` would, on a scratch file; return how many tickets are there, and the ledger's proof."""
    target = work / "restored.db"
    with archive.unpacked(file, work, told) as found:
        await asyncio.to_thread(found.put, target, work / PHOTOS)
    restored = await open_store(f"sqlite:///{target}", readers=1)
    try:
        if waiting := await restored.pending():
            raise BackupFailed(f"备份缺少 · the backup lacks {' '.join(waiting)}")
        async with restored.view() as view:
            tickets = sum((await view.tickets.counts()).values())
        verdict = await verify(restored, progress=told)
    finally:
        await restored.close()
    if not verdict.ok:
        where = f"{verdict.community} {verdict.first_bad_seq or ''} {verdict.ticket}".strip()
        raise BackupFailed(
            f"备份里的台账核对不上：{where}（{verdict.why}），请运行 huying verify · its ledger does not hold"
        )
    return tickets, verdict


def _name(folder: Path, now: Instant, zone: str) -> Path:
    """Return a name nobody has, of this second or the next free one."""
    at = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(zone))
    while (file := folder / f"huying-{at:%Y-%m-%d-%H%M%S}.tar").exists():
        at += timedelta(seconds=1)
    return file


def _room(store: Store, folder: Path, missing: list[Path]) -> None:
    """Raise BackupFailed where the disk would run full: the file, its database once more, and the one restored."""
    last = newest(folder)
    size = last.stat().st_size if last else 0
    if store.url.startswith("sqlite:"):
        database = path_of(store.url)
        size = sum(one.stat().st_size for one in (database, Path(f"{database}-wal")) if one.exists())
    needed = 3 * size + sum(photo.stat().st_size for photo in missing) + SPARE
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupFailed(
            f"备份目录 {folder} 只剩 {free / 1e6:.0f} MB，要 {needed / 1e6:.0f} MB · the disk is too full for a backup"
        )


def _missing(media: Path, copies: Path) -> Iterator[Path]:
    for photo in sorted(media.glob("??/*")):
        inside = photo.relative_to(media)
        if archive.PHOTO.fullmatch(f"{PHOTOS}/{inside.as_posix()}") and not (copies / inside).exists():
            yield photo


def _copy(photos: list[Path], media: Path, copies: Path) -> tuple[int, int]:
    """Return how many were copied, and how many are damaged where they lie and were left there."""
    copied = damaged = 0
    for photo in photos:
        try:
            content = photo.read_bytes()
        except FileNotFoundError:
            continue  # it was taken away since we looked
        except OSError:
            damaged += 1
            continue
        if hashlib.sha256(content).hexdigest() != photo.stem:
            damaged += 1
            continue
        place = copies / photo.relative_to(media)
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f"{WORK}{place.name}")
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(place)
        copied += 1
    return copied, damaged


def bring_photos(file: Path, media: Path, named: Collection[str]) -> int:
    """Put the photos that lie beside a night's backup in their place, as far as they are not there and the backup names
    them (by hash); return how many. The others were deleted before it was made."""
    copies = file.absolute().parent / PHOTOS
    if not NAME.fullmatch(file.name) or not copies.is_dir() or copies.resolve() == media.resolve():
        return 0
    return _copy([copy for copy in _missing(copies, media) if copy.stem in named], copies, media)[0]


def _let_go(folder: Path, new: Path, now: Instant) -> int:
    """Take away what is older than two weeks by its name; only called when a new one stands."""
    oldest = datetime.fromtimestamp((now - KEPT_DAYS * DAY) / 1000, UTC).date().isoformat()
    old = [
        file
        for file in folder.iterdir()
        if (named := NAME.fullmatch(file.name)) and named[1] < oldest and file != new
    ]
    for file in old:
        file.unlink()
    return len(old)


async def _let_photos_go(store: Store, media: Path, copies: Path, now: Instant) -> None:
    """Take away the copies of photos that were deleted two weeks ago, when no backup is left that speaks of them.

    Deleted is what the folder has not and the database does not name: a folder that is lost is named still.
    """
    gone = await asyncio.to_thread(lambda: {copy.stem: copy for copy in _missing(copies, media)})
    async with store.view() as view:
        named = await view.media_gone.spoken_of(gone)
    await asyncio.to_thread(_forget_copies, copies, {k: gone[k] for k in gone.keys() - named}, now)


def _forget_copies(copies: Path, gone: Mapping[str, Path], now: Instant) -> None:
    """Take away those missed for two weeks; since when each is missed stands beside them."""
    book = copies / MISSED
    before = json.loads(book.read_text("utf-8")) if book.exists() else {}
    missed = {sha256: int(before.get(sha256, now)) for sha256 in gone}
    for sha256, since in list(missed.items()):
        if now - since > KEPT_DAYS * DAY:
            gone[sha256].unlink(missing_ok=True)
            del missed[sha256]
    if missed or before:
        part = copies / f"{WORK}{MISSED}"
        part.write_text(json.dumps(missed), "utf-8")
        part.replace(book)


def _tidy(folder: Path) -> None:
    """Take away what a process that died in the middle has left."""
    for left in folder.glob(f"{WORK}*"):
        if left.is_dir() and time.time() - left.stat().st_mtime > 6 * HOUR / 1000:
            shutil.rmtree(left)
