"""What the meeting's pages show, read in one turn: as far as their reader sees the tickets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.channels.console import PLATFORM
from bot.exports.minutes import without_numbers
from bot.web.console.office import Asking
from handlers import agenda, masking, story
from handlers.agenda import Quorum
from handlers.chronicle import Names
from handlers.desk import meetings
from handlers.handover import DEPARTMENTS
from handlers.known import File, Known, Table, people_with
from handlers.meeting_minutes import Loop, Minutes, loop_of, minutes
from handlers.wording import Tongue, piece
from handlers.work import Work
from storage.records import (
    Meeting,
    MeetingItem,
    MeetingState,
    Outcome,
    Party,
    Person,
    Remark,
    Role,
    Seat,
    Ticket,
)
from storage.turn import Turn

MOST_PAST = 60


@dataclass(frozen=True, slots=True)
class Item:
    """One matter at the table: its story in a line, its group, and what has become of it (None: nothing yet). Residents
    in `words` and `story` are masked, as on the ticket's own page."""

    ticket: Ticket
    place: int
    words: str
    story: str
    days: int
    group: str
    alike: int
    outcome: MeetingItem | None
    loop: Loop | None

    @property
    def number(self) -> int:
        return self.ticket.number


@dataclass(frozen=True, slots=True)
class Past:
    """A meeting that was held: how many of each outcome, and how many of its resolutions stand where."""

    meeting: Meeting
    outcomes: Mapping[Outcome, int]
    loops: Mapping[Loop, int]


@dataclass(frozen=True, slots=True)
class Hall:
    """The overview. `queue` in the order in which it will be heard."""

    under_way: Meeting | None
    to_come: tuple[Meeting, ...]
    past: tuple[Past, ...]
    queue: tuple[Item, ...]
    today: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """One meeting. `items`: what was decided and what is left, in the order of the agenda. `minutes`: None before it
    began."""

    asking: Asking
    meeting: Meeting
    items: tuple[Item, ...]
    quorum: Quorum
    people: tuple[Person, ...]
    departments: tuple[str, ...]
    today: str
    minutes: Minutes | None

    @property
    def heard(self) -> int:
        return sum(1 for item in self.items if item.outcome is not None)

    @property
    def left(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.outcome is None)

    @property
    def counts(self) -> Mapping[Outcome, int]:
        return Counter(item.outcome.outcome for item in self.items if item.outcome is not None)

    @property
    def parties(self) -> list[tuple[Party, list[Seat]]]:
        return [
            (party, own) for party in Party if (own := [s for s in self.meeting.seats if s.party is party])
        ]


async def hall(turn: Turn, asking: Asking) -> Hall:
    """Return the overview of the community of the one who asks."""
    community = asking.community.id
    every = await turn.meetings.of(community, MOST_PAST)
    queue = [t for t in await turn.tickets.queue(community) if asking.sight.sees(t)]
    ordered = agenda.agenda(queue, asking.directory)
    return Hall(
        under_way=await turn.meetings.under_way(community),
        to_come=tuple(
            m for m in await turn.meetings.to_come(community) if m.starts_at > asking.now - 24 * 3_600_000
        ),
        past=await _past(turn, [m for m in every if m.state is MeetingState.CLOSED], asking),
        queue=await _items(turn, asking, ordered.tickets, {}),
        today=_today(asking),
    )


async def _past(turn: Turn, held: Sequence[Meeting], asking: Asking) -> tuple[Past, ...]:
    """Return what became of what each of these decided."""
    each = await turn.meetings.items_of_each([meeting.id for meeting in held])
    tickets = await turn.tickets.get_many({item.ticket for items in each for item in items})

    def loops(items: Sequence[MeetingItem]) -> Iterator[Loop]:
        for item in items:
            ticket = tickets.get(item.ticket)
            if ticket is not None and (loop := loop_of(item, ticket, asking.now)) is not None:
                yield loop

    return tuple(
        Past(meeting, Counter(item.outcome for item in items), Counter(loops(items)))
        for meeting, items in zip(held, each, strict=True)
    )


