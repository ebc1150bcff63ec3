"""Which ticket is meant by words that name none: what their writer has, what is open in the chat, what fits best."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers import intake, places
from handlers.dialogue import reply
from handlers.intake import SAME_MATTER
from handlers.known import Known
from handlers.messages import Decision, Inbound, Say
from handlers.reading import Reading
from storage.records import OPEN, Category, Place, Ticket, chat_of

NUMBER = re.compile(r"#\s?([0-9]{1,9})")
BARE = re.compile(r"#?\s?([0-9]{4,9})号?(?:工单|单子|那件|这件|那个)?[\s，,：:。？?！!]*")
"""A ticket's number alone, or what a question about it begins with; a number in the middle may be a room."""


def names_a_ticket(text: str) -> bool:
    """True for a ticket's number, alone or with a # before it."""
    return bool(NUMBER.search(text) or BARE.fullmatch(text.strip()))


def meant(tickets: Sequence[Ticket], reading: Reading, words: str) -> list[Ticket]:
    """Return those of the tickets that these words fit best: by number, else by place and matter as far as named."""
    numbers = {int(number) for number in re.findall(r"[0-9]{4,9}", words)}
    named = [ticket for ticket in tickets if ticket.number in numbers]
    if named:
        return named
    place = intake.spot(reading)
    fitting = [ticket for ticket in tickets if places.may_be(ticket.place, place)]
    if place.building:
        fitting = [ticket for ticket in fitting if ticket.place.building]
    if reading.category in (None, Category.OTHER):
        return fitting
    alike = [ticket for ticket in fitting if ticket.category is reading.category]
    # What a word of talk is about is no more than a guess; what was said for certain is not talk.
    return alike or ([] if reading.is_report or (place == Place() and len(fitting) > 1) else fitting)


def of_speaker(known: Known, inbound: Inbound) -> list[Ticket]:
    """Return what the speaker reported: in a group what was said there, if there is any."""
    reported = [t for t in known.mine if known.speaker is not None and t.reporter == known.speaker.id]
    there = [t for t in reported if t.origin is not None and chat_of(t.origin) == chat_of(inbound.chat)]
    return reported if inbound.private else there or reported


def open_ones(tickets: Sequence[Ticket]) -> list[Ticket]:
    return [ticket for ticket in tickets if ticket.state in OPEN]


def here(known: Known, inbound: Inbound) -> list[Ticket]:
    """Return what was reported here, or stands here for all to see, wherever it was reported."""
    chat, grid = chat_of(inbound.chat), known.grid
    shown = grid is not None and chat in {chat_of(group) for group in grid.chats}
    return [
        ticket
        for ticket in (*known.here, *known.over)
        if not ticket.private and ((ticket.origin is not None and chat_of(ticket.origin) == chat) or shown)
    ]


def fresh(known: Known, inbound: Inbound) -> Ticket | None:
    """Return the open ticket its writer has just made here."""
    own = open_ones(of_speaker(known, inbound))
    last = own[0] if own and own[0].origin is not None else None
    if last is None or last.origin is None or chat_of(last.origin) != chat_of(inbound.chat):
        return None
    return last if known.now - last.reported_at < SAME_MATTER else None


def nothing(inbound: Inbound) -> Decision:
    """Whoever speaks to us is told so; among neighbours it may mean anything else."""
    addressed = inbound.private or inbound.to_bot
    return Decision(letters=(reply(inbound, Say("follow.no_ticket")),)) if addressed else Decision()
