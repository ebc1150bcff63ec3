"""One bundle of letters on its way: given to its channel, and what follows from the answer.

Whatever happens ends in one Outcome, a change of the outbox that delivery makes in its next turn.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

import structlog

from bot.channels.base import Channel, Counting
from bot.clock import WallClock
from bot.line import Line, growing, storage_pause
from handlers.messages import Arrived, NotDelivered, Outgoing
from storage.errors import StorageFailed
from storage.records import MINUTE, PAUSED, SECOND, Address, Instant, LetterKind, Owed, Span, chat_of, in_log
from storage.turn import Turn

log = structlog.get_logger(__name__)

SEND_SECONDS = 25.0
"""The longest one sending may take, in real time; below delivery's lease, so that nobody takes the letter meanwhile."""
LONGEST_WAIT: Span = 5 * MINUTE
REPEAT_AFTER: Span = 2 * SECOND
MOST_TRIES = 3
MOST_UNSURE = 2
"""Tries that may have arrived, after which a letter is not repeated: once is enough, and more would be a loop."""
MOST_CUT_SHORT = 5
"""Tries the program did not outlive, after which a letter is not repeated: each death repeats it once. Most of them had
not gone out yet, and what is on its way together (all that is late, to the staff's chat) would be lost together at the
second death: measured with a hundred kills, dozens of alarms. But a letter that brings the program down ends here."""
UNTRUE = "not true any more"
CALLS = frozenset({LetterKind.PAGE, LetterKind.ALERT})
"""Letters by which somebody is called to act: one that may not have arrived goes on to whoever comes next."""

Outcome = Arrived | Callable[[Turn], Awaitable[None]]


class Desk(Protocol):
    """The part of handlers.desk that delivery needs. All may raise StorageFailed."""

    async def prepare(
        self, turn: Turn, bundles: Sequence[Sequence[Owed]], now: Instant
    ) -> list[Outgoing | Exception | None]:
        """Write each bundle for its `routes[0]`; None when it is not true any more, or why it cannot be written."""
        ...

    async def delivered(self, turn: Turn, arrived: Sequence[Arrived]) -> None:
        """They stand there now: remember the card, the question. The outbox itself is delivery's matter."""
        ...

    async def undelivered(self, owed: Owed, why: str, now: Instant) -> None:
        """No route to the reader is left. May be called twice for one letter after a crash."""
        ...

    async def untold(self, owed: Owed, why: str, now: Instant, *, shut: bool) -> bool:
        """No route is open until the reader speaks; it is to be kept. May be called twice likewise. `shut`: that is so of
        the last one, too; else only of one before. False: the reader has just spoken, and it may go."""
        ...


