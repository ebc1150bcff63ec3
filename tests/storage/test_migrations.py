from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from storage import migrate
from storage.database import BadDatabase, NewerSchema, Store, open_store
from tests.storage.hand import raw, tables
from tests.storage.things import report, url


@pytest.fixture
def own_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations that a test may change."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, folder)
    monkeypatch.setattr(migrate, "MIGRATIONS", folder)
    return folder


async def test_an_empty_database_gets_every_migration_in_order(tmp_path: Path) -> None:
    store = await open_store(url(tmp_path / "new.db"))
    names = list(migrate.known())
    assert names == sorted(names)
    assert await store.pending() == names
    assert await store.migrate() == names
    assert await store.pending() == []
    await store.close()


async def test_migrating_again_does_nothing(store: Store) -> None:
    async with store.turn() as turn:
        report(turn)
    assert await store.migrate() == []
    async with store.view() as view:
        assert await view.tickets.get("jinghe-1001")


async def test_a_database_of_yesterday_gets_only_what_is_new(store: Store, own_migrations: Path) -> None:
    (own_migrations / "0900_more.sql").write_text(
        "CREATE TABLE more (id TEXT);\n\nCREATE TABLE most (id TEXT);\n"
    )
    assert await store.pending() == ["0900_more"]
    assert await store.migrate() == ["0900_more"]
    with closing(raw(store)) as file:
        file.execute("SELECT * FROM more, most")


async def test_a_migration_that_fails_leaves_nothing_of_itself(store: Store, own_migrations: Path) -> None:
    (own_migrations / "0900_more.sql").write_text(
        "CREATE TABLE more (id TEXT);\nCREATE TABLE tickets (id TEXT);\n"
    )
    with pytest.raises(Exception, match="already exists"):
        await store.migrate()
    assert "more" not in tables(store)
    assert await store.pending() == ["0900_more"]


async def test_an_edited_migration_is_refused(store: Store, own_migrations: Path) -> None:
    file = own_migrations / "0001_first.sql"
    file.write_text(file.read_text() + "-- improved\n")
    with pytest.raises(BadDatabase, match="0001_first was edited"):
        await store.pending()
    with pytest.raises(BadDatabase, match="0001_first was edited"):
        await store.migrate()


async def test_a_database_of_a_newer_program_is_refused(store: Store) -> None:
    with closing(raw(store)) as file:
        file.execute("INSERT INTO migrations (name, checksum) VALUES ('9999_tomorrow', '')")
    with pytest.raises(NewerSchema, match="9999_tomorrow"):
        await store.pending()
    with pytest.raises(NewerSchema):
        await store.migrate()


async def test_somebody_elses_database_is_left_alone(tmp_path: Path) -> None:
    store = await open_store(url(tmp_path / "theirs.db"))
    with closing(raw(store)) as file:
        file.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(BadDatabase, match="something else"):
        await store.migrate()
    await store.close()


async def test_two_processes_may_migrate_at_once(tmp_path: Path) -> None:
    first = await open_store(url(tmp_path / "new.db"))
    second = await open_store(url(tmp_path / "new.db"))
    assert await first.migrate() == list(migrate.known())
    assert await second.migrate() == []
    await first.close()
    await second.close()


def test_a_trigger_is_one_statement() -> None:
    script = "-- why\nCREATE TRIGGER t BEFORE UPDATE ON a\nBEGIN\n  SELECT 1;\nEND;\n\nCREATE TABLE b (c);\n"
    assert [s.split()[1] for s in migrate.statements(script)] == ["TRIGGER", "TABLE"]


def test_a_half_statement_is_refused() -> None:
    with pytest.raises(BadDatabase, match="middle of a statement"):
        list(migrate.statements("CREATE TABLE b ("))