async def sitting(turn: Turn, asking: Asking, meeting: Meeting) -> Sitting:
    """Return one meeting as it stands."""
    outcomes = {item.ticket: item for item in await turn.meetings.items(meeting.id)}
    tickets, remarks = await meetings.around(turn, tuple(outcomes.values()))
    tickets = {id: one for id, one in tickets.items() if asking.sight.sees(one)}
    under_way = meeting.state is MeetingState.UNDER_WAY
    queue = (
        [t for t in await turn.tickets.queue(meeting.community) if asking.sight.sees(t)] if under_way else []
    )
    table = Table(meeting, tuple(outcomes.values()), tickets=tickets)
    # What came back to the list since it was decided is to be heard again.
    again = {ticket.id for ticket in table.left(queue)}
    standing = {id: item for id, item in outcomes.items() if id not in again}
    everything = {**tickets, **{ticket.id: ticket for ticket in queue}}
    ordered = agenda.agenda(everything.values(), asking.directory)
    begun = meeting.number is not None
    return Sitting(
        asking=asking,
        meeting=meeting,
        items=await _items(turn, asking, ordered.tickets, standing),
        quorum=agenda.quorum(asking.community, meeting.seats),
        people=tuple(_responsible(asking)),
        departments=tuple(sorted(DEPARTMENTS)),
        today=_today(asking),
        minutes=_minutes(asking, meeting, outcomes, tickets, remarks) if begun else None,
    )


def _minutes(
    asking: Asking,
    meeting: Meeting,
    outcomes: Mapping[str, MeetingItem],
    tickets: Mapping[str, Ticket],
    remarks: Mapping[str, Sequence[Remark]],
) -> Minutes:
    tongue = Tongue(asking.language, asking.community.timezone, asking.now)
    told = minutes(
        meeting,
        tuple(outcomes.values()),
        tickets,
        asking.directory,
        tongue,
        remarks,
        private=asking.sight.private,
    )
    return told if asking.sight.personal else without_numbers(told, tickets)


async def _items(
    turn: Turn, asking: Asking, tickets: Sequence[Ticket], outcomes: Mapping[str, MeetingItem]
) -> tuple[Item, ...]:
    compounds = asking.directory.compounds
    tongue = Tongue(asking.language, asking.community.timezone, asking.now)
    people = [p for t in tickets for p in (t.reporter, t.handler, t.first_responder) if p]
    named = {p.id: p.name for p in (await turn.people.get_many(sorted(set(people)))).values()}
    known = Known(asking.directory, asking.now, PLATFORM, community=asking.community, names=named)
    alike = Counter((t.category, agenda.compound_of(t, asking.directory)) for t in tickets)
    found = []
    for place, ticket in enumerate(tickets, start=1):
        compound = agenda.compound_of(ticket, asking.directory)
        item = outcomes.get(ticket.id)
        if item is not None and not asking.sight.personal:
            item = replace(item, words=masking.words(item.words, ticket.place))
        reporter = Names(ticket, asking.directory, named, asking.language).of(ticket.reporter)
        line = piece(story.in_a_line(Work(known, File(ticket)), reporter), tongue)
        found.append(
            Item(
                ticket=ticket,
                place=place,
                words=masking.words(ticket.words, ticket.place),
                story=masking.words(line, ticket.place),
                days=agenda.days_open(ticket, asking.now),
                group=compounds[compound].name if compound in compounds else "",
                alike=alike[ticket.category, compound],
                outcome=item,
                loop=loop_of(item, ticket, asking.now) if item is not None else None,
            )
        )
    return tuple(found)


def _responsible(asking: Asking) -> list[Person]:
    """Return who can be made responsible: everybody of the community who does something for it."""
    roles = (Role.PROPERTY, Role.GRID_LEADER, Role.STAFF, Role.LIAISON)
    ids = dict.fromkeys(
        one for role in roles for one in people_with(asking.directory, asking.community.id, role)
    )
    return [asking.directory.people[one] for one in ids]


def _today(asking: Asking) -> str:
    zone = ZoneInfo(asking.community.timezone)
    return f"{datetime.fromtimestamp(asking.now / 1000, UTC).astimezone(zone):%Y-%m-%d}"
