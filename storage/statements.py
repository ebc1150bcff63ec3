"""What every room of a turn stands on: named queries on the turn's connection, and the buffer of unwritten rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from storage.connections import Connection, Row
from storage.errors import ReadOnlyTurn
from storage.plain import as_json as as_json
from storage.plain import fitting, fitting_all
from storage.plain import keys_json as keys_json

K = TypeVar("K")
V = TypeVar("V")

BIGGEST = 2**63 - 1
"""No number in the database is larger; asking with one that is raises OverflowError."""


class Statements:
    """Runs the catalogue's queries by name. `rooms` are flushed, in order, before whatever must see all of them."""

    def __init__(self, connection: Connection, sql: Mapping[str, str], *, writing: bool) -> None:
        self.connection = connection
        self._sql = sql
        self._writing = writing
        self.rooms: list[Room] = []
        self.counters = Counters(self)
        self.ended = False
        self.stirs = False
        """Set by a room that wrote what other processes may have to act on."""
        self.about: set[str] = set()
        """Tickets about which something was written besides their lines in the ledger."""
        self.letters: set[int] = set()
        """Letters of which something new was written: where they stand, or go next."""
        self.to_list: defaultdict[str, list[str]] = defaultdict(list)
        """Tickets whose rows in the console's list no longer hold, with the words that were added to each; written anew by
        storage/searching.py."""

    def knows(self, query: str) -> bool:
        """Whether this kind of database has the query: some are for one kind alone."""
        return query in self._sql

    def may_write(self) -> None:
        """Raise ReadOnlyTurn in a view, and when the turn is over and its writes would be lost."""
        if not self._writing or self.ended:
            raise ReadOnlyTurn("this turn is over" if self.ended else "a view cannot write")

    async def rows(self, query: str, **parameters: Any) -> list[Row]:
        return await self.connection.fetch(self._sql[query], fitting(parameters))

    async def row(self, query: str, **parameters: Any) -> Row | None:
        found = await self.connection.fetch(self._sql[query], fitting(parameters))
        return found[0] if found else None

    async def rows_of_each(self, query: str, each: Sequence[Mapping[str, Any]]) -> list[list[Row]]:
        """Return the rows of each asking; no asking costs nothing."""
        return await self.connection.fetch_each(self._sql[query], fitting_all(each)) if each else []

    async def value(self, query: str, **parameters: Any) -> Any:
        """Return the single column `value` of the first row, or None."""
        found = await self.row(query, **parameters)
        return found["value"] if found else None

    async def run(self, query: str, **parameters: Any) -> int:
        """Return how many rows were touched."""
        self.may_write()
        return await self.connection.run(self._sql[query], fitting(parameters))

    async def run_many(self, query: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run the query once per row; no rows cost nothing."""
        if rows:
            self.may_write()
            await self.connection.run_many(self._sql[query], fitting_all(rows))

    async def run_letters(self, query: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """The same of letters, each row naming its own as `id`: who shows what becomes of them is told of it."""
        self.letters.update(row["id"] for row in rows)
        await self.run_many(query, rows)

    async def count_many(self, query: str, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run the query once per row; return how many rows were touched in all."""
        if not rows:
            return 0
        self.may_write()
        return await self.connection.count_many(self._sql[query], fitting_all(rows))

    async def write_returning(self, query: str, **parameters: Any) -> list[Row]:
        self.may_write()
        return await self.connection.fetch(self._sql[query], fitting(parameters))

    async def flush(self) -> None:
        """Write out everything the rooms have collected."""
        for room in self.rooms:
            await room.flush()
        # Last: rooms take numbers while they are written out.
        await self.counters.flush()


class Room:
    """One thing kept. A room that buffers overrides flush()."""

    def __init__(self, statements: Statements) -> None:
        self.sql = statements
        statements.rooms.append(self)

    async def flush(self) -> None:
        """Write out what this room has collected."""

    def forget_known(self) -> None:
        """Drop what was read, after another room changed the rows beneath. Only after a flush."""


class Shelf(Generic[K, V]):
    """What a turn knows of one table by key (None: known to be absent), and which of it is not written yet."""

    def __init__(self) -> None:
        self._known: dict[K, V | None] = {}
        self._unwritten: dict[K, None] = {}

    def __contains__(self, key: K) -> bool:
        return key in self._known

    def get(self, key: K) -> V | None:
        return self._known.get(key)

    def learn(self, key: K, value: V | None) -> None:
        """Note what the database says, unless this turn has something newer."""
        if key not in self._unwritten:
            self._known[key] = value

    def put(self, key: K, value: V | None) -> None:
        """Note what shall be written; None: the row shall go."""
        self._known[key] = value
        self._unwritten[key] = None

    def waits(self, key: K) -> bool:
        """Whether something of it is not written yet."""
        return key in self._unwritten

    def take(self) -> tuple[list[V], list[K]]:
        """Return what is to be written and which keys are to go, and count them as written."""
        written = [value for key in self._unwritten if (value := self._known[key]) is not None]
        gone = [key for key in self._unwritten if self._known[key] is None]
        self._unwritten.clear()
        return written, gone

    def forget(self) -> None:
        self._known.clear()


class Lists(Generic[V]):
    """Rows that belong to one key each (a ticket's cards, a person's accounts): read for many keys at once, and then
    found by each alone, until something of them changes.

    `query` takes `:keys` and puts each key's rows in order; `column` of its rows is the key.
    """

    def __init__(self, sql: Statements, query: str, column: str, made: Callable[[Row], V]) -> None:
        self._sql, self._query, self._column, self._made = sql, query, column, made
        self._known: dict[str, list[V]] = {}

    def knows(self, keys: Iterable[str]) -> bool:
        """Whether all of them have been read."""
        return all(key in self._known for key in keys)

    async def of_many(self, keys: Collection[str]) -> dict[str, list[V]]:
        """Return the list of each key, empty ones too."""
        unknown = [key for key in keys if key not in self._known]
        if unknown:
            self._known.update((key, []) for key in unknown)
            for row in await self._sql.rows(self._query, keys=keys_json(unknown)):
                self._known[row[self._column]].append(self._made(row))
        return {key: list(self._known[key]) for key in keys}

    async def of(self, key: str) -> list[V]:
        return (await self.of_many([key]))[key]

    def add(self, key: str, value: V) -> None:
        """Note one more at the end, when the list has been read."""
        if key in self._known:
            self._known[key].append(value)

    def forget(self, key: str | None = None) -> None:
        """Read this one's again; None: everybody's."""
        if key is None:
            self._known.clear()
        else:
            self._known.pop(key, None)


IDS = ("attachments", "examples", "invite_misses", "outbox", "remarks", "web_messages")
"""Tables whose ids are numbers we give."""


class Counters:
    """Growing numbers: ticket numbers per community, changes of the web chat, ids.

    The first number taken in a turn locks the counter until the turn ends, so two turns never get the same one, and
    who sees a number sees all before it; what a rolled back turn took is given out again.
    """

    def __init__(self, statements: Statements) -> None:
        self.sql = statements
        self._values: dict[str, int] = {}
        self._changed: set[str] = set()

    async def take(self, name: str, count: int = 1, *, first: int = 1) -> int:
        """Return the first of `count` numbers that follow each other; the very first one ever is `first`."""
        number = await self.next(name, first=first)
        self._values[name] += count
        self._changed.add(name)
        return number

    async def next(self, name: str, *, first: int = 1) -> int:
        """Return the number the next take() will give, without taking it; the counter is locked likewise."""
        if name not in self._values:
            await self.lock([name], first=first)
        return self._values[name] + 1

    async def lock(self, names: Collection[str], *, first: int = 1) -> None:
        """Lock several counters together, as the first take() of each would."""
        unknown = sorted({name for name in names if name not in self._values})
        self.sql.may_write()
        each = [{"name": name, "start": first - 1} for name in unknown]
        for name, rows in zip(unknown, await self.sql.rows_of_each("counters_lock", each), strict=True):
            self._values[name] = rows[0]["value"]

    async def ids(self, name: str, count: int = 1) -> Sequence[int]:
        """Return `count` growing numbers of `IDS`. There may be gaps: where several processes write, none waits."""
        if self.sql.knows("ids_take"):
            return [row["id"] for row in await self.sql.write_returning("ids_take", name=name, count=count)]
        first = await self.take(name, count)
        return range(first, first + count)

    async def flush(self) -> None:
        changed = [{"name": name, "value": self._values[name]} for name in sorted(self._changed)]
        self._changed.clear()
        await self.sql.run_many("counters_set", changed)
