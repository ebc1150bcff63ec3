"""A letter whose button was pressed afterwards shows what came of it, and offers no stale buttons."""

from __future__ import annotations

from typing import Any

from handlers import wording
from handlers.commands import Order, Verb
from handlers.known import Known
from handlers.messages import Decision, Inbound, Say
from handlers.wording import Tongue, when, word
from storage.records import Act, LetterKind, Owed, State, Ticket, chat_of
from storage.turn import Turn

LEAVES_IT = frozenset({Verb.STORY, Verb.MORE, Verb.SUPERVISE, Verb.URGE, Verb.FOLLOW, Verb.ADD})
"""Verbs after which the other buttons of a letter are worth as much as before."""


async def write_anew(turn: Turn, known: Known, inbound: Inbound, order: Order, decision: Decision) -> None:
    """Owe the letter under a pressed button once more, in its own place, as things stand then.

    A press that was refused counts too: what made it too late is to be seen. Cards are written anew by themselves.
    """
    if inbound.message is None or order.verb in LEAVES_IT:
        return
    said = await turn.outbox.said(chat_of(inbound.chat), inbound.message)
    letters = [owed for owed in said if owed.kind is not LetterKind.CARD and owed.body.get("buttons")]
    if not letters:
        return
    for owed in letters:
        if owed.ticket == order.ticket and decision.lines:
            body = {**owed.body, "pressed": wording.pack(_outcome(known, decision))}
            await turn.outbox.annotate(owed.id, body)
    first = letters[0]
    turn.outbox.owe(
        Owed(
            id=0,
            at=known.now,
            kind=LetterKind.ANSWER,
            rank=first.rank,
            routes=(inbound.chat,),
            reader=first.reader,
            ticket=first.ticket,
            body={"again": [owed.id for owed in letters], "edit": inbound.message},
        )
    )


def _outcome(known: Known, decision: Decision) -> Say:
    line = decision.lines[-1]
    if line.act in (Act.RATE, Act.CLOSE):
        return Say("pressed.rated", {"rating": word(f"rating.{decision.tickets[0].rating or 'silent'}")})
    pieces: dict[str, Any] = {
        "person": known.name(line.person or None),
        "at": when(line.at),
        "act": word(f"act.{line.act}"),
    }
    return Say("pressed", pieces)


def outcome(owed: Owed, ticket: Ticket | None, tongue: Tongue) -> str:
    """Return what came of a letter, "" while it is as true as when it was sent."""
    if "pressed" in owed.body:
        return wording.render(wording.unpack(owed.body["pressed"]), tongue)
    if ticket is None or holds(owed, ticket):
        return ""
    return wording.render(Say("pressed.now", {"state": word(f"state.{ticket.state}")}), tongue)


def holds(owed: Owed, ticket: Ticket | None) -> bool:
    """True while the ticket stands in a state in which the letter is worth sending."""
    states = owed.body.get("holds")
    if not states or owed.ticket is None:
        return True
    return ticket is not None and ticket.state in {State(state) for state in states}
