"""A letter has reached nobody: what becomes of what it was about."""

from __future__ import annotations

from handlers import timeouts, unreached
from handlers.desk import load
from handlers.known import Known
from handlers.messages import Decision
from storage.records import Address, Directory, Instant, Owed
from storage.turn import Turn


async def instead(
    turn: Turn, directory: Directory, owed: Owed, now: Instant
) -> tuple[Known | None, Decision]:
    """Return what happens in its place, and what is known around it; (None, nothing) where there is nothing to do."""
    account = owed.body.get("asks")
    if account and owed.routes:
        # Nobody can answer a question that reached nobody: what it was about goes on without the answer.
        dialogue = await turn.dialogues.get(owed.routes[-1], Address(str(account)))
        if dialogue is not None:
            known = await load.for_dialogue(turn, directory, dialogue, now)
            return known, timeouts.expired(known, dialogue)
    if owed.ticket is None:
        return None, Decision()
    known, file = await load.for_ticket(turn, directory, owed.ticket, now)
    if file is None:
        return None, Decision()
    coming = await turn.outbox.cards_owed(owed.ticket)
    return known, unreached.letter_failed(known, file, owed.reader, owed.kind, coming)
