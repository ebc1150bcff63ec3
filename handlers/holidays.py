"""A community's own years of holidays: `[holidays.2027]` of its file, which year it still lacks, and what each rest is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import product

from handlers.clocks import calendar_of
from handlers.periods import day_of
from handlers.policy import allowance
from handlers.tables import Row
from handlers.workdays import known_year, read_year, runs_of, write_runs
from storage.records import Category, Clock, Community, Holidays, Instant, Severity

LISTS = ("off", "work")
ANNOUNCED = (11, 15)
"""Month and day from which the State Council's notice about next year is looked for."""

_YEAR = re.compile(r"(?:19|20|21)[0-9]{2}")


def read_holidays(table: Row | None) -> tuple[Holidays, ...]:
    """Return the years of `[holidays.…]` in order; mistakes are collected in its file."""
    found: list[Holidays] = []
    for key in table.keys() if table is not None else ():
        row = table.table(key) if table is not None else None
        if table is None or row is None:
            continue
        if _YEAR.fullmatch(key):
            found += _read_year(row, int(key))
        else:
            row.wrong("", "应写年份，如 [holidays.2027]", "must be a year such as [holidays.2027]")
        row.close()
    return tuple(sorted(found, key=lambda one: one.year))


def _read_year(row: Row, year: int) -> list[Holidays]:
    off, work = (row.texts(key) for key in LISTS)
    days, wrong = read_year(year, off, work)
    for one in wrong:
        row.wrong(one.key, one.chinese, one.english)
    if not wrong and not off and not (work and known_year(year)):
        # A year of which nothing is known yet would count as known, without so much as New Year's Day.
        row.wrong("off", "没有写放哪些天假", "is missing: which days are off")
    return [of_days(year, days)]


def of_days(year: int, days: Mapping[date, bool]) -> Holidays:
    """Return the days, True for those that are worked, as a community keeps them."""
    off, work = (
        write_runs(day for day, worked in days.items() if worked is wanted) for wanted in (False, True)
    )
    return Holidays(year, off, work)


def write_holidays(own: Sequence[Holidays]) -> dict[str, dict[str, list[str]]]:
    """Return the tables that read back as these years."""
    return {
        str(one.year): {key: list(days) for key, days in zip(LISTS, (one.off, one.work), strict=True) if days}
        for one in own
    }


# --- what is lacking ------------------------------------------------------------------------------------------------------


def lacking(community: Community, now: Instant) -> int | None:
    """Return the year whose holidays this community has to put in: this one, or from 15 November on the next.

    None when both are known, or when nothing here is counted in working time.
    """
    today = day_of(now, community.timezone)
    wanted = [today.year]
    if (today.month, today.day) >= ANNOUNCED:
        wanted.append(today.year + 1)
    calendar = calendar_of(community)
    unknown = next((year for year in wanted if not calendar.known_year(year)), None)
    return unknown if unknown is not None and counts_working_time(community) else None


def counts_working_time(community: Community) -> bool:
    """Tell whether any clock of this community's policy gives working hours or working days."""
    named = community.policy.categories
    # Categories of which the community says nothing are all alike in this: one of them will do.
    unnamed = [one for one in Category if one not in named][:1]
    given = (allowance(community, *one) for one in product((*named, *unnamed), Severity, Clock))
    return any(one is not None and (one.working or one.working_days) for one in given)


# --- what each rest is for ------------------------------------------------------------------------------------------------

NEW_YEAR, SPRING, TOMB_SWEEPING, LABOUR, DRAGON_BOAT, MID_AUTUMN, NATIONAL = FESTIVALS = (
    "new_year",
    "spring",
    "tomb_sweeping",
    "labour",
    "dragon_boat",
    "mid_autumn",
    "national",
)

_FIXED = {(1, 1): NEW_YEAR, (4, 4): TOMB_SWEEPING, (4, 5): TOMB_SWEEPING, (5, 1): LABOUR, (10, 1): NATIONAL}
_MOVING = (((1, 15), (2, 25), SPRING), ((5, 26), (6, 27), DRAGON_BOAT), ((9, 6), (9, 30), MID_AUTUMN))
"""Festivals of the lunar calendar: between which days their rest begins. Source: the lunar new year lies between 21 January
and 20 February, the fifth of the fifth month between 27 May and 25 June, the full moon of autumn from 7 September on."""


def rests(off: Iterable[date]) -> list[tuple[date, date, tuple[str, ...]]]:
    """Return the days off of a year as runs, first and last day, each with the festivals it is for: none when that is unknown.

    The moon of autumn that has no rest of its own in September rises in National Day's.
    """
    runs = runs_of(off)
    named = [(first, last, _festival(first, last)) for first, last in runs]
    own_moon = any(name == MID_AUTUMN for _, _, name in named)
    return [
        (
            first,
            last,
            (name, MID_AUTUMN) if name == NATIONAL and not own_moon else (name,) if name else (),
        )
        for first, last, name in named
    ]


def _festival(first: date, last: date) -> str:
    for (month, day), name in _FIXED.items():
        if first <= date(first.year, month, day) <= last:
            return name
    begins = (first.month, first.day)
    return next((name for since, until, name in _MOVING if since <= begins <= until), "")
