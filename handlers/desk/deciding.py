"""What a message leads to, once all that is known around it has been read."""

from __future__ import annotations

from dataclasses import replace

from handlers import conversation
from handlers.desk import at_the_street, load
from handlers.known import Known
from handlers.messages import Decision, Inbound, Refused
from handlers.reporting import together
from storage.turn import Turn


async def decide(turn: Turn, known: Known, inbound: Inbound, heard: conversation.Heard) -> Decision:
    """Return it; where it turns out that another ticket is meant than was read, that one is read and it goes on there.

    Who may not, or not now, is told so.
    """
    try:
        if at_the_street.concerns(known.directory, inbound):
            return await at_the_street.decide(turn, known, inbound, heard)
        decision = conversation.decide(known, inbound, heard)
        if decision.onto is None:
            return decision
        meant = await load.with_file(turn, known, decision.onto.ticket)
        more = conversation.carry_onto(meant, inbound, decision.onto)
        return together(more, replace(decision, onto=None))
    except Refused as refusal:
        return conversation.refused(known, inbound, refusal)
