"""What hangs on many tickets, read together; each piece is then found in the turn that asked."""

from __future__ import annotations

from collections.abc import Collection

from handlers import rungs
from storage.records import Directory
from storage.turn import Turn


async def gather(turn: Turn, directory: Directory, ids: Collection[str]) -> set[str]:
    """Read what deciding about these tickets, or showing them, will ask for.

    Return the ids of the people in them who are in no community file.
    """
    tickets = (await turn.tickets.get_many(ids)).values()
    await turn.deadlines.of_many(ids)
    followers = await turn.tickets.followers_of_many(ids)
    await turn.outbox.told_of_many([ticket.id for ticket in tickets if rungs.may_have_alarmed(ticket)])
    await turn.cards.of_many(ids)
    await turn.media.of_many(ids)
    people = {person for t in tickets for person in (t.reporter, t.handler, t.first_responder) if person}
    unlisted = people.union(*followers.values()) - directory.people.keys()
    await turn.people.get_many(unlisted)
    return unlisted
