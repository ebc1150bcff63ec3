"""Who stands on which rung of the ladder: the one asked, those alerted after them, those who hear of the queue."""

from __future__ import annotations

from handlers import access, roster
from handlers.known import Known
from storage.records import Address, Level, Role, Severity, Ticket


def asked(known: Known, ticket: Ticket) -> tuple[str, ...]:
    """Return the person of whom work is expected now; nobody when the grid has left the community file.

    The handler; while a department has it, the one who answers for it to the end; the grid's leader before that.
    """
    grid = known.grid_of(ticket)
    people = known.directory.people
    for person in (ticket.handler, ticket.first_responder, grid.leader if grid else None):
        if person is not None and person in people:
            return (person,)
    return ()


def answerable(known: Known, ticket: Ticket) -> tuple[str, ...]:
    """Return the one who is asked now, and the one who answers for it to the end whoever does the work."""
    first = ticket.first_responder
    named = (first,) if first is not None and first in known.directory.people else ()
    return tuple(dict.fromkeys([*asked(known, ticket), *named]))


def alarmed(known: Known, ticket: Ticket) -> tuple[str, ...]:
    """Return whom rung 2 alerts: deputies, property, whoever is on duty now by the roster, and the staff, those who can
    be written to; and the staff chats.

    The leader as well when the work has gone to somebody else, and never the one who is being waited for. A private
    matter may be a complaint about the property itself, so it is kept from it.
    """
    grid, waited_for = known.grid_of(ticket), asked(known, ticket)
    people: list[str | None] = []
    if grid is not None:
        crew = access.crew(known.directory, grid.id)
        people = [crew.leader, *crew.deputies, None if ticket.private else crew.property]
    watching = (watch.person for watch in watches(known, ticket))
    everybody = dict.fromkeys([*people, *watching, *known.staff(ticket.community)])
    reachable = [p for p in everybody if p and p not in waited_for and known.has_account(p)]
    return (*reachable, *known.community_of(ticket).staff_chats)


def paged(known: Known, ticket: Ticket) -> tuple[str, ...]:
    """Return whom an emergency calls at once: everyone of rungs 1 and 2."""
    first = [person for person in asked(known, ticket) if known.has_account(person)]
    return tuple(dict.fromkeys([*first, *alarmed(known, ticket)]))


def watches(known: Known, ticket: Ticket) -> tuple[roster.Watch, ...]:
    """Return who is on duty now for the ticket's grid and its community. Of a private matter only the staff's own hear."""
    found = roster.on_duty(known.directory, ticket.community, known.now, ticket.grid)
    staff = {Role.STAFF, Role.LIAISON, Role.ADMIN}
    people = known.directory.people
    return tuple(one for one in found if not ticket.private or people[one.person].roles & staff)


def may_have_alarmed(ticket: Ticket) -> bool:
    """False when nobody can have been paged or alerted about it yet, in any opening of the ticket."""
    restarted = ticket.reopened > 0 or ticket.objected
    return ticket.level >= Level.ALERT or ticket.severity is Severity.EMERGENCY or restarted


def staff_people(known: Known, ticket: Ticket) -> tuple[str, ...]:
    """Return the duty staff who can be written to."""
    return tuple(person for person in known.staff(ticket.community) if known.has_account(person))


def staff_everywhere(known: Known, ticket: Ticket) -> tuple[str, ...]:
    """Return the duty staff who can be written to, and the staff chats."""
    return (*staff_people(known, ticket), *known.community_of(ticket).staff_chats)


def told_of_the_queue(known: Known, ticket: Ticket) -> tuple[str, ...]:
    """Return who hears what enters the queue: the staff chats, or each of the staff where there is no such chat."""
    return known.community_of(ticket).staff_chats or staff_people(known, ticket)


def is_staff(known: Known, ticket: Ticket, reader: str) -> bool:
    """True for one of the duty staff, and for their chats."""
    return reader in known.community_of(ticket).staff_chats or reader in known.staff(ticket.community)


def shown_to(known: Known, ticket: Ticket) -> tuple[Address, ...]:
    """Return the groups in which everybody of the grid sees the ticket's card; none for a private matter."""
    grid = known.grid_of(ticket)
    return grid.chats if grid is not None and not ticket.private else ()
