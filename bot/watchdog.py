"""The watchdog: asks each platform something harmless every minute, and has people told when it stays without an answer.

Nobody writing is no trouble: a quiet night. A platform that cannot be asked, or that says itself that it cannot bring
us what people say, is one, once it has lasted.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot.channels.base import Channel
from bot.clock import WallClock
from bot.line import Pinged
from handlers.desk import troubles
from handlers.messages import NotDelivered
from handlers.troubles import Lasting, Trouble, Why
from storage.database import Store
from storage.errors import StorageFailed
from storage.records import MINUTE, Instant, Span

log = structlog.get_logger(__name__)

LOOK_EVERY = 60.0
"""Seconds between looks."""
PATIENCE: Span = 5 * MINUTE
"""What has been wrong for so long does not pass by itself: people are told."""


@dataclass
class Check:
    """One thing that may be wrong. `ask` returns what is, or nothing. `since`: when it first said so."""

    kind: Trouble
    where: str
    ask: Callable[[], Awaitable[Why]]
    since: Instant | None = None


class Watchdog:
    """`run` is a supervised task. `told` is called when letters have been written. Each process has its own."""

    def __init__(self, store: Store, clock: WallClock, told: Callable[[], None]) -> None:
        self._store, self._clock, self._told = store, clock, told
        self._me = secrets.token_hex(8)
        self._checks: list[Check] = []

    def watch(self, kind: Trouble, where: str, ask: Callable[[], Awaitable[Why]]) -> None:
        self._checks.append(Check(kind, where, ask))

    def watch_answers(self, channel: Channel) -> None:
        """Have people told when the platform cannot be reached from here."""
        if isinstance(channel, Pinged):
            self.watch(Trouble.AWAY, channel.platform, lambda: unanswered(channel))

    async def run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await self.look()

    async def look(self) -> None:
        """Ask everything once."""
        for check in self._checks:
            why = await check.ask()
            try:
                await self._judge(check, why)
            except StorageFailed as failed:
                log.error("the watchdog has to wait for the database", why=str(failed))

    async def _judge(self, check: Check, why: Why) -> None:
        now = self._clock.now()
        if not why:
            check.since = None
            if await troubles.ended(self._store, check.kind, check.where, self._me, now):
                self._told()
            return
        check.since = now if check.since is None else check.since
        log.warning("something is wrong", trouble=check.kind, platform=check.where, why=str(why))
        if now - check.since >= PATIENCE:
            trouble = Lasting(check.kind, check.where, check.since, why, self._me, now)
            if await troubles.found(self._store, trouble):
                self._told()


async def unanswered(channel: Pinged) -> Why:
    """Return why a platform does not answer. One that asks for a pause does."""
    try:
        await channel.ping()
    except NotDelivered as failed:
        return str(failed) if failed.everywhere or failed.unsure else ""
    return ""
