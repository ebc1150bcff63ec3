"""The table before anybody sits down: in which order matters are heard, who is invited, and who must have come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handlers.known import Table, people_with
from storage.records import DAY, Category, Community, Directory, Instant, Party, Role, Seat, Severity, Ticket

THREE = (Party.COMMUNITY, Party.PROPERTY, Party.RESIDENTS)
"""三方: the parties that decide."""


@dataclass(frozen=True, slots=True)
class Group:
    """Like with like (举一反三): matters of one kind in one compound, heard together. `compound`: its id, "" when gone."""

    category: Category
    compound: str
    tickets: tuple[Ticket, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is to be heard, in order. `oldest` and `most_followed` are named in the invitation; None when there is none,
    or nobody follows any."""

    groups: tuple[Group, ...]
    oldest: Ticket | None
    most_followed: Ticket | None

    @property
    def tickets(self) -> tuple[Ticket, ...]:
        return tuple(ticket for group in self.groups for ticket in group.tickets)


def agenda(queue: Iterable[Ticket], directory: Directory) -> Agenda:
    """Return the order of a meeting: emergencies first, then by turns the one open longest and the one most followed,
    each with its like. Of equals the older goes first, then the lower number."""
    tickets = list(queue)
    by_age = sorted(tickets, key=lambda t: (t.reported_at, t.number))
    by_followers = sorted(
        (t for t in by_age if t.followers), key=lambda t: (-t.followers, t.reported_at, t.number)
    )
    wanted = [t for t in by_age if t.severity is Severity.EMERGENCY]
    for place in range(len(by_age)):
        wanted += [by_age[place], *by_followers[place : place + 1]]
    groups: dict[tuple[Category, str], list[Ticket]] = {}
    for ticket in dict.fromkeys(wanted):
        groups.setdefault((ticket.category, compound_of(ticket, directory)), []).append(ticket)
    return Agenda(
        tuple(Group(category, compound, tuple(own)) for (category, compound), own in groups.items()),
        next(iter(by_age), None),
        next(iter(by_followers), None),
    )


def left(table: Table, queue: Iterable[Ticket], directory: Directory) -> tuple[Ticket, ...]:
    """Return what the meeting under way has still to hear, in the order its agenda had: what has been heard keeps its place
    in it, so that like stays with like."""
    queue = tuple(queue)
    to_hear = {ticket.id for ticket in table.left(queue)}
    everything = {**table.tickets, **{ticket.id: ticket for ticket in queue}}
    return tuple(t for t in agenda(everything.values(), directory).tickets if t.id in to_hear)


def compound_of(ticket: Ticket, directory: Directory) -> str:
    grid = directory.grids.get(ticket.grid)
    return grid.compound if grid is not None else ""


def days_open(ticket: Ticket, now: Instant) -> int:
    """Return for how many whole days it has been open."""
    return max(0, now - ticket.reported_at) // DAY


# --- who sits there -----------------------------------------------------------------------------------------------


def invited(community: Community, queue: Iterable[Ticket], directory: Directory) -> tuple[Seat, ...]:
    """Return who is to come: the community's staff, the property of every compound something is heard about (an office
    without an account too), and the residents' representatives."""
    people = directory.people
    staff = people_with(directory, community.id, Role.STAFF, Role.LIAISON)
    compounds = dict.fromkeys(compound_of(ticket, directory) for ticket in queue)
    offices = dict.fromkeys(
        office
        for compound in compounds
        if compound in directory.compounds and (office := directory.compounds[compound].property)
    )
    named = tuple(one for one in community.policy.representatives if one in people)
    heads = named or people_with(directory, community.id, Role.BUILDING_HEAD)
    seats = [Seat(Party.COMMUNITY, people[one].name, one) for one in staff]
    seats += [
        # An office's name is one word: so it can be ticked off by typing it.
        Seat(
            Party.PROPERTY,
            people[one].name if one in people else "".join(one.split()),
            one if one in people else "",
        )
        for one in offices
    ]
    seats += [Seat(Party.RESIDENTS, people[one].name, one) for one in heads if one not in staff]
    return tuple(seats)


def joined(seats: Sequence[Seat], more: Iterable[Seat]) -> tuple[Seat, ...]:
    """Return the seats with those of `more` who have none yet; who is there stays there."""
    taken = {(seat.person or seat.name) for seat in seats}
    return (*seats, *(seat for seat in more if (seat.person or seat.name) not in taken))


@dataclass(frozen=True, slots=True)
class Quorum:
    """`needed` of the three parties must be there; `here` are, `missing` have a seat and nobody on it."""

    needed: int
    here: tuple[Party, ...]
    missing: tuple[Party, ...]

    @property
    def reached(self) -> bool:
        return len(self.here) >= self.needed


def quorum(community: Community, seats: Iterable[Seat]) -> Quorum:
    """Return whether enough have come. A party that nobody sits for (a compound without property) is not waited for."""
    seats = tuple(seats)
    sitting = [party for party in THREE if any(seat.party is party for seat in seats)]
    here = tuple(party for party in sitting if any(seat.party is party and seat.here for seat in seats))
    needed = min(community.policy.quorum or len(THREE), max(1, len(sitting)))
    return Quorum(needed, here, tuple(party for party in sitting if party not in here))


def party_of(roles: frozenset[Role]) -> Party:
    """Return on whose side somebody of the community file sits who comes without having been invited."""
    if roles & {Role.STAFF, Role.LIAISON, Role.ADMIN, Role.GRID_LEADER}:
        return Party.COMMUNITY
    return Party.PROPERTY if Role.PROPERTY in roles else Party.RESIDENTS
