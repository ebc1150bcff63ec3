"""What a reader of the figures asks for, as it stands in the page's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from urllib.parse import urlencode

from starlette.exceptions import HTTPException

from bot.web.console.office import Asking
from handlers import periods
from handlers.figures import Measure
from handlers.periods import Length, Period
from storage.records import Category, Grid, Scope


class By(StrEnum):
    """What the table has a row for."""

    GRID = "grid"
    COMPOUND = "compound"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Wanted:
    """`place`: "" for all one sees, `compound/ID` or `grid/ID`. `grids`: those of it, and of these only one's own. `measure`:
    by which rate they stand in order."""

    period: Period
    place: str
    grids: tuple[Grid, ...]
    category: Category | None
    by: By
    measure: Measure
    scope: Scope

    def address(self, page: str = "/console/figures", **other: str) -> str:
        """Return the page's address with some of it otherwise."""
        said = {
            "period": self.period.length.value,
            "place": self.place,
            "category": self.category.value if self.category else "",
            "by": self.by.value,
            "measure": self.measure.value,
            **dates(self.period),
            **other,
        }
        return f"{page}?{urlencode({name: value for name, value in said.items() if value})}"

    def around(self, period: Period) -> str:
        """Return the address of the same over another period."""
        return replace(self, period=period).address()


def dates(period: Period) -> dict[str, str]:
    """Return how a period's days stand in an address."""
    if period.length is Length.DAYS:
        return {"from": period.first.isoformat(), "to": period.last.isoformat()}
    return {"day": period.first.isoformat()}


def wanted(asking: Asking) -> Wanted:
    """Return what the address asks for; what it leaves out is this month, everything one sees, by grid.

    Raises HTTPException: 400 for what cannot be read, 404 for a place that is not theirs to see.
    """
    query = asking.request.query_params
    grids, place = asking.sight.grids, query.get("place", "")
    if place:
        kind, _, name = place.partition("/")
        grids = tuple(g for g in grids if name == {"compound": g.compound, "grid": g.id}.get(kind))
        if not grids:
            raise HTTPException(404)
    everywhere = asking.sight.everything and not place
    scope = replace(asking.sight.scope, grids=None if everywhere else tuple(g.id for g in grids), person="")
    try:
        return Wanted(
            _period(query, asking),
            place,
            grids,
            Category(query["category"]) if query.get("category") else None,
            By(query.get("by") or By.GRID),
            Measure(query.get("measure") or Measure.RESOLUTION),
            scope,
        )
    except ValueError as unreadable:
        raise HTTPException(400, "console.unreadable") from unreadable


def _period(query: Mapping[str, str], asking: Asking) -> Period:
    """Raises ValueError."""
    zone = asking.community.timezone
    today = periods.day_of(asking.now, zone)
    length = Length(query.get("period") or Length.MONTH)
    if length is Length.DAYS:
        last = _day(query, "to", today)
        return periods.between(_day(query, "from", last.replace(day=1)), last, zone)
    return periods.around(length, _day(query, "day", today), zone)


def _day(query: Mapping[str, str], name: str, otherwise: date) -> date:
    return periods.read_day(query[name]) if query.get(name) else otherwise
