"""China's working time: holidays, make-up days, openings, daylight-saving days."""

from __future__ import annotations

import logging
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import workdays
from handlers.workdays import WorkingTime, YearTable, known_year, read_table
from storage.records import DAY, HOUR, MINUTE, Allowance

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORK = WorkingTime(SHANGHAI)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()) * 1000


def wh(hours: float) -> Allowance:
    return Allowance(span=int(hours * HOUR), working=True)


@pytest.mark.parametrize(
    ("start", "allowance", "ends"),
    [
        # the Saturday before the Spring Festival of 2026 is worked
        ("2026-02-13 17:00", wh(8), "2026-02-14 16:00"),
        # then nine days are off, and the next Saturday is worked again
        ("2026-02-14 17:00", wh(2), "2026-02-24 10:00"),
        ("2026-02-27 12:00", Allowance(working_days=1), "2026-02-28 18:00"),
        ("2026-02-28 12:00", Allowance(working_days=1), "2026-03-02 18:00"),
        # an ordinary weekend
        ("2026-03-13 17:30", wh(1), "2026-03-16 09:30"),
        ("2026-03-13 17:00", wh(1), "2026-03-13 18:00"),
        # begun outside working hours
        ("2026-03-14 12:00", wh(1), "2026-03-16 10:00"),
        ("2026-03-16 03:00", wh(1), "2026-03-16 10:00"),
        ("2026-03-16 18:00", wh(1), "2026-03-17 10:00"),
        ("2026-03-16 23:59", Allowance(working_days=1), "2026-03-17 18:00"),
        # whole working days do not count the day they begin on
        ("2026-03-16 09:00", Allowance(working_days=1), "2026-03-17 18:00"),
        ("2026-03-14 09:00", Allowance(working_days=1), "2026-03-16 18:00"),
        ("2026-09-28 10:00", Allowance(working_days=5), "2026-10-10 18:00"),
        ("2026-03-02 10:00", Allowance(working_days=15), "2026-03-23 18:00"),
        # around the clock
        ("2026-02-14 23:50", Allowance(span=30 * MINUTE), "2026-02-15 00:20"),
        ("2026-02-14 23:50", Allowance(span=DAY), "2026-02-15 23:50"),
        # nothing to wait for
        ("2026-02-15 23:50", wh(0), "2026-02-15 23:50"),
    ],
)
def test_an_allowance_ends_when_a_person_with_a_wall_calendar_says(
    start: str, allowance: Allowance, ends: str
):
    assert WORK.add(at(start), allowance) == at(ends)


@pytest.mark.parametrize(
    ("a", "b", "hours"),
    [
        ("2026-02-13 17:00", "2026-02-14 16:00", 8),
        ("2026-02-14 18:00", "2026-02-24 09:00", 0),
        ("2026-03-13 00:00", "2026-03-17 00:00", 18),
        ("2026-03-13 12:00", "2026-03-13 12:30", 0.5),
        ("2026-03-13 12:00", "2026-03-13 11:00", 0),
        ("2026-03-17 12:00", "2026-03-13 11:00", 0),
    ],
)
def test_between_two_instants_lies_this_much_working_time(a: str, b: str, hours: float):
    assert WORK.between(at(a), at(b)) == hours * HOUR


@given(st.integers(at("2024-12-20 00:00"), at("2027-02-01 00:00")), st.integers(1, 200 * HOUR))
def test_an_allowance_is_over_at_the_first_instant_all_of_it_has_passed(start: int, span: int):
    ends = WORK.add(start, Allowance(span=span, working=True))
    assert WORK.between(start, ends) == span
    assert WORK.between(start, ends - 1) == span - 1


@given(
    st.integers(at("2025-01-01 00:00"), at("2027-02-01 00:00")),
    st.integers(0, 60 * HOUR),
    st.integers(0, 60 * HOUR),
)
def test_two_allowances_one_after_the_other_are_as_long_as_both_together(start: int, one: int, other: int):
    def add(t: int, span: int) -> int:
        return WORK.add(t, Allowance(span=span, working=True))

    if other:
        assert add(add(start, one), other) == add(start, one + other)


def test_a_year_without_a_table_counts_plain_weekdays_and_says_so_once(caplog: pytest.LogCaptureFixture):
    workdays._warn_unknown.cache_clear()
    assert not known_year(2093)
    with caplog.at_level(logging.WARNING):
        # 2093-01-01 is a Thursday
        assert WORK.add(at("2092-12-31 12:00"), Allowance(working_days=2)) == at("2093-01-02 18:00")
        assert WORK.add(at("2093-01-02 17:00"), wh(2)) == at("2093-01-05 10:00")
    assert [record.args for record in caplog.records] == [(2093, 2093)]


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_years_people_live_in_are_known(year: int):
    assert known_year(year)


@pytest.mark.parametrize(
    "day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
)
def test_the_make_up_days_of_2026_are_worked(day: str):
    assert YearTable().is_workday(date.fromisoformat(day))


def test_our_own_table_lies_over_the_package():
    table = read_table({"2031": {"off": ["2031-01-22..2031-01-24", "2031-02-03"], "work": ["2031-01-18"]}})
    assert table.known_year(2031)
    assert not table.known_year(2030)
    assert table.is_workday(date(2031, 1, 18))
    assert not any(table.is_workday(date(2031, 1, day)) for day in (22, 23, 24, 25, 26))
    assert table.is_workday(date(2031, 1, 21))
    assert not table.is_workday(date(2031, 2, 3))
    corrected = read_table({"2026": {"off": ["2026-02-14"]}})
    assert WorkingTime(SHANGHAI, table=corrected).add(at("2026-02-13 17:00"), wh(8)) == at("2026-02-24 16:00")


@pytest.mark.parametrize(
    "wrong",
    [
        {"nextyear": {"off": []}},
        {"2031": {"holidays": []}},
        {"2031": {"off": ["2030-12-31"]}},
        {"2031": {"off": ["2031-02-30"]}},
        {"2031": {"off": ["2031-02-03..2031-02-01"]}},
        {"2031": {"off": ["2031-02-01"], "work": ["2031-02-01"]}},
    ],
)
def test_a_table_with_a_mistake_is_refused(wrong: dict[str, dict[str, list[str]]]):
    with pytest.raises(ValueError):
        read_table(wrong)


def test_the_shipped_table_can_be_read():
    assert isinstance(workdays.TABLE, YearTable)


def test_nine_in_the_morning_stays_nine_when_daylight_saving_begins_and_ends():
    madrid = ZoneInfo("Europe/Madrid")
    work = WorkingTime(madrid, table=YearTable())
    # the clocks go forward on Sunday 29 March and back on Sunday 25 October 2026
    assert work.add(at("2026-03-27 17:00", madrid), wh(2)) == at("2026-03-30 10:00", madrid)
    assert work.add(at("2026-10-23 17:00", madrid), wh(2)) == at("2026-10-26 10:00", madrid)


def test_a_window_over_the_change_is_as_long_as_it_really_is():
    madrid = ZoneInfo("Europe/Madrid")
    work = WorkingTime(
        madrid, opens=0, closes=24 * HOUR, table=read_table({"2026": {"work": ["2026-03-29"]}})
    )
    assert work.between(at("2026-03-29 00:00", madrid), at("2026-03-30 00:00", madrid)) == 23 * HOUR
