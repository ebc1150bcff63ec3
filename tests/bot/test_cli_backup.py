"""A backup holds everything, and what comes out of it is what went in."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import io
import os
import sqlite3
import tarfile
from contextlib import closing

import pytest

from storage.database import open_store
from storage.disk import name_whole
from storage.media import MediaFolder
from tests.platforms.telegram import a_photo


@pytest.fixture
def kept(folder):
    """A settled folder with one photo, and its backup."""
    folder.settle()
    folder.photo = MediaFolder(folder.path / "media").put(a_photo(), "image/jpeg").sha256
    done = folder.huying("backup", "b.tar")
    assert done.code == 0, done.err
    return folder


def content_of(folder):
    text = (folder.path / "jinghe.toml").read_text(encoding="utf-8")
    folder.write("now.toml", text)
    return folder.huying("import", "--dry-run", "now.toml").out


def test_after_everything_is_lost_a_restore_brings_it_back(kept):
    (kept.path / "huying.db").unlink()
    photo = MediaFolder(kept.path / "media").path(kept.photo)
    before = photo.read_bytes()
    photo.unlink()
    done = kept.huying("restore", "b.tar")
    assert done.code == 0, done.err
    assert "cannot be known" in done.err  # who was erased since
    assert photo.read_bytes() == before
    assert "nothing changes" in content_of(kept)
    assert kept.huying("verify").code == 0


def test_a_restore_overwrites_only_by_force_and_keeps_what_was_there(kept):
    refused = kept.huying("restore", "b.tar")
    assert (refused.code, "--force" in refused.err) == (1, True)
    with closing(sqlite3.connect(kept.path / "huying.db")) as file, file:
        file.execute(
            "INSERT INTO erased (person, at, rest) VALUES ('r-mei', 9, ''), ('r-new', -9, ''), ('r-wx', 9, '')"
        )
    forced = kept.huying("restore", "b.tar", "--force")
    assert forced.code == 0
    assert "有 1 次删除个人信息" in forced.err
    assert (kept.path / "huying.db.before-restore-1").exists()


def test_a_database_in_use_is_not_replaced(kept):
    before = (kept.path / "huying.db").read_bytes()

    async def meanwhile(store):
        done = await asyncio.to_thread(kept.process, "restore", "b.tar", "--force")
        assert done.code == 1
        assert "先停下它" in done.err
        assert "in use" in done.err

    kept.in_store(meanwhile)
    assert (kept.path / "huying.db").read_bytes() == before


def test_a_backup_is_made_while_the_program_writes(folder):
    folder.settle()

    async def meanwhile(store):
        async with store.turn() as turn:
            await turn.tokens.set("a", "uncommitted")
            done = await asyncio.to_thread(folder.process, "backup", "b.tar")
            assert done.code == 0, done.err

    folder.in_store(meanwhile)
    with tarfile.open("b.tar") as tar:
        tar.extract("huying.db", "out", filter="data")
    with sqlite3.connect("out/huying.db") as database:
        assert database.execute("SELECT count(*) FROM tokens").fetchone() == (0,)


def test_a_backup_never_overwrites(kept):
    before = (kept.path / "b.tar").read_bytes()
    assert kept.huying("backup", "b.tar").code == 1
    assert (kept.path / "b.tar").read_bytes() == before
    assert kept.huying("backup", "gone/b.tar").code == 1


def test_nothing_is_left_lying_about(kept):
    kept.huying("restore", "b.tar", "--force")
    assert not [
        path for path in kept.path.iterdir() if path.name.startswith(".huying") or "part" in path.name
    ]


def test_a_backup_with_a_broken_ledger_is_restored_by_force_only_and_says_so(kept):
    with sqlite3.connect("huying.db") as database:
        database.execute("UPDATE ledger_heads SET seq = seq + 1")
        if not database.execute("SELECT count(*) FROM ledger_heads").fetchone()[0]:
            database.execute("INSERT INTO ledger_heads (community, seq, hash) VALUES ('jinghe', 5, 'x')")
    kept.huying("backup", "broken.tar")
    (kept.path / "huying.db").unlink()
    refused = kept.huying("restore", "broken.tar")
    assert (refused.code, (kept.path / "huying.db").exists()) == (1, False)
    forced = kept.huying("restore", "broken.tar", "--force")
    assert (forced.code, (kept.path / "huying.db").exists()) == (1, True)
    assert "jinghe" in forced.err


def tar_of(members, name="bad.tar"):
    with tarfile.open(name, "w") as tar:
        for member, content in members:
            entry = tarfile.TarInfo(member) if isinstance(member, str) else member
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return name


def link(name, target):
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = tarfile.SYMTYPE, target
    return entry


LABEL = ("huying.json", b'{"format": 1}')
GOOD = hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize(
    "members",
    [
        [],
        [LABEL],
        [("huying.json", b'{"format": 2}'), ("huying.db", b"")],
        [("huying.json", b"not json"), ("huying.db", b"")],
        [("huying.json", b"[]"), ("huying.db", b"")],
        [LABEL, ("huying.db", b"no database")],
        [LABEL, ("../outside", b"x")],
        [LABEL, ("/tmp/outside", b"x")],
        [LABEL, ("huying.db", b""), ("huying.db", b"")],
        [LABEL, (link("huying.db", "/etc/passwd"), b"")],
        [LABEL, (f"media/{GOOD[:2]}/{GOOD}.jpg", b"another photo")],
        [LABEL, (f"media/00/{GOOD}.jpg", b"")],
    ],
)
def test_a_file_that_is_no_whole_backup_of_ours_touches_nothing(kept, members):
    before = {path: path.read_bytes() for path in kept.path.rglob("*") if path.is_file()}
    done = kept.huying("restore", tar_of(members), "--force")
    (kept.path / "bad.tar").unlink()
    assert (done.code, len(done.err.splitlines())) == (1, 1), done.err
    assert "unexpected" not in done.err
    assert {path: path.read_bytes() for path in kept.path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_backup_cut_short_touches_nothing(kept, share):
    whole = (kept.path / "b.tar").read_bytes()
    (kept.path / "b.tar").write_bytes(whole[: int(len(whole) * share)])
    done = kept.huying("restore", "b.tar", "--force")
    assert (done.code, len(done.err.splitlines())) == (1, 1)
    assert not (kept.path / "huying.db.before-restore-1").exists()


def test_a_backup_that_is_not_there_is_one_clear_line(folder):
    done = folder.huying("restore", "gone.tar")
    assert (done.code, len(done.err.splitlines())) == (1, 1)


async def test_the_store_opens_what_was_restored(kept):
    await asyncio.to_thread((kept.path / "huying.db").unlink)
    assert (await asyncio.to_thread(kept.process, "restore", "b.tar")).code == 0
    store = await open_store("sqlite:///huying.db")
    assert list((await store.directory()).communities) == ["jinghe"]
    await store.close()


def test_a_disk_without_hard_links_takes_a_backup_too_and_loses_none(folder, monkeypatch):
    def refused(part, file):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    folder.settle()
    monkeypatch.setattr("os.link", refused)
    assert folder.huying("backup", "b.tar").code == 0
    (folder.path / "part").touch()
    with pytest.raises(FileExistsError):
        name_whole(folder.path / "part", folder.path / "b.tar")
    assert (folder.path / "b.tar").stat().st_size > 0
