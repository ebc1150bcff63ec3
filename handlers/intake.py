"""A report becomes a ticket: with a number, a person asked, running clocks, and everyone told who must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from handlers import clocks, emergency, places, policy, unreached
from handlers.known import File, Known
from handlers.messages import Inbound
from handlers.reading import Reading, Urgency
from handlers.rungs import asked
from handlers.wording import legible
from handlers.work import Work
from storage.records import (
    HOUR,
    MINUTE,
    OPEN,
    SECOND,
    Address,
    Category,
    Community,
    Grid,
    Instant,
    Kind,
    LetterKind,
    Place,
    Severity,
    Span,
    State,
    Ticket,
)

LONGEST_WORDS = 4096
BARE_ANSWER = 3
"""An answer up to this long ("3", "2单元") is a piece of the address and no words to keep."""

PHOTO_WAIT = 4 * SECOND
"""How long a letter waits for the photos it shows to be fetched."""

SAME_MATTER: Span = 10 * MINUTE
"""How long what one person says and shows, without saying where, belongs to the report they just made."""

STILL_THE_SAME: Span = 24 * HOUR
"""How long danger seen without saying where is where its writer's own report of such a matter is."""

BURNING = frozenset(
    {Category.POWER, Category.LIGHTING, Category.WIRING_CHARGING, Category.FIRE_SAFETY, Category.GAS}
)
"""Matters that turn into one another when they become dangerous."""

LATE_PLACE: Span = 2 * HOUR
"""How long a place told to us alone can mean the report that lacks one."""

HEADINGS = {Kind.SERVICE_ORDER: "点单", Kind.COMPLAINT: "投诉", Kind.CONSULTATION: "咨询"}
"""What a card says where no category does."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A report not filed yet: what was said, what it was read as, and where it was said.

    `grid` is None while the compound is unknown. `touchy`: about particular people, so its writer is asked how openly
    it shall be told; then `private` keeps it out of the group and `anonymous` names the reporter to nobody. `helper`: id
    of who took it up in its writer's place; the ledger names them.
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
    helper: str = ""

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


def kept(words: str) -> str:
    """Return somebody's words as a report keeps them."""
    return legible(words)[:LONGEST_WORDS]


def spot(reading: Reading) -> Place:
    """Return where a reading says it is."""
    return Place(reading.building, reading.unit, reading.floor, reading.room, reading.place)


def draft(
    known: Known, inbound: Inbound, reading: Reading, *, kind: Kind | None = None, said_so: bool = False
) -> Draft:
    """Return the draft of what was just said; `said_so`: its kind is the writer's word, not the reader's guess.

    "我家", and "楼上" beside it, take the speaker's own address where it is known.
    """
    place = spot(reading)
    if known.speaker is not None:
        place = places.from_home(place, known.speaker.home, inbound.text)
    kind = kind or reading.kind or Kind.REPAIR
    category = Category.OTHER if kind is Kind.SERVICE_ORDER else reading.category or Category.OTHER
    # A complaint made in private stays there, whomever it is about.
    complains = kind is Kind.COMPLAINT and said_so and inbound.private
    quarrel = kind is Kind.COMPLAINT and category is Category.NEIGHBOR_DISPUTE
    return Draft(
        words=kept(inbound.text),
        category=category,
        kind=kind,
        place=place,
        heading=reading.emergency or (HEADINGS.get(kind, "") if category is Category.OTHER else ""),
        emergency=reading.urgency is Urgency.EMERGENCY,
        origin=inbound.chat,
        origin_message=inbound.message,
        origin_private=inbound.private,
        at=known.now,
        grid=known.grid.id if known.grid else None,
        touchy=(reading.about_person or complains or quarrel) and kind is not Kind.SERVICE_ORDER,
        helper=inbound.helper,
    )


def longer(what: Draft, reading: Reading, text: str) -> Draft:
    """Return the draft with further words of its writer: what they add about where, and about danger."""
    words = f"{what.words}\n{legible(text)}" if len(text.strip()) > BARE_ANSWER else what.words
    return replace(
        what,
        words=words[:LONGEST_WORDS],
        place=places.fill(what.place, spot(reading)),
        emergency=what.emergency or reading.urgency is Urgency.EMERGENCY,
        heading=reading.emergency or what.heading,
    )


def among_people(what: Draft) -> bool:
    """True for a complaint about what people do to one another."""
    return what.kind is Kind.COMPLAINT and what.category in (Category.SECURITY, Category.NEIGHBOR_DISPUTE)


