"""The night's backup: a new file that was restored on trial, photos once beside it, the old ones gone only then."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot import backups
from storage.database import Store
from storage.media import MediaFolder
from storage.records import DAY, Attachment
from tests.bot.folder import Folder, Run
from tests.platforms.telegram import a_photo
from tests.storage.things import report


@pytest.fixture
def settled(folder: Folder) -> Folder:
    """A community with one ticket and one photo, and an empty folder for backups."""
    folder.settle()
    (folder.path / "backups").mkdir()
    photo = MediaFolder(folder.path / "media").put(a_photo(), "image/jpeg").sha256

    async def a_report(store: Store) -> None:
        async with store.turn() as turn:
            ticket = report(turn)
            await turn.media.add(Attachment(0, ticket.id, 0, "web", "photo", "f", None, 9, photo))

    folder.in_store(a_report)
    return folder


def night(folder: Folder) -> Run:
    # In a process of its own: it makes itself nice.
    return folder.process("backup", "--nightly", "backups")


def files(folder: Folder) -> list[Path]:
    return sorted((folder.path / "backups").glob("huying-*.tar"))


def aged(folder: Folder, day: str) -> Path:
    """An older backup, as an earlier night left it."""
    old = folder.path / "backups" / f"huying-{day}-030000.tar"
    old.write_bytes(b"an old backup")
    return old


def test_it_is_a_file_of_its_own_that_restores_with_its_photos(settled: Folder) -> None:
    done = night(settled)
    assert done.code == 0, done.err
    assert "工单 tickets 1" in done.err
    (file,) = files(settled)
    assert list((settled.path / "backups").glob(".huying-*")) == []
    for name in ("huying.db", "huying.db-wal", "huying.db-shm"):
        (settled.path / name).unlink(missing_ok=True)
    shutil.rmtree(settled.path / "media")
    restored = settled.huying("restore", str(file))
    assert restored.code == 0, restored.err
    assert "photos 1" in restored.out
    assert len(list((settled.path / "media").glob("??/*.jpg"))) == 1
    assert settled.huying("verify").code == 0


def test_a_photo_is_copied_once(settled: Folder) -> None:
    assert "new photos 1" in night(settled).err
    files(settled)[0].rename(settled.path / "backups" / "huying-2026-01-01-030000.tar")
    assert "new photos 0" in night(settled).err


def test_what_is_two_weeks_old_goes_when_a_new_one_stands(settled: Folder) -> None:
    ancient, foreign = aged(settled, "2020-02-01"), settled.path / "backups" / "notes.txt"
    foreign.write_text("ours")
    assert night(settled).code == 0
    assert not ancient.exists()
    assert foreign.exists()
    assert len(files(settled)) == 1


def test_a_ledger_that_does_not_hold_makes_no_backup_and_costs_no_old_one(settled: Folder) -> None:
    ancient = aged(settled, "2020-02-01")
    with closing(sqlite3.connect(settled.path / "huying.db")) as file:
        file.execute("DROP TRIGGER ledger_is_never_changed")
        file.execute("UPDATE ledger SET person = 'nobody'")
        file.commit()
    done = night(settled)
    assert done.code == 1
    assert "huying verify" in done.err
    assert len(done.err.splitlines()) == 1
    assert files(settled) == [ancient]


def test_a_disk_too_full_is_said_before_anything_is_written(
    settled: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = SimpleNamespace(total=10**9, used=10**9 - 1000, free=1000)
    monkeypatch.setattr(backups.shutil, "disk_usage", lambda folder: free)
    monkeypatch.setattr("os.nice", lambda more: 0)
    done = settled.huying("backup", "--nightly", "backups")
    assert done.code == 1
    assert "too full" in done.err
    assert files(settled) == []


def test_a_photo_that_cannot_be_read_does_not_stand_in_the_way(settled: Folder) -> None:
    (photo,) = (settled.path / "media").glob("??/*.jpg")
    photo.unlink()
    photo.mkdir()  # for whoever opens it as good as a bad sector
    done = night(settled)
    assert done.code == 0, done.err
    assert "damaged photos, not copied: 1" in done.err


def test_a_damaged_photo_is_told_and_does_not_stand_in_the_way(settled: Folder) -> None:
    (photo,) = (settled.path / "media").glob("??/*.jpg")
    photo.write_bytes(b"rotten")
    done = night(settled)
    assert done.code == 0, done.err
    assert "damaged photos, not copied: 1" in done.err
    assert len(files(settled)) == 1
    assert list((settled.path / "backups" / "media").glob("??/*")) == []


def test_what_a_process_that_died_left_behind_is_taken_away(settled: Folder) -> None:
    left, fresh = (settled.path / "backups" / f".huying-{name}" for name in ("dead", "alive"))
    for work in (left, fresh):
        work.mkdir()
        (work / "backup.tar").write_bytes(b"half")
    os.utime(left, (1, 1))
    assert night(settled).code == 0
    assert not left.exists()
    assert fresh.exists()


def test_check_says_whether_backups_are_made(settled: Folder) -> None:
    assert "没有设置 HUYING_BACKUPS" in settled.huying("check").out
    settled.set(BACKUPS="backups")
    assert "还没有备份" in settled.huying("check").out
    night(settled)
    assert "备份 backups：backups/huying-" in settled.huying("check").out
    settled.set(BACKUPS="gone")
    done = settled.huying("check")
    assert (done.code, "备份目录 gone：不能写入" in done.out) == (1, True)


def test_check_says_when_the_last_backup_is_old(settled: Folder) -> None:
    settled.set(BACKUPS="backups")
    os.utime(aged(settled, "2020-02-01"), (1, 1))
    done = settled.huying("check")
    assert done.code == 1
    assert "days old" in done.out


def test_a_folder_that_is_not_there_is_not_made(settled: Folder) -> None:
    done = settled.process("backup", "--nightly", "unmounted")
    assert (done.code, "there is no folder" in done.err) == (1, True)
    assert not (settled.path / "unmounted").exists()


def test_two_of_the_same_second_do_not_take_each_others_name(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        names.append(backups._name(tmp_path, 1_795_323_600_000, "Asia/Shanghai"))
        names[-1].touch()
    assert [file.name for file in names] == [f"huying-2026-11-22-13000{n}.tar" for n in range(3)]


def test_a_photo_that_was_deleted_goes_from_beside_the_backups_when_those_that_name_it_are_gone(
    settled: Folder,
) -> None:
    assert night(settled).code == 0
    (photo,) = (settled.path / "media").glob("??/*.jpg")
    copy = settled.path / "backups" / "media" / photo.relative_to(settled.path / "media")
    photo.unlink()

    async def forgotten(store: Store) -> None:
        async with store.turn() as turn:
            (one,) = await turn.media.of("jinghe-1001")
            await turn.ledger.sql.run("erase_photos", ids=f"[{one.id}]")

    settled.in_store(forgotten)
    assert night(settled).code == 0
    assert copy.exists()  # the backups that name it are still there
    book = settled.path / "backups" / "media" / backups.MISSED
    missed = json.loads(book.read_text())
    book.write_text(json.dumps({one: at - 15 * DAY for one, at in missed.items()}))
    assert night(settled).code == 0
    assert not copy.exists()
    assert json.loads(book.read_text()) == {}


def test_a_media_folder_that_is_lost_costs_no_copy(settled: Folder) -> None:
    (photo,) = (settled.path / "media").glob("??/*.jpg")
    assert night(settled).code == 0
    shutil.rmtree(settled.path / "media")
    book = settled.path / "backups" / "media" / backups.MISSED
    book.write_text(json.dumps({photo.stem: 0}))
    assert night(settled).code == 0
    assert len(list((settled.path / "backups" / "media").glob("??/*.jpg"))) == 1
