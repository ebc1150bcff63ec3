"""What the disks say, and that nobody waits for one that says nothing."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path, PosixPath

import pytest

from bot import disks as room
from bot.disks import BACKUPS, Disks


class Away(PosixPath):
    """A folder on a machine that does not answer until `back` is set."""

    back: threading.Event
    asked: int

    def is_dir(self) -> bool:
        self.asked += 1
        self.back.wait()
        return True


async def test_room_and_the_newest_backup_are_told(tmp_path: Path) -> None:
    for day in (21, 22):
        (tmp_path / f"huying-2026-11-{day}-030000.tar").touch()
    disks = Disks({BACKUPS: tmp_path, "media": tmp_path / "not" / "yet"})
    await disks.look()
    assert disks.told["media"].free > 0
    assert disks.told["media"].backup_at is None
    assert disks.told[BACKUPS].backup_at == (tmp_path / "huying-2026-11-22-030000.tar").stat().st_mtime


async def test_a_disk_that_does_not_answer_holds_nobody_up_and_is_asked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "PATIENCE", 0.01)
    away = Away(tmp_path)
    away.back, away.asked = threading.Event(), 0
    disks = Disks({BACKUPS: away, "media": tmp_path})
    try:
        while "media" not in disks.told:
            await disks.look()
        for _ in range(3):
            await disks.look()
        assert BACKUPS not in disks.told
        assert away.asked == 1
    finally:
        away.back.set()
    while BACKUPS not in disks.told:
        await disks.look()
        await asyncio.sleep(0)


async def test_a_disk_that_cannot_be_asked_is_left_out(tmp_path: Path) -> None:
    loop = tmp_path / BACKUPS
    loop.mkdir()
    (loop / "huying-2026-11-22-030000.tar").symlink_to("huying-2026-11-22-030000.tar")
    disks = Disks({BACKUPS: loop, "media": tmp_path})
    await disks.look()
    assert set(disks.told) == {"media"}
