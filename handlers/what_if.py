"""What would have happened: tickets of a month run through another policy, act by act, by the rules of clocks.py.

What it takes for granted, and the page says so: people would have acted at the very same times; a ticket is of the
category it has now from its beginning, and of the severity the policy gives that category, unless somebody set another;
pauses and time granted are as they were. The present policy is run through in the same way and not read off the
ledger, so that the two are compared like with like.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from handlers import clocks
from handlers.durations import read_spoken
from handlers.policy import DEFAULT, severity_of
from handlers.steering import DEFAULT_GRANT, MOVABLE
from storage.records import (
    Act,
    Allowance,
    Clock,
    Community,
    Deadline,
    Instant,
    Reason,
    Severity,
    Ticket,
)

ACTS = frozenset(
    {
        Act.REPORT,
        Act.ACCEPT,
        Act.ARRIVE,
        Act.PLAN,
        Act.RESOLVE,
        Act.CLOSE,
        Act.REOPEN,
        Act.DECLINE,
        Act.DISMISS,
        Act.OBJECT,
        Act.WITHDRAW,
        Act.MERGE,
        Act.PAUSE,
        Act.RESUME,
        Act.GRANT_TIME,
        Act.REASSIGN,
        Act.DECIDE,
        Act.REFER,
        Act.QUEUE,
    }
)
"""What moves the clocks, or puts a ticket on the table."""

ENDS = frozenset({Act.CLOSE, Act.DECLINE, Act.DISMISS, Act.WITHDRAW, Act.MERGE})
BY_POLICY = frozenset({Reason.RESOLVE_MISSED, Reason.PLAN_MISSED, Reason.ACCEPT_MISSED, Reason.FOLLOWERS})
"""Reasons for the queue that are found anew; for any other a ticket would have entered it all the same."""


@dataclass(frozen=True, slots=True)
class Step:
    """One act of a ticket's ledger, with its reason as it stands there."""

    at: Instant
    act: Act
    reason: str = ""


class Late(StrEnum):
    """What a policy may find late. QUEUE: the ticket enters the joint-meeting queue."""

    ACCEPT = "accept"
    ARRIVE = "arrive"
    RESOLVE = "resolve"
    PLAN = "plan"
    QUEUE = "queue"


OF_CLOCK = {
    Clock.ACCEPT: Late.ACCEPT,
    Clock.ARRIVE: Late.ARRIVE,
    Clock.RESOLVE: Late.RESOLVE,
    Clock.PLAN: Late.PLAN,
}


def would_be(ticket: Ticket, steps: Sequence[Step], community: Community, now: Instant) -> frozenset[Late]:
    """Return what this community's policy would have found late by `now`, of a ticket with these acts, in order."""
    run = _Run(ticket, community)
    for step in steps:
        run.to(step.at)
        run.take(step)
    run.to(now)
    return frozenset(run.late)


def as_graded(ticket: Ticket, present: Community, other: Community) -> Ticket:
    """Return the ticket as the other policy would have graded it; a severity somebody set stays."""
    if ticket.severity is Severity.EMERGENCY:
        return ticket
    if ticket.severity is not severity_of(present, ticket.category, urgency_emergency=False):
        return ticket
    return replace(ticket, severity=severity_of(other, ticket.category, urgency_emergency=False))


class _Run:
    """The clocks of one ticket as they would have run."""

    def __init__(self, ticket: Ticket, community: Community) -> None:
        self.late: set[Late] = set()
        self._ticket, self._community = ticket, community
        self._calendar = clocks.calendar_of(community)
        self._running: dict[Clock, Deadline] = {}
        self._accepted = False
        enough = community.policy.followers or DEFAULT.followers
        if enough is not None and ticket.followers >= enough:
            self.late.add(Late.QUEUE)

    def to(self, now: Instant) -> None:
        """Let the time pass: exactly at its end a clock has run out."""
        for clock, deadline in list(self._running.items()):
            if deadline.due_at is None or clock not in OF_CLOCK:
                continue
            if deadline.ends_at <= now:
                self.late.add(OF_CLOCK[clock])
                if clock in (Clock.RESOLVE, Clock.PLAN):
                    self.late.add(Late.QUEUE)
            if clock is Clock.ACCEPT and clocks.twice_at(deadline, self._calendar) <= now:
                self.late.add(Late.QUEUE)

    def take(self, step: Step) -> None:
        now, ticket, community = step.at, self._ticket, self._community
        match step.act:
            case Act.REPORT | Act.OBJECT:
                self._accepted = False
                self._set(clocks.at_report(ticket, community, now))
            case Act.ACCEPT:
                self._accepted = True
                met = Clock.MEETING in self._running
                self._run(clocks.at_accept(ticket, community, now))
                if met:
                    self._stop((Clock.RESOLVE, Clock.PLAN))
            case Act.ARRIVE:
                self._stop((Clock.ARRIVE,))
            case Act.PLAN:
                # Nobody waits any more for who has looked at it and made a plan (escalation.WAITS_IN).
                self._stop((Clock.PLAN, Clock.ARRIVE))
            case Act.RESOLVE:
                self._stop(tuple(Clock))
            case Act.REOPEN:
                self._run(clocks.at_reopen(ticket, community, now))
            case Act.PAUSE:
                self._set(clocks.pause(self._running.values(), now, self._calendar))
            case Act.RESUME:
                self._set(clocks.resume(self._running.values(), now, self._calendar))
            case Act.GRANT_TIME:
                self._grant(step, now)
            case Act.REASSIGN if not self._accepted:
                fresh = clocks.start(ticket, Clock.ACCEPT, community, now)
                self._set([fresh] if fresh else [])
            case Act.DECIDE:
                self._stop((Clock.ACCEPT, Clock.ARRIVE, Clock.RESOLVE, Clock.PLAN))
                self._set([clocks.until(ticket.id, Clock.MEETING, now, now)])
            case Act.REFER:
                self.late.add(Late.QUEUE)
            case Act.QUEUE if step.reason not in BY_POLICY:
                self.late.add(Late.QUEUE)
            case act if act in ENDS:
                self._stop(tuple(Clock))
            case _:
                pass

    def _grant(self, step: Step, now: Instant) -> None:
        more = granted(step.reason)
        movable = [self._running[clock] for clock in MOVABLE if clock in self._running]
        self._set([clocks.extend(one, more, now, self._calendar) for one in movable])
        if not movable:
            self._set([clocks.wind(self._ticket.id, Clock.RESOLVE, more, self._calendar, now)])

    def _run(self, work: clocks.Clockwork) -> None:
        self._stop(work.stop)
        self._set(work.set)

    def _set(self, deadlines: Iterable[Deadline]) -> None:
        self._running |= {one.clock: one for one in deadlines}

    def _stop(self, those: Iterable[Clock]) -> None:
        for clock in those:
            self._running.pop(clock, None)


def granted(reason: str) -> Allowance:
    """Return how much time a line of the ledger grants: 2 小时."""
    try:
        return read_spoken(reason)
    except ValueError:
        return DEFAULT_GRANT
