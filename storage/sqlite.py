"""One SQLite connection, driven through aiosqlite, that says its failures in storage's own words."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiosqlite

from storage.errors import Contradiction, StorageFailed
from storage.records import SECOND, Span

Row = Mapping[str, Any]

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


class Connection:
    """Statements on one connection. Transactions are the caller's: see Store.turn and Store.view."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, path: Path, *, writing: bool, patience: Span) -> Connection:
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
        else:
            await connection.execute_fetchall("PRAGMA query_only = ON")
        await connection.execute_fetchall(f"PRAGMA cache_size = {PAGES_IN_MEMORY}")

    async def fetch(self, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
        with in_our_words():
            return list(await self._connection.execute_fetchall(sql, parameters))  # type: ignore[arg-type]

    async def fetch_each(self, sql: str, each: Sequence[Mapping[str, Any]]) -> list[list[Row]]:
        """Ask the same with each of these parameters; return the rows of each asking."""

        def ask() -> list[list[Row]]:
            ask_one = self._connection._conn.execute
            return [ask_one(sql, parameters).fetchall() for parameters in each]

        # One way to the connection's thread and back, instead of one for each asking.
        with in_our_words():
            found: list[list[Row]] = await self._connection._execute(ask)  # type: ignore[no-untyped-call]
        return found

    async def run(self, sql: str, parameters: Mapping[str, Any]) -> int:
        """Return how many rows were touched."""
        with in_our_words():
            return (await self._connection.execute(sql, parameters)).rowcount

    async def run_many(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run `sql` once per row; return how many rows were touched in all."""
        with in_our_words():
            return (await self._connection.executemany(sql, rows)).rowcount

    async def begin(self, *, writing: bool) -> None:
        # IMMEDIATE takes the write lock now: a lock taken at the first write could fail after we have already read.
        await self.run("BEGIN IMMEDIATE" if writing else "BEGIN", {})

    async def commit(self) -> None:
        await self.run("COMMIT", {})

    async def rollback(self) -> None:
        """End the transaction without its changes; do nothing when SQLite has already ended it itself."""
        with in_our_words():
            await self._connection.rollback()

    async def tables(self) -> set[str]:
        rows = await self.fetch("SELECT name FROM sqlite_master WHERE type = 'table'", {})
        return {row["name"] for row in rows}

    async def close(self) -> None:
        await self._connection.close()
