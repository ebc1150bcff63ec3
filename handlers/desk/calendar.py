"""What the calendar asks for, whoever is awake first: each job once a period in each community.

Slept through, a job is done once when the program wakes, if its job still thinks so; several processes do each once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Protocol

from storage.database import StorageFailed, Store
from storage.records import MINUTE, Community, Directory, Instant
from storage.turn import Turn

log = logging.getLogger(__name__)


class Job(Protocol):
    """`name` stands in the database with the period and stays as it is."""

    @property
    def name(self) -> str: ...

    def period(self, community: Community, now: Instant) -> str | None:
        """Return the period that is due ("2026-11-26", "2026-W48"); None when there is nothing to do, or it is too late.

        Asked every minute for every community: no more than a little arithmetic. Of several periods that were slept
        through the last is returned. Done is what was claimed: the same period may be returned again and again.
        """

    async def do(
        self, turn: Turn, directory: Directory, community: Community, period: str, now: Instant
    ) -> None:
        """Do it, in the turn that claimed it: what is written here is written once. The community is held."""


class Watch(Protocol):
    """What has a time of its own in the database, and no period."""

    async def look(self, store: Store, directory: Directory, now: Instant) -> bool:
        """Do what is due, once whoever looks; return whether anything was. Asked every minute. Raises StorageFailed."""


class Calendar:
    """Asked at every sweep; looks once a minute. `jobs` may be added to while the program is put together."""

    def __init__(self, store: Store, jobs: Iterable[Job] = (), watches: Iterable[Watch] = ()) -> None:
        self.jobs = list(jobs)
        self.watches = list(watches)
        self._store = store
        self._minute = -1
        self._done: dict[tuple[str, str], str] = {}

    async def look(self, now: Instant) -> bool:
        """Do what is due and not done; return whether anything was. A job that fails is tried again a minute later.

        Raises StorageFailed.
        """
        minute = now // MINUTE
        if minute == self._minute:
            return False
        did = False
        directory = await self._store.directory()
        for community in directory.communities.values():
            for job in self.jobs:
                did |= await self._if_due(job, directory, community, now)
        for watch in self.watches:
            did |= await watch.look(self._store, directory, now)
        self._minute = minute
        return did

    async def _if_due(self, job: Job, directory: Directory, community: Community, now: Instant) -> bool:
        key = (job.name, community.id)
        try:
            period = job.period(community, now)
            if period is None or self._done.get(key) == period:
                return False
            async with self._store.turn() as turn:
                await turn.hold([community.id])
                mine = await turn.jobs.claim(f"{job.name}/{community.id}", period, now)
                if mine:
                    await job.do(turn, directory, community, period, now)
        except StorageFailed:
            raise
        except Exception:
            # One community's trouble is not the others'; the claim was rolled back with the rest.
            log.exception("a calendar job failed", extra={"job": job.name, "community": community.id})
            return False
        self._done[key] = period
        return mine
