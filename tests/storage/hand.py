"""A hand on the database itself, as an intruder or a broken disk would have it: sync, and past everything of ours."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Self

import asyncpg

from storage.database import Store
from storage.written import Written

TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
    "postgres": "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
}


class Hand:
    """What the tests use of sqlite3.Connection, on PostgreSQL: `?` and `:name` stand for parameters there too."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._connection = self._done(asyncpg.connect(url))
        self._rows: list[tuple[Any, ...]] = []
        self.rowcount = -1

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Self:
        if isinstance(parameters, Mapping):
            written = Written(sql)
            sql, parameters = written.sql, written.values(parameters)
        numbers = iter(range(1, 1 + len(parameters)))
        statement = self._done(self._connection.prepare(re.sub(r"\?", lambda _: f"${next(numbers)}", sql)))
        self._rows = [tuple(row) for row in self._done(statement.fetch(*parameters))]
        count = (statement.get_statusmsg() or "").rpartition(" ")[2]
        self.rowcount = int(count) if count.isdecimal() else -1
        return self

    def prepare(self, sql: str) -> None:
        """Let the server read the statement without running it. Raises what is wrong with it."""
        self._done(self._connection.prepare(Written(sql).sql))

    def fetchone(self) -> Any:
        return self._rows[0] if self._rows else None

    def fetchall(self) -> list[Any]:
        return self._rows

    def __iter__(self) -> Any:
        return iter(self._rows)

    def close(self) -> None:
        self._connection.terminate()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _done(self, work: Any) -> Any:
        async def awaited() -> Any:
            return await work

        return asyncio.run_coroutine_threadsafe(awaited(), self._loop).result(30)


def raw(store: Store) -> Any:
    """Return the hand: to be closed."""
    if dialect(store) == "sqlite":
        return sqlite3.connect(store.path, isolation_level=None, timeout=0)
    return Hand(store.url)


def dialect(store: Store) -> str:
    return store.url.partition(":")[0].replace("postgresql", "postgres")


def tables(store: Store) -> list[str]:
    hand = raw(store)
    try:
        return [name for (name,) in hand.execute(TABLES[dialect(store)])]
    finally:
        hand.close()
