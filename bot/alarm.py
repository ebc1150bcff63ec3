"""The alarm clock: wakes the sweep when the next deadline falls, and every few seconds to be safe.

APScheduler holds the jobs; a job only rings. The sweeping is done by one supervised task, because a job that sets
itself anew from inside its own run loses the second alarm, and an exception out of a job would be nobody's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import WallClock
from storage.errors import StorageFailed
from storage.records import Instant

log = structlog.get_logger(__name__)

SAFETY_SECONDS = 5
"""The sweep runs at least this often, whatever was or was not set."""

RETRY_SECONDS = 1.0
NEXT = "next deadline"
SAFETY = "safety sweep"

Sweep = Callable[[Instant], Awaitable[Instant | None]]


class Alarm:
    """`run` is a supervised task. `rearm` may be called from anywhere in the loop, as often as one likes."""

    def __init__(self, sweep: Sweep, clock: WallClock) -> None:
        self._sweep = sweep
        self._clock = clock
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._ringing = asyncio.Event()
        self._armed_for: Instant | None = None
        self._last: float | None = None
        self.sweeps = 0

    def rearm(self, due: Instant | None) -> None:
        """A deadline was set for `due`: ring then, unless the alarm rings earlier anyway."""
        if due is None or (self._armed_for is not None and self._armed_for <= due):
            return
        self._armed_for = due
        at = datetime.now(UTC) + timedelta(seconds=self._clock.seconds_until(due))
        if self._scheduler.running:
            self._scheduler.add_job(self.ring, "date", run_date=at, id=NEXT, replace_existing=True)

    async def ring(self) -> None:
        """Sweep as soon as possible."""
        self._ringing.set()

    def age(self) -> float | None:
        """Seconds since the last sweep that went through; None before the first."""
        return None if self._last is None else time.monotonic() - self._last

    async def run(self) -> None:
        """Sweep, set the alarm for the next deadline, wait for it; for ever."""
        self._scheduler.start()
        self._scheduler.add_job(self.ring, "interval", seconds=SAFETY_SECONDS, id=SAFETY)
        try:
            while True:
                self._ringing.clear()
                await self._once()
                await self._ringing.wait()
        finally:
            self._scheduler.shutdown(wait=False)

    async def _once(self) -> None:
        # What is set while the sweep runs re-arms against nothing, and so is not lost.
        self._armed_for = None
        try:
            due = await self._sweep(self._clock.now())
        except StorageFailed as failed:
            log.error("deadlines have to wait for the database", why=str(failed))
            await asyncio.sleep(RETRY_SECONDS)
            self._ringing.set()
            return
        self._last = time.monotonic()
        self.sweeps += 1
        self.rearm(due)
