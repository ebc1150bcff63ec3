"""The clock of the simulated day: it starts at midnight in Beijing and runs `factor` times as fast as the machine's."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from storage.records import DAY, Instant

MIDNIGHT: Instant = 1_795_276_800_000
"""Sunday 22 November 2026, 00:00 in Beijing."""


@dataclass(frozen=True)
class CityClock:
    """`began`: the machine's time.time() at midnight. Processes that share it show the same time."""

    began: float
    factor: float

    def now(self) -> Instant:
        return MIDNIGHT + int((time.time() - self.began) * 1000 * self.factor)

    def seconds_until(self, instant: Instant) -> float:
        return max(0.0, (instant - self.now()) / 1000 / self.factor)

    async def until(self, instant: Instant) -> None:
        while (left := self.seconds_until(instant)) > 0:  # noqa: ASYNC110 - the event here is the time itself
            await asyncio.sleep(min(left, 1.0))

    @property
    def over(self) -> bool:
        return self.now() >= MIDNIGHT + DAY
