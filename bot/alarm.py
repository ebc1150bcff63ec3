"""The alarm clock: wakes the sweep when the next deadline falls, and every few seconds to be safe.

APScheduler holds the alarm; its job only rings. The sweeping is done by one supervised task, because a job that sets
itself anew from inside its own run loses the second alarm, and an exception out of a job would be nobody's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import WallClock
from storage.errors import StorageFailed
from storage.records import Instant

log = structlog.get_logger(__name__)

SAFETY_SECONDS = 5.0
"""The sweep runs at least this often, whatever was or was not set."""

RETRY_SECONDS = 1.0
NEXT = "next deadline"

Sweep = Callable[[Instant], Awaitable[Instant | None]]


class Alarm:
    """`run` is a supervised task. `rearm` may be called from anywhere in the loop, as often as one likes.

    `on_sweep` is called after every sweep that went through, and after every step of a long one. `trouble`: why the
    database would not let the last sweep through; empty when it did.
    """

    def __init__(self, sweep: Sweep, clock: WallClock) -> None:
        self.on_sweep: Callable[[], None] = lambda: None
        self.trouble = ""
        self._sweep = sweep
        self._clock = clock
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._ringing = asyncio.Event()
        self._armed_for: Instant | None = None
        self._last: float | None = None
        self._waiting: list[asyncio.Future[None]] = []

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

    async def swept(self) -> None:
        """Sweep as soon as possible, and return when a sweep that began after this call has gone through."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append(done)
        self._ringing.set()
        await done

    def age(self) -> float | None:
        """Seconds since the last sweep, or step of a long one, that went through; None before the first."""
        return None if self._last is None else time.monotonic() - self._last

    def stepped(self) -> None:
        """The sweep has committed something: after a long outage one sweep may take minutes, and is at work."""
        self._last = time.monotonic()
        self.trouble = ""
        self.on_sweep()

    def every_hour(self, ring: Callable[[], Awaitable[None]]) -> None:
        """Call `ring` when an hour begins by the machine's clock; hours that were slept through count as one."""
        self._scheduler.add_job(ring, "cron", minute=0)

    async def run(self) -> None:
        """Sweep, set the alarm for the next deadline, wait for it; for ever."""
        self._scheduler.start()
        try:
            while True:
                self._ringing.clear()
                try:
                    await self._once()
                except StorageFailed as failed:
                    self.trouble = str(failed)
                    log.error("deadlines have to wait for the database", why=str(failed))
                    await asyncio.sleep(RETRY_SECONDS)
                else:
                    await self._rest()
        finally:
            self._scheduler.shutdown(wait=False)

    async def _rest(self) -> None:
        # Not a job of the scheduler: its timer follows the wall clock, and one set back would silence it for as long.
        with suppress(TimeoutError):
            async with asyncio.timeout(SAFETY_SECONDS):
                await self._ringing.wait()

    async def _once(self) -> None:
        # What is set while the sweep runs re-arms against nothing, and so is not lost.
        self._armed_for = None
        waiting, self._waiting = self._waiting, []
        try:
            due = await self._sweep(self._clock.now())
        except BaseException:
            self._waiting = [*waiting, *self._waiting]
            raise
        self.stepped()
        for done in waiting:
            if not done.done():
                done.set_result(None)
        self.rearm(due)
