"""The one door. Everything said, every deadline and every failed letter comes in here, and is stored whole or not at all.

Beside its siblings in this folder it is the only room of handlers/ that waits for anything.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handlers import answering, conversation, escalation
from handlers.conversation import Heard
from handlers.desk import door, load, post, save
from handlers.desk.words import WordLists
from handlers.known import Known
from handlers.messages import Answer, Decision, Inbound, Outgoing, Refused
from handlers.reporting import together
from storage.database import StorageFailed, Store
from storage.errors import StaleTicket
from storage.records import (
    MINUTE,
    SECOND,
    Address,
    Clock,
    Deadline,
    Dialogue,
    Directory,
    Instant,
    LetterKind,
    Owed,
)
from storage.turn import Turn

log = logging.getLogger(__name__)

MOST_AT_ONCE = 64
"""Messages taken together into one transaction."""

SWEEP_BATCH = 100
"""Deadlines acted on in one transaction: the write lock stays short."""

OUTAGE: int = 5 * MINUTE
"""A sweep this long after the last one says that the program stood still."""

GATHER: int = 2 * SECOND
"""After an outage letters wait this long, so that one chat gets one letter."""


@dataclass(slots=True)
class _Waiting:
    inbound: Inbound
    heard: Heard
    now: Instant
    done: asyncio.Future[Answer]


class Desk:
    """receive(), sweep(), prepare(), delivered(), undelivered(), set_aside().

    `on_commit` is called after every commit that changed something, with the earliest new deadline or None.
    """

    def __init__(self, store: Store, on_commit: Callable[[Instant | None], None] | None = None) -> None:
        self.store = store
        self.on_commit = on_commit or (lambda due: None)
        self._words = WordLists()
        self._waiting: deque[_Waiting] = deque()
        self._taking: asyncio.Task[None] | None = None

    # --- messages -----------------------------------------------------------------------------------------------

    async def receive(self, inbound: Inbound, now: Instant) -> Answer:
        """Take one message and return, after the commit, what its platform may be told at once.

        Raises StorageFailed when nothing could be stored: the platform must keep the message and bring it again.
        """
        words = self._words.of(await self.store.directory(), inbound.chat)
        waiting = _Waiting(
            inbound, conversation.hear(inbound, words), now, asyncio.get_running_loop().create_future()
        )
        self._waiting.append(waiting)
        if self._taking is None or self._taking.done():
            self._taking = asyncio.create_task(self._take())
        return await waiting.done

    async def _take(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(MOST_AT_ONCE, len(self._waiting)))]
            try:
                await self._take_together(batch)
            except StorageFailed as failed:
                _fail(batch, failed)
            except Exception:
                # Something in the batch cannot be dealt with: each alone, so that only it is set aside.
                log.exception("a batch of %d messages failed; taking them one by one", len(batch))
                for waiting in batch:
                    await self._take_alone(waiting)

    async def _take_together(self, batch: Sequence[_Waiting]) -> None:
        answers: list[Answer] = []
        due: list[Instant] = []
        directory = await self.store.directory()
        async with self.store.turn() as turn:
            seen = await turn.inbox.seen([w.inbound.key for w in batch])
            earlier = {key: save.answer_from(data, repeat=True) for key, data in seen.items()}
            await turn.people.by_accounts([w.inbound.sender.account for w in batch if w.inbound.sender])
            for waiting in batch:
                answer = earlier.get(waiting.inbound.key)
                if answer is None:
                    answer = await self._handle(turn, directory, waiting, due)
                    earlier[waiting.inbound.key] = answer
                answers.append(answer)
        for waiting, answer in zip(batch, answers, strict=True):
            if not waiting.done.done():
                waiting.done.set_result(answer)
        self.on_commit(min(due, default=None))

    async def _take_alone(self, waiting: _Waiting) -> None:
        for last in (False, True):
            try:
                await self._take_together([waiting])
                return
            except StorageFailed as failed:
                _fail([waiting], failed)
                return
            except StaleTicket as stale:
                if last:
                    _fail([waiting], StorageFailed(str(stale)))
            except Exception as bug:
                log.exception("message set aside: %s", waiting.inbound.key)
                try:
                    await self.set_aside(waiting.inbound.key, waiting.now, repr(waiting.inbound), repr(bug))
                except StorageFailed as failed:
                    _fail([waiting], failed)
                else:
                    waiting.done.set_result(Answer())
                return

    async def _handle(
        self, turn: Turn, directory: Directory, waiting: _Waiting, due: list[Instant]
    ) -> Answer:
        inbound, heard, now = waiting.inbound, waiting.heard, waiting.now
        if door.concerns(inbound, heard):
            answer = await door.enter(turn, directory, inbound, heard, now)
        else:
            known = await load.load(turn, directory, inbound, heard, now)
            if heard.idle(inbound) and known.dialogue is None:
                return Answer()
            decision = await self._decide(turn, known, inbound, heard)
            due += save.due_times(decision)
            await save.save(turn, known, decision, inbound)
            answer = decision.answer
        turn.inbox.keep(inbound.key, now, save.answer_data(answer))
        return answer

    async def _decide(self, turn: Turn, known: Known, inbound: Inbound, heard: Heard) -> Decision:
        try:
            decision = conversation.decide(known, inbound, heard)
            if decision.onto is not None:
                onto = decision.onto
                meant = await load.with_file(turn, known, onto.ticket)
                more = conversation.carry_onto(meant, inbound, onto)
                decision = together(more, load.without_onto(decision))
            return decision
        except Refused as refusal:
            return conversation.refused(known, inbound, refusal)

    async def set_aside(self, key: str, now: Instant, raw: str, why: str) -> None:
        """Keep a message nobody could deal with, with its text, for a person to look at."""
        async with self.store.turn() as turn:
            await turn.inbox.set_aside(key, now, raw, why)

    # --- deadlines --------------------------------------------------------------------------------------------------

    async def sweep(self, now: Instant) -> Instant | None:
        """Act on everything due by `now`, oldest first, and return when the next deadline falls.

        One that cannot be acted on is put off by a minute and logged; it does not hold up the others.
        """
        outage = await self._outage(now)
        for _ in range(10_000):
            if not await self._sweep_batch(now, outage):
                break
        async with self.store.turn() as turn:
            await turn.pulse.beat(now)
            return await turn.deadlines.next_due()

    async def _outage(self, now: Instant) -> tuple[Instant, Instant] | None:
        async with self.store.view() as view:
            last = await view.pulse.last()
        return (last, now) if last is not None and now - last > OUTAGE else None

    async def _sweep_batch(self, now: Instant, outage: tuple[Instant, Instant] | None) -> bool:
        directory = await self.store.directory()
        acted = False
        try:
            async with self.store.turn() as turn:
                deadlines = await turn.deadlines.due(now, SWEEP_BATCH)
                dialogues = await turn.dialogues.due(now, SWEEP_BATCH)
                for deadline in deadlines:
                    await self._act_on(turn, directory, deadline, now, outage)
                for dialogue in dialogues:
                    await self._expire(turn, directory, dialogue, now)
                acted = bool(deadlines or dialogues)
        except StorageFailed:
            raise
        except Exception:
            log.exception("a batch of deadlines failed; acting on them one by one")
            await self._sweep_singly(directory, now, outage)
            acted = True
        if acted:
            self.on_commit(None)
        return acted

    async def _sweep_singly(
        self, directory: Directory, now: Instant, outage: tuple[Instant, Instant] | None
    ) -> None:
        async with self.store.view() as view:
            deadlines = await view.deadlines.due(now, SWEEP_BATCH)
            dialogues = await view.dialogues.due(now, SWEEP_BATCH)
        for deadline in deadlines:
            try:
                async with self.store.turn() as turn:
                    await self._act_on(turn, directory, deadline, now, outage)
            except StorageFailed:
                raise
            except Exception:
                log.exception("deadline %s of %s put off", deadline.clock, deadline.ticket)
                async with self.store.turn() as turn:
                    turn.deadlines.set(save.put_off(deadline, now + MINUTE))
        for dialogue in dialogues:
            try:
                async with self.store.turn() as turn:
                    await self._expire(turn, directory, dialogue, now)
            except StorageFailed:
                raise
            except Exception:
                log.exception("dialogue %s of %s dropped", dialogue.step, dialogue.account)
                async with self.store.turn() as turn:
                    await turn.dialogues.drop(dialogue.chat, dialogue.account)

    async def _act_on(
        self,
        turn: Turn,
        directory: Directory,
        deadline: Deadline,
        now: Instant,
        outage: tuple[Instant, Instant] | None,
    ) -> None:
        known, file = await load.for_ticket(turn, directory, deadline.ticket, now)
        if file is None:
            turn.deadlines.stop(deadline.ticket, deadline.clock)
            return
        decision = escalation.act_on(known, file, deadline)
        late = outage if outage is not None and deadline.clock is not Clock.REVIEW else None
        await save.save(turn, known, decision, None, outage=late, gather=GATHER if outage else 0)

    async def _expire(self, turn: Turn, directory: Directory, dialogue: Dialogue, now: Instant) -> None:
        known = await load.for_dialogue(turn, directory, dialogue, now)
        await save.save(turn, known, answering.expired(known, dialogue), None)

    # --- letters ----------------------------------------------------------------------------------------------------

    async def prepare(self, bundle: Sequence[Owed], now: Instant) -> Outgoing | None:
        """Write a letter (or several to one reader as one) for `bundle[0].routes[0]`, as things stand now.

        None: it is not true any more, or nothing on its card has changed; it is to be dropped.
        """
        directory = await self.store.directory()
        async with self.store.view() as view:
            return await post.write(view, directory, bundle, now)

    async def delivered(self, bundle: Sequence[Owed], out: Outgoing, message: str, now: Instant) -> None:
        """Remember which message is the card, or asks the question."""
        async with self.store.turn() as turn:
            await post.delivered(turn, bundle, out, message)

    async def undelivered(self, owed: Owed, why: str, now: Instant) -> None:
        """No route was left. Whoever comes next on the ladder is told instead."""
        log.warning("letter %d about %s reached nobody: %s", owed.id, owed.ticket, why)
        directory = await self.store.directory()
        async with self.store.turn() as turn:
            known, decision = await self._instead(turn, directory, owed, now)
            if known is not None:
                await save.save(turn, known, decision, None)
        self.on_commit(None)

    async def _instead(
        self, turn: Turn, directory: Directory, owed: Owed, now: Instant
    ) -> tuple[Known | None, Decision]:
        account = owed.body.get("asks")
        if account and owed.routes:
            # Nobody can answer a question that reached nobody: what it was about goes on without the answer.
            dialogue = await turn.dialogues.get(owed.routes[-1], Address(str(account)))
            if dialogue is not None:
                known = await load.for_dialogue(turn, directory, dialogue, now)
                return known, answering.expired(known, dialogue)
        if owed.ticket is None:
            return None, Decision()
        known, file = await load.for_ticket(turn, directory, owed.ticket, now)
        if file is None:
            return None, Decision()
        if owed.kind is LetterKind.CARD:
            return known, escalation.without_group(known, file)
        return known, escalation.unreachable(known, file, owed.reader)


def _fail(batch: Sequence[_Waiting], failed: StorageFailed) -> None:
    for waiting in batch:
        if not waiting.done.done():
            waiting.done.set_exception(failed)
