"""The life of a ticket: which act leads from which state to which, and what each step writes down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from handlers.messages import Refused
from storage.records import OPEN, Act, Instant, Level, State, Ticket

NEXT: Mapping[tuple[State, Act], State] = {
    (State.REPORTED, Act.ACCEPT): State.ACCEPTED,
    (State.ACCEPTED, Act.ARRIVE): State.ON_SITE,
    (State.PLANNED, Act.ARRIVE): State.PLANNED,
    (State.ACCEPTED, Act.PLAN): State.PLANNED,
    (State.ON_SITE, Act.PLAN): State.PLANNED,
    (State.PLANNED, Act.PLAN): State.PLANNED,
    (State.ACCEPTED, Act.RESOLVE): State.RESOLVED,
    (State.ON_SITE, Act.RESOLVE): State.RESOLVED,
    (State.PLANNED, Act.RESOLVE): State.RESOLVED,
    (State.RESOLVED, Act.CLOSE): State.CLOSED,
    (State.RESOLVED, Act.REOPEN): State.ACCEPTED,
    (State.CLOSED, Act.REOPEN): State.ACCEPTED,
    (State.REPORTED, Act.DECLINE): State.DECLINED,
    (State.ACCEPTED, Act.DECLINE): State.DECLINED,
    (State.ON_SITE, Act.DECLINE): State.DECLINED,
    (State.PLANNED, Act.DECLINE): State.DECLINED,
    (State.REPORTED, Act.DISMISS): State.DECLINED,
    (State.ACCEPTED, Act.DISMISS): State.DECLINED,
    (State.ON_SITE, Act.DISMISS): State.DECLINED,
    (State.PLANNED, Act.DISMISS): State.DECLINED,
    (State.DECLINED, Act.OBJECT): State.REPORTED,
    (State.REPORTED, Act.WITHDRAW): State.WITHDRAWN,
    (State.ACCEPTED, Act.WITHDRAW): State.WITHDRAWN,
    (State.ON_SITE, Act.WITHDRAW): State.WITHDRAWN,
    (State.PLANNED, Act.WITHDRAW): State.WITHDRAWN,
    (State.REPORTED, Act.MERGE): State.MERGED,
    (State.ACCEPTED, Act.MERGE): State.MERGED,
    (State.ON_SITE, Act.MERGE): State.MERGED,
    (State.PLANNED, Act.MERGE): State.MERGED,
}
"""The steps. A ticket that is only reported has to be accepted before anybody can arrive or resolve."""

TAKEN = frozenset({State.ACCEPTED, State.ON_SITE, State.PLANNED})
"""States in which a named person has said "mine"."""

STAYS: Mapping[Act, frozenset[State]] = {
    Act.RATE: frozenset({State.RESOLVED, State.CLOSED}),
    Act.FOLLOW: OPEN,
    Act.ADD: OPEN | {State.RESOLVED},
    Act.URGE: OPEN,
    Act.TRANSFER: OPEN,
    Act.ASK_TIME: TAKEN,
    Act.GRANT_TIME: OPEN,
    Act.REFUSE_TIME: OPEN,
    Act.PAUSE: TAKEN,
    Act.RESUME: TAKEN,
    Act.REFER: OPEN,
    Act.REASSIGN: OPEN,
    Act.SUPERVISE: OPEN,
    Act.DECIDE: OPEN,
    Act.DEFER: OPEN,
    Act.REFER_OUT: OPEN,
    Act.LIST: OPEN,
    Act.REGRADE: OPEN,
    Act.RECLASS: OPEN,
    Act.RETIME: OPEN | {State.RESOLVED},
    Act.REMIND: OPEN,
    Act.ALERT: OPEN,
    Act.QUEUE: OPEN,
    Act.STREET: OPEN,
    # A letter about a ticket may fail to arrive long after the ticket has ended.
    Act.UNREACHABLE: frozenset(State),
    Act.UNTOLD: frozenset(State),
    Act.TOLD: frozenset(State),
}
"""Acts that leave the state as it is, and the states in which they are possible."""


def possible(ticket: Ticket) -> frozenset[Act]:
    """Return what can be done to the ticket now, by whoever has the right to (see handlers/access.py)."""
    return frozenset(act for act in Act if _leads_to(ticket, act) is not None)


def step(ticket: Ticket, act: Act, now: Instant, by: str | None = None) -> Ticket:
    """Return the ticket after `act`, with its new state and the times that go with it.

    `by` is the id of the person who acted, None for the clock. Reason, plan, note and rating are the caller's to add.
    Raises Refused when the act is not possible in this state.
    """
    state = _leads_to(ticket, act)
    if state is None:
        raise Refused("lifecycle.not_now", number=ticket.number, state=ticket.state)
    if state not in OPEN and state is not ticket.state:
        # Whatever ends the work ends its pause and its place in the queue.
        ticket = replace(ticket, paused_at=None, pause_reason="", queued=None, queued_at=None)
    if state is not ticket.state:
        ticket = replace(ticket, state=state)
    return _written_down(ticket, act, now, by)


def _leads_to(ticket: Ticket, act: Act) -> State | None:
    if act is Act.OBJECT and ticket.objected:
        return None  # a resident may object once
    if (act is Act.PAUSE and ticket.paused_at is not None) or (
        act is Act.RESUME and ticket.paused_at is None
    ):
        return None
    if ticket.state in STAYS.get(act, ()):
        return ticket.state
    return NEXT.get((ticket.state, act))


def _written_down(ticket: Ticket, act: Act, now: Instant, by: str | None) -> Ticket:
    """Return the ticket with the times and names this act leaves behind."""
    match act:
        case Act.ACCEPT:
            return replace(
                ticket,
                accepted_at=now,
                first_responder=ticket.first_responder or by,
                handler=by or ticket.handler,
                handler_name="" if by else ticket.handler_name,
            )
        case Act.ARRIVE:
            # Arriving again on a planned matter does not make the first arrival later.
            return replace(ticket, arrived_at=now if ticket.arrived_at is None else ticket.arrived_at)
        case Act.RESOLVE:
            return replace(ticket, resolved_at=now)
        case Act.CLOSE | Act.DECLINE | Act.DISMISS | Act.WITHDRAW | Act.MERGE:
            return replace(ticket, closed_at=now)
        case Act.REOPEN:
            return replace(
                ticket,
                reopened=ticket.reopened + 1,
                level=Level.NONE,
                arrived_at=None,
                resolved_at=None,
                closed_at=None,
                rating="",
                note="",
            )
        case Act.OBJECT:
            return replace(
                ticket, objected=True, level=Level.NONE, accepted_at=None, arrived_at=None, closed_at=None
            )
        case Act.PAUSE:
            return replace(ticket, paused_at=now)
        case Act.RESUME:
            return replace(ticket, paused_at=None, pause_reason="")
        case Act.URGE:
            return replace(ticket, last_urged_at=now)
        case _:
            return ticket
