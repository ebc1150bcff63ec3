"""What would have happened, in the console: a month's tickets run through a proposed policy beside everything else."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field

import structlog

from handlers.what_if import ACTS, Step, Tally
from storage.database import Store
from storage.records import Community, Instant

log = structlog.get_logger(__name__)

PAGE = 500
"""Tickets held in memory at a time."""
SLICE = 0.01
"""Seconds of work after which everybody else has their turn."""
REMEMBERED = 20
"""Results kept, the last ones asked for."""

Key = tuple[str, Instant, Instant]
"""What is proposed, on what; from when until when."""


@dataclass(slots=True)
class Run:
    """One run: `done` of `total` tickets. `failed`: it broke off."""

    total: int = 0
    done: int = 0
    tally: Tally = field(default_factory=Tally)
    ready: bool = False
    failed: bool = False
    task: asyncio.Task[None] | None = None

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


class WhatIf:
    """Runs them one after the other, in this process; a proposal and a month are run once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._runs: OrderedDict[Key, Run] = OrderedDict()
        self._at_work = asyncio.Lock()

    def ask(
        self,
        proposal: str,
        present: Community,
        other: Community,
        since: Instant,
        until: Instant,
        now: Instant,
    ) -> Run:
        """Return how far it has come; the first who asks has it begun."""
        key = (proposal, since, until)
        run = self._runs.get(key)
        if run is None or run.failed:
            run = self._runs[key] = Run()
            run.task = asyncio.create_task(self._guarded(run, present, other, since, until, now))
            run.task.set_name("what if")
        self._runs.move_to_end(key)
        while len(self._runs) > REMEMBERED:
            _, oldest = self._runs.popitem(last=False)
            if oldest.task is not None:
                oldest.task.cancel()
        return run

    async def _guarded(
        self, run: Run, present: Community, other: Community, since: Instant, until: Instant, now: Instant
    ) -> None:
        try:
            async with self._at_work:
                await self._work(run, present, other, since, until, now)
        except Exception:
            # A task of its own, whose error nobody would see: the page says that it failed.
            run.failed = True
            log.exception("a policy could not be tried on a month's tickets")

    async def _work(
        self, run: Run, present: Community, other: Community, since: Instant, until: Instant, now: Instant
    ) -> None:
        async with self._store.view() as view:
            run.total = await view.replays.count(present.id, since, until)
        after, began = (since - 1, 2**62), time.perf_counter()
        while True:
            # A view for each page: one for all of them would keep the database from clearing up for as long.
            async with self._store.view() as view:
                tickets = await view.replays.tickets(present.id, after, until, PAGE)
                lines = await view.replays.lines([ticket.id for ticket in tickets], ACTS)
            for ticket in tickets:
                steps = [Step(line.at, line.act, line.reason) for line in lines[ticket.id]]
                run.tally.count(ticket, steps, present, other, now)
                run.done += 1
                if time.perf_counter() - began > SLICE:
                    await asyncio.sleep(0)
                    began = time.perf_counter()
            if len(tickets) < PAGE:
                break
            after = (tickets[-1].reported_at, tickets[-1].number)
        run.ready = True
