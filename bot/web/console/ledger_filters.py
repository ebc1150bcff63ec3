"""Which lines of the ledger are looked for: read from an address or a form, and given back to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.web.console.office import Asking
from handlers.periods import Length, Period, around, day_of, named, read_day
from storage.people import People
from storage.records import Act, Category, Compound, Grid, Person, Role, Sought

FIELDS = ("when", "from", "to", "compound", "grid", "category", "act", "person")
MONTHS, YEARS = 13, 3
"""How far back months and years are offered."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked for. `given`: the fields as they stand in the form. `wrong`: a key of the pages' texts that says
    what does not go together; then nothing is sought."""

    given: Mapping[str, str]
    sought: Sought
    period: Period | None = None
    wrong: str = ""

    @property
    def query(self) -> dict[str, str]:
        """Those that are set, as they stand in an address."""
        return {name: value for name, value in self.given.items() if value}


@dataclass(frozen=True, slots=True)
class Choices:
    """What a form offers: periods by name, places and people the asker sees."""

    months: list[Period]
    years: list[Period]
    compounds: list[Compound]
    grids: list[tuple[Grid, str]]
    people: list[Person]
    categories: list[Category] = field(default_factory=lambda: list(Category))
    acts: list[Act] = field(default_factory=lambda: list(Act))


def choices(asking: Asking) -> Choices:
    directory, today = asking.directory, _today(asking)
    month, year = (around(length, today, asking.community.timezone) for length in (Length.MONTH, Length.YEAR))
    compounds = {grid.compound: directory.compounds[grid.compound] for grid in asking.sight.grids}
    return Choices(
        _back(month, MONTHS),
        _back(year, YEARS),
        list(compounds.values()),
        [(grid, compounds[grid.compound].name) for grid in asking.sight.grids],
        sorted(_people(asking).values(), key=lambda person: person.name),
    )


async def read(asking: Asking, fields: Mapping[str, str], people: People) -> Filters:
    """Return the filters of an address or a form. What is no choice counts as not chosen."""
    given = {name: fields.get(name, "").strip()[:40] for name in FIELDS}
    known: dict[str, Collection[object]] = {
        "compound": {grid.compound for grid in asking.sight.grids},
        "grid": {grid.id for grid in asking.sight.grids},
        "category": set(Category),
        "act": set(Act),
        "person": _people(asking),
    }
    for name, those in known.items():
        if given[name] not in those:
            given[name] = ""
    period, wrong = _period(asking, given)
    since, until = period.stretch if period else (None, None)
    sought = Sought(
        asking.sight.scope,
        since,
        until,
        given["grid"] or None,
        given["compound"] or None,
        given["category"] or None,
        given["act"] or None,
        await people.ids_of(given["person"]) if given["person"] else None,
    )
    return Filters(given, sought, period, wrong)


def _period(asking: Asking, given: dict[str, str]) -> tuple[Period | None, str]:
    """Return the month or year that was chosen, else the days from one to another, and what is wrong with these."""
    zone = asking.community.timezone
    if given["when"]:
        given["from"] = given["to"] = ""
        try:
            return named(given["when"], zone), ""
        except ValueError:
            given["when"] = ""
            return None, ""
    if given["from"] or given["to"]:
        try:
            first = read_day(given["from"]) if given["from"] else read_day("2000-01-01")
            last = read_day(given["to"]) if given["to"] else _today(asking)
        except ValueError:
            return None, "ledger.no_day"
        return (Period(Length.DAYS, first, last, zone), "") if first <= last else (None, "ledger.wrong_way")
    return None, ""


def _people(asking: Asking) -> dict[str, Person]:
    """Return those who do things here, whom one may look for by name; residents are not among them."""
    community = asking.community.id
    return {
        id: person
        for id, person in asking.directory.people.items()
        if person.community == community and person.roles - {Role.RESIDENT}
    }


def _back(period: Period, count: int) -> list[Period]:
    found = [period]
    while len(found) < count:
        found.append(found[-1].before())
    return found


def _today(asking: Asking) -> date:
    return day_of(asking.now, asking.community.timezone)
