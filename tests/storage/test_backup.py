from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage import backup
from storage.database import BadDatabase, StorageFailed, Store, open_store
from storage.proof import verify
from tests.storage.hand import raw
from tests.storage.things import report, url


async def test_a_backup_is_the_whole_database_and_can_be_put_back(file_store: Store, tmp_path: Path) -> None:
    async with file_store.turn() as turn:
        kept = report(turn, 1001)
    copy, target = tmp_path / "backup.db", tmp_path / "elsewhere.db"
    await file_store.backup(copy)
    async with file_store.turn() as turn:
        report(turn, 1002)
    assert backup.restore(copy, target) is None
    other = await open_store(url(target))
    assert await other.pending() == []
    async with other.view() as view:
        assert await view.tickets.get_many([kept.id, "jinghe-1002"]) == {kept.id: kept}
    assert (await verify(other)).ok
    async with other.turn() as turn:
        assert await turn.tickets.next_number("jinghe") == 1001
    await other.close()
    assert {name for name in os.listdir(tmp_path) if name.endswith((".part", ".restoring"))} == set()


async def test_a_backup_is_made_while_a_turn_is_open(file_store: Store, tmp_path: Path) -> None:
    async with file_store.turn() as turn:
        report(turn, 1001)
    async with file_store.turn() as turn:
        report(turn, 1002)
        await turn.flush()
        await file_store.backup(tmp_path / "backup.db")
    with closing(sqlite3.connect(tmp_path / "backup.db")) as file:
        assert file.execute("SELECT number FROM tickets").fetchall() == [(1001,)]


async def test_a_backup_never_overwrites(file_store: Store, tmp_path: Path) -> None:
    (tmp_path / "backup.db").write_text("yesterday's")
    with pytest.raises(FileExistsError):
        await file_store.backup(tmp_path / "backup.db")
    assert (tmp_path / "backup.db").read_text() == "yesterday's"


async def test_a_backup_that_fails_leaves_nothing(file_store: Store, tmp_path: Path) -> None:
    with pytest.raises(StorageFailed):
        await file_store.backup(tmp_path / "nowhere" / "backup.db")
    with closing(raw(file_store)) as file:
        file.execute("PRAGMA writable_schema = ON")
        file.execute("UPDATE sqlite_master SET sql = 'CREATE TABLE tickets (nonsense' WHERE name = 'tickets'")
    with pytest.raises(StorageFailed):
        await file_store.backup(tmp_path / "backup.db")
    assert not [name for name in os.listdir(tmp_path) if name.startswith("backup")]


async def test_what_stood_there_is_kept_when_a_backup_is_put_back(file_store: Store, tmp_path: Path) -> None:
    async with file_store.turn() as turn:
        report(turn, 1001)
    await file_store.backup(tmp_path / "backup.db")
    async with file_store.turn() as turn:
        report(turn, 1002)
    await file_store.close()
    former = backup.restore(tmp_path / "backup.db", file_store.path)
    assert former is not None
    with closing(sqlite3.connect(former.path)) as file:
        assert file.execute("SELECT COUNT(*) FROM tickets").fetchone() == (2,)
    with closing(sqlite3.connect(file_store.path)) as file:
        assert file.execute("SELECT COUNT(*) FROM tickets").fetchone() == (1,)
    second = backup.restore(tmp_path / "backup.db", file_store.path)
    assert second is not None
    assert second.path != former.path


async def test_numbers_given_out_since_the_backup_are_not_given_out_again(
    file_store: Store, tmp_path: Path
) -> None:
    async with file_store.turn() as turn:
        assert [await turn.tickets.next_number("jinghe") for _ in range(2)] == [1001, 1002]
    await file_store.backup(tmp_path / "backup.db")
    async with file_store.turn() as turn:
        assert [await turn.tickets.next_number("jinghe") for _ in range(3)] == [1003, 1004, 1005]
        assert await turn.tickets.next_number("dongshan") == 1001
    await file_store.close()
    former = backup.restore(tmp_path / "backup.db", file_store.path)
    assert former is not None
    assert former.beyond == {"jinghe": (1003, 1005), "dongshan": (1001, 1001)}
    again = await open_store(file_store.url)
    async with again.turn() as turn:
        assert await turn.tickets.next_number("jinghe") == 1006
        assert await turn.tickets.next_number("dongshan") == 1002
    await again.close()
    once_more = backup.restore(tmp_path / "backup.db", file_store.path)
    assert once_more is not None
    assert once_more.beyond == {"jinghe": (1003, 1006), "dongshan": (1001, 1002)}


async def test_what_a_killed_program_left_in_its_log_is_kept_too(file_store: Store, tmp_path: Path) -> None:
    await file_store.backup(tmp_path / "backup.db")
    async with file_store.turn() as turn:
        report(turn, 1001)
    crashed = tmp_path / "crashed.db"
    for suffix in ("", "-wal", "-shm"):
        crashed.with_name(crashed.name + suffix).write_bytes(
            file_store.path.with_name(file_store.path.name + suffix).read_bytes()
        )
    former = backup.restore(tmp_path / "backup.db", crashed)
    assert former is not None
    with closing(sqlite3.connect(former.path)) as file:
        assert file.execute("SELECT COUNT(*) FROM tickets").fetchone() == (1,)
    with closing(sqlite3.connect(crashed)) as file:
        assert file.execute("SELECT COUNT(*) FROM tickets").fetchone() == (0,)


async def test_a_damaged_database_is_put_aside_with_its_log(file_store: Store, tmp_path: Path) -> None:
    await file_store.backup(tmp_path / "backup.db")
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"this was a database once" * 100)
    broken.with_name("broken.db-wal").write_bytes(b"log")
    former = backup.restore(tmp_path / "backup.db", broken)
    assert former is not None
    assert former.path.read_bytes().startswith(b"this was")
    assert former.beyond is None
    assert not broken.with_name("broken.db-wal").exists()
    backup.verify(broken)


async def test_a_database_in_use_is_not_replaced(file_store: Store, tmp_path: Path) -> None:
    async with file_store.turn() as turn:
        report(turn, 1001)
    await file_store.backup(tmp_path / "backup.db")
    with pytest.raises(BadDatabase, match="in use"):
        await asyncio.to_thread(backup.restore, tmp_path / "backup.db", file_store.path)
    async with file_store.turn() as turn:
        report(turn, 1002)


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\1" * 4096])
async def test_what_is_no_backup_is_not_put_back(file_store: Store, tmp_path: Path, content: bytes) -> None:
    await file_store.close()
    (tmp_path / "backup.db").write_bytes(content)
    before = file_store.path.read_bytes()
    with pytest.raises(BadDatabase, match=r"backup\.db"):
        backup.restore(tmp_path / "backup.db", file_store.path)
    assert file_store.path.read_bytes() == before
    with pytest.raises(BadDatabase, match="no file"):
        backup.restore(tmp_path / "nothing.db", file_store.path)


async def test_a_backup_of_a_newer_program_is_not_put_back(file_store: Store, tmp_path: Path) -> None:
    await file_store.backup(tmp_path / "backup.db")
    with closing(sqlite3.connect(tmp_path / "backup.db", isolation_level=None)) as file:
        file.execute("INSERT INTO migrations (name, checksum) VALUES ('9999_tomorrow', '')")
    with pytest.raises(BadDatabase, match="9999_tomorrow"):
        backup.restore(tmp_path / "backup.db", tmp_path / "new.db")
