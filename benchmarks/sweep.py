"""Sweeping 10,000 due deadlines: among ten thousand open ones, and among a million (`--few` for a hundred thousand).

What is timed is the whole sweep as the program does it: read, decide, new state, ledger line, letters, committed.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from handlers.community import directory_of, read_community
from handlers.desk import Desk
from storage.database import open_store
from storage.records import DAY, Instant
from tests.stories.town import TOWN

DUE = 10_000
NOW: Instant = 1_795_323_600_000

GENERATE = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :open) "


def fill(path: Path, open_tickets: int) -> None:
    """Write accepted tickets with a running resolve clock each straight into the tables; the first DUE are due."""
    known: dict[str, str] = {
        "id": "'jinghe-' || i",
        "community": "'jinghe'",
        "number": "i",
        "grid": "'xinhai-east-1'",
        "state": "'accepted'",
        "kind": "'repair'",
        "category": "'lighting'",
        "severity": "'ordinary'",
        "building": "'' || (i % 12 + 1)",
        "words": "'楼道灯坏了'",
        "handler": "'wangfang'",
        "first_responder": "'wangfang'",
        "reported_at": f"{NOW - DAY}",
        "accepted_at": f"{NOW - DAY}",
        "version": "1",
    }
    database = sqlite3.connect(path)
    columns = database.execute("PRAGMA table_info(tickets)").fetchall()
    needed = {name: kind for _, name, kind, must, _, _ in columns if must}
    values = {name: "''" if kind == "TEXT" else "0" for name, kind in needed.items()} | known
    names, terms = ", ".join(values), ", ".join(values.values())
    database.execute(
        f"INSERT INTO tickets ({names}) {GENERATE} SELECT {terms} FROM n", {"open": open_tickets}
    )
    database.execute(
        "INSERT INTO deadlines (ticket, clock, stage, due_at, ends_at, started_at) "
        f"{GENERATE} SELECT 'jinghe-' || i, 'resolve', 'out', :now + at, :now + at, :now - {DAY} "
        f"FROM (SELECT i, CASE WHEN i <= {DUE} THEN -1 ELSE {DAY} + i END AS at FROM n)",
        {"open": open_tickets, "now": NOW},
    )
    database.commit()
    database.close()


async def sweep(open_tickets: int) -> float:
    """Return the seconds the sweep takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "huying.db"
        store = await open_store(f"sqlite:///{path}")
        await store.migrate()
        async with store.turn() as turn:
            await turn.directory.replace(directory_of(read_community(tomllib.loads(TOWN))))
        await asyncio.to_thread(fill, path, open_tickets)
        start = time.perf_counter()
        await Desk(store).sweep(NOW)
        seconds = time.perf_counter() - start
        async with store.view() as view:
            queued = await view.tickets.queue("jinghe", DUE + 1)
        assert len(queued) == DUE, f"{len(queued)} of {DUE} were acted on"
        await store.close()
    return seconds


async def run(many: int) -> None:
    few = await sweep(DUE)
    lots = await sweep(many)
    print(f"sweep: {DUE} due deadlines, each acted on and committed")
    print(f"  among {DUE:>9,} open   {few:6.2f} s   {DUE / few:8.0f} /s")
    print(f"  among {many:>9,} open   {lots:6.2f} s   {lots / few:.2f} x the time")


if __name__ == "__main__":
    asyncio.run(run(100_000 if "--few" in sys.argv else 1_000_000))
