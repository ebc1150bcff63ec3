"""The store: one writer with its turn, readers beside it, and the way in and out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote

from storage import backup, migrate
from storage.catalogue import catalogue
from storage.errors import BadDatabase, Contradiction, NewerSchema, ReadOnlyTurn, StaleTicket, StorageFailed
from storage.records import SECOND, Directory, Span
from storage.sqlite import Connection
from storage.turn import Turn, Turned

__all__ = [
    "BadDatabase",
    "Contradiction",
    "NewerSchema",
    "ReadOnlyTurn",
    "StaleTicket",
    "StorageFailed",
    "Store",
    "open_store",
    "path_of",
]


def path_of(url: str) -> Path:
    """Return the file of `sqlite:///relative.db` or `sqlite:////absolute.db`. Raises BadDatabase."""
    prefix = "sqlite:///"
    name = unquote(url.removeprefix(prefix))
    if not url.startswith(prefix) or not name:
        # Only the first word is repeated: what follows may hold a password.
        raise BadDatabase(f"the database must be given as sqlite:///FILE, not {url.partition(':')[0]!r}")
    if ":memory:" in name:
        raise BadDatabase("a database in memory forgets everything; give a file")
    return Path(name)


async def open_store(url: str, *, readers: int = 2, patience: Span = 5 * SECOND) -> Store:
    """Open the database, making an empty one when there is none; the schema is migrate()'s matter.

    `patience`: ms to wait for another process's lock. Raises BadDatabase with one clear line.
    """
    path = path_of(url)
    if not path.parent.is_dir():
        raise BadDatabase(f"the folder {path.parent} for the database does not exist")
    opened: list[Connection] = []
    try:
        # The writer first: it makes the file and turns on WAL, without which readers would block it.
        for number in range(2 + readers):
            opened.append(await Connection.open(path, writing=number == 0, patience=patience))
    except (StorageFailed, Contradiction) as error:
        for connection in opened:
            await connection.close()
        raise BadDatabase(f"cannot open the database {path}: {error}") from error
    return Store(url, path, opened[0], opened[1:])


class Store:
    """Everything that is remembered. One per process; `turn` writes, `view` reads.

    `on_turn` is told of every turn that ended, after its commit or rollback.
    """

    def __init__(self, url: str, path: Path, writer: Connection, readers: list[Connection]) -> None:
        self.url = url
        self.path = path
        self._writer = writer
        # The directory has a reader of its own: two views that each wait for it would else wait for ever.
        self._for_directory, *self._readers = readers
        self._looking = asyncio.Lock()
        self._free: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
        for reader in self._readers:
            self._free.put_nowait(reader)
        self.on_turn: Callable[[Turned], None] = lambda turned: None
        self._turn = asyncio.Lock()
        self._turn_of: asyncio.Task[object] | None = None
        self._directory: Directory | None = None
        self._sql = catalogue("aiosqlite")
        self._file = path.stat().st_ino

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Turn]:
        """The write transaction: one at a time, committed at the end, rolled back whole by any error.

        Raises StorageFailed (nothing stored, try later), StaleTicket, Contradiction. A cancelled turn is rolled
        back too, unless the cancellation came while the commit was already on its way.
        """
        if self._turn_of is asyncio.current_task():
            raise RuntimeError("a turn inside a turn would wait for itself")
        # aiosqlite serialises statements, not transactions: without the lock a second BEGIN would land inside this one.
        came, began, lines = time.monotonic(), None, None
        try:
            async with self._turn:
                began = time.monotonic()
                self._still_there()
                turn = Turn(self._writer, self._sql, writing=True)
                self._turn_of = asyncio.current_task()
                try:
                    await self._writer.begin(writing=True)
                    yield turn
                    await turn.flush()
                    await self._writer.commit()
                    lines = turn.ledger.written
                except BaseException:
                    await self._writer.rollback()
                    raise
                finally:
                    self._turn_of = None
                    turn.end()
        finally:
            if began is not None:
                took = time.monotonic() - began
                self.on_turn(Turned(lines is not None, began - came, took, lines or ()))

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

    async def pending(self) -> list[str]:
        """Return the migrations not applied yet. Raises NewerSchema, and BadDatabase for a foreign or altered one."""
        return await migrate.pending(self._writer)

    async def migrate(self) -> list[str]:
        """Apply what is pending, each in a transaction of its own, and return the names applied."""
        async with self._turn:
            return await migrate.apply(self._writer)

    async def backup(self, path: Path) -> None:
        """Write a consistent, verified copy while work goes on. Raises FileExistsError, StorageFailed."""
        await asyncio.to_thread(backup.copy, self.path, path)

    async def close(self) -> None:
        """Wait for the turn in hand, then let go of the file."""
        async with self._turn, self._looking:
            for connection in (*self._readers, self._for_directory, self._writer):
                await connection.close()

    def _still_there(self) -> None:
        # SQLite goes on writing into a file that was deleted or replaced beneath it: acknowledged, and lost.
        try:
            same = self.path.stat().st_ino == self._file
        except OSError as error:
            raise StorageFailed(f"the database file is gone: {error}") from error
        if not same:
            raise StorageFailed("the database file was replaced while the program was running")
