"""What is done once a day, by whichever process comes first: what is old enough goes."""

from __future__ import annotations

import logging

from storage.database import Store
from storage.records import DAY, Instant

log = logging.getLogger(__name__)

MOST_STEPS = 1_000
"""Turns one day's tidying may take; what is left then goes the next day."""


class Housekeeping:
    """Asked at every sweep; does something once a day (days of UTC)."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._day = -1

    async def look(self, now: Instant) -> None:
        """Tidy the store when nobody has done so today. Small steps: each is a turn of its own."""
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
        if gone:
            log.info("%d old rows went", gone)
