"""The only room that reads the wall clock. Everything else is given `now`."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

from storage.records import Instant


class WallClock(Protocol):
    """Tells the time and waits for one."""

    def now(self) -> Instant:
        """Milliseconds UTC."""
        ...

    def seconds_until(self, instant: Instant) -> float:
        """Return how many seconds of the machine's time it is until `instant`; 0 when it has come."""
        ...

    async def until(self, instant: Instant) -> None:
        """Return when `instant` has come (at once if it has)."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> Instant:
        return time.time_ns() // 1_000_000

    def seconds_until(self, instant: Instant) -> float:
        return max(0.0, (instant - self.now()) / 1000)

    async def until(self, instant: Instant) -> None:
        # The wall clock may be set back or forward while we sleep: short naps keep the error below one.
        while (left := instant - self.now()) > 0:  # noqa: ASYNC110 - the event here is the time itself
            await asyncio.sleep(min(left / 1000, 1.0))


class FastClock:
    """Time that runs `factor` times as fast as the machine's, from the moment it is made: for the demo."""

    def __init__(self, factor: float) -> None:
        self.factor = factor
        self._start = time.time_ns() // 1_000_000
        self._mark = time.monotonic_ns()

    def now(self) -> Instant:
        return self._start + int((time.monotonic_ns() - self._mark) / 1_000_000 * self.factor)

    def seconds_until(self, instant: Instant) -> float:
        return max(0.0, (instant - self.now()) / 1000 / self.factor)

    async def until(self, instant: Instant) -> None:
        while (left := instant - self.now()) > 0:  # noqa: ASYNC110 - the event here is the time itself
            await asyncio.sleep(min(left / 1000 / self.factor, 1.0))
