"""Sweeping 10,000 due deadlines: among ten thousand open ones, and among a million (`--few` for a hundred thousand).

What is timed is the whole sweep as the program does it: read, decide, new state, ledger line, letters, committed. Beside
it stands bare SQL that reads and writes the same rows in the same batches (benchmarks/due.py), and what django-helpdesk's
`escalate_tickets` makes of its own due tickets (benchmarks/helpdesk.py).
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import due, helpdesk
from benchmarks.cities import city
from benchmarks.figures import Figure, report
from benchmarks.talk import COMMUNITIES, GRIDS
from handlers.desk import Desk
from handlers.desk.sweeping import BATCH
from storage.database import open_store
from storage.records import DAY

DUE = 10_000
TIMES = 2
"""The better of two runs counts, ours and theirs alike: other work on the machine only ever makes one slower."""


@dataclass(frozen=True)
class Took:
    """Seconds for the sweep, and for bare SQL doing the same."""

    swept: float
    bare: float


async def prepare(path: Path, among: int) -> None:
    store = await open_store(f"sqlite:///{path}")
    await store.migrate()
    async with store.turn() as turn:
        await turn.directory.replace(city(communities=COMMUNITIES, grids=GRIDS))
    await store.close()
    ran_out = f"CASE WHEN number % {among // DUE} = 0 THEN {due.NOW - DAY} ELSE {due.NOW + DAY} END + number"
    await asyncio.to_thread(due.fill, path, among=among, out_at=ran_out)


async def sweep(path: Path) -> float:
    store = await open_store(f"sqlite:///{path}")
    began = time.perf_counter()
    await Desk(store).sweep(due.NOW)
    seconds = time.perf_counter() - began
    async with store.view() as view:
        queued = [len(await view.tickets.queue(f"c{number}", DUE)) for number in range(COMMUNITIES)]
    await store.close()
    if sum(queued) != DUE:
        raise RuntimeError(f"{sum(queued)} of {DUE} were acted on")
    return seconds


async def measure(among: int) -> Took:
    """Return the better of TIMES runs, each on fresh copies of the same database."""
    swept, bare = [], []
    with tempfile.TemporaryDirectory() as name:
        fresh, ours, theirs = (Path(name) / file for file in ("fresh.db", "ours.db", "theirs.db"))
        await prepare(fresh, among)
        for _ in range(TIMES):
            for path in (ours, theirs):
                shutil.copy(fresh, path)
            swept.append(await sweep(ours))
            batches = due.written(ours, BATCH)
            bare.append(await asyncio.to_thread(due.bare, theirs, batches, BATCH))
            for path in (ours, theirs):
                for rest in ("", "-wal", "-shm"):
                    path.with_name(path.name + rest).unlink(missing_ok=True)
    return Took(min(swept), min(bare))


async def run(many: int) -> None:
    few, lots = await measure(DUE), await measure(many)
    escalated = await asyncio.to_thread(helpdesk.measure)
    note = f"{DUE:,} due, each acted on and committed in batches of {BATCH}"
    among = f"{DUE:,} due among {many:,} open"
    against_helpdesk = Figure(
        "sweep",
        "due deadlines acted on",
        DUE / lots.swept,
        "/s",
        "django-helpdesk",
        escalated.per_second,
        at_least=100 if escalated.per_second else None,
        note=escalated.note,
    )
    report(
        [
            Figure("sweep", among, lots.swept, "s", f"among {DUE:,}", few.swept, at_most=1.5, note=note),
            Figure("sweep", among, lots.swept, "s", "bare SQL", lots.bare, at_most=2),
            against_helpdesk,
        ]
    )


if __name__ == "__main__":
    asyncio.run(run(100_000 if "--few" in sys.argv else 1_000_000))
