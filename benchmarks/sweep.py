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
from collections.abc import Awaitable, Callable
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
TIMES = 3


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


async def on_copy(fresh: Path, work: Callable[[Path], Awaitable[float]]) -> float:
    """Do the work on a copy of the database, and return the seconds it says it took."""
    copy = fresh.with_name("copy.db")
    shutil.copy(fresh, copy)
    try:
        return await work(copy)
    finally:
        for rest in ("", "-wal", "-shm"):
            copy.with_name(copy.name + rest).unlink(missing_ok=True)


async def measure(many: int) -> tuple[float, float, float]:
    """Return the seconds of the sweep among DUE, of the sweep among `many`, and of bare SQL among `many`.

    They take turns, TIMES times, and the best of each counts: other work on the machine only ever makes one slower.
    """
    took: list[tuple[float, float, float]] = []
    batches: list[due.Batch] = []
    with tempfile.TemporaryDirectory() as name:
        few, lots = Path(name) / "few.db", Path(name) / "lots.db"
        await prepare(few, DUE)
        await prepare(lots, many)

        async def sweep_and_keep(path: Path) -> float:
            seconds = await sweep(path)
            batches[:] = due.written(path, BATCH)
            return seconds

        async def bare(path: Path) -> float:
            return await asyncio.to_thread(due.bare, path, batches, BATCH)

        for _ in range(TIMES):
            among_few = await on_copy(few, sweep)
            among_lots = await on_copy(lots, sweep_and_keep)
            took.append((among_few, among_lots, await on_copy(lots, bare)))
    among_few, among_lots, bare_seconds = (min(each) for each in zip(*took, strict=True))
    return among_few, among_lots, bare_seconds


async def run(many: int) -> None:
    few, lots, bare = await measure(many)
    escalated = await asyncio.to_thread(helpdesk.measure)
    note = f"{DUE:,} due, each acted on and committed in batches of {BATCH}"
    among = f"{DUE:,} due among {many:,} open"
    against_helpdesk = Figure(
        "sweep",
        "due deadlines acted on",
        DUE / lots,
        "/s",
        "django-helpdesk",
        escalated.per_second,
        at_least=100 if escalated.per_second else None,
        note=escalated.note,
    )
    report(
        [
            Figure("sweep", among, lots, "s", f"among {DUE:,}", few, at_most=1.5, note=note),
            Figure("sweep", among, lots, "s", "bare SQL", bare, at_most=2),
            against_helpdesk,
        ]
    )


if __name__ == "__main__":
    asyncio.run(run(100_000 if "--few" in sys.argv else 1_000_000))
