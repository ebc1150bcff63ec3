"""When is it late: one clock from its start to its end, and what every act does to the clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

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
