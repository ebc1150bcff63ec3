from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import periods
from handlers.periods import Length
from storage.records import DAY, HOUR
from tests.handlers.ladder import NOON

WUHAN = "Asia/Shanghai"
DAYS = st.dates(date(2001, 1, 1), date(2199, 12, 30))


@pytest.mark.parametrize(
    ("length", "day", "first", "last", "name"),
    [
        (Length.WEEK, date(2026, 11, 22), date(2026, 11, 16), date(2026, 11, 22), "2026-W47"),
        (Length.WEEK, date(2027, 1, 1), date(2026, 12, 28), date(2027, 1, 3), "2026-W53"),
        (Length.MONTH, date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29), "2028-02"),
        (Length.MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31), "2026-12"),
        (Length.QUARTER, date(2026, 11, 22), date(2026, 10, 1), date(2026, 12, 31), "2026-Q4"),
        (Length.QUARTER, date(2026, 3, 31), date(2026, 1, 1), date(2026, 3, 31), "2026-Q1"),
        (Length.YEAR, date(2026, 11, 22), date(2026, 1, 1), date(2026, 12, 31), "2026"),
    ],
)
def test_a_day_lies_in_its_period(length: Length, day: date, first: date, last: date, name: str) -> None:
    found = periods.around(length, day, WUHAN)
    assert (found.first, found.last, found.name) == (first, last, name)


@given(DAYS, st.sampled_from([one for one in Length if one is not Length.DAYS]))
def test_periods_follow_each_other_without_a_gap(day: date, length: Length) -> None:
    here = periods.around(length, day, WUHAN)
    assert here.first <= day <= here.last
    assert here.before().stretch[1] == here.stretch[0]
    assert here.after().stretch[0] == here.stretch[1]
    assert here.before().after() == here
    assert here.after().before() == here


@given(DAYS, st.integers(0, 400))
def test_days_are_compared_with_as_many_days_before(day: date, more: int) -> None:
    here = periods.between(day, day + timedelta(days=more), WUHAN)
    assert here.before().last == day - timedelta(days=1)
    assert (
        here.before().stretch[1] - here.before().stretch[0]
        == here.stretch[1] - here.stretch[0]
        == (more + 1) * DAY
    )


def test_a_day_is_the_communitys_own() -> None:
    late_evening = NOON + 10 * HOUR + HOUR // 2  # 23:30 in Wuhan, 15:30 UTC
    assert periods.day_of(late_evening, WUHAN) == date(2026, 11, 22)
    assert periods.day_of(late_evening + HOUR, WUHAN) == date(2026, 11, 23)
    since, until = periods.around(Length.DAYS, date(2026, 11, 22), WUHAN).stretch
    assert since <= late_evening < until <= late_evening + HOUR


@pytest.mark.parametrize("days", [-1, periods.LONGEST + 1])
def test_days_the_wrong_way_round_or_too_many_are_refused(days: int) -> None:
    with pytest.raises(ValueError, match="2026"):
        periods.between(date(2026, 11, 22), date(2026, 11, 22) + timedelta(days=days), WUHAN)


@pytest.mark.parametrize("written", ["-", "2026-13-01", "morgen", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        periods.read_day(written)
