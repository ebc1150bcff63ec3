"""Every row a finding is drawn from, read from SQLite or PostgreSQL by SQL of its own."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]

TABLES = {
    "communities": "id",
    "staff_chats": "community, position",
    "grid_chats": "grid, position",
    "tickets": "community, number, id",
    "ledger": "community, seq",
    "ledger_heads": "community",
    "deadlines": "ticket, clock",
    "outbox": "id",
    "inbox": "key",
    "set_aside": "key",
}


@dataclass
class Remains:
    """The tables as plain rows, all of one moment. A test may plant damage in them."""

    communities: list[Row]
    staff_chats: list[Row]
    grid_chats: list[Row]
    tickets: list[Row]
    ledger: list[Row]
    ledger_heads: list[Row]
    deadlines: list[Row]
    outbox: list[Row]
    inbox: list[Row]
    set_aside: list[Row]


async def remains(database: str) -> Remains:
    """Read `sqlite:///FILE` or `postgresql://…`; the program may be running on it."""
    return Remains(**await tables(database, TABLES))


async def tables(database: str, wanted: dict[str, str]) -> dict[str, list[Row]]:
    """Return whole tables, each in its given order."""
    if database.startswith("sqlite:///"):
        return await asyncio.to_thread(_from_sqlite, database.removeprefix("sqlite:///"), wanted)
    return await _from_postgresql(database, wanted)


def _from_sqlite(file: str, wanted: dict[str, str]) -> dict[str, list[Row]]:
    with closing(sqlite3.connect(file, timeout=10, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("BEGIN")
        return {
            table: [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY {order}")]
            for table, order in wanted.items()
        }


async def _from_postgresql(database: str, wanted: dict[str, str]) -> dict[str, list[Row]]:
    import asyncpg

    connection = await asyncpg.connect(database)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return {
                table: [
                    dict(row) for row in await connection.fetch(f"SELECT * FROM {table} ORDER BY {order}")
                ]
                for table, order in wanted.items()
            }
    finally:
        await connection.close()


async def write(database: str, sql: str) -> None:
    """Change something behind the program's back."""
    if database.startswith("sqlite:///"):
        await asyncio.to_thread(_write_to_sqlite, database.removeprefix("sqlite:///"), sql)
        return
    import asyncpg

    connection = await asyncpg.connect(database)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def _write_to_sqlite(file: str, sql: str) -> None:
    with closing(sqlite3.connect(file, timeout=10, isolation_level=None)) as connection:
        connection.execute(sql)
