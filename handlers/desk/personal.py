"""Who asks to see a resident's name, phone and room sees them, and that they did stands in the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from handlers import privacy
from handlers.sight import Sight
from storage.records import Account, Act, Instant, Kept, Person, Place, Ticket
from storage.turn import Turn

MOST_NAMED = 10
"""Tickets that a line about a whole person names."""


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
    turn: Turn,
    sight: Sight,
    ticket: Ticket,
    now: Instant,
    *,
    platform: str = "console",
    again: bool = False,
) -> Contact:
    """Return the contact, and write down who looked at it. In a turn that holds the ticket's community. `again`: it stands
    in the ledger already.

    Raises NotYours.
    """
    if not sight.personal or not sight.sees(ticket):
        raise NotYours
    if not again:
        turn.ledger.note(Act.SEE, ticket, sight.person.id, now, platform=platform)
    named = ticket.reporter is not None and not ticket.anonymous
    reporter = await turn.people.get(ticket.reporter) if named and ticket.reporter else None
    accounts = tuple(await turn.people.accounts(reporter.id)) if reporter is not None else ()
    return Contact(reporter, accounts, ticket.place, ticket.words)


async def disclose(
    turn: Turn, sight: Sight, id: str, now: Instant, *, reason: str, again: bool = False
) -> Kept | None:
    """Return all that is stored about a resident who asked the staff for it, and write down who gave it out; None when
    the community has nobody such. In a turn that holds the community. `again`: it stands in the ledger already.

    Raises NotYours.
    """
    if not (sight.manages and sight.personal):
        raise NotYours
    person = await turn.people.get(id)
    if person is None or person.listed or person.community != sight.community:
        return None
    kept = await turn.personal.kept(person)
    if not again:
        numbers = "、".join(f"#{ticket.number}" for ticket in kept.reported[:MOST_NAMED])
        about = f"（{numbers}{' 等' if len(kept.reported) > MOST_NAMED else ''}）" if numbers else ""
        # The number of the request stays; who it was about is for no line that stays for ever.
        spared = privacy.spoken_for(await turn.directory.read())
        why = privacy.without_mention(reason, privacy.marks(kept, spared))
        turn.ledger.note(
            Act.DISCLOSE, sight.community, sight.person.id, now, platform="console", reason=why + about
        )
    return kept
