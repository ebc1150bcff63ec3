"""Second opinions: who may be asked at the moment, what they said lately, and asking them beside everything else.

What is asked about is stored already, and its writer is asked anyway when no opinion comes. So nothing here is ever lost
that matters: a stop, a kill, a full row and a dead endpoint all come to the same, the reader alone.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import structlog

from bot.clock import WallClock
from bot.second.breaker import Breaker
from bot.second.endpoint import Endpoint, NoOpinion
from bot.secret import Secret
from handlers.haste import Haste, Measure
from handlers.messages import Answer, Doubt, Inbound
from handlers.opinion import Opinion, Verdict
from handlers.second import WAIT
from handlers.stripping import stripped
from storage.errors import StorageFailed
from storage.records import HOUR, SECOND, Community, Instant, SecondOpinion, Span

log = structlog.get_logger(__name__)

AT_ONCE = 4
"""Questions under way to one endpoint."""
BUDGET = Measure(burst=30, every=2 * SECOND)
"""What one community may ask: thirty at once, then thirty a minute."""
REMEMBERED = 500
"""Opinions kept of each endpoint."""
STAYS_TRUE: Span = HOUR
"""How long the same words need not be asked about again."""

COMING = Opinion(Verdict.COMING)
Receive = Callable[[Inbound, Instant], Awaitable[Answer]]


class Seconds:
    """handlers.desk.doubts.Second: look() and ask(). `asked`, `answered`, `failed` count questions to endpoints.

    `receive`: the desk's door. `patience`: seconds for an answer.
    """

    def __init__(
        self, receive: Receive, clock: WallClock, key: Secret | None = None, patience: float = WAIT / SECOND
    ) -> None:
        self._receive = receive
        self._clock = clock
        self._key = key
        self._patience = patience
        self._endpoints: dict[SecondOpinion, _Asked] = {}
        self._budget = Haste(BUDGET)
        self._tasks: set[asyncio.Task[None]] = set()
        self.asked = self.answered = self.failed = 0

    def look(self, community: Community, words: str, now: Instant) -> Opinion | None:
        """Return an opinion that is known, COMING when ask() would get one, None when nobody is to be asked."""
        if community.second_opinion is None or not (said := stripped(words)):
            return None
        one = self._of(community.second_opinion)
        known = one.known(said, now)
        if known is not None:
            return known
        if self._budget.wait(community.id, now):
            return None
        if one.breaker.closed:
            return COMING
        if one.breaker.may_try(now):
            # Nobody waits for this one: it only shows whether the endpoint is back.
            self._start(one, said, community, None, now)
        return None

    def ask(self, doubts: Sequence[Doubt], now: Instant) -> None:
        """Ask about each, as far as there is leave to; the answers come in by the door."""
        for doubt in doubts:
            community, said = doubt.community, stripped(doubt.inbound.text)
            if community.second_opinion is not None and not self._budget.wait(community.id, now):
                self._start(self._of(community.second_opinion), said, community, doubt.inbound, now)

    async def close(self) -> None:
        """Give up what is under way: the questions that wait for it go out by themselves."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for one in self._endpoints.values():
            await one.endpoint.close()

    async def settled(self) -> None:
        """Return when nobody is being asked and every answer is stored."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    def _of(self, who: SecondOpinion) -> _Asked:
        if who not in self._endpoints:
            self._endpoints[who] = _Asked(Endpoint(who, self._key))
        return self._endpoints[who]

    def _start(
        self, one: _Asked, said: str, community: Community, inbound: Inbound | None, now: Instant
    ) -> None:
        self._budget.count(community.id, now)
        self.asked += 1
        task = asyncio.create_task(self._ask(one, said, community.id, inbound), name="second opinion")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask(self, one: _Asked, said: str, community: str, inbound: Inbound | None) -> None:
        began = asyncio.get_running_loop().time()
        try:
            # The wait for a place counts: nobody waits longer than this for anything.
            async with asyncio.timeout(self._patience), one.room:
                opinion = await one.endpoint.ask(said)
        except (NoOpinion, TimeoutError) as failed:
            self._note_failure(one, community, failed)
            return
        self.answered += 1
        one.worked(said, opinion, self._clock.now())
        took = round(asyncio.get_running_loop().time() - began, 3)
        log.info("second opinion", community=community, verdict=opinion.verdict, seconds=took)
        if inbound is not None:
            await self._tell(replace(inbound, key=f"opinion:{inbound.key}", opinion=opinion))

    def _note_failure(self, one: _Asked, community: str, failed: NoOpinion | TimeoutError) -> None:
        self.failed += 1
        why, pause = (failed.why, failed.wait) if isinstance(failed, NoOpinion) else ("no answer in time", 0)
        one.breaker.failed(self._clock.now(), pause)
        log.warning("no second opinion", community=community, why=why, asked_again=one.breaker.closed)

    async def _tell(self, inbound: Inbound) -> None:
        try:
            await self._receive(inbound, self._clock.now())
        except StorageFailed as failed:
            log.error("a second opinion could not be stored; its writer is asked", why=str(failed))


class _Asked:
    """One endpoint with what is known of it. Several communities may name the same."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.breaker = Breaker()
        self.room = asyncio.Semaphore(AT_ONCE)
        self._said: OrderedDict[str, tuple[Instant, Opinion]] = OrderedDict()

    def known(self, said: str, now: Instant) -> Opinion | None:
        at, opinion = self._said.get(said, (0, None))
        return opinion if 0 <= now - at < STAYS_TRUE else None

    def worked(self, said: str, opinion: Opinion, now: Instant) -> None:
        self.breaker.worked()
        self._said[said] = (now, opinion)
        self._said.move_to_end(said)
        while len(self._said) > REMEMBERED:
            self._said.popitem(last=False)
