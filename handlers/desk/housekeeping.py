"""What is done once a day, by whichever process comes first: what is old enough goes. And what is left of whoever was erased."""

from __future__ import annotations

import logging

from handlers.desk import erasing
from storage.database import Store
from storage.records import DAY, Instant

log = logging.getLogger(__name__)

MOST_STEPS = 1_000
"""Turns one day's tidying may take; what is left then goes the next day."""


class Housekeeping:
    """Asked at every sweep; does something once a day (days of UTC)."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._erasing = erasing.Erasing(store)
        self._day = -1

    async def look(self, now: Instant) -> None:
        """Tidy the store when nobody has done so today. Small steps: each is a turn of its own."""
        await self._erasing.look(now)
        day = now // DAY
        if day == self._day:
            return
        async with self._store.turn() as turn:
            mine = await turn.jobs.claim("tidy", str(day), now)
        self._day = day
        gone = 0
        for _ in range(MOST_STEPS if mine else 0):
            async with self._store.turn() as turn:
                step = sum((await turn.tidy(now)).values())
            if not step:
                break
            gone += step
        if mine:
            gone += await self._expire(now)
        if gone:
            log.info("%d old rows went", gone)

    async def _expire(self, now: Instant) -> int:
        """Let go what each community has kept long enough."""
        gone = 0
        for community in (await self._store.directory()).communities:
            for _ in range(MOST_STEPS):
                async with self._store.turn() as turn:
                    await turn.hold([community])
                    step = await erasing.expire(turn, community, now)
                if not step:
                    break
                gone += step
        return gone
