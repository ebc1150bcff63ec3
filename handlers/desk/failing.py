"""What could not be done: a letter that reaches nobody, a photo that cannot be kept."""

from __future__ import annotations

import logging

from handlers import lost
from handlers.desk import holding, load, save, telling
from handlers.desk.instead import instead
from handlers.known import Known
from storage.database import Store
from storage.records import Address, Attachment, Instant, Owed, in_log
from storage.turn import Turn

log = logging.getLogger(__name__)


async def undelivered(store: Store, owed: Owed, why: str, now: Instant) -> None:
    """No route was left. Whoever comes next on the ladder is told instead."""
    log.warning("a letter reached nobody", extra={"letter": owed.id, "why": why, **in_log(owed.ticket)})
    async with store.turn() as turn:
        directory = await store.directory()
        await holding.of_letter(turn, owed)
        # Closed in this very turn: of two letters that fail at the same time the second must see the first.
        await turn.outbox.reroute(owed.id, why)
        known, decision = await instead(turn, directory, owed, now)
        if known is not None:
            await save.save(turn, known, decision, None)


async def not_arrived(store: Store, chat: Address, message: str, why: str, now: Instant) -> bool:
    """See telling.not_arrived."""
    log.info("a letter did not arrive after all", extra={"why": why})
    async with store.turn() as turn:
        return await telling.not_arrived(turn, await store.directory(), chat, message, why, now)


async def photo_lost(store: Store, turn: Turn, attachment: Attachment, why: str, now: Instant) -> None:
    """A photo or voice cannot be kept: tell who sent it, in the turn that gives it up."""
    directory = await store.directory()
    known = Known(directory=directory, now=now)
    if attachment.ticket is not None:
        await holding.of_tickets(turn, [attachment.ticket])
        known, _ = await load.for_ticket(turn, directory, attachment.ticket, now)
    await save.save(turn, known, lost.tell_sender(known, attachment, why), None)
