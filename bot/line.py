"""The line to one platform: its channel, its pace, and whether anybody answers at the other end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol, runtime_checkable

import structlog

from bot.channels.base import Channel
from bot.clock import WallClock
from bot.pacing import Pace
from handlers.messages import NotDelivered
from storage.records import MINUTE, SECOND, Address, Instant, Owed, Span, chat_of
from storage.turn import Turn

log = structlog.get_logger(__name__)

AT_ONCE = 32
"""Letters on their way to one platform at the same time: thirty a second still leave when each takes a second to be
answered, and a platform that hangs holds up no other."""
LONGEST_SILENCE: Span = MINUTE
MOST_WOKEN = 1000
"""Calls that are tried again together when a platform may be spoken to; calls are few."""
LONG_PAUSE: Span = 2 * MINUTE
"""A call does not wait for a pause that lasts longer, counted from the first refusal: whoever is called has five minutes
to come (the default policy), and the next one needs what is left of them. A minute is what platforms ask of who was only
too fast."""
EVERY_KIND = frozenset({True, False})
"""Urgent letters, and others."""


def growing(tries: int, most: Span) -> Span:
    """Return the pause after the `tries`th failure in a row: 1, 2, 4 … seconds, at most `most` ms."""
    return min(SECOND << min(max(tries - 1, 0), 30), most)


async def storage_pause(tries: int) -> None:
    """Wait in real time, whatever the clock of the field says: it is the machine that is in trouble."""
    await asyncio.sleep(min(0.1 * 2 ** min(tries - 1, 10), 5.0))


@runtime_checkable
class Pinged(Protocol):
    """A channel that can ask its platform something harmless."""

    async def ping(self) -> None:
        """Raises NotDelivered while the platform does not answer."""
        ...


class Line:
    """After trouble that is nobody's in particular (no connection, no answer, a gateway's error page) nothing is
    sent until a pause is over and, where the channel can ping, the platform has answered that: letters are not
    spent on finding out, because each may be repeated only once.

    A line is `ours` while this process alone sends there: a platform counts what all of them send, and what a dead process
    had in hand is known at once to be nobody's.

    While the platform itself wants to rest for long it is `shut`: of what waits for it only the calls are taken, so that
    their carrier sends them on; when it may be spoken to again they are tried there once more.

    `sent` and `refused` count tries since the start, `doubtful` the letters given up without knowing whether they arrived,
    for whoever watches.
    """

    def __init__(self, channel: Channel, pace: Pace | None = None) -> None:
        self.channel = channel
        self.pace = pace or Pace()
        self.busy = 0
        self.strikes = 0
        self.sent = 0
        self.refused = 0
        self.doubtful = 0
        # None: not known yet. False: another process sends here, or nobody can be asked whether one does.
        self.ours: bool | None = None
        # Whether letters may wait that nobody looked for yet: urgent ones (True), others (False).
        self.called = set(EVERY_KIND)
        self._served: set[Address] = set()
        self._silent_until: Instant = 0
        self._ping: asyncio.Task[None] | None = None
        # Since when it has been asking for one pause after the other, and until when it did last.
        self._resting: tuple[Instant, Instant] | None = None
        # Whether calls may be kept that were not said because of it; this process need not be the one who kept them.
        self._kept = True

    async def claim(self, turn: Turn, now: Instant, lease: Span, most: int | None = None) -> list[list[Owed]]:
        """Take as many letters as may leave now, at most `most`: emergencies first, then every chat in its turn."""
        if not self.may_take(now):
            return []
        if self.shut(now):
            return await self._calls(turn, now, lease, most or AT_ONCE - self.busy)
        if self._kept:
            # While it has not taken anything since, one of them finds out.
            await turn.untold.wake_paused(self.channel.platform, 1 if self._resting else MOST_WOKEN)
            self._kept = self._resting is not None
        free = AT_ONCE - self.busy if most is None else min(most, AT_ONCE - self.busy)
        room, others = self.pace.room(now, urgent=True), self.pace.room(now)
        if room is not None:
            free = min(free, room)
        if free <= 0:
            return []
        resting, tight = self.pace.resting(now, urgent=True), self.pace.resting(now)
        ask = partial(turn.outbox.claim, now, lease=lease, platforms=[self.channel.platform], resting=resting)
        taken = await ask(limit=free, others=others, urgent_only=tight | self._served)
        left = free - len(taken)
        if left > 0 and self._served - tight:
            # Everybody who was waiting has had a turn: the next round of turns begins.
            self._served.clear()
            others = None if others is None else others - sum(bundle[0].rank > 0 for bundle in taken)
            taken += await ask(limit=left, others=others, urgent_only=tight)
        if room is not None:
            self._served |= {chat_of(bundle[0].routes[0]) for bundle in taken}
        if taken:
            self.called |= EVERY_KIND
        else:
            self.called -= {True} if others == 0 else EVERY_KIND
        return taken

    async def _calls(self, turn: Turn, now: Instant, lease: Span, most: int) -> list[list[Owed]]:
        taken = await turn.untold.claim_calls(self.channel.platform, now, lease, most)
        self.called = set(EVERY_KIND) if taken else set()
        self._kept = True
        return taken

    def may_take(self, now: Instant) -> bool:
        """Whether looking for letters could bring any: somebody called, and there is room for what was called, or no call
        shall wait for that."""
        if not self.ours or self.busy >= AT_ONCE:
            return False
        if self.shut(now):
            return bool(self.called)
        if self._silent:
            return False
        return any(self.pace.room(now, urgent=urgent) != 0 for urgent in self.called)

    def room_again(self, now: Instant) -> Instant | None:
        """Return when there will be room for what was called; None when there is some, or time alone brings none."""
        waits = [
            self.pace.room_again(now, urgent=kind) for kind in ((False,) if self._silent else self.called)
        ]
        return min((at for at in waits if at > now), default=None) if self.ours else None

    @property
    def _silent(self) -> bool:
        return self.strikes > 0 and isinstance(self.channel, Pinged)

    async def take_over(self, turn: Turn, now: Instant) -> None:
        """From now on this process alone sends here: what another had on its way waits again, and its pace goes on."""
        platform = self.channel.platform
        # Nobody knows when those went out that nobody lived to record: at the latest, now.
        out = [(chat, now) for chat in await turn.outbox.release(platform)]
        sent = await turn.outbox.sent_lately(platform, now - self.pace.span) if self.pace.span else []
        self.pace.recall([*sent, *out], now)
        if out:
            log.warning("letters of a process that ended are taken up", platform=platform, letters=len(out))

    def shut(self, now: Instant) -> bool:
        """Whether it has been asking for a pause for longer than a call may wait, or asks for such a long one."""
        if self._resting is None:
            return False
        since, until = self._resting
        return now < until and until - since > LONG_PAUSE

    def rest(self, now: Instant, until: Instant) -> None:
        """The platform asked for a pause everywhere."""
        self.pace.rest_all(until)
        since, last = self._resting or (now, now)
        # What it asked for long ago, when nobody spoke to it since, is another matter.
        self._resting = (since if now - last <= LONG_PAUSE else now, max(until, last))

    def fine(self) -> None:
        """The platform answered."""
        self.strikes = 0
        self._resting = None

    def trouble(self, now: Instant) -> bool:
        """The platform did not answer, or not sensibly. True when this is the first sign of it."""
        first = self.strikes == 0
        # Those that were under way together fail together, and are one sign.
        if first or now >= self._silent_until:
            self.strikes += 1
            self._silent_until = now + growing(self.strikes, LONGEST_SILENCE)
            self.pace.rest_all(self._silent_until)
        return first

    @property
    def pinging(self) -> bool:
        return self._ping is not None

    def ping_if_due(self, clock: WallClock, done: Callable[[], None]) -> None:
        """Start asking the platform whether it is back, when it is time; `done` is called when it has said."""
        channel = self.channel
        if not self.strikes or self._ping or not isinstance(channel, Pinged):
            return
        if self.pace.room(clock.now()) != 0:
            self._ping = asyncio.create_task(self._ask(channel, clock, done))

    async def _ask(self, channel: Pinged, clock: WallClock, done: Callable[[], None]) -> None:
        try:
            await channel.ping()
        except NotDelivered as failed:
            self.trouble(clock.now())
            log.warning("a platform does not answer", platform=self.channel.platform, why=str(failed))
        else:
            self.fine()
        finally:
            self._ping = None
            done()

    async def close(self) -> None:
        if self._ping:
            self._ping.cancel()
            await asyncio.wait({self._ping})
