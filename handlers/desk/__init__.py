"""The one door. Everything said, every deadline and every failed letter comes in here, and is stored whole or not at all.

Beside its siblings in this folder it is the only room of handlers/ that waits for anything.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence

from handlers.desk import (
    at_once,
    doubts,
    failing,
    hearing,
    meetings,
    opening,
    post,
    sweeping,
    telling,
    whose,
)
from handlers.desk.floods import Floods
from handlers.desk.housekeeping import Housekeeping
from handlers.desk.lately import Lately
from handlers.desk.row import Row, Waiting
from handlers.desk.words import WordLists
from handlers.messages import Answer, Arrived, Inbound, Outgoing
from storage.database import StorageFailed, Store
from storage.errors import Contradiction, StaleTicket
from storage.records import Attachment, Deadline, Instant, Owed, in_log, platform_of
from storage.turn import Turn

log = logging.getLogger(__name__)

MOST_AT_ONCE = 64
"""Messages taken together into one transaction."""


class Desk:
    """receive(), sweep(), prepare(), delivered(), undelivered(), set_aside().

    `on_commit` is called after every commit that changed something, with the earliest new deadline or None;
    `on_acted` with the deadlines each step of a sweep acted on. `heard` counts messages by platform. `second`: who is
    asked about messages the reader is unsure of; None: nobody. `calendar`: what is done once a day, a week, a meeting.
    `opening` makes the ways into the console. `pages`: where our pages are, "" where nobody outside can open them.
    """

    def __init__(self, store: Store, on_commit: Callable[[Instant | None], None] | None = None) -> None:
        self.store = store
        self.on_commit = on_commit or (lambda due: None)
        self.on_acted: sweeping.Acted = lambda deadlines: None
        self.heard: Counter[str] = Counter()
        self.laid_aside = 0
        self.second: doubts.Second | None = None
        self.opening: opening.Opening | None = None
        self.pages = ""
        self._words = WordLists()
        self.calendar = meetings.calendar(store)
        self._housekeeping = Housekeeping(store)
        self._waiting = Row()
        self._floods = Floods()
        self._lately = Lately()
        self._taking: asyncio.Task[None] | None = None

    # --- messages -----------------------------------------------------------------------------------------------

    @property
    def waiting(self) -> int:
        """Messages nobody has taken up yet."""
        return len(self._waiting)

    async def receive(self, inbound: Inbound, now: Instant) -> Answer:
        """Take one message and return, after the commit, what its platform may be told at once.

        Raises StorageFailed when nothing could be stored: the platform must keep the message and bring it again.
        """
        # Nothing is awaited before it stands in the row: what one person says is taken in the order it is handed in.
        waiting = Waiting(inbound, now, asyncio.get_running_loop().create_future())
        self._waiting.add(waiting)
        self.heard[platform_of(inbound.chat)] += inbound.opinion is None
        if self._taking is None or self._taking.done():
            self._taking = asyncio.create_task(self._take())
        return await waiting.done

    async def _take(self) -> None:
        while self._waiting:
            batch = self._waiting.take(MOST_AT_ONCE)
            try:
                await self._take_together(batch)
            except StorageFailed as failed:
                _fail(batch, failed)
            except Exception:
                # Something in the batch cannot be dealt with: each alone, so that only it is set aside.
                log.exception("a batch of %d messages failed; taking them one by one", len(batch))
                for waiting in batch:
                    await self._take_alone(waiting)
            await self._waiting.fill(len(batch))

    async def _take_together(self, batch: Sequence[Waiting]) -> None:
        directory = await self.store.directory()
        for waiting in batch:
            words = self._words.of(directory, waiting.inbound.chat)
            waiting.hear(words)
            self._lately.hear(waiting, words)
        chatter = await whose.all_chatter(self.store, batch)
        if chatter and not any(at_once.concerns(waiting.inbound) for waiting in batch):
            answers = [Answer()] * len(batch)
        else:
            floods = self._floods.trial()
            async with self.store.turn() as turn:
                answers, due = await hearing.hear(turn, directory, batch, floods, self.second, self.pages)
            floods.keep(batch[-1].now)
            self.on_commit(due)
            doubts.ask(self.second, batch)
        for waiting, answer in zip(batch, answers, strict=True):
            if not waiting.done.done():
                waiting.done.set_result(answer)

    async def _take_alone(self, waiting: Waiting) -> None:
        for last in (False, True):
            try:
                await self._take_together([waiting])
            except StorageFailed as failed:
                _fail([waiting], failed)
            except (StaleTicket, Contradiction) as beaten:
                # Another process was faster, with the ticket or with this very message: look again what is there.
                if not last:
                    continue
                if isinstance(beaten, StaleTicket):
                    _fail([waiting], StorageFailed(str(beaten)))
                else:
                    await self._give_up(waiting, beaten)
            except Exception as bug:  # noqa: BLE001 - whatever it is, it is this message's own
                await self._give_up(waiting, bug)
            return

    async def _give_up(self, waiting: Waiting, why: Exception) -> None:
        """Nobody can deal with this message: a person shall look at it, and the others go on."""
        log.error("a message was set aside", exc_info=why, extra={"key": waiting.inbound.key})
        try:
            await self.set_aside(waiting.inbound.key, waiting.now, repr(waiting.inbound), repr(why))
        except Exception as failed:  # noqa: BLE001 - whoever waits for an answer must get one, whatever broke
            _fail([waiting], failed)
        else:
            if not waiting.done.done():
                waiting.done.set_result(Answer())

    async def set_aside(self, key: str, now: Instant, raw: str, why: str) -> None:
        """Keep a message nobody could deal with, with its text, for a person to look at."""
        async with self.store.turn() as turn:
            await turn.inbox.set_aside(key, now, raw, why)
        self.laid_aside += 1

    # --- deadlines --------------------------------------------------------------------------------------------------

    async def sweep(self, now: Instant) -> Instant | None:
        """Act on everything due by `now`, oldest first, and return when the next deadline falls."""
        due = await sweeping.sweep(self.store, now, self._acted)
        if await self.calendar.look(now):
            self.on_commit(None)
        await self._housekeeping.look(now)
        return due

    def _acted(self, deadlines: Sequence[Deadline]) -> None:
        self.on_acted(deadlines)
        self.on_commit(None)

    # --- letters ----------------------------------------------------------------------------------------------------

    async def prepare(
        self, turn: Turn, bundles: Sequence[Sequence[Owed]], now: Instant
    ) -> list[Outgoing | Exception | None]:
        """Write each letter (or several to one reader as one) for its `routes[0]`, as this turn finds things.

        None: it is not true any more, or nothing on its card has changed; it is to be dropped. An exception: it cannot
        be written. Raises StorageFailed.
        """
        directory = await hearing.as_it_is_now(turn, await self.store.directory())
        written = await post.write_all(turn, directory, bundles, now)
        return await opening.opened(self.opening, turn, directory, bundles, written)

    async def delivered(self, turn: Turn, arrived: Sequence[Arrived]) -> None:
        """Remember which messages are the cards, or ask a question. The outbox itself is delivery's matter."""
        await telling.delivered(turn, self.store, arrived)

    async def undelivered(self, owed: Owed, why: str, now: Instant) -> None:
        """No route was left. Whoever comes next on the ladder is told instead."""
        await failing.undelivered(self.store, owed, why, now)
        self.on_commit(None)

    async def untold(self, owed: Owed, why: str, now: Instant, *, shut: bool = True) -> bool:
        """Its reader may be told nothing until they speak again: it is kept, and a call goes on to whoever comes next. See
        telling.not_told."""
        log.info(
            "a letter waits for its reader", extra={"letter": owed.id, "why": why, **in_log(owed.ticket)}
        )
        async with self.store.turn() as turn:
            kept = await telling.not_told(turn, await self.store.directory(), owed, why, now, shut=shut)
        self.on_commit(None)
        return kept

    async def lost(self, turn: Turn, attachment: Attachment, why: str, now: Instant) -> None:
        """A photo or voice cannot be kept: tell who sent it, in the turn that gives it up."""
        await failing.photo_lost(self.store, turn, attachment, why, now)
        # Whoever wakes now waits for this turn to end before it looks.
        self.on_commit(None)


def _fail(batch: Sequence[Waiting], failed: Exception) -> None:
    for waiting in batch:
        if not waiting.done.done():
            waiting.done.set_exception(failed)
