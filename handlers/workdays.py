"""China's working time: which days are worked, and what a span of working hours means on the clock.

Source: the State Council's yearly notice on holidays and make-up working days (调休), as kept by the
chinesecalendar package, with our own table (workdays.toml) laid over it.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any, Protocol

import chinese_calendar

from storage.records import HOUR, Allowance, Instant, Span

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_DAY = timedelta(days=1)
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


@cache
def _warn_unknown(year: int) -> None:
    # Cached, so that a sweep over ten thousand deadlines says it once and not ten thousand times.
    _log.warning(
        "%d 年的放假安排还不知道，工作日暂按周一至周五计算；请更新 chinesecalendar 或 workdays.toml · "
        "no holidays known for %d: working days are plain weekdays; update chinesecalendar or workdays.toml",
        year,
        year,
    )


def read_table(data: Mapping[str, Any]) -> YearTable:
    """Return the table as written in workdays.toml. Raises ValueError naming the year or day that is wrong."""
    days: dict[date, bool] = {}
    for year, lists in data.items():
        if not year.isdecimal() or not lists.keys() <= {"off", "work"}:
            raise ValueError(f"workdays: [{year}] holds lists named off and work")
        for worked in (False, True):
            for day in chain.from_iterable(map(_days, lists.get("work" if worked else "off", ()))):
                if str(day.year) != year:
                    raise ValueError(f"workdays: {day} is not in {year}")
                if days.setdefault(day, worked) != worked:
                    raise ValueError(f"workdays: {day} is both off and worked")
    return YearTable(days, frozenset(map(int, data)))


def _days(written: str) -> list[date]:
    first, _, last = written.partition("..")
    start, end = date.fromisoformat(first), date.fromisoformat(last or first)
    if end < start:
        raise ValueError(f"workdays: {written} ends before it begins")
    return [start + _DAY * n for n in range((end - start).days + 1)]


TABLE = read_table(tomllib.loads(files("handlers").joinpath("workdays.toml").read_text(encoding="utf-8")))
"""The table that is shipped with the program."""


def known_year(year: int) -> bool:
    """Tell whether the holidays of `year` are known; if not, its working days are plain weekdays."""
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
