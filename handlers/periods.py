"""Stretches of time that figures are counted over: weeks, months, quarters, years, or from one day to another.

Days are the community's own; weeks begin on Monday and are numbered as ISO 8601 does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from storage.records import Instant

LONGEST = 3700
"""Days from the first to the last: ten years."""


class Length(StrEnum):
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Period:
    """From the beginning of the day `first` to the end of the day `last`, both in `zone`."""

    length: Length
    first: date
    last: date
    zone: str

    @property
    def stretch(self) -> tuple[Instant, Instant]:
        """From, and up to before, in ms UTC."""
        return _midnight(self.first, self.zone), _midnight(self.last + timedelta(days=1), self.zone)

    @property
    def name(self) -> str:
        """As it stands in addresses and in the table of jobs: 2026-W47, 2026-11, 2026-Q4, 2026, 2026-11-01--2026-11-22."""
        match self.length:
            case Length.WEEK:
                year, week, _ = self.first.isocalendar()
                return f"{year}-W{week:02}"
            case Length.MONTH:
                return f"{self.first:%Y-%m}"
            case Length.QUARTER:
                return f"{self.first.year}-Q{(self.first.month + 2) // 3}"
            case Length.YEAR:
                return f"{self.first.year}"
            case Length.DAYS:
                return f"{self.first}--{self.last}"

    def before(self) -> Period:
        """Return the one that ends where this begins: the week, month, quarter, year before, or as many days."""
        yesterday = self.first - timedelta(days=1)
        if self.length is Length.DAYS:
            return Period(self.length, yesterday - (self.last - self.first), yesterday, self.zone)
        return around(self.length, yesterday, self.zone)

    def after(self) -> Period:
        """Return the one that begins where this ends."""
        tomorrow = self.last + timedelta(days=1)
        if self.length is Length.DAYS:
            return Period(self.length, tomorrow, tomorrow + (self.last - self.first), self.zone)
        return around(self.length, tomorrow, self.zone)


def around(length: Length, day: date, zone: str) -> Period:
    """Return the week, month, quarter or year that `day` lies in; of `DAYS` the day alone."""
    match length:
        case Length.WEEK:
            first = day - timedelta(days=day.weekday())
            return Period(length, first, first + timedelta(days=6), zone)
        case Length.MONTH:
            return Period(length, day.replace(day=1), _month_after(day, 1) - timedelta(days=1), zone)
        case Length.QUARTER:
            first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
            return Period(length, first, _month_after(first, 3) - timedelta(days=1), zone)
        case Length.YEAR:
            return Period(length, date(day.year, 1, 1), date(day.year, 12, 31), zone)
        case Length.DAYS:
            return Period(length, day, day, zone)


def between(first: date, last: date, zone: str) -> Period:
    """Return the days from one to another. Raises ValueError when they stand the wrong way round or are too many."""
    if not 0 <= (last - first).days <= LONGEST:
        raise ValueError(f"{first} to {last}")
    return Period(Length.DAYS, first, last, zone)


def named(name: str, zone: str) -> Period:
    """Return the period of a name as Period.name has it. Raises ValueError."""
    first, _, last = name.partition("--")
    if last:
        return between(read_day(first), read_day(last), zone)
    year, _, rest = name.partition("-")
    if not rest:
        return around(Length.YEAR, read_day(f"{year}-01-01"), zone)
    if rest.startswith("W"):
        return around(
            Length.WEEK, read_day(date.fromisocalendar(int(year), int(rest[1:]), 1).isoformat()), zone
        )
    if rest.startswith("Q"):
        return around(Length.QUARTER, read_day(f"{year}-{int(rest[1:]) * 3 - 2:02}-01"), zone)
    return around(Length.MONTH, read_day(f"{name}-01"), zone)


def day_of(now: Instant, zone: str) -> date:
    return datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(zone)).date()


def read_day(written: str) -> date:
    """Return the day of 2026-11-22. Raises ValueError, also for years nobody reports in (they would end the calendar)."""
    day = date.fromisoformat(written)
    if not 2000 <= day.year <= 2200:
        raise ValueError(written)
    return day


def _month_after(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _midnight(day: date, zone: str) -> Instant:
    return int(datetime.combine(day, time(), ZoneInfo(zone)).timestamp() * 1000)
