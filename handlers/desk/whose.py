"""Which talk may be about a ticket of its writer's: only they are looked up, and most talk is about nothing of the kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import hints
from handlers.conversation import may_be_own
from handlers.desk import at_the_street
from handlers.desk.row import Waiting
from handlers.recurring import recurs
from storage.database import Store
from storage.records import OPEN, Instant, Person
from storage.turn import Turn


async def all_chatter(store: Store, batch: Sequence[Waiting]) -> bool:
    """True when nothing in it could mean anything. This is most of what is ever said, so it may cost no turn.

    What may be about a ticket its writer has to do with is marked as such.
    """
    talk = [waiting for waiting in batch if waiting.idle]
    perhaps = [waiting for waiting in talk if _perhaps(waiting)]
    if not perhaps and len(talk) < len(batch):
        return False
    if perhaps:
        directory = await store.directory()
        for waiting in perhaps:
            if at_the_street.asks(directory, waiting.inbound):
                waiting.heard = replace(waiting.heard, own=True)
    async with store.view() as view:
        await _see(view, perhaps)
        if not all(waiting.idle for waiting in batch):
            return False
        return not await view.dialogues.get_many([w.asked for w in batch if w.asked])


def _perhaps(waiting: Waiting) -> bool:
    reading = waiting.heard.reading
    return waiting.asked is not None and reading is not None and may_be_own(waiting.inbound, reading)


async def _see(view: Turn, perhaps: Sequence[Waiting]) -> None:
    writers = {waiting.inbound.key: waiting.asked[1] for waiting in perhaps if waiting.asked is not None}
    people = await view.people.by_accounts(set(writers.values())) if writers else {}
    for waiting in perhaps:
        words, person = waiting.inbound.text, people.get(writers[waiting.inbound.key])
        unheard = hints.urges(words) and hints.says_reported(words)
        if (
            unheard
            or hints.joins_from(words)
            or (person is not None and await _has_to_do(view, person, words, waiting.now))
        ):
            waiting.heard = replace(waiting.heard, own=True)


async def _has_to_do(view: Turn, person: Person, words: str, now: Instant) -> bool:
    if person.listed and hints.says_done(words):
        return True
    tickets = await view.tickets.of_reporter(person.id)
    return any(ticket.state in OPEN or recurs(ticket, now) for ticket in tickets)
