"""When is it late? When each clock warns, when it runs out, and what acts do to it (how long it gives: policy.py).

Instants are integer milliseconds UTC. A clock counts from the instant it was started, never from the last sweep:
a wall clock set forward makes deadlines due at once, one set back makes them due later, and neither is an error.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from handlers.policy import DEFAULT as DEFAULT
from handlers.policy import allowance as allowance
from handlers.policy import severity_of as severity_of
from handlers.workdays import Calendar, WorkingTime, laid_over
from storage.records import (
    SECOND,
    Allowance,
    Clock,
    Community,
    Deadline,
    Holidays,
    Instant,
    Stage,
    Ticket,
)

WARNED = frozenset({Clock.ACCEPT, Clock.ARRIVE, Clock.RESOLVE, Clock.PLAN, Clock.MEETING})
"""Clocks that warn the handler before they run out."""

PAUSABLE = frozenset({Clock.ARRIVE, Clock.RESOLVE, Clock.PLAN})
"""Clocks that stand still in a pause. The pause's own clock runs, and a date the meeting set stays a date."""

SET_BY_MEETING = frozenset({Clock.MEETING, Clock.RECALL})
"""Dates of the joint meeting: no shorter clock runs beside them, and only the meeting moves them."""

_LEAST_WARNING = 2 * SECOND


@dataclass(frozen=True, slots=True)
class Clockwork:
    """What an act does to a ticket's clocks: `stop` these, then run those in `set` (replacing their like)."""

    set: tuple[Deadline, ...] = ()
    stop: tuple[Clock, ...] = ()


@cache
def time_zones() -> frozenset[str]:
    """Return the names of all there are; asking for them means a walk through a folder of hundreds of files."""
    return frozenset(available_timezones())


@lru_cache(maxsize=64)
def _working_time(zone: str, own: tuple[Holidays, ...]) -> WorkingTime:
    return WorkingTime(ZoneInfo(zone), table=laid_over(own))


def calendar_of(community: Community) -> WorkingTime:
    """Return the community's working time: in its own zone, with the holidays it has put in over those that come along."""
    return _working_time(community.timezone, community.policy.holidays)


def due(start: Instant, allowance: Allowance, calendar: Calendar) -> Instant:
    """Return when `allowance`, counted from `start`, runs out. Exactly at that instant counts as late.

    A working-time allowance counts only inside `calendar`'s hours and begins at the next opening when `start` lies
    outside them. A year whose holidays are not known yet counts its plain weekdays, with a warning in the log.
    Source: the State Council's yearly notice on holidays and make-up working days.
    """
    return calendar.add(start, allowance)


# --- one clock ----------------------------------------------------------------------------------------------------


def wind(ticket: str, clock: Clock, allowance: Allowance, calendar: Calendar, now: Instant) -> Deadline:
    """Return `clock` of the ticket with this id, begun now, running out after `allowance`."""
    in_working_time = allowance if allowance.working or allowance.working_days else None
    ends_at = due(now, allowance, calendar)
    return _armed(Deadline(ticket, clock, Stage.WARN, None, ends_at, now, in_working_time), calendar, now)


def until(ticket: str, clock: Clock, ends_at: Instant, now: Instant) -> Deadline:
    """Return `clock` of the ticket with this id, running to a date somebody named (a resolution's, a pause's)."""
    return _armed(Deadline(ticket, clock, Stage.WARN, None, ends_at, now), None, now)


def start(ticket: Ticket, clock: Clock, community: Community, now: Instant) -> Deadline | None:
    """Return `clock` begun now for this ticket, None when the policy has no such clock for it."""
    given = allowance(community, ticket.category, ticket.severity, clock)
    return None if given is None else wind(ticket.id, clock, given, calendar_of(community), now)


def _armed(deadline: Deadline, calendar: Calendar | None, now: Instant) -> Deadline:
    """Return a deadline that waits for its warning set to the right instant, or for its end when it has none.

    The warning comes when four fifths of the clock have passed (of its working time, so that nobody is reminded
    at night), unless that leaves less than two seconds to do anything about it. Where that instant has passed, as
    when more time is granted late, it is four fifths of what is left.
    """
    if deadline.stage is Stage.WARN and deadline.clock in WARNED:
        warn_at = _warn_at(deadline, deadline.started_at, calendar)
        if warn_at < now:
            warn_at = _warn_at(deadline, now, calendar)
        if deadline.ends_at - warn_at >= _LEAST_WARNING:
            return replace(deadline, due_at=warn_at)
    return replace(deadline, stage=Stage.OUT, due_at=deadline.ends_at)


