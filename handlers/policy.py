"""How long each clock gives: a community's own policy over the default one, 5-3-4-1.

The default is what a real community publishes and its residents praise: 5 minutes to be on site, 30 minutes to solve
an ordinary problem, 4 hours a major one, 1 day to have a plan for a complex one.
"""

from __future__ import annotations

from storage.records import (
    DAY,
    HOUR,
    MINUTE,
    Allowance,
    Category,
    CategoryPolicy,
    Clock,
    Community,
    Policy,
    Severity,
)

_FIVE_MINUTES = Allowance(span=5 * MINUTE)
_MAJOR = CategoryPolicy(severity=Severity.MAJOR)
_COMPLEX = CategoryPolicy(severity=Severity.COMPLEX)

DEFAULT = Policy(
    clocks={
        Severity.ORDINARY: {
            Clock.ACCEPT: _FIVE_MINUTES,
            Clock.ARRIVE: _FIVE_MINUTES,
            Clock.RESOLVE: Allowance(span=30 * MINUTE),
        },
        Severity.MAJOR: {Clock.RESOLVE: Allowance(span=4 * HOUR)},
        Severity.COMPLEX: {Clock.PLAN: Allowance(span=DAY), Clock.RESOLVE: Allowance(working_days=15)},
        Severity.EMERGENCY: {},
    },
    close_after=Allowance(span=3 * DAY),
    categories={
        Category.ELEVATOR: _MAJOR,
        Category.WATER_SUPPLY: _MAJOR,
        Category.POWER: _MAJOR,
        Category.GAS: _MAJOR,
        Category.HEATING: _MAJOR,
        Category.FIRE_SAFETY: _MAJOR,
        Category.NEIGHBOR_DISPUTE: _COMPLEX,
        Category.ENCROACHMENT: _COMPLEX,
        Category.PROPERTY_SERVICE: _COMPLEX,
    },
    followers=5,
)
"""What a community that says nothing about it gets. A clock a severity does not name is the ordinary one."""


def severity_of(community: Community, category: Category, urgency_emergency: bool) -> Severity:
    """Return how grave a new ticket is: an emergency if it reads like one, else what its category is set to."""
    if urgency_emergency:
        return Severity.EMERGENCY
    for policy in (community.policy, DEFAULT):
        of_category = policy.categories.get(category)
        if of_category is not None and of_category.severity is not None:
            return of_category.severity
    return Severity.ORDINARY


def allowance(community: Community, category: Category, severity: Severity, clock: Clock) -> Allowance | None:
    """Return how long `clock` gives, None when there is no such clock for this ticket.

    The first that names it counts: the file's category, the file's severity, the file's ordinary severity for clocks
    that this severity shares with it, then the same in DEFAULT. Review falls to `close_after`. A category may
    lengthen or shorten the plan clock, but only a severity can bring one about.
    """
    if clock in (Clock.MEETING, Clock.RECALL, Clock.PAUSE):
        return None  # they run to a date somebody named
    of_severity = _of_severity(community.policy, severity, clock)
    of_category = community.policy.categories.get(category)
    running = of_severity is not None or clock is not Clock.PLAN
    if of_category is not None and running and clock in of_category.clocks:
        return of_category.clocks[clock]
    if clock is Clock.REVIEW:
        return of_severity or community.policy.close_after or DEFAULT.close_after
    return of_severity


def _of_severity(file: Policy, severity: Severity, clock: Clock) -> Allowance | None:
    # The plan clock and those DEFAULT gives a severity for itself are not shared: a community that gives ordinary
    # matters an hour has not said that a major one must be solved in that time.
    shared = clock is not Clock.PLAN and clock not in DEFAULT.clocks[severity]
    for policy in (file, DEFAULT):
        for named in (severity, Severity.ORDINARY) if shared else (severity,):
            if clock in policy.clocks.get(named, {}):
                return policy.clocks[named][clock]
    return None
