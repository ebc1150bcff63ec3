"""What another category does to the clocks of a ticket: they count from when they began, and nothing granted is lost."""

from __future__ import annotations

from dataclasses import replace

from handlers import clocks
from storage.records import (
    DAY,
    HOUR,
    MINUTE,
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

NOW = 1_770_000_000_000
COMMUNITY = Community("jinghe", "径河社区")
LIFT = Ticket(
    "jinghe-1024", "jinghe", 1024, "east-1", State.ACCEPTED, Kind.REPAIR, Category.ELEVATOR, Severity.MAJOR,
    Place("3"), "电梯停了", "meiyi", NOW,
)  # fmt: skip
LAMP = replace(LIFT, category=Category.LIGHTING, severity=Severity.ORDINARY)
QUARREL = replace(LIFT, category=Category.NEIGHBOR_DISPUTE, severity=Severity.COMPLEX)


def resolve(ticket: Ticket, begun: int = NOW) -> Deadline:
    found = clocks.start(ticket, Clock.RESOLVE, COMMUNITY, begun)
    assert found is not None
    return found


def after(before: Ticket, now_is: Ticket, *running: Deadline, at: int) -> dict[Clock, Deadline]:
    work = clocks.at_reclass(before, now_is, COMMUNITY, running, at)
    return {one.clock: one for one in work.set} | {clock: resolve(before) for clock in work.stop}


def test_a_clock_that_both_categories_give_alike_is_left_alone() -> None:
    water = replace(LIFT, category=Category.WATER_SUPPLY)
    assert clocks.at_reclass(LIFT, water, COMMUNITY, [resolve(LIFT)], NOW + HOUR) == clocks.Clockwork()


def test_it_warns_again_before_its_new_end() -> None:
    warned = replace(resolve(LAMP), stage=Stage.OUT, due_at=NOW + 30 * MINUTE)
    changed = after(LAMP, LIFT, warned, at=NOW + 29 * MINUTE)[Clock.RESOLVE]
    assert (changed.ends_at, changed.stage) == (NOW + 4 * HOUR, Stage.WARN)


def test_one_that_has_run_out_stays_run_out() -> None:
    over = replace(resolve(LAMP), stage=Stage.OUT, due_at=NOW + 30 * MINUTE)
    assert after(LAMP, LIFT, over, at=NOW + 30 * MINUTE) == {}


def test_one_that_stands_still_keeps_what_it_has_left() -> None:
    calendar = clocks.calendar_of(COMMUNITY)
    (paused,) = clocks.pause([resolve(LIFT)], NOW + HOUR, calendar)
    assert after(replace(LIFT, paused_at=NOW), replace(LAMP, paused_at=NOW), paused, at=NOW + HOUR) == {}


def test_where_the_meeting_has_set_the_date_no_other_clock_begins() -> None:
    date = clocks.until(LIFT.id, Clock.MEETING, NOW + 9 * DAY, NOW)
    assert after(LIFT, QUARREL, date, at=NOW + HOUR) == {}


def test_changing_to_and_fro_gains_no_time() -> None:
    at = NOW + HOUR
    lamp = after(LIFT, LAMP, resolve(LIFT), at=at)[Clock.RESOLVE]
    assert lamp.ends_at == at + 30 * MINUTE
    lift = after(LAMP, LIFT, lamp, at=at)[Clock.RESOLVE]
    assert lift.ends_at <= NOW + 5 * HOUR
    again = after(LIFT, LAMP, lift, at=at + 10 * MINUTE)[Clock.RESOLVE]
    assert again.ends_at <= lift.ends_at


def test_a_plan_that_is_made_needs_no_clock() -> None:
    assert Clock.PLAN in after(LIFT, QUARREL, resolve(LIFT), at=NOW)
    planned = replace(LIFT, plan="换门机", state=State.PLANNED)
    assert Clock.PLAN not in after(planned, replace(QUARREL, plan="换门机"), resolve(LIFT), at=NOW)


def test_working_time_and_the_time_of_day_turn_into_each_other() -> None:
    changed = after(LIFT, QUARREL, resolve(LIFT), at=NOW)[Clock.RESOLVE]
    assert changed.left is not None
    assert changed.left.working_days == 15
    back = after(QUARREL, LIFT, changed, at=NOW)[Clock.RESOLVE]
    assert (back.left, back.ends_at) == (None, NOW + 4 * HOUR)
