"""What is done once per period, by whichever process comes first, and when the sweep was last alive."""

from __future__ import annotations

from storage.records import Instant
from storage.statements import Room


class Jobs(Room):
    """Calendar jobs and digests, named by job and period ("agenda/jinghe", "2026-11-26")."""

    async def claim(self, job: str, period: str, now: Instant) -> bool:
        """True for the first who asks, False for everybody after."""
        return bool(await self.sql.run("jobs_claim", job=job, period=period, now=now))


class Pulse(Room):
    """The heartbeat of the sweep: after an outage it says how long the outage was."""

    async def beat(self, now: Instant) -> None:
        await self.sql.run("pulse_beat", now=now)

    async def last(self) -> Instant | None:
        """None before the first beat ever."""
        found: Instant | None = await self.sql.value("pulse_last")
        return found
