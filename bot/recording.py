"""What is to be sent, and what became of it, written down: together while that goes well, and each alone when it does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from bot.carrying import Desk, Outcome
from handlers.messages import Arrived, Outgoing
from storage.database import Store
from storage.errors import StorageFailed
from storage.records import Instant, Owed
from storage.turn import Turn

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """A bundle claimed, and what is to be sent of it: None when it is not true any more, or why it cannot be written."""

    bundle: Sequence[Owed]
    out: Outgoing | Exception | None


@dataclass(frozen=True, slots=True)
class Done:
    """A bundle nobody works on any more, and what that means in the store."""

    bundle: Sequence[Owed]
    outcome: Outcome


def given_back(bundle: Sequence[Owed], now: Instant) -> Done:
    """It may have arrived; the next start tries once more and need not wait for the lease."""
    return Done(bundle, partial(_later, [owed.id for owed in bundle], now))


async def _later(ids: Sequence[int], now: Instant, turn: Turn) -> None:
    await turn.outbox.later(ids, now, "the program was stopped", unsure=True)


async def record(turn: Turn, desk: Desk, done: Sequence[Done]) -> None:
    """Write down all of it in one turn."""
    arrived = [one.outcome for one in done if isinstance(one.outcome, Arrived)]
    if arrived:
        await desk.delivered(turn, arrived)
        await _stand(turn, arrived)
    for one in done:
        if not isinstance(one.outcome, Arrived):
            await one.outcome(turn)


async def record_one_by_one(
    store: Store, desk: Desk, done: list[Done], recorded: Callable[[Sequence[Done]], None]
) -> None:
    """Write down what can be, taking it out of `done`. Raises StorageFailed, with what must wait left in there.

    A letter whose result cannot be written for a reason of its own is taken again when its lease is over.
    """
    while done:
        await _alone(store, desk, done[0])
        recorded([done.pop(0)])


async def _alone(store: Store, desk: Desk, one: Done) -> None:
    try:
        async with store.turn() as turn:
            await record(turn, desk, [one])
    except StorageFailed:
        raise
    except Exception:
        # Of the desk's making, and this letter's alone: the others must still be written down.
        log.exception("a letter's result could not be recorded", letter=one.bundle[0].id)
        if isinstance(one.outcome, Arrived):
            # Whatever the desk makes of it: it stands there, and must not be sent again.
            async with store.turn() as turn:
                await _stand(turn, [one.outcome])


async def _stand(turn: Turn, arrived: Sequence[Arrived]) -> None:
    await turn.outbox.sent_many(
        [([owed.id for owed in one.letters], one.out.to, one.message, one.at) for one in arrived]
    )
