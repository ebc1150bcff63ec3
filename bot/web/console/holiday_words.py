"""Days off and make-up days in words: 春节 2月6日–12日, 2月7日（周日）."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.web.words import word
from handlers.holidays import rests
from handlers.workdays import read_year, runs_of
from storage.records import Holidays


def days_of(own: Holidays) -> dict[date, bool]:
    """Return the days of a year that was read and checked, True for those that are worked."""
    return read_year(own.year, own.off, own.work)[0]


def off_words(off: Iterable[date], language: str) -> list[str]:
    """Return each rest with what it is for: 元旦 1月1日–3日, 国庆节、中秋节 10月1日–8日."""
    apart = "、" if language == "zh" else ", "
    return [
        f"{apart.join(word(language, f'policy.festival.{one}') for one in names)} {_run(first, last, language)}".strip()
        for first, last, names in rests(off)
    ]


def work_words(work: Iterable[date], language: str) -> list[str]:
    """Return each make-up day with its weekday, since that is what is odd about it: 2月7日（周日）."""
    return [
        word(
            language,
            "policy.make_up",
            day=_day(day, language),
            weekday=word(language, f"policy.weekday.{day:%w}"),
        )
        for day in sorted(set(work))
    ]


def as_lines(days: Iterable[date], language: str) -> list[str]:
    """Return the days as a form shows them and the notice writes them: 1月1日至3日; in English 2027-01-01..2027-01-03."""
    lines = []
    for first, last in runs_of(days):
        if language != "zh":
            lines.append(f"{first}..{last}" if first < last else f"{first}")
        elif first == last:
            lines.append(_day(first, language))
        else:
            lines.append(f"{_day(first, language)}至{_end(first, last)}")
    return lines


def _run(first: date, last: date, language: str) -> str:
    if first == last:
        return _day(first, language)
    if language == "zh":
        return f"{_day(first, language)}–{_end(first, last)}"
    begins = str(first.day) if first.month == last.month else _day(first, language)
    return f"{begins}–{_day(last, language)}"


def _end(first: date, last: date) -> str:
    return f"{last.day}日" if first.month == last.month else _day(last, "zh")


def _day(day: date, language: str) -> str:
    return f"{day.month}月{day.day}日" if language == "zh" else f"{day.day} {day:%b}"
