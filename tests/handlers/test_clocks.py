"""When is it late: one clock from its start to its end, and what every act does to the clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import clocks
from handlers.policy_table import read_policy
from handlers.tables import Row
from storage.records import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Allowance,
    Category,
    Clock,
    Community,
    Deadline,
    Kind,
    Place,
    Severity,
    Stage,
    State,
    Ticket,
)

JINGHE = Community("jinghe", "径河社区")
CALENDAR = clocks.calendar_of(JINGHE)
NOW = int(datetime(2026, 3, 16, 14, 0, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()) * 1000
"""A Monday, 14:00."""


def ticket(severity: Severity = Severity.ORDINARY, category: Category = Category.LIGHTING) -> Ticket:
    return Ticket(
        "jinghe-1024",
        "jinghe",
        1024,
        "east-1",
        State.REPORTED,
        Kind.REPAIR,
        category,
        severity,
        Place("3"),
        "楼道灯坏了",
        "meiyi",
        NOW,
    )


def with_policy(**policy: dict[str, str]) -> Community:
    mistakes: list[str] = []
    read = read_policy(Row("", {"policy": policy}, mistakes))
    assert not mistakes
    return replace(JINGHE, policy=read)


def begun(clock: Clock, community: Community = JINGHE, severity: Severity = Severity.ORDINARY) -> Deadline:
    deadline = clocks.start(ticket(severity), clock, community, NOW)
    assert deadline is not None
    return deadline


def stages(deadline: Deadline | None, community: Community = JINGHE) -> list[tuple[Stage, int]]:
    """Return every stage a clock goes through and when, in ms after NOW."""
    passed = []
    while deadline is not None:
        assert deadline.due_at is not None
        passed.append((deadline.stage, deadline.due_at - NOW))
        deadline = clocks.advance(deadline, community, deadline.due_at)
    return passed


# --- one clock ------------------------------------------------------------------------------------------------------


def test_accept_warns_runs_out_and_is_missed_twice_over():
    assert stages(begun(Clock.ACCEPT)) == [
        (Stage.WARN, 4 * MINUTE),
        (Stage.OUT, 5 * MINUTE),
        (Stage.TWICE, 10 * MINUTE),
    ]


def test_resolve_warns_and_runs_out_once():
    assert stages(begun(Clock.RESOLVE)) == [(Stage.WARN, 24 * MINUTE), (Stage.OUT, 30 * MINUTE)]


def test_review_gives_no_warning():
    assert stages(begun(Clock.REVIEW)) == [(Stage.OUT, 3 * DAY)]


def test_a_pause_that_runs_out_gives_no_warning():
    assert stages(clocks.until("jinghe-1024", Clock.PAUSE, NOW + DAY, NOW)) == [(Stage.OUT, DAY)]


def test_the_meetings_date_warns_before_it_passes():
    assert stages(clocks.until("jinghe-1024", Clock.MEETING, NOW + 5 * DAY, NOW)) == [
        (Stage.WARN, 4 * DAY),
        (Stage.OUT, 5 * DAY),
    ]


@pytest.mark.parametrize(("seconds", "warned"), [(1, False), (9, False), (10, True), (60, True)])
def test_a_warning_that_leaves_less_than_two_seconds_is_left_out(seconds: int, warned: bool):
    deadline = clocks.wind("t", Clock.RESOLVE, Allowance(span=seconds * SECOND), CALENDAR, NOW)
    assert deadline.stage is (Stage.WARN if warned else Stage.OUT)


def test_a_date_that_has_passed_already_is_due_at_once():
    deadline = clocks.until("t", Clock.MEETING, NOW - DAY, NOW)
    assert (deadline.stage, deadline.due_at) == (Stage.OUT, NOW - DAY)


def test_a_working_clock_warns_in_working_hours():
    file = with_policy(ordinary={"resolve": "10wh"})
    # Monday 14:00 leaves four hours today and six tomorrow: eight have passed on Tuesday at 13:00.
    assert stages(begun(Clock.RESOLVE, file), file) == [(Stage.WARN, 23 * HOUR), (Stage.OUT, 25 * HOUR)]


def test_twice_a_working_clock_is_twice_its_working_time():
    file = with_policy(ordinary={"accept": "3wh"})
    # 17:00 today; twice over is six working hours: tomorrow 11:00.
    assert stages(begun(Clock.ACCEPT, file), file)[1:] == [(Stage.OUT, 3 * HOUR), (Stage.TWICE, 21 * HOUR)]
    days = with_policy(ordinary={"accept": "1wd"})
    assert stages(begun(Clock.ACCEPT, days), days)[1:] == [(Stage.OUT, 28 * HOUR), (Stage.TWICE, 52 * HOUR)]


def test_a_stage_that_is_long_past_is_still_acted_on_before_the_next():
    late = clocks.advance(begun(Clock.ACCEPT), JINGHE, NOW + DAY)
    assert late is not None
    assert (late.stage, late.due_at) == (Stage.OUT, NOW + 5 * MINUTE)


def test_exactly_at_the_due_instant_counts_as_late():
    assert clocks.due(NOW, Allowance(span=5 * MINUTE), CALENDAR) == NOW + 5 * MINUTE


def test_no_clock_without_an_allowance():
    assert clocks.start(ticket(), Clock.PLAN, JINGHE, NOW) is None
    assert clocks.start(ticket(), Clock.MEETING, JINGHE, NOW) is None


def test_each_community_has_its_own_zone():
    urumqi = replace(JINGHE, timezone="Asia/Urumqi")
    two_hours = Allowance(span=2 * HOUR, working=True)
    morning = NOW - 4 * HOUR  # 10:00 in Shanghai, 08:00 in Urumqi
    assert clocks.due(morning, two_hours, clocks.calendar_of(JINGHE)) == morning + 2 * HOUR
    assert clocks.due(morning, two_hours, clocks.calendar_of(urumqi)) == morning + 3 * HOUR


# --- pause, resume, extend ------------------------------------------------------------------------------------------


def test_a_pause_keeps_what_is_left_and_resuming_gives_it_back():
    resolve = begun(Clock.RESOLVE)
    (paused,) = clocks.pause([resolve], NOW + 10 * MINUTE, CALENDAR)
    assert (paused.due_at, paused.left) == (None, Allowance(span=20 * MINUTE))
    (running,) = clocks.resume([paused], NOW + 2 * HOUR, CALENDAR)
    assert running.ends_at == NOW + 2 * HOUR + 20 * MINUTE
    assert (running.stage, running.due_at) == (Stage.WARN, running.ends_at - 6 * MINUTE)
    assert running.left is None


def test_a_working_clock_keeps_its_working_time_over_a_weekend():
    friday = NOW + 4 * DAY
    resolve = clocks.wind("t", Clock.RESOLVE, Allowance(span=8 * HOUR, working=True), CALENDAR, friday)
    (paused,) = clocks.pause([resolve], friday + HOUR, CALENDAR)
    assert paused.left == Allowance(span=7 * HOUR, working=True)
    sunday = friday + 2 * DAY
    (running,) = clocks.resume([paused], sunday, CALENDAR)
    assert running.ends_at == NOW + 7 * DAY + 2 * HOUR  # Monday 16:00
    (again,) = clocks.pause([running], running.ends_at - HOUR, CALENDAR)
    assert again.left == Allowance(span=HOUR, working=True)


def test_whole_working_days_are_paused_as_the_working_hours_they_are():
    resolve = clocks.wind("t", Clock.RESOLVE, Allowance(working_days=2), CALENDAR, NOW)
    (paused,) = clocks.pause([resolve], NOW, CALENDAR)
    assert paused.left == Allowance(span=22 * HOUR, working=True)


def test_only_the_work_itself_stands_still():
    running = [begun(Clock.ACCEPT), begun(Clock.ARRIVE), begun(Clock.RESOLVE), begun(Clock.REVIEW)]
    running += [clocks.until("t", clock, NOW + DAY, NOW) for clock in (Clock.MEETING, Clock.PAUSE)]
    assert [one.clock for one in clocks.pause(running, NOW, CALENDAR)] == [Clock.ARRIVE, Clock.RESOLVE]


def test_pausing_twice_or_resuming_what_runs_changes_nothing():
    resolve = begun(Clock.RESOLVE)
    paused = clocks.pause([resolve], NOW, CALENDAR)
    assert clocks.pause(paused, NOW + HOUR, CALENDAR) == ()
    assert clocks.resume([resolve], NOW + HOUR, CALENDAR) == ()


def test_a_clock_paused_after_its_end_is_due_as_soon_as_it_is_resumed():
    late = clocks.advance(begun(Clock.RESOLVE), JINGHE, NOW + 24 * MINUTE)
    assert late is not None
    (paused,) = clocks.pause([late], NOW + HOUR, CALENDAR)
    assert paused.left == Allowance(span=0)
    (running,) = clocks.resume([paused], NOW + 2 * HOUR, CALENDAR)
    assert (running.stage, running.due_at) == (Stage.OUT, NOW + 2 * HOUR)


def test_a_clock_that_has_warned_does_not_warn_again_after_a_pause():
    warned = clocks.advance(begun(Clock.RESOLVE), JINGHE, NOW + 24 * MINUTE)
    assert warned is not None
    (running,) = clocks.resume(clocks.pause([warned], NOW + 25 * MINUTE, CALENDAR), NOW + DAY, CALENDAR)
    assert (running.stage, running.due_at) == (Stage.OUT, NOW + DAY + 5 * MINUTE)


def test_more_time_counts_from_the_end_and_warns_again():
    warned = clocks.advance(begun(Clock.RESOLVE), JINGHE, NOW + 24 * MINUTE)
    assert warned is not None
    longer = clocks.extend(warned, Allowance(span=2 * HOUR), NOW + 25 * MINUTE, CALENDAR)
    assert longer.ends_at == NOW + 30 * MINUTE + 2 * HOUR
    assert (longer.stage, longer.due_at) == (Stage.WARN, NOW + 2 * HOUR)


def test_more_time_granted_late_counts_from_now():
    longer = clocks.extend(begun(Clock.RESOLVE), Allowance(span=HOUR), NOW + 5 * HOUR, CALENDAR)
    assert longer.ends_at == NOW + 6 * HOUR
    assert (longer.stage, longer.due_at) == (Stage.WARN, NOW + 5 * HOUR + 48 * MINUTE)


def test_more_time_for_a_paused_clock_leaves_it_paused_with_more_left():
    (paused,) = clocks.pause([begun(Clock.RESOLVE)], NOW + 10 * MINUTE, CALENDAR)
    longer = clocks.extend(paused, Allowance(span=HOUR), NOW + 2 * HOUR, CALENDAR)
    assert (longer.due_at, longer.left) == (None, Allowance(span=HOUR + 20 * MINUTE))
    (running,) = clocks.resume([longer], NOW + 3 * HOUR, CALENDAR)
    assert running.ends_at == NOW + 4 * HOUR + 20 * MINUTE


def test_working_time_granted_to_a_clock_makes_it_count_working_time():
    longer = clocks.extend(begun(Clock.RESOLVE), Allowance(working_days=1), NOW, CALENDAR)
    (paused,) = clocks.pause([longer], NOW, CALENDAR)
    assert paused.left == Allowance(span=13 * HOUR, working=True)


@given(
    st.integers(1, 40 * HOUR),
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 3 * DAY), st.integers(0, 3 * DAY)), max_size=4),
)
def test_however_often_a_clock_is_paused_it_gives_exactly_its_allowance(
    span: int, working: bool, pauses: list[tuple[int, int]]
):
    running = clocks.wind("t", Clock.RESOLVE, Allowance(span=span, working=working), CALENDAR, NOW)
    now, used = NOW, 0
    for after, long in pauses:
        if now + after >= running.ends_at:
            break
        used += CALENDAR.between(now, now + after) if working else after
        now += after
        (running,) = clocks.resume(clocks.pause([running], now, CALENDAR), now + long, CALENDAR)
        now += long
        assert running.due_at is not None
        assert running.due_at <= running.ends_at
    used += CALENDAR.between(now, running.ends_at) if working else running.ends_at - now
    assert used == span


def test_a_clock_set_back_makes_nothing_raise_and_only_ends_later():
    (paused,) = clocks.pause([begun(Clock.RESOLVE)], NOW - HOUR, CALENDAR)
    (running,) = clocks.resume([paused], NOW - 2 * HOUR, CALENDAR)
    assert running.ends_at == NOW - 2 * HOUR + 90 * MINUTE
    assert (
        clocks.extend(begun(Clock.RESOLVE), Allowance(span=HOUR), NOW - DAY, CALENDAR).ends_at
        == NOW + 90 * MINUTE
    )


# --- what acts do ---------------------------------------------------------------------------------------------------


def names(deadlines: tuple[Deadline, ...]) -> list[str]:
    return [deadline.clock.value for deadline in deadlines]


@pytest.mark.parametrize(
    ("severity", "started"),
    [
        (Severity.ORDINARY, ["accept", "resolve"]),
        (Severity.MAJOR, ["accept", "resolve"]),
        (Severity.COMPLEX, ["accept", "resolve", "plan"]),
        (Severity.EMERGENCY, ["accept", "resolve"]),
    ],
)
def test_a_report_starts_its_clocks(severity: Severity, started: list[str]):
    assert names(clocks.at_report(ticket(severity), JINGHE, NOW)) == started


def test_accepting_starts_the_promise_anew():
    work = clocks.at_accept(ticket(Severity.COMPLEX), JINGHE, NOW + 3 * MINUTE)
    assert names(work.set) == ["arrive", "resolve", "plan"]
    assert {deadline.started_at for deadline in work.set} == {NOW + 3 * MINUTE}
    assert work.stop == (Clock.ACCEPT,)


def test_arriving_and_planning_stop_their_own_clock_only():
    assert clocks.at_arrive(ticket(), JINGHE, NOW) == clocks.Clockwork(stop=(Clock.ARRIVE,))
    assert clocks.at_plan(ticket(), JINGHE, NOW) == clocks.Clockwork(stop=(Clock.PLAN,))


def test_resolving_stops_everything_and_starts_the_review():
    work = clocks.at_resolve(ticket(), JINGHE, NOW)
    assert names(work.set) == ["review"]
    assert {*work.stop, Clock.REVIEW} == set(Clock)
    assert Clock.REVIEW not in work.stop


def test_reopening_stops_the_review_and_starts_the_work_again():
    work = clocks.at_reopen(ticket(Severity.COMPLEX), JINGHE, NOW)
    assert names(work.set) == ["arrive", "resolve", "plan"]
    assert work.stop == (Clock.REVIEW,)


def test_no_clock_runs_on_an_ended_ticket():
    work = clocks.at_end(ticket(), JINGHE, NOW)
    assert work.set == ()
    assert set(work.stop) == set(Clock)
