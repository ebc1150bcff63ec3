"""The clock of the simulated day: `start` in Beijing, and from there `factor` times as fast as the machine's."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from storage.records import Instant

MIDNIGHT: Instant = 1_795_276_800_000
"""Sunday 22 November 2026, 00:00 in Beijing."""


@dataclass(frozen=True)
class CityClock:
    """`began`: the machine's time.time() at `start`. Processes that share all three show the same time."""

    began: float
    factor: float
    start: Instant

    def now(self) -> Instant:
        return self.start + int((time.time() - self.began) * 1000 * self.factor)

    def seconds_until(self, instant: Instant) -> float:
        return max(0.0, (instant - self.now()) / 1000 / self.factor)

    async def until(self, instant: Instant) -> None:
        while (left := self.seconds_until(instant)) > 0:  # noqa: ASYNC110 - the event here is the time itself
            await asyncio.sleep(min(left, 1.0))
