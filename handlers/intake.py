"""A report becomes a ticket: with a number, a person asked, running clocks, and everyone told who must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from handlers import clocks, escalation, places, policy
from handlers.cards import asked
from handlers.known import File, Known
from handlers.messages import Decision, Inbound
from handlers.reading import Reading, Urgency
from handlers.work import Work, pieces_of
from storage.records import (
    MINUTE,
    OPEN,
    SECOND,
    Address,
    Category,
    Grid,
    Instant,
    Kind,
    LetterKind,
    Place,
    Severity,
    State,
    Ticket,
    chat_of,
)

LONGEST_WORDS = 4096
PHOTO_WAIT = 4 * SECOND
"""How long a letter waits for the photos it shows to be fetched."""

SAME_MATTER_PAUSE = 10 * MINUTE
"""The same person saying the same thing again within this time adds to their report; later it is urging."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A report not filed yet: what was said, what it was read as, and where it was said.

    `grid` is None while the compound is unknown. `touchy`: about particular people, so its writer is asked how openly
    it shall be told; then `private` keeps it out of the group and `anonymous` names the reporter to nobody.
    """

    words: str
    category: Category
    kind: Kind
    place: Place
    heading: str
    emergency: bool
    origin: Address
    origin_message: str | None
    origin_private: bool
    at: Instant
    grid: str | None = None
    touchy: bool = False
    private: bool = False
    anonymous: bool = False

    def to_data(self) -> dict[str, Any]:
        """As JSON, to wait in a dialogue."""
        return {**asdict(self), "place": asdict(self.place)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Draft:
        known = dict(data)
        known["place"] = Place(**known["place"])
        known["category"], known["kind"] = Category(known["category"]), Kind(known["kind"])
        known["origin"] = Address(known["origin"])
        return cls(**known)


def spot(reading: Reading) -> Place:
    """Return where a reading says it is."""
    return Place(reading.building, reading.unit, reading.floor, reading.room, reading.place)


def draft(known: Known, inbound: Inbound, reading: Reading, *, kind: Kind | None = None) -> Draft:
    """Return the draft of what was just said. "我家" and the like take the speaker's own address where it is known."""
    place = spot(reading)
    if known.speaker is not None and not place.building and "我家" in inbound.text:
        place = places.fill(place, known.speaker.home)
    return Draft(
        words=inbound.text[:LONGEST_WORDS],
        category=reading.category or Category.OTHER,
        kind=kind or reading.kind or Kind.REPAIR,
        place=place,
        heading=reading.emergency,
        emergency=reading.urgency is Urgency.EMERGENCY,
        origin=inbound.chat,
        origin_message=inbound.message,
        origin_private=inbound.private,
        at=known.now,
        grid=known.grid.id if known.grid else None,
        touchy=reading.about_person and known.account is not None,
    )


def needs_building(known: Known, what: Draft) -> bool:
    """True when nobody could find the spot: neither a building nor a landmark, in a grid of several buildings."""
    grid = known.directory.grids.get(what.grid or "")
    alone = grid is not None and len(grid.buildings) < 2
    return not what.emergency and not places.found_by(what.place) and not alone


def twin(known: Known, what: Draft) -> Ticket | None:
    """Return the open ticket that is the same matter at the same spot, the newest first."""
    for ticket in known.here:
        same = ticket.category is what.category and places.same_spot(ticket.place, what.place)
        if same and ticket.state in OPEN and not ticket.private and not what.private:
            return ticket
    return None


def file(known: Known, what: Draft, inbound: Inbound | None, grid: Grid) -> Work:
    """File the draft as a ticket of `grid` (or of the grid of its compound that has the building).

    `inbound` is the message whose photos belong to it; photos that waited for their words come along.
    """
    grid = places.grid_for(known.directory, grid, what.place.building)
    community = known.directory.communities[grid.community]
    handled_by = community.policy.categories.get(what.category)
    handler = handled_by.handler if handled_by and handled_by.handler else None
    ticket = Ticket(
        id=f"{community.id}-{known.number}",
        community=community.id,
        number=known.number,
        grid=grid.id,
        state=State.REPORTED,
        kind=what.kind,
        category=what.category,
        severity=policy.severity_of(community, what.category, what.emergency),
        place=what.place,
        words=what.words,
        reporter=known.speaker.id if known.speaker else None,
        reported_at=known.now,
        heading=what.heading,
        private=what.private,
        anonymous=what.anonymous,
        origin=what.origin,
        origin_message=what.origin_message,
        origin_private=what.origin_private,
        handler=handler if handler and known.has_account(handler) else None,
    )
    work = Work(known, File(ticket))
    work.begin(what.kind)
    for deadline in clocks.at_report(ticket, community, known.now):
        work.set(deadline)
    if inbound is not None:
        work.attach(inbound)
    work.attachments += [replace(loose, ticket=ticket.id) for loose in known.loose]
    if work.attachments and ticket.origin_private:
        _show_photos(work)
    if ticket.severity is Severity.EMERGENCY:
        escalation.page(work)
    elif escalation.nobody_asked(known, work.file):
        escalation.alert_at_once(work)
    return work


def _show_photos(work: Work) -> None:
    """Whoever is asked could not see the photos where they were sent: they get them with a letter."""
    for person in asked(work.known, work.ticket):
        if work.known.has_account(person):
            say = work.say("told.photos")
            work.tell(
                person, LetterKind.NEWS, say, shows="before", not_before=work.now + PHOTO_WAIT, mark="photos"
            )


def repeat(known: Known, ticket: Ticket) -> bool:
    """True when the speaker reported this ticket themselves."""
    return known.speaker is not None and known.speaker.id == ticket.reporter


def late_photo(known: Known, inbound: Inbound) -> str | None:
    """Return the ticket a photo without words belongs to: its album's, or the one its sender just reported here."""
    if known.album_ticket is not None:
        return known.album_ticket
    for ticket in known.mine:
        recent = known.now - ticket.reported_at < SAME_MATTER_PAUSE
        here = ticket.origin is not None and chat_of(ticket.origin) == chat_of(inbound.chat)
        if recent and here and ticket.state in OPEN and repeat(known, ticket):
            return ticket.id
    return None


def keep_for_later(known: Known, inbound: Inbound) -> Decision:
    """A photo without words waits for them, silently."""
    return Decision(attachments=tuple(pieces_of(known, inbound, None)))
