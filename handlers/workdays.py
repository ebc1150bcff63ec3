"""China's working time: which days are worked, and what a span of working hours means on the clock.

Source: the State Council's yearly notice on holidays and make-up working days (调休), as kept by the
chinesecalendar package, with our own table (workdays.toml) laid over it, and what a community has put in over both.
"""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

import chinese_calendar

from storage.records import HOUR, Allowance, Holidays, Instant, Span

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_DAY = timedelta(days=1)
_DAY_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PACKAGE_YEARS = frozenset(day.year for day in chinese_calendar.holidays)
_log = logging.getLogger(__name__)


class Calendar(Protocol):
    """Working time as the clocks use it. Instants and spans are integer milliseconds."""

    def add(self, start: Instant, allowance: Allowance) -> Instant:
        """Return the first instant at which all of `allowance` has passed since `start`."""

    def between(self, a: Instant, b: Instant) -> Span:
        """Return the working time from `a` to `b`."""


@dataclass(frozen=True, slots=True)
class YearTable:
    """Days that differ from chinesecalendar: True is worked, False is off. `years` it speaks for as a whole."""

    days: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Tell whether `day` is worked; Monday to Friday are, in a year that nobody has announced yet."""
        ours = self.days.get(day)
        if ours is not None:
            return ours
        if not self.known_year(day.year):
            _warn_unknown(day.year)
        return day in chinese_calendar.workdays or (
            day.weekday() < 5 and day not in chinese_calendar.holidays
        )

    def known_year(self, year: int) -> bool:
        return year in self.years or year in _PACKAGE_YEARS

    def named(self, year: int) -> dict[date, bool]:
        """Return the days of the year that some table names, weekends among them: True is worked."""
        package = dict.fromkeys(chinese_calendar.holidays, False) | dict.fromkeys(
            chinese_calendar.workdays, True
        )
        return {day: worked for day, worked in {**package, **self.days}.items() if day.year == year}


@cache
def _warn_unknown(year: int) -> None:
    # Cached, so that a sweep over ten thousand deadlines says it once and not ten thousand times.
    _log.warning(
        "%d 年的放假安排还不知道，工作日暂按周一至周五计算；请在控制台 /console/policy 填上 · "
        "no holidays known for %d: working days are plain weekdays; put them in at /console/policy",
        year,
        year,
    )


@dataclass(frozen=True, slots=True)
class Misread:
    """What is wrong with a year's list: `key` is the list it stands in, off or work; the words in both languages."""

    key: str
    chinese: str
    english: str


def read_table(data: Mapping[str, Any]) -> YearTable:
    """Return the table as written in workdays.toml. Raises ValueError naming every year and day that is wrong."""
    days: dict[date, bool] = {}
    wrong: list[str] = []
    for year, lists in data.items():
        if not year.isdecimal() or not lists.keys() <= {"off", "work"}:
            wrong.append(f"workdays: [{year}] holds lists named off and work")
            continue
        own, misread = read_year(int(year), lists.get("off", ()), lists.get("work", ()))
        days |= own
        wrong += [f"workdays: [{year}] {one.key}: {one.english}" for one in misread]
    if wrong:
        raise ValueError("\n".join(wrong))
    return YearTable(days, frozenset(map(int, data)))


def read_year(
    year: int, off: Iterable[str], work: Iterable[str]
) -> tuple[dict[date, bool], tuple[Misread, ...]]:
    """Return the days of both lists, True for those that are worked, and everything that is wrong with them.

    A day is written 2027-01-01, a run of days 2027-01-01..2027-01-03; all of them lie in `year`.
    """
    days: dict[date, bool] = {}
    wrong: list[Misread] = []
    for key, lists in (("off", off), ("work", work)):
        for written in lists:
            run = _run(written)
            misread = _misread(key, written, run, year)
            if run is None or misread:
                wrong += misread
                continue
            for day in days_of(*run):
                if days.setdefault(day, key == "work") is not (key == "work"):
                    wrong.append(Misread(key, f"{day} 又放假又上班", f"{day} is both off and worked"))
    return days, tuple(wrong)


def _run(written: str) -> tuple[date, date] | None:
    first, apart, last = written.partition("..")
    # fromisoformat alone also takes 20270101 and 2027-W01-1.
    if not all(_DAY_WRITTEN.fullmatch(one) for one in (first, last or first)) or (apart and not last):
        return None
    try:
        return date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        return None


