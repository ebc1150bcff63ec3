"""Who may do what to a ticket. The person decides, not who can see the button.

Rights come from the directory alone: whoever has left the community file keeps only what any resident may do.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from handlers import roster
from storage.records import (
    OF_COMMUNITY,
    OF_PERSONS,
    Act,
    Directory,
    Grid,
    Level,
    Person,
    Role,
    Severity,
    State,
    Ticket,
)

CLOCK_ONLY = frozenset({Act.REMIND, Act.ALERT, Act.STREET, Act.UNREACHABLE, Act.UNTOLD, Act.TOLD})
"""Acts of the alarm and of delivery; no person may do them."""

NO_ORDER = CLOCK_ONLY | OF_PERSONS | OF_COMMUNITY | {Act.RETIME}
"""What nobody can order done to a ticket: all but the first are written where they are done, by who has the right there."""

REPORTER = frozenset(
    {Act.RATE, Act.CLOSE, Act.REOPEN, Act.OBJECT, Act.WITHDRAW, Act.ADD, Act.URGE, Act.REPORT}
)
"""What a reporter may do to their own ticket."""

ON_THE_SPOT = frozenset({Act.ACCEPT, Act.ARRIVE, Act.PLAN, Act.RESOLVE})
"""The work itself."""

HANDLER = ON_THE_SPOT | {
    Act.ADD,
    Act.TRANSFER,
    Act.ASK_TIME,
    Act.PAUSE,
    Act.RESUME,
    Act.REFER,
}
"""What the one who does the work now may do, whoever that is."""

DEPUTY = HANDLER | {Act.URGE, Act.MERGE, Act.REGRADE, Act.RECLASS, Act.DISMISS}
LEADER = DEPUTY | {Act.DECLINE}

LIAISON = LEADER | {
    Act.CLOSE,
    Act.REOPEN,
    Act.GRANT_TIME,
    Act.REFUSE_TIME,
    Act.REASSIGN,
    Act.SUPERVISE,
    Act.QUEUE,
}
STAFF = LIAISON | {Act.DECIDE, Act.DEFER, Act.REFER_OUT, Act.LIST}

ANYBODY = frozenset({Act.REPORT, Act.FOLLOW, Act.ADD})
"""What everybody known in the community may do to a ticket that is not private."""

FOLLOWER = frozenset({Act.URGE, Act.ADD})

REFUSALS = frozenset({Act.DECLINE, Act.DISMISS})
"""After an objection these are staff's alone."""


@dataclass(frozen=True, slots=True)
class Crew:
    """Ids of those who answer for a grid. `leader` and `property` are None when nobody with an account of their own
    is named; `staff` are the duty staff of its community."""

    leader: str | None
    deputies: tuple[str, ...]
    property: str | None
    staff: tuple[str, ...]


NOBODY = Crew(None, (), None, ())


def crew(directory: Directory, grid: str) -> Crew:
    """Return who answers for the grid with this id; nobody for a grid that is not there any more."""
    its = directory.grids.get(grid)
    if its is None:
        return NOBODY
    people, compound = directory.people, directory.compounds.get(its.compound)
    staff = (one.id for one in people.values() if one.community == its.community and Role.STAFF in one.roles)
    return Crew(
        its.leader if its.leader in people else None,
        tuple(one for one in its.deputies if one in people),
        compound.property if compound is not None and compound.property in people else None,
        tuple(staff),
    )


def may(
    actor: Person | None,
    act: Act,
    ticket: Ticket,
    directory: Directory,
    followers: Collection[str] = (),
) -> bool:
    """Tell whether `actor` has the right to `act` on the ticket; whether it is possible now, lifecycle tells.

    None (an anonymous administrator) may do nothing, people of another community only, if they hold no office there,
    what concerns a report they made or joined as a visitor. `followers` are the ids of those who follow the ticket. The
    reporter of a ticket does not follow it as well, so that followers count others.
    """
    if actor is None or act in NO_ORDER:
        return False
    # Who has not said yet where they live is a visitor nowhere.
    if actor.community and actor.community != ticket.community:
        return not actor.listed and act in _as_visitor(actor.id, ticket, followers)
    rights = _as_resident(actor.id, ticket, followers)
    listed = directory.people.get(actor.id)
    if listed is not None and listed.community == ticket.community:
        rights |= _as_worker(listed, ticket, directory)
    if act is Act.FOLLOW and actor.id == ticket.reporter:
        return False
    if act in REFUSALS and ticket.objected:
        return act in rights and listed is not None and _is_staff(listed)
    return act in rights


