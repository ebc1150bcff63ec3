"""A clock for stories: it stands still until the test turns it."""

from __future__ import annotations

import asyncio

from storage.records import Instant

NOON: Instant = 1_795_323_600_000
"""Sunday 2026-11-22 13:00 in Shanghai: 14:00 is an hour away, and it is no working day."""


class TurnedClock:
    """Stands still until the test turns it."""

    def __init__(self, now: Instant = NOON) -> None:
        self._now = now
        self._turned = asyncio.Condition()

    def now(self) -> Instant:
        return self._now

    def seconds_until(self, instant: Instant) -> float:
        # Nothing comes by itself here: what is not due now is as far away as the longest test.
        return 0.0 if instant <= self._now else 3600.0

    async def until(self, instant: Instant) -> None:
        async with self._turned:
            await self._turned.wait_for(lambda: self._now >= instant)

    async def turn_to(self, instant: Instant) -> None:
        async with self._turned:
            self._now = instant
            self._turned.notify_all()
