"""Who asks to see a resident's name, phone and room sees them, and that they did stands in the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.sight import Sight
from storage.records import Account, Act, Instant, Person, Place, Ticket
from storage.turn import Turn


@dataclass(frozen=True, slots=True)
class Contact:
    """What is shown of a ticket to those who have to reach its reporter.

    `reporter`: None for one who wants to stay unnamed, or has been erased; then there are no `accounts` either. `place`
    and `words` are unmasked.
    """

    reporter: Person | None
    accounts: tuple[Account, ...]
    place: Place
    words: str


class NotYours(Exception):
    """The ticket is not theirs to see, or nobody's personal data is."""


async def see(
    turn: Turn, sight: Sight, ticket: Ticket, now: Instant, *, platform: str = "console"
) -> Contact:
    """Return the contact, and write down who looked at it. In a turn that holds the ticket's community.

    Raises NotYours.
    """
    if not sight.personal or not sight.sees(ticket):
        raise NotYours
    turn.ledger.note(Act.SEE, ticket, sight.person.id, now, platform=platform)
    named = ticket.reporter is not None and not ticket.anonymous
    reporter = await turn.people.get(ticket.reporter) if named and ticket.reporter else None
    accounts = tuple(await turn.people.accounts(reporter.id)) if reporter is not None else ()
    return Contact(reporter, accounts, ticket.place, ticket.words)
