"""The street (街道), the last rung: what it is told, and that it hears how it ended. What it may ask: desk/at_the_street.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers import story
from handlers.messages import Say
from handlers.wording import when, word
from storage.records import OPEN, Act, Address, LetterKind, Line, Owed, State, Ticket

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handlers.known import Known
    from handlers.work import Work

MARK = "to_street"
"""How the mark of a letter begins that brought a ticket before the street."""


def chats(known: Known, ticket: Ticket) -> tuple[Address, ...]:
    """Return where the street hears of the ticket's community; nowhere: staff report by hand."""
    return known.community_of(ticket).street_chats


def is_its(owed: Owed) -> bool:
    """True for a letter by which the street was told of a ticket."""
    return f":{MARK}:" in (owed.once or "")


def was_told(lines: Iterable[Line]) -> bool:
    """Tell from a ticket's ledger whether it has ever climbed to the street."""
    return any(line.act is Act.STREET for line in lines)


def pieces(work: Work) -> dict[str, Any]:
    """Return what every letter to the street needs: whose ticket it is, and who can be called about it."""
    community = work.known.community_of(work.ticket)
    phone = community.service_phone
    return {
        "community": community.name,
        "call": Say("street.call", {"phone": phone}) if phone else Say("street.call_nobody"),
    }


def hears_the_end(work: Work) -> None:
    """Whatever ended it, the street hears that once: of a private matter only that it did."""
    ticket = work.ticket
    if ticket.state in OPEN or not any(is_its(owed) for owed in work.file.told):
        return
    note = ticket.note if ticket.state is State.RESOLVED and not ticket.private else ""
    say = work.say(
        "street.over_private" if ticket.private else "street.over",
        **pieces(work),
        state=word(f"state.{ticket.state}"),
        at=when(work.now),
        note=story.for_outsiders(work, note),
    )
    for chat in chats(work.known, ticket):
        work.tell(chat, LetterKind.NEWS, say, mark="street_over")


def hears_it_goes_on(work: Work) -> None:
    """It was told as done, and the resident says that it is not."""
    if any(is_its(owed) for owed in work.file.told):
        say = work.say(
            "street.reopened_private" if work.ticket.private else "street.reopened", **pieces(work)
        )
        for chat in chats(work.known, work.ticket):
            work.tell(chat, LetterKind.NEWS, say, holds=OPEN, mark="street_reopened")
