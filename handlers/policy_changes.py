"""What another policy does to clocks that run already: which would end at another time, and which stay as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache

from handlers import clocks
from handlers.durations import write_duration
from handlers.policy import DEFAULT, allowance
from handlers.policy_table import CLOCKS
from handlers.steering import MOVABLE
from handlers.wording import Tongue, clock_time, text
from storage.records import (
    OPEN,
    Allowance,
    Category,
    Clock,
    Community,
    Deadline,
    Instant,
    Severity,
    State,
    Ticket,
)

RUNNING = OPEN | {State.RESOLVED}
"""Of a ticket in another state no clock is given anything."""


class Stays(StrEnum):
    """Why a clock stays as it is though the policy would have it otherwise."""

    PAUSED = "paused"
    GRANTED = "granted"
    MEETING = "meeting"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Moved:
    """One clock of a ticket as it is and as it would be. `same_rule`: it gives what it gave, over other days off."""

    ticket: Ticket
    before: Deadline
    after: Deadline
    same_rule: bool = False

    def at_once(self, now: Instant) -> bool:
        """It would have run out already."""
        return self.after.ends_at <= now


@dataclass(frozen=True, slots=True)
class Moves:
    """`moved`: those that would end at another time, who ends first first. `stays`: how many stay, by reason."""

    moved: tuple[Moved, ...] = ()
    stays: Mapping[Stays, int] = field(default_factory=dict)

    def wanted(self, now: Instant, *, over_too: bool) -> tuple[Moved, ...]:
        """Return those to be moved; without `over_too` none that would be over at once."""
        return tuple(one for one in self.moved if over_too or not one.at_once(now))


def moves(
    files: Iterable[tuple[Ticket, Collection[Deadline]]],
    granted: Collection[str],
    before: Community,
    after: Community,
    now: Instant,
) -> Moves:
    """Return what becomes of the running clocks of these tickets when `after` takes the place of `before`.

    A clock gives what it gives from its own start, working time over the days that are worked now. What somebody has
    promised stays: `granted` (ids of tickets with more time granted), a date the meeting set, and a clock that stands
    still. One that has run out stays run out. A ticket keeps its severity, whatever its category has from now on.
    """
    calendar = clocks.calendar_of(after)
    same_days = calendar is clocks.calendar_of(before)

    @cache
    def given_to(category: Category, severity: Severity, clock: Clock) -> Sequence[Allowance | None]:
        return [allowance(community, category, severity, clock) for community in (before, after)]

    moved: list[Moved] = []
    stays: Counter[Stays] = Counter()
    for ticket, running in files:
        if ticket.state not in RUNNING:
            continue
        at_meeting = any(one.clock is Clock.MEETING for one in running)
        for one in running:
            old, given = given_to(ticket.category, ticket.severity, one.clock)
            if given is None:
                continue
            if given == old and (same_days or _due(one, given, before) == _due(one, given, after)):
                continue
            why = _stays(one, at_meeting, ticket.id in granted, now)
            if why is not None:
                stays[why] += 1
                continue
            shall = clocks.retimed(one, given, calendar, now)
            if shall.ends_at != one.ends_at:
                moved.append(Moved(ticket, one, shall, given == old))
    moved.sort(key=lambda one: (one.after.ends_at, one.ticket.number))
    return Moves(tuple(moved), stays)


def _due(deadline: Deadline, given: Allowance, community: Community) -> Instant:
    """Return when the clock runs out of what it gives, by the community's calendar."""
    return clocks.due(deadline.started_at, given, clocks.calendar_of(community))


def _stays(deadline: Deadline, at_meeting: bool, granted: bool, now: Instant) -> Stays | None:
    if deadline.due_at is None:
        return Stays.PAUSED
    if deadline.ends_at <= now:
        return Stays.OVER
    if at_meeting:
        return Stays.MEETING
    return Stays.GRANTED if granted and deadline.clock in MOVABLE else None


def in_ledger(moved: Moved, zone: str) -> str:
    """Return the reason of Act.RETIME: 解决时限 18:02 → 20:02（时限规则改了）; 放假安排改了 when that is why."""
    tongue = Tongue("zh", zone, moved.before.started_at)
    was, shall = (clock_time(one.ends_at, tongue) for one in (moved.before, moved.after))
    why = "放假安排" if moved.same_rule else "时限规则"
    return f"{text(f'ledger.{moved.before.clock}', 'zh')} {was} → {shall}（{why}改了）"


# --- the policy as a table ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """What one clock gives, as a file writes it; "" when there is none. `own`: the community says so itself."""

    given: str
    own: bool


def of_severity(community: Community, severity: Severity) -> dict[Clock, Rule]:
    """Return the row of a severity, for a category that says nothing of its own."""
    file = community.policy.clocks.get(severity, {})
    quiet = replace(community, policy=replace(community.policy, categories={}))
    return {
        clock: Rule(_written(allowance(quiet, Category.OTHER, severity, clock)), clock in file)
        for clock in CLOCKS
    }


def of_category(community: Community, category: Category) -> tuple[Severity, bool, dict[Clock, Rule]]:
    """Return a category's default severity, whether the community says so itself, and its row."""
    own = community.policy.categories.get(category)
    usual = DEFAULT.categories.get(category)
    said = own.severity if own is not None else None
    severity = said or (usual.severity if usual else None) or Severity.ORDINARY
    named = own.clocks if own is not None else {}
    rules = {
        clock: Rule(_written(allowance(community, category, severity, clock)), clock in named)
        for clock in CLOCKS
    }
    return severity, said is not None, rules


def _written(given: Allowance | None) -> str:
    return "" if given is None else write_duration(given)