def has_its_turn_later(actor: Person | None, act: Act, ticket: Ticket, directory: Directory) -> bool:
    """Tell whether it is the compound's property, who may do this once they are called or somebody has accepted it."""
    waits = ticket.state is State.REPORTED and not ticket.private and act in ON_THE_SPOT
    return waits and actor is not None and actor.id == crew(directory, ticket.grid).property


def works(person: Person) -> bool:
    """Tell whether they hold an office."""
    return bool(person.roles - {Role.RESIDENT, Role.VOLUNTEER})


def on_roster(person: Person) -> bool:
    """Tell whether somebody may stand on the duty roster: people of the community file who do something for it."""
    return bool(person.roles - {Role.RESIDENT, Role.AUDITOR})


def may_run_the_meeting(actor: Person | None, community: str, directory: Directory) -> bool:
    """Tell whether `actor` may call, hold and close the joint meeting: the community's staff and administrators."""
    listed = directory.people.get(actor.id) if actor is not None else None
    return (
        listed is not None
        and listed.community == community
        and not listed.roles.isdisjoint({Role.STAFF, Role.ADMIN})
    )


def may_take_up(actor: Person | None, grid: Grid, directory: Directory) -> bool:
    """Tell whether `actor` may say of a neighbour's message that it is a call: the grid's leader and deputies, staff."""
    listed = directory.people.get(actor.id) if actor is not None else None
    if listed is None or listed.community != grid.community:
        return False
    return listed.id in (grid.leader, *grid.deputies) or _is_staff(listed)


def _is_staff(person: Person) -> bool:
    return not person.roles.isdisjoint({Role.STAFF, Role.ADMIN, Role.LIAISON})


def _as_visitor(person: str, ticket: Ticket, followers: Collection[str]) -> frozenset[Act]:
    if person == ticket.reporter:
        return REPORTER
    return FOLLOWER if person in followers else frozenset()


def _as_resident(person: str, ticket: Ticket, followers: Collection[str]) -> frozenset[Act]:
    if person == ticket.reporter:
        return REPORTER
    if person in followers:
        return FOLLOWER | ANYBODY
    return frozenset() if ticket.private else ANYBODY


def _as_worker(person: Person, ticket: Ticket, directory: Directory) -> frozenset[Act]:
    """Return the rights that come with an office. The present handler keeps theirs in every case; nobody becomes
    staff or leader by being handed a ticket."""
    rights: frozenset[Act] = frozenset()
    if not person.roles.isdisjoint({Role.STAFF, Role.ADMIN}):
        rights |= STAFF
    elif Role.LIAISON in person.roles:
        rights |= LIAISON
    grid = directory.grids.get(ticket.grid)
    if grid is not None:
        if person.id == grid.leader:
            rights |= LEADER
        elif person.id in grid.deputies:
            rights |= DEPUTY | _of_alerted(ticket)
        compound = directory.compounds.get(grid.compound)
        if compound is not None and person.id == compound.property:
            rights |= _of_property(ticket)
    if not ticket.private and roster.is_rostered(directory, person.id, ticket.community, ticket.grid):
        rights |= _of_rostered(ticket)
    # Whoever was asked first stays answerable to the end, so they can still act after handing it on.
    if person.id in (ticket.handler, ticket.first_responder):
        rights |= HANDLER
    return rights


def _of_alerted(ticket: Ticket) -> frozenset[Act]:
    """Return what a deputy may do besides while a ticket nobody has accepted calls: find somebody who will."""
    calls = ticket.state is State.REPORTED and ticket.level >= Level.ALERT
    return frozenset({Act.REASSIGN}) if calls else frozenset()


def _of_rostered(ticket: Ticket) -> frozenset[Act]:
    """Return what somebody on the duty roster may do to a ticket that calls: whoever is on duty is called with the
    others, and a press after the shift's end still counts."""
    return (
        ON_THE_SPOT if ticket.severity is Severity.EMERGENCY or ticket.level >= Level.ALERT else frozenset()
    )


def _of_property(ticket: Ticket) -> frozenset[Act]:
    """Return what the compound's property may do to a ticket it was not handed.

    It works beside the handler on a ticket that somebody has accepted. One nobody has accepted it may take when it
    was called: in an emergency, or by an alert. A private matter may be a complaint about the property itself.
    """
    if ticket.private:
        return frozenset()
    called = ticket.severity is Severity.EMERGENCY or ticket.level >= Level.ALERT
    if ticket.state is State.REPORTED and not called:
        return frozenset()
    return ON_THE_SPOT
