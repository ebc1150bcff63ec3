"""Everything that is kept, as rows: read past the program, straight from the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import asyncpg

Row = Mapping[str, Any]
Picture = Mapping[str, Sequence[Row]]

TABLES: Mapping[str, str] = {
    "tickets": "community, number",
    "ledger": "community, seq",
    "deadlines": "ticket, clock",
    "listings": "community, number",
    "followers": "ticket, person",
    "remarks": "id",
    "outbox": "id",
    "dialogues": "chat, account",
    "cards": "ticket, chat",
    "people": "id",
    "accounts": "address",
    "grids": "id",
    "compounds": "id",
    "communities": "id",
    "staff_chats": "community, chat",
    "street_chats": "community, chat",
    "grid_chats": "grid, chat",
    "inbox": "key",
    "set_aside": "key",
    "attachments": "id",
    "invites": "code_hash",
}
"""Each table with the order its rows are read in."""


class Pictures:
    """Takes pictures of a SQLite file."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.row_factory = sqlite3.Row

    async def take(self) -> Picture:
        self._connection.execute("BEGIN")
        try:
            return {
                table: [
                    dict(row) for row in self._connection.execute(f"SELECT * FROM {table} ORDER BY {order}")
                ]
                for table, order in TABLES.items()
            }
        finally:
            self._connection.execute("COMMIT")

    async def close(self) -> None:
        self._connection.close()


class ServerPictures:
    """Takes pictures of a database of PostgreSQL."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    @classmethod
    async def of(cls, url: str) -> ServerPictures:
        return cls(await asyncpg.connect(url))

    async def take(self) -> Picture:
        async with self._connection.transaction(isolation="repeatable_read"):
            return {
                table: [
                    dict(row)
                    for row in await self._connection.fetch(f"SELECT * FROM {table} ORDER BY {order}")
                ]
                for table, order in TABLES.items()
            }

    async def close(self) -> None:
        await self._connection.close()
