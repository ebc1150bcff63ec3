"""A clock that stands still keeps what is left to it, and more time makes it longer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handlers import clocks
from storage.records import DAY, HOUR, MINUTE, Allowance, Clock, Stage
from tests.handlers.test_clocks import CALENDAR, JINGHE, NOW, begun


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