class Carrier:
    """Knows the desk and remembers how often each letter has just failed; the outbox remembers the rest."""

    def __init__(self, desk: Desk, clock: WallClock) -> None:
        self._desk = desk
        self._clock = clock
        self._tries: dict[int, int] = {}
        self._afresh: set[int] = set()

    async def carry(
        self, line: Line, bundle: Sequence[Owed], out: Outgoing | Exception | None, took: Instant
    ) -> Outcome:
        """Try once to send what was written; `took`: since when it counts in the line's pace. Raises nothing."""
        ids = [owed.id for owed in bundle]
        try:
            if out is None:
                self.forget(bundle)
                return lambda turn: turn.outbox.drop(ids, UNTRUE)
            if isinstance(out, StorageFailed):
                return self._wait(bundle, self._clock.now() + SECOND, str(out))
            if isinstance(out, Exception):
                return await self._refused(bundle, f"{type(out).__name__}: {out}")
            return await self._attempt(line, bundle, out, took)
        except Exception as failed:
            log.exception("a letter could not be sent", kind=bundle[0].kind)
            return await self._refused(bundle, f"{type(failed).__name__}: {failed}")

    async def _attempt(self, line: Line, bundle: Sequence[Owed], out: Outgoing, took: Instant) -> Outcome:
        if bundle[0].id in self._afresh:
            out = replace(out, edit=None)
        if bundle[0].attempts >= MOST_CUT_SHORT and not out.edit:
            return await self._not_again(line, bundle, out, "on its way each time the program was stopped")
        if self._shall_not_wait(line, bundle):
            line.pace.untook(out.to, took, messages(line.channel, out))
            return await self._elsewhere(bundle, PAUSED, untold=True)
        try:
            message = await self._send(line, out, took)
        except NotDelivered as failed:
            return await self._not_delivered(line, bundle, out, failed)
        line.fine()
        line.sent += 1
        for owed in bundle:
            log.info("sent", letter=owed.id, kind=owed.kind, **in_log(owed.ticket))
        self.forget(bundle)
        return Arrived(bundle, out, message, self._clock.now())

    async def _send(self, line: Line, out: Outgoing, took: Instant) -> str:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await line.channel.send(out)
        except TimeoutError as late:
            why = f"no answer within {SEND_SECONDS:.0f} s"
            raise NotDelivered(why, unsure=True, anew=out.anew) from late
        finally:
            line.pace.answered(out.to, took, self._clock.now(), messages(line.channel, out))

    async def _not_delivered(
        self, line: Line, bundle: Sequence[Owed], out: Outgoing, failed: NotDelivered
    ) -> Outcome:
        now, why = self._clock.now(), str(failed)
        line.refused += 1
        log.info("a letter was not taken", why=why)
        if failed.forever:
            return await self._elsewhere(bundle, why, unreachable=out.to)
        if failed.untold:
            return await self._elsewhere(bundle, why, untold=True)
        if failed.unsure:
            return await self._unsure(line, bundle, out, failed)
        if failed.wait:
            # Whole milliseconds were cut off `now`: one more, so that the pause is never shorter than asked.
            until = now + failed.wait + 1
            line.rest(now, until) if failed.everywhere else line.pace.rest(out.to, until)
            if self._shall_not_wait(line, bundle):
                return await self._elsewhere(bundle, PAUSED, untold=True)
            return self._wait(bundle, until, why)
        if failed.everywhere:
            first = line.trouble(now)
            # Others got through since the last trouble: then this letter has its own, and waits longer each time.
            tries = self._try(bundle) if first else 1
            return self._wait(bundle, now + growing(tries, LONGEST_WAIT), why)
        if self._tries.get(bundle[0].id, 0) < MOST_TRIES and failed.moved_to:
            return self._moved(bundle, chat_of(out.to), failed.moved_to, now, why)
        if self._tries.get(bundle[0].id, 0) < MOST_TRIES and failed.gone and out.edit:
            return self._anew(bundle, now, why)
        return await self._refused(bundle, why)

    def _shall_not_wait(self, line: Line, bundle: Sequence[Owed]) -> bool:
        """True for a call while the whole platform rests for long: the next route takes it, or the next person."""
        return bundle[0].kind in CALLS and line.shut(self._clock.now())

    # --- what becomes of it ----------------------------------------------------------------------------------------

    def _wait(
        self, bundle: Sequence[Owed], until: Instant, why: str, *, unsure: bool = False
    ) -> Callable[[Turn], Awaitable[None]]:
        ids = [owed.id for owed in bundle]
        return lambda turn: turn.outbox.later(ids, until, why, unsure=unsure)

    async def _unsure(
        self, line: Line, bundle: Sequence[Owed], out: Outgoing, failed: NotDelivered
    ) -> Outcome:
        """The answer was lost. An edit may be done twice; anything else is repeated once."""
        now, why = self._clock.now(), str(failed)
        line.trouble(now)
        if out.edit and not failed.anew:
            return self._wait(bundle, now + growing(self._try(bundle), LONGEST_WAIT), why)
        if bundle[0].attempts + 1 >= MOST_UNSURE:
            return await self._not_again(line, bundle, out, why)
        return self._wait(bundle, now + REPEAT_AFTER, why, unsure=True)

    async def _not_again(self, line: Line, bundle: Sequence[Owed], out: Outgoing, why: str) -> Outcome:
        """It may have arrived twice by now, or never. A third time would be a loop, silence could cost a life."""
        ids, now = [owed.id for owed in bundle], self._clock.now()
        line.doubtful += 1
        log.warning("a letter may or may not have arrived; it is not repeated", letters=ids, why=why)
        if bundle[0].kind in CALLS:
            return await self._elsewhere(bundle, f"unsure: {why}")
        self.forget(bundle)

        async def outcome(turn: Turn) -> None:
            await turn.outbox.later(ids, now, f"unsure: {why}")
            await turn.outbox.sent(ids, out.to, "", now)

        return outcome

    def _moved(self, bundle: Sequence[Owed], old: Address, new: Address, now: Instant, why: str) -> Outcome:
        self._try(bundle)

        async def outcome(turn: Turn) -> None:
            await turn.chats.moved(old, chat_of(new))
            await turn.outbox.later([owed.id for owed in bundle], now, why)

        return outcome

    def _anew(self, bundle: Sequence[Owed], now: Instant, why: str) -> Outcome:
        """The message to edit is gone: the next try is a new message."""
        self._try(bundle)
        first = bundle[0]
        self._afresh.add(first.id)

        async def outcome(turn: Turn) -> None:
            if first.kind is LetterKind.CARD and first.ticket:
                await turn.cards.drop(first.ticket, first.routes[0])
            await turn.outbox.later([owed.id for owed in bundle], now, why)

        return outcome

    async def _refused(self, bundle: Sequence[Owed], why: str) -> Outcome:
        """The letter itself cannot be written or is not taken: a few tries here, then wherever else it may go."""
        tries = self._try(bundle)
        if tries < MOST_TRIES:
            return self._wait(bundle, self._clock.now() + growing(tries, LONGEST_WAIT), why)
        log.error("a letter was given up at one address", letters=[owed.id for owed in bundle], why=why)
        return await self._elsewhere(bundle, why)

    async def _elsewhere(
        self,
        bundle: Sequence[Owed],
        why: str,
        unreachable: Address | None = None,
        *,
        untold: bool = False,
    ) -> Outcome:
        """This route leads nowhere, or (`untold`) nowhere now: the next one, and where there is none, the next person.

        What one of its routes may yet lead to is kept for then.
        """
        now = self._clock.now()
        self.forget(bundle)
        after_all: set[int] = set()
        for owed in bundle:
            # Before the row is closed: after a crash in between, the desk is told again rather than never.
            if len(owed.routes) > 1:
                continue
            if not untold and "untold" not in owed.body:
                await self._tell_desk(self._desk.undelivered, owed, why, now)
            elif await self._tell_desk(partial(self._desk.untold, shut=untold), owed, why, now) is False:
                after_all.add(owed.id)

        async def outcome(turn: Turn) -> None:
            if unreachable:
                await turn.people.reachable(unreachable, False)
            for owed in bundle:
                if owed.id not in after_all:
                    await turn.outbox.reroute(owed.id, why, untold=untold)
            await turn.outbox.later(after_all, now, why)

        return outcome

    # --- small print -----------------------------------------------------------------------------------------------

    async def _tell_desk(self, tell: Callable[..., Awaitable[bool | None]], *what: Any) -> bool | None:
        """Tell until it is stored: what was said to a person cannot be unsaid. Return what the desk says to it."""
        for tries in itertools.count(1):
            try:
                return await tell(*what)
            except StorageFailed as failed:
                log.error("what became of a letter has to wait for the database", why=str(failed))
                await storage_pause(tries)
            except Exception:
                log.exception("the desk failed on what became of a letter")
                break
        return None

    def _try(self, bundle: Sequence[Owed]) -> int:
        """Count one more failure in a row and return how many there were."""
        tries = self._tries[bundle[0].id] = self._tries.get(bundle[0].id, 0) + 1
        return tries

    def forget(self, letters: Iterable[Owed]) -> None:
        """Their end is known: how often they failed matters no more."""
        for owed in letters:
            self._tries.pop(owed.id, None)
            self._afresh.discard(owed.id)


def messages(channel: Channel, out: Outgoing) -> int:
    """Return how many messages it is on the platform: pictures may come in messages of their own, the words in another."""
    if isinstance(channel, Counting):
        return channel.messages(out)
    return len(out.photos) + 1 if out.photos else 1