def needs_building(known: Known, what: Draft) -> bool:
    """True when nobody could find the spot: neither a building nor a landmark, in a grid of several buildings.

    How the property company does its work is the same in all of them.
    """
    grid = known.directory.grids.get(what.grid or "")
    alone = grid is not None and len(grid.buildings) < 2
    elsewhere = what.category is Category.PROPERTY_SERVICE
    return not (what.emergency or places.found_by(what.place) or alone or elsewhere)


def twin(known: Known, what: Draft) -> Ticket | None:
    """Return the open ticket that is the same matter at the same spot, the newest first."""
    if what.private:
        return None
    same = alike(what.category, what.emergency)
    fitting = (t for t in known.here if t.category in same and t.state in OPEN and not t.private)
    return next((ticket for ticket in fitting if _same_matter(known, ticket, what)), None)


def alike(category: Category, emergency: bool) -> frozenset[Category]:
    """Return what else the same matter may have been taken for.

    A faulty distribution box that begins to smoke is a fire, and still that box.
    """
    return BURNING if emergency and category in BURNING else frozenset({category})


def _same_matter(known: Known, ticket: Ticket, what: Draft) -> bool:
    own = repeat(known, ticket)
    if ticket.category is Category.OTHER:
        return (
            own and ticket.words == what.words
        )  # two wishes have nothing in common but that they are wishes
    calm = ticket.severity is not Severity.EMERGENCY and ticket.category is not what.category
    if calm and not own and ticket.place.unit != what.place.unit:
        return False  # sparks somewhere in the building are not the lamp of one unit: people would run to that one
    if ticket.category in places.IN_ROOMS and not own and ticket.place.room != what.place.room:
        return False  # a leak on the stairs and one in a flat of the same unit are two
    there, here = ticket.place, what.place
    if ticket.category in places.THROUGHOUT and not (there.room or here.room or what.emergency):
        there, here = replace(there, floor=""), replace(here, floor="")
    if places.same_spot(there, here):
        return True
    # Without saying where, people go on about what they just reported themselves. Who reports for many may not.
    many = known.speaker is not None and known.speaker.listed
    span = STILL_THE_SAME if what.emergency and not many else SAME_MATTER
    recent = known.now - ticket.reported_at < span
    return own and recent and not places.found_by(what.place) and places.may_be(ticket.place, what.place)


def file(known: Known, what: Draft, inbound: Inbound | None, grid: Grid) -> Work:
    """File the draft as a ticket of `grid` (or of the grid of its compound that has the building).

    `inbound` is the message whose photos belong to it; photos that waited for their words come along.
    """
    grid = places.grid_for(known.directory, grid, what.place.building)
    community = known.directory.communities[grid.community]
    number = known.numbers[community.id]
    handler = handler_for(community, what.category)
    ticket = Ticket(
        id=f"{community.id}-{number}",
        community=community.id,
        number=number,
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
    work.begin(what.kind, what.helper)
    for deadline in clocks.at_report(ticket, community, known.now):
        work.set(deadline)
    if inbound is not None:
        work.attach(inbound)
    work.attachments += [replace(loose, ticket=ticket.id) for loose in known.loose]
    if work.attachments and ticket.origin_private:
        show_photos(work)
    if needs_building(known, what):
        _have_it_found_out(work)
    if ticket.severity is Severity.EMERGENCY:
        emergency.page(work)
    elif unreached.nobody_asked(known, ticket):
        unreached.alert_at_once(work)
    return work


def handler_for(community: Community, category: Category) -> str | None:
    """Return who handles such matters in this community; None for the grid's leader."""
    named = community.policy.categories.get(category)
    return named.handler if named and named.handler else None


def _have_it_found_out(work: Work) -> None:
    """Where it is, the reporter did not say: whoever is asked to go there has to find out, but can ask nobody who gave
    no name."""
    key = "told.no_place_anonymous" if work.ticket.anonymous else "told.no_place"
    for person in asked(work.known, work.ticket):
        work.tell(person, LetterKind.NEWS, work.say(key), holds=OPEN, mark="no_place")


def show_photos(work: Work) -> None:
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


def without_place(known: Known) -> str | None:
    """Return the ticket whose place its writer tells now that the question is over: their last, if it lacks one."""
    own = [t for t in known.mine if repeat(known, t) and t.state in OPEN]
    last = own[0] if own and known.now - own[0].reported_at < LATE_PLACE else None
    return last.id if last is not None and not places.found_by(last.place) else None
