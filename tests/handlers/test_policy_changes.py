"""Which running clocks another policy would move, and which it leaves as somebody promised them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers import clocks
from handlers.policy_changes import Moves, Stays, in_ledger, moves, of_category, of_severity
from storage.records import (
    DAY,
    HOUR,
    MINUTE,
    Allowance,
    Category,
    CategoryPolicy,
    Clock,
    Community,
    Deadline,
    Holidays,
    Policy,
    Severity,
    Stage,
    State,
    Ticket,
)
from tests.handlers.test_clocks import JINGHE, NOW, ticket

LAMP = replace(ticket(), state=State.ACCEPTED)
TWO_HOURS = replace(JINGHE, policy=Policy({Severity.ORDINARY: {Clock.RESOLVE: Allowance(2 * HOUR)}}))
ONE_MINUTE = replace(JINGHE, policy=Policy({Severity.ORDINARY: {Clock.RESOLVE: Allowance(MINUTE)}}))
IN_DAYS = replace(JINGHE, policy=Policy({Severity.ORDINARY: {Clock.RESOLVE: Allowance(working_days=2)}}))
QUICKER_LAMPS = replace(
    JINGHE,
    policy=Policy(categories={Category.LIGHTING: CategoryPolicy(clocks={Clock.RESOLVE: Allowance(HOUR)})}),
)


def resolve(began: int = NOW) -> Deadline:
    found = clocks.start(LAMP, Clock.RESOLVE, JINGHE, began)
    assert found is not None
    return found


def moved(
    *running: Deadline,
    to: Community = TWO_HOURS,
    now: int = NOW + MINUTE,
    granted: bool = False,
    of: Ticket = LAMP,
) -> Moves:
    return moves([(of, running)], {of.id} if granted else set(), JINGHE, to, now)


def test_a_running_clock_gives_what_it_gives_from_its_own_start() -> None:
    (one,) = moved(resolve()).moved
    assert (one.before.ends_at, one.after.ends_at) == (NOW + 30 * MINUTE, NOW + 2 * HOUR)
    assert one.after.started_at == NOW
    assert (one.after.stage, one.after.due_at) == (Stage.WARN, NOW + 2 * HOUR * 4 // 5)


def test_it_may_turn_into_working_days_and_back() -> None:
    (one,) = moved(resolve(), to=IN_DAYS).moved
    assert one.after.left == Allowance(working_days=2)
    (back,) = moves([(LAMP, [one.after])], (), IN_DAYS, JINGHE, NOW + MINUTE).moved
    assert back.after == resolve()


PAUSED = replace(resolve(), due_at=None, left=Allowance(10 * MINUTE))
MEETING = clocks.until(LAMP.id, Clock.MEETING, NOW + 9 * DAY, NOW)


@pytest.mark.parametrize(
    ("running", "more", "stays"),
    [
        ((PAUSED,), {}, {Stays.PAUSED: 1}),
        ((resolve(), MEETING), {}, {Stays.MEETING: 1}),
        ((resolve(),), {"granted": True}, {Stays.GRANTED: 1}),
        ((resolve(),), {"now": NOW + 30 * MINUTE}, {Stays.OVER: 1}),
        ((resolve(),), {"to": JINGHE}, {}),
        ((resolve(),), {"to": replace(JINGHE, name="别名")}, {}),
        ((MEETING,), {}, {}),
        ((resolve(),), {"of": replace(LAMP, state=State.CLOSED)}, {}),
        ((resolve(),), {"of": replace(LAMP, severity=Severity.MAJOR)}, {}),
    ],
)
def test_what_was_promised_or_is_not_touched_stays(running, more, stays) -> None:  # type: ignore[no-untyped-def]
    found = moved(*running, **more)
    assert (found.moved, dict(found.stays)) == ((), stays)


def test_time_granted_keeps_the_solving_and_not_the_taking() -> None:
    both = replace(
        JINGHE,
        policy=Policy({Severity.ORDINARY: {Clock.RESOLVE: Allowance(HOUR), Clock.ACCEPT: Allowance(HOUR)}}),
    )
    accept = clocks.start(LAMP, Clock.ACCEPT, JINGHE, NOW)
    assert accept is not None
    found = moved(resolve(), accept, to=both, granted=True)
    assert [one.before.clock for one in found.moved] == [Clock.ACCEPT]
    assert found.stays == {Stays.GRANTED: 1}


def test_those_that_would_be_over_at_once_are_known_and_moved_only_when_told_to() -> None:
    now = NOW + 5 * MINUTE
    found = moved(resolve(), to=ONE_MINUTE, now=now)
    (one,) = found.moved
    assert one.at_once(now)
    assert one.after.due_at == one.after.ends_at == NOW + MINUTE
    assert found.wanted(now, over_too=False) == ()
    assert found.wanted(now, over_too=True) == (one,)


def test_a_category_moves_its_own_tickets_and_who_ends_first_comes_first() -> None:
    lift = replace(LAMP, id="jinghe-7", number=7, category=Category.ELEVATOR)
    later = replace(LAMP, id="jinghe-8", number=8)
    files = [
        (later, [replace(resolve(NOW + MINUTE), ticket=later.id)]),
        (LAMP, [resolve()]),
        (lift, [resolve()]),
    ]
    found = moves(files, (), JINGHE, QUICKER_LAMPS, NOW + 2 * MINUTE)
    assert [one.ticket.number for one in found.moved] == [LAMP.number, 8]


def test_a_review_that_waits_for_the_resident_follows_the_policy_too() -> None:
    done = replace(LAMP, state=State.RESOLVED)
    review = clocks.start(done, Clock.REVIEW, JINGHE, NOW)
    assert review is not None
    week = replace(JINGHE, policy=Policy(close_after=Allowance(7 * DAY)))
    (one,) = moves([(done, [review])], (), JINGHE, week, NOW + 1).moved
    assert one.after.ends_at == NOW + 7 * DAY


def test_the_ledger_says_from_when_to_when() -> None:
    (one,) = moved(resolve()).moved
    assert in_ledger(one, "Asia/Shanghai") == "解决时限 14:30 → 16:00（时限规则改了）"


# --- other days off -------------------------------------------------------------------------------------------------------


def with_holidays(off: str) -> Community:
    return replace(IN_DAYS, policy=replace(IN_DAYS.policy, holidays=(Holidays(2026, (off,)),)))


def in_days() -> Deadline:
    """Two working days from Monday 16 March: until Wednesday at six."""
    found = clocks.start(LAMP, Clock.RESOLVE, IN_DAYS, NOW)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("running", "off", "moved_by", "stays"),
    [
        (in_days(), "2026-03-17", DAY, {}),
        (in_days(), "2026-03-17..2026-03-19", 5 * DAY, {}),  # over the weekend to Monday
        (in_days(), "2026-03-19", None, {}),
        (in_days(), "2026-03-16", None, {}),  # the day it began on is not counted anyway
        (replace(in_days(), due_at=None), "2026-03-17", None, {Stays.PAUSED: 1}),
        (replace(in_days(), due_at=None), "2026-03-19", None, {}),
        (MEETING, "2026-03-17", None, {}),
    ],
)
def test_another_day_off_moves_what_is_counted_in_working_time_over_it(
    running: Deadline, off: str, moved_by: int | None, stays: dict[Stays, int]
) -> None:
    found = moves([(LAMP, [running])], (), IN_DAYS, with_holidays(off), NOW + MINUTE)
    assert [one.after.ends_at - one.before.ends_at for one in found.moved] == ([moved_by] if moved_by else [])
    assert found.stays == stays


def test_what_runs_around_the_clock_runs_over_holidays() -> None:
    off = replace(JINGHE, policy=Policy(holidays=(Holidays(2026, ("2026-03-16..2026-03-20",)),)))
    assert moved(resolve(), to=off) == Moves()


def test_the_ledger_says_that_it_was_for_other_days_off() -> None:
    (one,) = moves([(LAMP, [in_days()])], (), IN_DAYS, with_holidays("2026-03-17"), NOW + MINUTE).moved
    assert in_ledger(one, "Asia/Shanghai").endswith("（放假安排改了）")


def test_the_table_tells_what_is_said_here_from_what_is_everywhere() -> None:
    assert of_severity(TWO_HOURS, Severity.ORDINARY)[Clock.RESOLVE].given == "2h"
    assert of_severity(TWO_HOURS, Severity.ORDINARY)[Clock.RESOLVE].own
    assert (
        of_severity(TWO_HOURS, Severity.ORDINARY)[Clock.ACCEPT]
        == of_severity(JINGHE, Severity.MAJOR)[Clock.ACCEPT]
    )
    assert of_severity(QUICKER_LAMPS, Severity.ORDINARY)[Clock.RESOLVE].given == "30m"
    severity, own, rules = of_category(QUICKER_LAMPS, Category.LIGHTING)
    assert (severity, own, rules[Clock.RESOLVE].given, rules[Clock.RESOLVE].own) == (
        Severity.ORDINARY,
        False,
        "1h",
        True,
    )
    assert of_category(JINGHE, Category.NEIGHBOR_DISPUTE)[0] is Severity.COMPLEX
    assert of_category(JINGHE, Category.LIGHTING)[2][Clock.PLAN].given == ""
