"""Figures in words: rates, periods and spans of time, for chats, pages and sheets alike."""

from __future__ import annotations

from datetime import date

from handlers.figures import Measure
from handlers.periods import Length, Period
from handlers.wording import text

HOUR, DAY = 60, 24 * 60
"""Minutes."""


def percent(value: float | None) -> str:
    """Return 96.3%, 100% only when all of them, and 0% only when none of them; "—" where there is nothing to say."""
    if value is None:
        return "—"
    tenths = round(value * 1000)
    if tenths in (0, 1000) and value not in (0.0, 1.0):
        tenths = min(999, max(1, tenths))
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths / 10:.1f}%"


def points(change: float | None) -> str:
    """Return a change in percentage points: +2.1, −0.4, 0."""
    if change is None:
        return ""
    tenths = round(change * 1000)
    sign = "+" if tenths > 0 else "−" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}" if tenths % 10 == 0 else f"{sign}{abs(tenths) / 10:.1f}"


def measure_words(measure: Measure, language: str) -> str:
    return text(f"rates.{measure}", language)


def period_words(period: Period, language: str) -> str:
    """Return 2026年11月, 2026年第47周（11月16日至11月22日）."""
    year, week, _ = period.first.isocalendar() if period.length is Length.WEEK else (period.first.year, 0, 0)
    return text(f"period.{period.length}", language).format(
        year=year,
        week=week,
        quarter=(period.first.month + 2) // 3,
        month=f"{period.first:%B}" if language == "en" else period.first.month,
        first=_day(period.first, language, period.length is Length.DAYS),
        last=_day(period.last, language, period.length is Length.DAYS),
    )


def days_words(period: Period, language: str) -> str:
    """Return from which day to which, without the year: 11月16日至11月22日."""
    first, last = (_day(day, language, with_year=False) for day in (period.first, period.last))
    return text("period.days", language).format(first=first, last=last)


def short_words(period: Period, language: str) -> str:
    """Return what stands below a chart: 11月, 47周, 四季度's 26-Q4, 2026, 11/16."""
    match period.length:
        case Length.WEEK | Length.DAYS:
            return f"{period.first.month}/{period.first.day}"
        case Length.MONTH:
            return f"{period.first:%b}" if language == "en" else f"{period.first.month}月"
        case Length.QUARTER:
            return f"{period.first:%y}-Q{(period.first.month + 2) // 3}"
        case Length.YEAR:
            return f"{period.first.year}"


def minutes_words(minutes: int, language: str) -> str:
    """Return a span of time as people say it: 12 分钟, 2 小时 5 分, 3 天 4 小时."""
    if minutes < HOUR:
        return text("span.minutes", language).format(minutes=minutes)
    if minutes < DAY:
        return text("span.hours", language).format(hours=minutes // HOUR, minutes=minutes % HOUR)
    return text("span.days", language).format(days=minutes // DAY, hours=minutes % DAY // HOUR)


def _day(day: date, language: str, with_year: bool) -> str:
    if language == "en":
        return f"{day.day} {day:%b}{f' {day.year}' if with_year else ''}"
    return f"{f'{day.year}年' if with_year else ''}{day.month}月{day.day}日"
