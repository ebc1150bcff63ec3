"""What is said in a street's chat: they read the whole story of what has climbed to them, and nothing else is done there.

Who is in that chat the street decides, and none of them stands in a community file: so they act on nothing, are shown
no resident by name, room or phone, and of what concerns a person they read nothing here.
"""

from __future__ import annotations

import re
from dataclasses import replace

from handlers import orders, story, street
from handlers.commands import Verb
from handlers.conversation import Heard
from handlers.desk import load
from handlers.dialogue import reply
from handlers.known import Known, chat_index
from handlers.messages import Decision, Inbound, Refused
from handlers.work import Work
from storage.records import Directory, Ticket, chat_of
from storage.turn import Turn

_BARE = re.compile(r"[#＃]\s*([0-9]{1,9})")


def concerns(directory: Directory, inbound: Inbound) -> bool:
    """True for what is said in a street's chat, or pressed there."""
    return chat_of(inbound.chat) in chat_index(directory).streets


def asks(directory: Directory, inbound: Inbound) -> bool:
    """True for a ticket's number alone, #1024, said there: elsewhere it is talk."""
    return concerns(directory, inbound) and _BARE.fullmatch(inbound.text.strip()) is not None


async def decide(turn: Turn, known: Known, inbound: Inbound, heard: Heard) -> Decision:
    """看全程 1024, or #1024 alone: told what may be told there. Raises Refused for every other order about a ticket."""
    order, bare = heard.order, _BARE.fullmatch(inbound.text.strip())
    number = int(bare[1]) if bare else order.number if order else None
    asked = bare is not None or (order is not None and order.verb is Verb.STORY)
    if not asked or (number is None and (order is None or order.ticket is None)):
        meant = order is not None and (order.verb in orders.RULES or order.verb is Verb.MERGE)
        if meant and order is not None and (order.ticket is not None or number is not None):
            raise Refused("street.only_reads")
        return Decision()
    known = replace(known, file=None)
    found = []
    for ticket in await _named(turn, known, inbound, number, order.ticket if order else None):
        its = await load.with_file(turn, replace(known, community=None), ticket.id, story=True)
        if its.file is not None and street.was_told(its.file.story):
            found.append(its)
    if not found:
        raise Refused("street.not_theirs")
    letters = []
    for its in found:
        assert its.file is not None, "only those are kept"
        work = Work(its, its.file)
        private = its.file.ticket.private
        say = work.say("street.private", **street.pieces(work)) if private else story.for_the_street(work)
        letters.append(reply(inbound, say, ticket=its.file.ticket.id))
    return Decision(letters=tuple(letters))


async def _named(
    turn: Turn, known: Known, inbound: Inbound, number: int | None, id: str | None
) -> list[Ticket]:
    """Return the tickets that are meant, of the street's own communities: each of them counts from its own first."""
    communities = chat_index(known.directory).streets[chat_of(inbound.chat)]
    if id is not None:
        ticket = await turn.tickets.get(id)
        return [ticket] if ticket is not None and ticket.community in communities else []
    assert number is not None, "one of both is named"
    every = [await turn.tickets.by_number(one, number) for one in communities]
    return [ticket for ticket in every if ticket is not None]
