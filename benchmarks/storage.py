"""Storage alone against the same rows written raw: reports as the desk writes them, sixty-four in one turn.

Each batch is written twice, into two databases of the same kind on the same disk: through a turn (tickets, ledger,
clocks, letters, inbox, numbers), and by the bare driver with `executemany`, the rows made beforehand, in one transaction
with the same commit. The two take turns, so that a busy machine disturbs both alike.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg

from benchmarks.figures import Figure, report
from storage.database import Store, open_store
from storage.records import Act, Clock, Deadline, LetterKind, Line, Owed, Ticket
from storage.tickets import FIRST_NUMBER
from storage.written import Written
from tests.databases import KINDS, ask, fresh_database
from tests.storage.things import GROUP, NOON, a_deadline, a_letter, a_line, a_ticket

BATCH = 64
BATCHES = 60
WARM = 5
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
GRIDS = 12
TOLD = {LetterKind.ANSWER: "telegram:1", LetterKind.ASK: "telegram:1001", LetterKind.CARD: GROUP}


Batch = tuple[str, Sequence[Mapping[str, Any]]]
"""A statement, and the parameters of each time it is run."""


@dataclass
class Overheard:
    """What a turn wrote in batches: the statements with their rows, in order."""

    rows: list[Batch] = field(default_factory=list)

    def listen(self, store: Store) -> None:
        writer: Any = store._writer
        count_many, run_many = writer.count_many, writer.run_many

        async def counting(sql: str, rows: Sequence[Mapping[str, Any]]) -> int:
            self.rows.append((sql, rows))
            count: int = await count_many(sql, rows)
            return count

        async def running(sql: str, rows: Sequence[Mapping[str, Any]]) -> None:
            self.rows.append((sql, rows))
            await run_many(sql, rows)

        writer.count_many, writer.run_many = counting, running


@dataclass(frozen=True)
class Report:
    """What one message leads to: made beforehand, because deciding it is not storage's work."""

    key: str
    ticket: Ticket
    line: Line
    clocks: tuple[Deadline, ...]
    letters: tuple[Owed, ...]


def a_report(n: int) -> Report:
    ticket = a_ticket(FIRST_NUMBER + n, grid=f"grid-{n % GRIDS}", reported_at=NOON + n)
    return Report(
        f"telegram:{n}",
        ticket,
        a_line(ticket, Act.REPORT, NOON + n, reason="3号楼2单元电梯停在5楼"),
        tuple(a_deadline(ticket, clock, NOON + n) for clock in (Clock.ACCEPT, Clock.ARRIVE, Clock.RESOLVE)),
        tuple(a_letter(route, kind=kind, ticket=ticket.id) for kind, route in TOLD.items()),
    )


async def write(store: Store, reports: Sequence[Report]) -> None:
    """Store a batch of reports, with everything each leads to, in one turn."""
    async with store.turn() as turn:
        await turn.hold(["jinghe"])
        await turn.inbox.seen([one.key for one in reports])
        for one in reports:
            assert await turn.tickets.next_number("jinghe") == one.ticket.number
            turn.tickets.save(one.ticket)
            turn.ledger.append(one.line)
            for clock in one.clocks:
                turn.deadlines.set(clock)
            for letter in one.letters:
                turn.outbox.owe(letter)
            turn.inbox.keep(one.key, one.ticket.reported_at, {"toast": ""})


class RawSqlite:
    """sqlite3 itself: no thread between."""

    def __init__(self, url: str) -> None:
        self._database = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        for setting in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "cache_size = -16000",
        ):
            self._database.execute(f"PRAGMA {setting}")

    async def write(self, batch: list[tuple[Written, list[Any]]], sql: Sequence[str]) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        for statement, (_, rows) in zip(sql, batch, strict=True):
            self._database.executemany(statement, rows)
        self._database.execute("COMMIT")

    async def close(self) -> None:
        self._database.close()


class RawPostgres:
    """asyncpg itself."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None

    async def write(self, batch: list[tuple[Written, list[Any]]], sql: Sequence[str]) -> None:
        if self._connection is None:
            self._connection = await asyncpg.connect(self._url, server_settings={"jit": "off"})
        async with self._connection.transaction():
            for written, rows in batch:
                await self._connection.executemany(written.sql, rows)

    async def close(self) -> None:
        await self._connection.close()


def bare(rows: list[Batch]) -> tuple[list[tuple[Written, list[Any]]], list[str]]:
    """Return the rows as the driver takes them soonest: tuples in the order of the columns."""
    batch = [(Written(sql), rows) for sql, rows in rows]
    numbered = [(written, [tuple(written.values(row)) for row in rows]) for written, rows in batch]
    # SQLite reads ?1 as PostgreSQL reads $1.
    return numbered, [written.sql.replace("$", "?") for written, _ in numbered]


async def measure(kind: str) -> tuple[list[float], list[float], int]:
    """Return the seconds of every batch through storage and raw, and how many rows a batch has."""
    with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as theirs:
        async with fresh_database(Path(ours), kind) as url, fresh_database(Path(theirs), kind) as raw_url:
            store, other = await open_store(url), await open_store(raw_url)
            await store.migrate()
            await other.migrate()
            await other.close()
            raw = RawSqlite(raw_url) if kind == "sqlite" else RawPostgres(raw_url)
            heard = Overheard()
            heard.listen(store)
            through, by_hand, rows = [], [], 0
            for n in range(BATCHES):
                heard.rows = []
                reports = [a_report(m) for m in range(n * BATCH, n * BATCH + BATCH)]
                start = time.perf_counter()
                await write(store, reports)
                through.append(time.perf_counter() - start)
                batch, sql = bare(heard.rows)
                rows = sum(len(rows) for _, rows in batch)
                start = time.perf_counter()
                await raw.write(batch, sql)
                by_hand.append(time.perf_counter() - start)
            await raw.close()
            await store.close()
            return through, by_hand, rows


async def main() -> None:
    # Unlike a test's, these commits are to reach the disk.
    for order in ("ALTER SYSTEM SET fsync = on", "SELECT pg_reload_conf()"):
        await asyncio.to_thread(ask, order)
    figures = []
    for kind in KINDS:
        through, by_hand, rows = await measure(kind)
        # The first batches prepare statements and fill caches.
        ours, raw = median(through[WARM:]), median(by_hand[WARM:])
        figures.append(
            Figure(
                "storage",
                f"rows written on {NAMES[kind]}, {BATCH} reports of {rows} rows in one commit",
                rows / ours,
                "rows/s",
                "raw executemany",
                rows / raw,
                at_least=0.5,
                note=f"{ours * 1000:.1f} ms a batch against {raw * 1000:.1f} ms, median of {len(through) - WARM}",
            )
        )
    report(figures)


if __name__ == "__main__":
    asyncio.run(main())