def _warn_at(deadline: Deadline, since: Instant, calendar: Calendar | None) -> Instant:
    if deadline.left is None or calendar is None:
        return since + (deadline.ends_at - since) * 4 // 5
    worked = calendar.between(since, deadline.ends_at)
    return calendar.add(since, Allowance(span=worked * 4 // 5, working=True))


def advance(deadline: Deadline, community: Community, now: Instant) -> Deadline | None:
    """Return what the clock waits for after its present stage was acted on; None when it has nothing more to say.

    A warning is followed by the end. Accept is followed by twice its span, whenever the sweep comes; that a stage is
    long past by `now` changes nothing: each is still acted on, in order.
    """
    if deadline.stage is Stage.WARN:
        return replace(deadline, stage=Stage.OUT, due_at=deadline.ends_at)
    if deadline.stage is Stage.OUT and deadline.clock is Clock.ACCEPT:
        return replace(deadline, stage=Stage.TWICE, due_at=twice_at(deadline, calendar_of(community)))
    return None


def twice_at(deadline: Deadline, calendar: Calendar) -> Instant:
    """Return when twice as much as the clock gives will have passed."""
    given = deadline.left
    if given is None:
        return 2 * deadline.ends_at - deadline.started_at
    twice = replace(given, span=2 * given.span, working_days=2 * given.working_days)
    return calendar.add(deadline.started_at, twice)


def pause(deadlines: Iterable[Deadline], now: Instant, calendar: Calendar) -> tuple[Deadline, ...]:
    """Return those of `deadlines` that now stand still, with what is left to them.

    Working-time clocks keep working time. One whose end has passed keeps nothing, and is due when it is resumed.
    """
    return tuple(
        replace(one, due_at=None, left=_left(one, now, calendar))
        for one in deadlines
        if one.clock in PAUSABLE and one.due_at is not None
    )


def _left(deadline: Deadline, now: Instant, calendar: Calendar) -> Allowance:
    if deadline.left is None:
        return Allowance(span=max(0, deadline.ends_at - now))
    return Allowance(span=calendar.between(now, deadline.ends_at), working=True)


def resume(deadlines: Iterable[Deadline], now: Instant, calendar: Calendar) -> tuple[Deadline, ...]:
    """Return those of `deadlines` that stood still, running again for what was left to them.

    They count as begun later by as long as they stood still, so the warning keeps its place before the end.
    """
    return tuple(
        _resumed(one, one.left, now, calendar) for one in deadlines if one.due_at is None and one.left
    )


def _resumed(deadline: Deadline, left: Allowance, now: Instant, calendar: Calendar) -> Deadline:
    ends_at = due(now, left, calendar)
    stood_still = max(0, ends_at - deadline.ends_at)
    return _armed(
        replace(
            deadline,
            ends_at=ends_at,
            started_at=min(now, deadline.started_at + stood_still),
            left=left if left.working else None,
        ),
        calendar,
        now,
    )


def extend(deadline: Deadline, by: Allowance, now: Instant, calendar: Calendar) -> Deadline:
    """Return the deadline with `by` more, counted from its end, or from now when that has passed.

    It warns again before the new end. One that stands still goes on standing still, with more left to it.
    """
    if deadline.due_at is None and deadline.left is not None:
        running = extend(_resumed(deadline, deadline.left, now, calendar), by, now, calendar)
        return replace(running, due_at=None, left=_left(running, now, calendar))
    ends_at = due(max(deadline.ends_at, now), by, calendar)
    in_working_time = deadline.left is not None or by.working or by.working_days > 0
    left = (
        Allowance(span=calendar.between(deadline.started_at, ends_at), working=True)
        if in_working_time
        else None
    )
    return _armed(replace(deadline, stage=Stage.WARN, ends_at=ends_at, left=left), calendar, now)


def retimed(deadline: Deadline, given: Allowance, calendar: Calendar, now: Instant) -> Deadline:
    """Return the deadline running out after `given`, counted from its own start; it warns again before the new end."""
    ends_at = due(deadline.started_at, given, calendar)
    left = given if given.working or given.working_days else None
    return _armed(replace(deadline, stage=Stage.WARN, ends_at=ends_at, left=left), calendar, now)


# --- what acts do to the clocks -----------------------------------------------------------------------------------


def at_report(ticket: Ticket, community: Community, now: Instant) -> tuple[Deadline, ...]:
    """Return the clocks a new ticket starts with: to be accepted, solved, and if complex planned."""
    return _started(ticket, community, now, (Clock.ACCEPT, Clock.RESOLVE, Clock.PLAN))


def at_accept(ticket: Ticket, community: Community, now: Instant) -> Clockwork:
    """A named person said "mine": their word counts from now, so solving and planning begin anew."""
    return Clockwork(
        _started(ticket, community, now, (Clock.ARRIVE, Clock.RESOLVE, Clock.PLAN)), (Clock.ACCEPT,)
    )


def at_arrive(ticket: Ticket, community: Community, now: Instant) -> Clockwork:
    return Clockwork(stop=(Clock.ARRIVE,))


def at_plan(ticket: Ticket, community: Community, now: Instant) -> Clockwork:
    return Clockwork(stop=(Clock.PLAN,))


def at_resolve(ticket: Ticket, community: Community, now: Instant) -> Clockwork:
    """The work is said to be done: every clock stops, and the resident's time to answer begins."""
    return Clockwork(_started(ticket, community, now, (Clock.REVIEW,)), _all_but(Clock.REVIEW))


def at_reopen(ticket: Ticket, community: Community, now: Instant) -> Clockwork:
    return Clockwork(
        _started(ticket, community, now, (Clock.ARRIVE, Clock.RESOLVE, Clock.PLAN)), (Clock.REVIEW,)
    )


def at_reclass(
    before: Ticket, after: Ticket, community: Community, running: Collection[Deadline], now: Instant
) -> Clockwork:
    """It is another category, perhaps of another severity: every clock gives what it would have given from the start.

    What staff granted besides stays granted. A clock that would have run out by now runs as if begun now, though not
    beyond its old end: nobody is late at once because the reader was wrong, and changing to and fro gains no time. One
    that stands still or has run out is left as it is, and so are all where the meeting has set the date.
    """
    if any(one.clock in SET_BY_MEETING for one in running):
        return Clockwork()
    set: list[Deadline] = []
    stop: list[Clock] = []
    calendar = calendar_of(community)
    for one in running:
        old, new = (allowance(community, t.category, t.severity, one.clock) for t in (before, after))
        if old == new or one.due_at is None or one.ends_at <= now:
            continue
        if new is None:
            stop.append(one.clock)
            continue
        granted = max(0, one.ends_at - due(one.started_at, old, calendar)) if old else 0
        ends_at = due(one.started_at, new, calendar) + granted
        if ends_at <= now:
            ends_at = min(one.ends_at, due(now, new, calendar))
        in_working_time = new if new.working or new.working_days else None
        set.append(
            _armed(replace(one, stage=Stage.WARN, ends_at=ends_at, left=in_working_time), calendar, now)
        )
    planned = after.plan or after.paused_at is not None or any(one.clock is Clock.PLAN for one in running)
    plan = None if planned else start(after, Clock.PLAN, community, now)
    return Clockwork((*set, *([plan] if plan else [])), tuple(stop))


def at_end(ticket: Ticket, community: Community, now: Instant) -> Clockwork:
    """Closed, declined, withdrawn, merged: no clock runs on an ended ticket."""
    return Clockwork(stop=tuple(Clock))


def _started(
    ticket: Ticket, community: Community, now: Instant, clocks: Collection[Clock]
) -> tuple[Deadline, ...]:
    return tuple(begun for clock in clocks if (begun := start(ticket, clock, community, now)) is not None)


def _all_but(kept: Clock) -> tuple[Clock, ...]:
    return tuple(clock for clock in Clock if clock is not kept)