def _misread(key: str, written: str, run: tuple[date, date] | None, year: int) -> list[Misread]:
    shown = f"“{written[:40]}”"
    if run is None:
        return [
            Misread(
                key,
                f"{shown} 应写成 {year}-01-01 或 {year}-01-01..{year}-01-03",
                f"{shown} must be {year}-01-01 or {year}-01-01..{year}-01-03",
            )
        ]
    if elsewhere := {one.year for one in run} - {year}:
        other = min(elsewhere)
        return [
            Misread(
                key,
                f"{shown} 不都在 {year} 年里，{other} 年的写进 [holidays.{other}]",
                f"{shown} is not in {year}, what is in {other} goes into [holidays.{other}]",
            )
        ]
    if run[1] < run[0]:
        return [Misread(key, f"{shown} 还没开始就结束了", f"{shown} ends before it begins")]
    return []


def days_of(first: date, last: date) -> list[date]:
    """Return the days from `first` to `last`, both among them."""
    return [first + _DAY * n for n in range((last - first).days + 1)]


def runs_of(days: Iterable[date]) -> list[tuple[date, date]]:
    """Return the days as runs, first and last, in order."""
    runs: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if runs and day - runs[-1][1] == _DAY:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def write_runs(days: Iterable[date]) -> tuple[str, ...]:
    """Return the days as read_year reads them, the shortest way."""
    return tuple(f"{first}..{last}" if first < last else f"{first}" for first, last in runs_of(days))


TABLE = read_table(tomllib.loads(files("handlers").joinpath("workdays.toml").read_text(encoding="utf-8")))
"""The table that is shipped with the program."""


def laid_over(own: Iterable[Holidays], below: YearTable = TABLE) -> YearTable:
    """Return `below` with a community's own years over it: a day it names is as it says, every other as it was."""
    top = read_table({str(one.year): {"off": one.off, "work": one.work} for one in own})
    return YearTable({**below.days, **top.days}, below.years | top.years)


def known_year(year: int) -> bool:
    """Tell whether the holidays of `year` came along; if not, its working days are plain weekdays until somebody says."""
    return TABLE.known_year(year)


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Working time of one zone: from `opens` to `closes` (ms after local midnight) on working days, without a
    lunch break. Daylight-saving days are as long as they really are."""

    zone: tzinfo
    opens: Span = 9 * HOUR
    closes: Span = 18 * HOUR
    table: YearTable = TABLE

    def add(self, start: Instant, allowance: Allowance) -> Instant:
        """Return the first instant at which all of `allowance` has passed since `start`.

        A span around the clock is simply added. Working time counts only inside opening hours, so outside them it
        begins at the next opening. N working days end when work closes on the Nth working day after the local
        date of `start`. Nothing at all has passed at `start` itself.
        """
        if not allowance.working and not allowance.working_days:
            return start + allowance.span
        left, day = allowance.span, self._day(start)
        for _ in range(allowance.working_days):
            day = self._next(day)
        if allowance.working_days:
            return self._window(day)[1]
        if left <= 0:
            return start
        if not self.table.is_workday(day):
            day = self._next(day)
        while True:
            opens, closes = self._window(day)
            begins = max(start, opens)
            if begins + left <= closes:
                return begins + left
            left -= max(0, closes - begins)
            day = self._next(day)

    def between(self, a: Instant, b: Instant) -> Span:
        """Return the working time from `a` to `b` in ms; 0 when `b` is not after `a`."""
        total, day, last = 0, self._day(a), self._day(b)
        while day <= last:
            if self.table.is_workday(day):
                opens, closes = self._window(day)
                total += max(0, min(b, closes) - max(a, opens))
            day += _DAY
        return total

    def known_year(self, year: int) -> bool:
        return self.table.known_year(year)

    def _day(self, at: Instant) -> date:
        return (_EPOCH + at * _MS).astimezone(self.zone).date()

    def _next(self, day: date) -> date:
        day += _DAY
        while not self.table.is_workday(day):
            day += _DAY
        return day

    def _window(self, day: date) -> tuple[Instant, Instant]:
        midnight = datetime.combine(day, time(), tzinfo=self.zone)
        # Adding to a zoned datetime moves the local wall clock, so 9:00 is 9:00 on a daylight-saving day too.
        return _instant(midnight + self.opens * _MS), _instant(midnight + self.closes * _MS)


def _instant(local: datetime) -> Instant:
    return (local - _EPOCH) // _MS
