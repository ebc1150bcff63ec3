"""SQLite, driven through aiosqlite: one writer, readers beside it, failures said in storage's own words."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import unquote

import aiosqlite

from storage.claims import Claim, claim_file
from storage.connections import Row
from storage.errors import BadDatabase, Contradiction, StorageFailed
from storage.migrate import statements
from storage.records import SECOND, Span
from storage.written import numbered

T = TypeVar("T")

PAGES_IN_MEMORY = -16_000
"""Page cache of one connection, in KiB when negative (SQLite's own convention)."""


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turn what the machine did to us into StorageFailed; a mistake in our SQL stays what it is."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise Contradiction(str(error)) from error
    except (sqlite3.ProgrammingError, sqlite3.InterfaceError):
        raise
    except sqlite3.Error as error:
        # SQLITE_ERROR is "your SQL is wrong"; every other code is the file, the disk or a lock.
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
            raise
        raise StorageFailed(str(error)) from error
    except ValueError as error:
        if "connection" in str(error).lower():
            raise StorageFailed("the database is closed") from error
        raise


class SqliteConnection:
    """One connection to the file."""

    shared = False

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._first: list[Callable[[sqlite3.Connection], object]] = []

    @classmethod
    async def open(cls, path: Path, *, writing: bool, patience: Span) -> SqliteConnection:
        """Open the file, making it when `writing`. `patience`: ms to wait for another process's lock."""
        connection = aiosqlite.connect(path, timeout=patience / SECOND, isolation_level=None)
        # A process that was cancelled before close() must be able to end.
        connection._thread.daemon = True
        try:
            with in_our_words():
                await connection
        except BaseException:
            # Its thread still has a last word to say to this event loop.
            await asyncio.to_thread(connection._thread.join)
            raise
        try:
            connection.row_factory = sqlite3.Row
            with in_our_words():
                await cls._prepare(connection, writing)
        except BaseException:
            await connection.close()
            raise
        return cls(connection)

    @staticmethod
    async def _prepare(connection: aiosqlite.Connection, writing: bool) -> None:
        if writing:
            await connection.execute_fetchall("PRAGMA journal_mode = WAL")
            await connection.execute_fetchall("PRAGMA synchronous = FULL")
            await connection.execute_fetchall("PRAGMA foreign_keys = ON")
            await connection.execute_fetchall("PRAGMA journal_size_limit = 67108864")
            # What was erased does not stay readable on pages nothing stands on. Not every build of SQLite does so by itself.
            await connection.execute_fetchall("PRAGMA secure_delete = ON")
        else:
            await connection.execute_fetchall("PRAGMA query_only = ON")
        await connection.execute_fetchall(f"PRAGMA cache_size = {PAGES_IN_MEMORY}")

    async def fetch(self, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
        written = numbered(sql, "?")
        return await self._do(lambda file: file.execute(written.sql, written.values(parameters)).fetchall())

    async def fetch_each(self, sql: str, each: Sequence[Mapping[str, Any]]) -> list[list[Row]]:
        written = numbered(sql, "?")
        return await self._do(
            lambda file: [file.execute(written.sql, written.values(one)).fetchall() for one in each]
        )

    async def stream(self, sql: str, size: int) -> AsyncIterator[Sequence[Row]]:
        await self._do(lambda file: None)
        with in_our_words():
            async with self._connection.execute(sql) as cursor:
                while rows := await cursor.fetchmany(size):
                    yield cast("Sequence[Row]", list(rows))

    async def put(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        places = ", ".join("?" * len(columns))
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608 - our own names
        await self._do(lambda file: file.executemany(sql, rows))

    async def others(self) -> bool:
        return False

    async def empty(self, tables: Sequence[str]) -> None:
        guards = await self.fetch("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'", {})
        for guard in guards:
            await self.run(f"DROP TRIGGER {guard['name']}", {})
        for table in tables:
            await self.run(f"DELETE FROM {table}", {})  # noqa: S608
        for guard in guards:
            await self.run(guard["sql"], {})

    async def run(self, sql: str, parameters: Mapping[str, Any]) -> int:
        written = numbered(sql, "?")
        return await self._do(lambda file: file.execute(written.sql, written.values(parameters)).rowcount)

    async def run_many(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> None:
        # Nobody waits for what comes of it, so it need not be done before something is asked: see _do().
        written = numbered(sql, "?")
        self._first.append(lambda file: file.executemany(written.sql, map(written.values, rows)))

    async def count_many(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> int:
        written = numbered(sql, "?")
        return await self._do(lambda file: file.executemany(written.sql, map(written.values, rows)).rowcount)

    async def script(self, sql: str) -> None:
        for statement in statements(sql):
            await self.run(statement, {})

    async def begin(self, *, writing: bool) -> None:
        if writing:
            # IMMEDIATE takes the lock now: one taken at the first write could fail after we have already read.
            await self.run("BEGIN IMMEDIATE", {})
        else:
            # SQLite itself begins to look at the first question.
            self._first.append(lambda file: file.execute("BEGIN"))

    async def begin_alone(self) -> None:
        await self.begin(writing=True)

    async def hold(self, names: Collection[str]) -> None:
        """Whoever writes is alone anyway."""

    async def try_hold(self, names: Collection[str]) -> set[str]:
        return set(names)

    async def commit(self) -> None:
        await self._do(lambda file: file.execute("COMMIT"))

    async def rollback(self) -> None:
        self._first.clear()
        # Does nothing when SQLite has already ended the transaction itself.
        await self._do(lambda file: file.rollback())

    async def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do on the connection's thread what was put off, and then this, in one go.

        The way there and back costs as much as a small statement: a turn's writes and its commit go together.
        """
        first, self._first = self._first, []

        def all_of_it() -> T:
            file = self._connection._conn
            for put_off in first:
                put_off(file)
            return work(file)

        with in_our_words():
            # aiosqlite has no other way to its thread for more than one statement, and gives this one no types.
            done: T = await self._connection._execute(all_of_it)  # type: ignore[no-untyped-call]
        return done

    async def tables(self) -> set[str]:
        rows = await self.fetch("SELECT name FROM sqlite_master WHERE type = 'table'", {})
        return {row["name"] for row in rows}

    async def close(self) -> None:
        await self._connection.close()


class SqliteDatabase:
    """A file with one writer."""

    dialect = "sqlite"

    def __init__(self, path: Path, writer: SqliteConnection, readers: Sequence[SqliteConnection]) -> None:
        self.path = path
        self.writer = writer
        self.readers = readers
        self._file = path.stat().st_ino

    @classmethod
    async def open(cls, url: str, *, readers: int, patience: Span) -> SqliteDatabase:
        """Open the file, making an empty one when there is none. Raises BadDatabase."""
        path = path_of(url)
        if not path.parent.is_dir():
            raise BadDatabase(f"the folder {path.parent} for the database does not exist")
        opened: list[SqliteConnection] = []
        try:
            # The writer first: it makes the file and turns on WAL, without which readers would block it.
            for number in range(1 + readers):
                opened.append(await SqliteConnection.open(path, writing=number == 0, patience=patience))
        except (StorageFailed, Contradiction) as error:
            for connection in opened:
                await connection.close()
            raise BadDatabase(f"cannot open the database {path}: {error}") from error
        return cls(path, opened[0], opened[1:])

    def check(self) -> None:
        # SQLite goes on writing into a file that was deleted or replaced beneath it: acknowledged, and lost.
        try:
            same = self.path.stat().st_ino == self._file
        except OSError as error:
            raise StorageFailed(f"the database file is gone: {error}") from error
        if not same:
            raise StorageFailed("the database file was replaced while the program was running")

    async def claim(self, name: str) -> Claim | None:
        return claim_file(self.path, name)

    def listen(self, on_stir: Callable[[], None]) -> None:
        """Nobody tells anything: a file is one process's."""

    async def tell(self) -> None:
        """Nobody listens."""

    async def close(self) -> None:
        for connection in (*self.readers, self.writer):
            await connection.close()


def path_of(url: str) -> Path:
    """Return the file of `sqlite:///relative.db` or `sqlite:////absolute.db`. Raises BadDatabase."""
    prefix = "sqlite:///"
    name = unquote(url.removeprefix(prefix))
    if not url.startswith(prefix) or not name:
        # Only the first word is repeated: what follows may hold a password.
        raise BadDatabase(
            f"the database must be given as sqlite:///FILE or postgresql://…, not {url.partition(':')[0]!r}"
        )
    if ":memory:" in name:
        raise BadDatabase("a database in memory forgets everything; give a file")
    return Path(name)
