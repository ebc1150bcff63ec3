"""What the store asks of a database, whichever it is: storage/sqlite.py and storage/postgres.py give it.

SQL comes with its parameters as `:name`, in the words both databases understand (storage/catalogue.py).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

from storage.claims import Claim

Row = Mapping[str, Any]


class Connection(Protocol):
    """Statements on one connection. Transactions are the caller's: see Store.turn and Store.view.

    Everything raises StorageFailed and Contradiction (storage/errors.py); a mistake in our SQL stays what it is.
    """

    async def fetch(self, sql: str, parameters: Mapping[str, Any]) -> list[Row]: ...

    async def fetch_each(self, sql: str, each: Sequence[Mapping[str, Any]]) -> list[list[Row]]:
        """Ask the same with each of these parameters; return the rows of each asking."""

    def stream(self, sql: str, size: int) -> AsyncIterator[Sequence[Row]]:
        """Give the rows in stretches of at most `size`, inside the transaction that stands."""

    async def put(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Write many rows as they are, without a look at what stands there."""

    async def others(self) -> bool:
        """Whether other processes of ours are connected to the server's database. Of a file nobody knows."""

    async def empty(self, tables: Sequence[str]) -> None:
        """Take everything out of the tables, the ledger too: for who puts another whole database there."""

    async def run(self, sql: str, parameters: Mapping[str, Any]) -> int:
        """Return how many rows were touched."""

    async def run_many(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run `sql` once per row, at the latest before anything else is asked or the turn commits."""

    async def count_many(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run `sql` once per row; return how many rows were touched in all."""

    async def script(self, sql: str) -> None:
        """Run the statements of a migration, inside the transaction that stands."""

    async def begin(self, *, writing: bool) -> None:
        """Open a transaction: the writer's, or a snapshot to read from. A lost connection is made anew here."""

    async def begin_alone(self) -> None:
        """Open a writing transaction which waits for every other of this kind on the database to end."""

    @property
    def shared(self) -> bool:
        """See Turn.shared."""

    async def hold(self, names: Collection[str]) -> None:
        """See Turn.hold."""

    async def try_hold(self, names: Collection[str]) -> set[str]:
        """See Turn.try_hold."""

    async def commit(self) -> None: ...

    async def rollback(self) -> None:
        """End the transaction without its changes; do nothing when it has ended already."""

    async def tables(self) -> set[str]: ...

    async def close(self) -> None: ...


class Database(Protocol):
    """One database, opened: its writer, its readers, and what only this kind of database knows how to do."""

    dialect: str
    """As in the names of migrations that are for one kind only: `sqlite`, `postgres`."""

    @property
    def writer(self) -> Connection: ...

    @property
    def readers(self) -> Sequence[Connection]:
        """At least two."""

    def check(self) -> None:
        """Raise StorageFailed when what the writer writes would be lost."""

    async def claim(self, name: str) -> Claim | None:
        """See Store.claim."""

    def listen(self, on_stir: Callable[[], None]) -> None:
        """Call it from now on when another process has told of something."""

    async def tell(self) -> None:
        """Let other processes know that there is something new."""

    async def close(self) -> None: ...
