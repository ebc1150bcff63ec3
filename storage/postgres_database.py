"""One PostgreSQL database: a writer, readers beside it, and a connection for what outlives a transaction."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress

from storage.claims import Claim
from storage.errors import BadDatabase, StorageFailed
from storage.postgres import PostgresConnection
from storage.postgres_address import named, why_not
from storage.postgres_watch import CHANNEL, Watch
from storage.records import Span


class PostgresDatabase:
    """A database of a PostgreSQL server."""

    dialect = "postgres"

    def __init__(self, url: str, readers: int, patience: Span) -> None:
        # By this name a process knows its own connections from those of others.
        self._me = f"huying {secrets.token_hex(8)}"
        self.writer = PostgresConnection(url, patience, self._me)
        self.readers = [PostgresConnection(url, patience, self._me) for _ in range(readers)]
        self._watch = Watch(PostgresConnection(url, patience, self._me), self._me)

    @classmethod
    async def open(cls, url: str, *, readers: int, patience: Span) -> PostgresDatabase:
        """Connect. Raises BadDatabase, which never says the password."""
        database = cls(url, readers, patience)
        try:
            # One shows whether it can be done; the others connect when they are first used.
            link = await database.writer.connect()
            encoding = await link.fetchval("SHOW server_encoding")
        except Exception as error:
            # A name that is not found, a certificate, a password, a word in the address: asyncpg has no one error for them.
            await database.close()
            raise BadDatabase(f"cannot open the database {named(url)}: {why_not(error)}") from error
        if encoding != "UTF8":
            await database.close()
            raise BadDatabase(f"the database {named(url)} is in {encoding}; make one with ENCODING 'UTF8'")
        return database

    def check(self) -> None:
        """The server itself refuses what it cannot keep."""

    async def claim(self, name: str) -> Claim | None:
        return await self._watch.claim(name)

    def listen(self, on_stir: Callable[[], None]) -> None:
        self._watch.on_stir = on_stir
        self._watch.start()

    async def tell(self) -> None:
        # Beside the transaction, not in it: a transaction that notifies locks out every other commit until it ends.
        # Whoever listens looks by itself too, now and then, so a word that is lost costs only time.
        with suppress(StorageFailed):
            await self.writer.run("SELECT pg_notify(:channel, :me)", {"channel": CHANNEL, "me": self._me})

    async def close(self) -> None:
        await self._watch.close()
        for connection in (*self.readers, self.writer):
            await connection.close()
