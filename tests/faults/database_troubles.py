"""A database in trouble while the program runs on it: full, locked by somebody else, or read-only."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing

import asyncpg

from tests.stories.town import Town

Trouble = Callable[[Town], AbstractAsyncContextManager[None]]

OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
WRITTEN = ("tickets", "outbox", "inbox", "deadlines")

NO_SPACE = """
CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
"""
"""A disk cannot be filled without mounting one; this is the error PostgreSQL gives then, at the same statements."""


@asynccontextmanager
async def full_disk(town: Town) -> AsyncIterator[None]:
    if not on_sqlite(town):
        async with administrator(town) as admin:
            await admin.execute(NO_SPACE)
            for table in WRITTEN:
                await admin.execute(
                    f"CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION no_space()"
                )
            yield
            await admin.execute("DROP FUNCTION no_space() CASCADE")
        return
    writer = town.store._writer
    # Between turns: we write from this loop's own thread, and whoever has a turn open could not end it meanwhile.
    async with town.store._turn:
        pages = (await writer.fetch("PRAGMA page_count", {}))[0]["page_count"]
        # Every page there is is filled first, so that not even a small row finds room.
        await writer.fetch(f"PRAGMA max_page_count = {pages}", {})
        with closing(sqlite3.connect(town.store.path, isolation_level=None)) as other:
            other.execute("CREATE TABLE IF NOT EXISTS ballast (x)")
            other.execute(f"PRAGMA max_page_count = {pages + 2}")
            for size in (2000, 200, 20):
                while True:
                    try:
                        other.execute("INSERT INTO ballast VALUES (zeroblob(?))", (size,))
                    except sqlite3.OperationalError:
                        break
        pages = (await writer.fetch("PRAGMA page_count", {}))[0]["page_count"]
        await writer.fetch(f"PRAGMA max_page_count = {pages}", {})
    yield
    await writer.fetch("PRAGMA max_page_count = 1073741823", {})


@asynccontextmanager
async def locked(town: Town) -> AsyncIterator[None]:
    if not on_sqlite(town):
        await between_turns(town, "SET lock_timeout = 20")
        async with administrator(town) as admin, admin.transaction():
            await admin.execute(f"LOCK TABLE {', '.join(WRITTEN)} IN EXCLUSIVE MODE")
            yield
        await between_turns(town, "SET lock_timeout = 5000")
        return
    await between_turns(town, "PRAGMA busy_timeout = 20")
    with closing(sqlite3.connect(town.store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    await between_turns(town, "PRAGMA busy_timeout = 5000")


@asynccontextmanager
async def read_only(town: Town) -> AsyncIterator[None]:
    if not on_sqlite(town):
        async with administrator(town) as admin:
            await for_all(admin, "SET default_transaction_read_only = on")
            yield
            await admin.execute("SET default_transaction_read_only = off")
            await for_all(admin, "RESET default_transaction_read_only")
        return
    await between_turns(town, "PRAGMA query_only = ON")
    yield
    await between_turns(town, "PRAGMA query_only = OFF")


async def between_turns(town: Town, setting: str) -> None:
    """Change a setting of the program's own connection while nothing else is said on it."""
    async with town.store._turn:
        await town.store._writer.fetch(setting, {})


def on_sqlite(town: Town) -> bool:
    return town.store.url.startswith("sqlite:")


@asynccontextmanager
async def administrator(town: Town) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(town.store.url)
    try:
        yield connection
    finally:
        await connection.close()


async def for_all(admin: asyncpg.Connection, setting: str) -> None:
    """Change a setting of the database; sessions take it up when they begin, so those that are there end."""
    await admin.execute(f"ALTER DATABASE {await admin.fetchval('SELECT current_database()')} {setting}")
    await admin.execute(f"SELECT pg_terminate_backend(pid) {OTHERS}")
