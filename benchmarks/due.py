"""Deadlines that fall due among many that do not: the database the sweep is measured on, and bare SQL doing its work."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.talk import COMMUNITIES, GRIDS, RESIDENTS
from storage.records import DAY, Instant

NOW: Instant = 1_795_323_600_000

Rows = list[Sequence[Any]]


def fill(path: Path, *, among: int, out_at: str, now: Instant = NOW) -> None:
    """Write `among` accepted tickets of benchmarks.cities.city(communities=COMMUNITIES, grids=GRIDS), numbered from 0,
    each with a resident who reported it a day ago in the grid's group, and a resolve clock that runs out at `out_at`:
    SQL over the ticket's `number`, in ms."""
    place, community = f"(i % {COMMUNITIES * GRIDS})", f"(i % {COMMUNITIES * GRIDS} / {GRIDS})"
    leader = f"'leader-c' || {community} || '-' || ({place} % {GRIDS})"
    known: dict[str, str] = {
        "id": f"'c' || {community} || '-' || i",
        "community": f"'c' || {community}",
        "number": "i",
        "grid": f"'c' || {community} || '-g' || ({place} % {GRIDS})",
        "state": "'accepted'",
        "kind": "'repair'",
        "category": "'lighting'",
        "severity": "'ordinary'",
        "building": "'' || (i % 12 + 1)",
        "words": "'楼道灯坏了'",
        "reporter": f"'r-' || (i % {RESIDENTS})",
        "origin": f"'telegram:' || (-1001000000 - {place})",
        "origin_chat": f"'telegram:' || (-1001000000 - {place})",
        "origin_message": "'' || i",
        "handler": leader,
        "first_responder": leader,
        "reported_at": f"{now - DAY}",
        "accepted_at": f"{now - DAY}",
        "version": "1",
    }
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {among - 1}) "
    database = sqlite3.connect(path)
    columns = database.execute("PRAGMA table_info(tickets)").fetchall()
    needed = {name: kind for _, name, kind, must, _, _ in columns if must}
    values = {name: "''" if kind == "TEXT" else "0" for name, kind in needed.items()} | known
    database.execute(
        f"INSERT INTO tickets ({', '.join(values)}) {numbers} SELECT {', '.join(values.values())} FROM n"
    )
    database.execute(
        "INSERT INTO deadlines (ticket, clock, stage, due_at, ends_at, started_at) "
        f"SELECT id, 'resolve', 'out', {out_at}, {out_at}, reported_at FROM tickets"
    )
    residents = numbers.replace(str(among - 1), str(RESIDENTS - 1))
    database.execute(
        "INSERT INTO people (id, community, name, roles, phone, language, home_grid, home_building, home_unit, "
        "home_floor, home_room, home_landmark, listed) "
        f"{residents} SELECT 'r-' || i, 'c0', '居民', '[\"resident\"]', '', 'zh', NULL, '', '', '', '', '', 0 FROM n"
    )
    database.execute(
        "INSERT INTO accounts (address, person, last_used_at, reachable, listed) "
        f"{residents} SELECT 'telegram:' || (1000000000 + i), 'r-' || i, 0, 1, 0 FROM n"
    )
    database.executemany(
        "INSERT INTO counters (name, value) VALUES (?, ?)",
        [(f"tickets/c{community}", among) for community in range(COMMUNITIES)],
    )
    database.commit()
    database.execute("ANALYZE")
    database.close()


@dataclass
class Batch:
    """What one transaction of the sweep wrote, as rows."""

    deadlines: Rows = field(default_factory=list)
    tickets: Rows = field(default_factory=list)
    lines: Rows = field(default_factory=list)
    letters: Rows = field(default_factory=list)
    heads: dict[str, Sequence[Any]] = field(default_factory=dict)


def written(swept: Path, size: int) -> list[Batch]:
    """Read from a swept database what the sweep wrote, in the batches of `size` in which it did."""
    database = sqlite3.connect(swept)
    letters: dict[str, Rows] = defaultdict(list)
    for letter in database.execute("SELECT ticket, * FROM outbox ORDER BY id"):
        letters[letter[0]].append(letter[1:])
    tickets = {
        row[-1]: row for row in database.execute("SELECT level, queued, queued_at, version, id FROM tickets")
    }
    lines = database.execute(
        "SELECT l.* FROM ledger l JOIN tickets t ON t.id = l.ticket ORDER BY t.number, l.seq"
    ).fetchall()
    batches: list[Batch] = []
    for at, line in enumerate(lines):
        if at % size == 0:
            batches.append(Batch())
        community, seq, ticket, hash = line[0], line[1], line[2], line[-1]
        batch = batches[-1]
        batch.deadlines.append((ticket, "resolve"))
        batch.tickets.append(tickets[ticket])
        batch.lines.append(line)
        batch.letters += letters[ticket]
        batch.heads[community] = (community, seq, hash)
    database.close()
    return batches


def bare(path: Path, batches: Sequence[Batch], size: int) -> float:
    """Return the seconds that bare SQL takes for the same: in the same batches, with the same durability, the due
    deadlines and their tickets are read, and the rows the sweep wrote are written again, all values at hand before the
    clock starts.

    No rule is asked, nothing is read but those two, and of a ticket only what has changed is written.
    """
    database = sqlite3.connect(path, isolation_level=None)
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -16000"):
        database.execute(f"PRAGMA {setting}")
    began = time.perf_counter()
    for batch in batches:
        database.execute("BEGIN IMMEDIATE")
        found = database.execute(
            "SELECT * FROM deadlines WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at, ticket LIMIT ?",
            (NOW, size),
        ).fetchall()
        ids = json.dumps([deadline[0] for deadline in found])
        tickets = database.execute(
            "SELECT * FROM tickets WHERE id IN (SELECT value FROM json_each(?))", (ids,)
        ).fetchall()
        if len(tickets) != len(batch.tickets):
            raise RuntimeError(f"{len(batch.tickets)} tickets should be due, {len(tickets)} are")
        for sql, rows in _writes(batch):
            database.executemany(sql, rows)
        database.execute("UPDATE counters SET value = ? WHERE name = 'outbox'", (batch.letters[-1][0],))
        database.execute("COMMIT")
    seconds = time.perf_counter() - began
    database.close()
    return seconds


def _writes(batch: Batch) -> Iterator[tuple[str, Rows]]:
    yield "UPDATE tickets SET level = ?, queued = ?, queued_at = ?, version = ? WHERE id = ?", batch.tickets
    yield f"INSERT INTO ledger VALUES ({_marks(batch.lines)})", batch.lines
    yield f"INSERT INTO outbox VALUES ({_marks(batch.letters)})", batch.letters
    yield "DELETE FROM deadlines WHERE ticket = ? AND clock = ?", batch.deadlines
    heads = "INSERT INTO ledger_heads VALUES (?, ?, ?) ON CONFLICT (community) DO UPDATE SET seq = excluded.seq, hash = excluded.hash"
    yield heads, list(batch.heads.values())


def _marks(rows: Rows) -> str:
    return ", ".join("?" * len(rows[0]))
