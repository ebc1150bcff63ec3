"""Acting on what is due: deadlines and dialogues, oldest first, in batches, each alone when a batch fails."""

from __future__ import annotations

import heapq
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from handlers import escalation, timeouts
from handlers.desk import holding, load, meetings, save
from handlers.desk.gathering import gather
from storage.database import StorageFailed, Store
from storage.records import MINUTE, SECOND, Clock, Deadline, Dialogue, Directory, Instant, Span, in_log
from storage.turn import Turn

log = logging.getLogger(__name__)

BATCH = 100
"""Deadlines acted on in one transaction: the write lock stays short."""

OUTAGE: Span = 5 * MINUTE
"""A sweep this long after the last one says that the program stood still."""

GATHER: Span = 2 * SECOND
"""After an outage letters wait this long, so that one chat gets one letter."""

Outage = tuple[Instant, Instant]
Acted = Callable[[Sequence[Deadline]], None]


async def sweep(store: Store, now: Instant, acted: Acted) -> Instant | None:
    """Act on everything due by `now`, and return when the next deadline falls; None when nothing runs.

    `acted` is called after every commit, with the deadlines that were acted on in it.

    One that cannot be acted on is put off by a minute and logged; it does not hold up the others.
    """
    outage = await _outage(store, now)
    while True:
        batch = await _batch(store, now, outage)
        acted(batch.acted)
        if batch.last:
            return batch.next_due


@dataclass
class _Batch:
    """The deadlines that were acted on. `last`: nothing more is due, and when something will be."""

    acted: list[Deadline] = field(default_factory=list)
    last: bool = False
    next_due: Instant | None = None


async def _outage(store: Store, now: Instant) -> Outage | None:
    async with store.view() as view:
        last = await view.pulse.last()
    return (last, now) if last is not None and now - last > OUTAGE else None


async def _batch(store: Store, now: Instant, outage: Outage | None) -> _Batch:
    directory = await store.directory()
    batch = _Batch()
    try:
        async with store.turn() as turn:
            due = await holding.of_due(turn, directory, now, BATCH)
            if due is not None:
                batch.acted = await _act_on_all(turn, directory, due, now, outage)
            # In the same turn: people's messages and letters wait for theirs.
            batch.next_due = await turn.deadlines.next_due()
            batch.last = batch.next_due is None or batch.next_due > now
            if batch.last:
                await turn.pulse.beat(now)
        return batch
    except StorageFailed:
        raise
    except Exception:
        log.exception("a batch of deadlines failed; acting on them one by one")
        return _Batch(await _singly(store, directory, now, outage))


async def _act_on_all(
    turn: Turn, directory: Directory, due: holding.Due, now: Instant, outage: Outage | None
) -> list[Deadline]:
    """Return those that were acted on."""
    acted: list[Deadline] = []
    deadlines, dialogues, horizon = due
    unlisted = await gather(turn, directory, {deadline.ticket for deadline in deadlines})
    await turn.people.accounts_of_many(unlisted)
    # What a clock waits for next may be due as well, and before others of the batch: one by one, in order.
    waiting = [_by_time(deadline) for deadline in deadlines]
    while waiting:
        *_, deadline = heapq.heappop(waiting)
        new = await _act_on(turn, directory, deadline, now, outage)
        if new is not None:
            acted.append(deadline)
        for following in new or ():
            if following.due_at is not None and following.due_at <= horizon:
                heapq.heappush(waiting, _by_time(following))
    for dialogue in dialogues:
        await _expire(turn, directory, dialogue, now)
    return acted


async def _singly(store: Store, directory: Directory, now: Instant, outage: Outage | None) -> list[Deadline]:
    acted: list[Deadline] = []
    async with store.view() as view:
        deadlines = await view.deadlines.due(now, BATCH)
        dialogues = await view.dialogues.due(now, BATCH)
    for deadline in deadlines:
        try:
            async with store.turn() as turn:
                await holding.of_tickets(turn, [deadline.ticket])
                new = await _act_on(turn, directory, deadline, now, outage)
            if new is not None:
                acted.append(deadline)
        except StorageFailed:
            raise
        except Exception:
            log.exception("clock %s put off by a minute", deadline.clock, extra=in_log(deadline.ticket))
            async with store.turn() as turn:
                await holding.of_tickets(turn, [deadline.ticket])
                # What another process has stopped or moved meanwhile must not begin again.
                if deadline in await turn.deadlines.of(deadline.ticket):
                    turn.deadlines.set(replace(deadline, due_at=now + MINUTE))
    for dialogue in dialogues:
        try:
            async with store.turn() as turn:
                await holding.of_dialogue(turn, directory, dialogue)
                if await turn.dialogues.get(dialogue.chat, dialogue.account) == dialogue:
                    await _expire(turn, directory, dialogue, now)
        except StorageFailed:
            raise
        except Exception:
            log.exception("dialogue %s put off", dialogue.step)
            async with store.turn() as turn:
                await holding.of_dialogue(turn, directory, dialogue)
                if await turn.dialogues.get(dialogue.chat, dialogue.account) == dialogue:
                    await turn.dialogues.put(replace(dialogue, expires_at=now + MINUTE))
    return acted


def _by_time(deadline: Deadline) -> tuple[Instant, str, str, Deadline]:
    return deadline.due_at or 0, deadline.ticket, deadline.clock, deadline


async def _act_on(
    turn: Turn, directory: Directory, deadline: Deadline, now: Instant, outage: Outage | None
) -> tuple[Deadline, ...] | None:
    """Act on it and return the deadlines that this set; None when an earlier one had stopped or moved it."""
    known, file = await load.for_ticket(turn, directory, deadline.ticket, now)
    if file is None:
        turn.deadlines.stop(deadline.ticket, deadline.clock)
        return None
    running = {running.clock: running for running in file.deadlines}
    if running.get(deadline.clock) != deadline:
        return None
    if deadline.clock is Clock.MEETING:
        file = await meetings.with_resolution(turn, file, deadline.ends_at)
    decision = escalation.act_on(known, file, deadline)
    late = outage if outage is not None and deadline.clock is not Clock.REVIEW else None
    await save.save(turn, known, decision, None, outage=late, gather=GATHER)
    return decision.deadlines


async def _expire(turn: Turn, directory: Directory, dialogue: Dialogue, now: Instant) -> None:
    known = await load.for_dialogue(turn, directory, dialogue, now)
    await save.save(turn, known, timeouts.expired(known, dialogue), None)
