"""What is to be sent, and what became of it, written down: together while that goes well, and each alone when it does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from bot.carrying import UNTRUE, Desk, Outcome
from handlers.messages import Arrived, Outgoing
from storage.database import Store
from storage.errors import StorageFailed
from storage.records import Address, Fate, Instant, Owed, platform_of
from storage.turn import Turn

log = structlog.get_logger(__name__)

STILL_OWED = frozenset({Fate.WAITING, Fate.CLAIMED, Fate.UNTOLD})


@dataclass(frozen=True, slots=True)
class Written:
    """A bundle claimed, and what is to be sent of it: None when it is not true any more, or why it cannot be written."""

    bundle: Sequence[Owed]
    out: Outgoing | Exception | None


@dataclass(frozen=True, slots=True)
class Handed:
    """Letters the platform has taken with its answer to what was said in `chat`, at `at`; no line had them."""

    letters: tuple[int, ...]
    chat: Address
    message: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Done:
    """A bundle nobody works on any more, and what that means in the store. Empty for letters that were handed over."""

    bundle: Sequence[Owed]
    outcome: Outcome | Handed

    @property
    def behind(self) -> set[tuple[str, bool]] | None:
        """What may be due now: the letter behind it in its chat, or itself on its next route; None: anything. Of what was
        handed over record() says it."""
        if isinstance(self.outcome, Handed):
            return set()
        if not isinstance(self.outcome, Arrived):
            return None
        first = self.bundle[0]
        return {(platform_of(first.routes[0]), kind) for kind in (False, first.rank == 0)}


def given_back(bundle: Sequence[Owed], now: Instant) -> Done:
    """It may have arrived; the next start tries once more and need not wait for the lease."""
    return Done(bundle, partial(_later, [owed.id for owed in bundle], now))


async def _later(ids: Sequence[int], now: Instant, turn: Turn) -> None:
    await turn.outbox.later(ids, now, "the program was stopped", unsure=True)


async def write(
    desk: Desk,
    turn: Turn,
    bundles: Sequence[Sequence[Owed]],
    now: Instant,
    forget: Callable[[list[Owed]], None],
) -> list[Written]:
    """Write what is still true; drop the rest."""
    written = await desk.prepare(turn, bundles, now) if bundles else []
    untrue = [owed for bundle, out in zip(bundles, written, strict=True) if out is None for owed in bundle]
    await turn.outbox.drop([owed.id for owed in untrue], UNTRUE)
    forget(untrue)
    return [Written(one, out) for one, out in zip(bundles, written, strict=True) if out is not None]


async def write_alone(store: Store, desk: Desk, bundle: Sequence[Owed], now: Instant) -> Written:
    """Write one that is claimed already: whatever is the matter with it is its own."""
    try:
        async with store.turn() as turn:
            (out,) = await desk.prepare(turn, [bundle], now)
    except Exception as failed:
        # Whatever the rules stumbled over, the carrier has to close this letter.
        log.exception("a letter could not be written", letter=bundle[0].id, kind=bundle[0].kind)
        out = failed
    return Written(bundle, out)


async def record(turn: Turn, desk: Desk, done: Sequence[Done]) -> set[tuple[str, bool]]:
    """Write down all of it in one turn; return what waited behind letters that were handed over, if anything did."""
    arrived = [one.outcome for one in done if isinstance(one.outcome, Arrived)]
    handed = [one.outcome for one in done if isinstance(one.outcome, Handed)]
    arrived += await _handed_over(turn, handed)
    if arrived:
        await desk.delivered(turn, arrived)
        await _stand(turn, arrived)
    for one in done:
        if not isinstance(one.outcome, Arrived | Handed):
            await one.outcome(turn)
    return await turn.outbox.waiting_on({one.chat for one in handed})


async def _handed_over(turn: Turn, handed: Sequence[Handed]) -> list[Arrived]:
    """What has ended meanwhile, because it was told twice or its claim ran out, stays as it is."""
    ids = {id for one in handed for id in one.letters}
    owed = {one.id: one for one in await turn.outbox.get_many(ids)} if ids else {}
    return [
        Arrived([letter], Outgoing(one.chat, ""), one.message, one.at)
        for one in handed
        for id in one.letters
        if (letter := owed.pop(id, None)) is not None and letter.fate in STILL_OWED
    ]


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
        log.exception("a letter's result could not be recorded", letters=[owed.id for owed in one.bundle])
        # Whatever the desk makes of it: it stands there, and must not be sent again.
        async with store.turn() as turn:
            if isinstance(one.outcome, Arrived):
                await _stand(turn, [one.outcome])
            elif isinstance(one.outcome, Handed):
                await _stand(turn, await _handed_over(turn, [one.outcome]))


async def _stand(turn: Turn, arrived: Sequence[Arrived]) -> None:
    await turn.outbox.sent_many(
        [([owed.id for owed in one.letters], one.out.to, one.message, one.at) for one in arrived]
    )
