"""The store: one writer with its turn, readers beside it, and the way in and out; on either database."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from storage import backup, migrate, moving
from storage.catalogue import catalogue
from storage.claims import Claim
from storage.connections import Connection, Database
from storage.errors import BadDatabase, Contradiction, NewerSchema, ReadOnlyTurn, StaleTicket, StorageFailed
from storage.postgres_address import named
from storage.postgres_database import PostgresDatabase
from storage.records import SECOND, Directory, Span
from storage.sqlite import SqliteDatabase, path_of
from storage.turn import Turn, Turned

__all__ = [
    "BadDatabase",
    "Contradiction",
    "NewerSchema",
    "ReadOnlyTurn",
    "StaleTicket",
    "StorageFailed",
    "Store",
    "is_file",
    "is_there",
    "open_store",
    "path_of",
    "shown",
]


async def open_store(url: str, *, readers: int = 2, patience: Span = 5 * SECOND) -> Store:
    """Open `sqlite:///…` (a file, made when there is none) or `postgresql://…`; the schema is migrate()'s matter.

    `patience`: ms to wait for another process's lock. Raises BadDatabase with one clear line.
    """
    # One reader more than was asked for: the directory's own.
    if _is_postgres(url):
        return Store(url, await PostgresDatabase.open(url, readers=readers + 1, patience=patience))
    return Store(url, await SqliteDatabase.open(url, readers=readers + 1, patience=patience))


def is_there(url: str) -> bool:
    """False for a file that was not made yet; of a server only the asking shows. Raises BadDatabase."""
    return _is_postgres(url) or path_of(url).exists()


def is_file(url: str) -> bool:
    """Whether the address is a file's, not a server's."""
    return not _is_postgres(url)


def shown(url: str) -> str:
    """Return the address as it may be shown: without user and password."""
    return f"postgresql://{named(url)}" if _is_postgres(url) else url


def _is_postgres(url: str) -> bool:
    return url.startswith(("postgresql://", "postgres://"))


class Store:
    """Everything that is remembered. One per process; `turn` writes, `view` reads.

    `on_turn` is told of every turn that ended, after its commit or rollback.
    """

    def __init__(self, url: str, database: Database) -> None:
        self.url = url
        self._database = database
        self._writer = database.writer
        # The directory has a reader of its own: two views that each wait for it would else wait for ever.
        self._for_directory, *self._readers = database.readers
        self._looking = asyncio.Lock()
        self._free: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
        for reader in self._readers:
            self._free.put_nowait(reader)
        self.on_turn: Callable[[Turned], None] = lambda turned: None
        self._on_stir: Callable[[], None] | None = None
        self._turn = asyncio.Lock()
        self._turn_of: asyncio.Task[object] | None = None
        self._directory: Directory | None = None
        self._sql = catalogue(database.dialect)

    @property
    def path(self) -> Path:
        """The file of a SQLite database. Raises BadDatabase for any other."""
        return path_of(self.url)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Turn]:
        """The write transaction: one at a time, committed at the end, rolled back whole by any error.

        Raises StorageFailed (nothing stored, try later), StaleTicket, Contradiction. A cancelled turn is rolled
        back too, unless the cancellation came while the commit was already on its way.
        """
        if self._turn_of is asyncio.current_task():
            raise RuntimeError("a turn inside a turn would wait for itself")
        # aiosqlite serialises statements, not transactions: without the lock a second BEGIN would land inside this one.
        came, began = time.monotonic(), None
        wrote = Turned(False, 0, 0)
        try:
            async with self._turn:
                began = time.monotonic()
                self._database.check()
                turn = Turn(self._writer, self._sql, writing=True)
                self._turn_of = asyncio.current_task()
                try:
                    await self._writer.begin(writing=True)
                    yield turn
                    await turn.flush()
                    await self._writer.commit()
                    wrote = turn.wrote
                    if turn.stirs:
                        await self._database.tell()
                except BaseException:
                    await self._writer.rollback()
                    raise
                finally:
                    self._turn_of = None
                    turn.end()
        finally:
            if began is not None:
                took = time.monotonic() - began
                self.on_turn(replace(wrote, waited=began - came, took=took))

    @asynccontextmanager
    async def view(self) -> AsyncIterator[Turn]:
        """A snapshot to read from, beside the turn; writing methods raise ReadOnlyTurn."""
        reader = await self._free.get()
        try:
            async with self._snapshot(reader) as view:
                yield view
        finally:
            self._free.put_nowait(reader)

    @asynccontextmanager
    async def _snapshot(self, reader: Connection) -> AsyncIterator[Turn]:
        view = Turn(reader, self._sql, writing=False)
        try:
            await reader.begin(writing=False)
            yield view
        finally:
            view.end()
            await reader.rollback()

    async def directory(self) -> Directory:
        """Return the directory, read again only when its revision has moved. May be asked for inside a view or turn
        (what an open turn has changed is not in it yet)."""
        async with self._looking, self._snapshot(self._for_directory) as view:
            revision = await view.directory.revision()
            if self._directory is None or self._directory.revision != revision:
                self._directory = await view.directory.read()
            return self._directory

    async def claim(self, name: str) -> Claim | None:
        """Hold a name (`poll/telegram`) that at most one process on this database holds; None when it is held.

        Whoever dies gives up what it held, at once. Raises StorageFailed.
        """
        return await self._database.claim(name)

    @property
    def on_stir(self) -> Callable[[], None] | None:
        """Called when another process wrote something that this one may have to act on; never on SQLite.

        A hint, for speed: a word may be lost with a connection, so whoever relies on it looks by itself now and then.
        """
        return self._on_stir

    @on_stir.setter
    def on_stir(self, callback: Callable[[], None]) -> None:
        self._on_stir = callback
        self._database.listen(callback)

    async def pending(self) -> list[str]:
        """Return the migrations not applied yet. Raises NewerSchema, and BadDatabase for a foreign or altered one."""
        return await migrate.pending(self._writer, self._database.dialect)

    async def migrate(self) -> list[str]:
        """Apply what is pending, each in a transaction of its own, and return the names applied."""
        async with self._turn:
            return await migrate.apply(self._writer, self._database.dialect)

    async def backup(self, path: Path) -> None:
        """Write a consistent, verified copy as a SQLite file, while work goes on. Raises FileExistsError, StorageFailed."""
        backup.check_free(path)
        if isinstance(self._database, SqliteDatabase):
            await asyncio.to_thread(backup.copy, self._database.path, path)
            return
        try:
            with tempfile.TemporaryDirectory(dir=path.parent, prefix=".huying-") as folder:
                file = Path(folder, "copy.db")
                await self._copy_into(file)
                await asyncio.to_thread(backup.copy, file, path)
        except OSError as error:
            if isinstance(error, FileExistsError):
                raise
            raise StorageFailed(f"the backup failed: {error}") from error

    async def _copy_into(self, file: Path) -> None:
        copy = await open_store(f"sqlite:///{quote(str(file))}")
        try:
            await copy.migrate()
            await moving.copy(self, copy)
        finally:
            await copy.close()

    async def close(self) -> None:
        """Wait for the turn in hand, then let go of the database."""
        async with self._turn, self._looking:
            await self._database.close()
