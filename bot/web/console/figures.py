"""/console/figures: the three rates of a period, where they come from, and what wants a look. Definitions: handlers/figures.py."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.charts import Bar, Series, bars, lines
from bot.spreadsheets import defused
from bot.web.console.figures_asked import By, Wanted, wanted
from bot.web.console.figures_counted import Counting, Found
from bot.web.console.office import Asking, Office
from handlers import figures, month_in_words, places
from handlers.figure_words import measure_words, minutes_words, percent, period_words, points, short_words
from handlers.figures import Measure, Rate, Standing
from handlers.periods import Length
from handlers.sight import Chamber
from handlers.summary import summary
from handlers.wording import Tongue, clock_time, render, text
from storage.records import Category, Counted, Rates, Tally

TICKETS = "/console/tickets"
MOST_BARS = 40


def routes(office: Office) -> list[BaseRoute]:
    room = FiguresRoom(office)
    return [
        Route("/console/figures", room.show, methods=["GET"]),
        Route("/console/figures.csv", room.sheet, methods=["GET"]),
    ]


class FiguresRoom:
    def __init__(self, office: Office) -> None:
        self._office = office
        self._counting = Counting()

    async def show(self, request: Request) -> Response:
        """GET /console/figures."""
        asking = await self._office.asked(request, Chamber.FIGURES)
        what = wanted(asking)
        async with self._office.store.view() as turn:
            found = await self._counting.found(turn, asking, what)
        return self._office.page(asking, "console/figures.html", **shown(asking, what, found))

    async def sheet(self, request: Request) -> Response:
        """GET /console/figures.csv: the table of the same address, whole."""
        asking = await self._office.asked(request, Chamber.FIGURES)
        what = wanted(asking)
        async with self._office.store.view() as turn:
            counts = await turn.figures.tallies(what.scope, what.period.stretch, asking.now, what.category)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        grids = {grid.id for grid in what.grids}
        for row in summary(asking.directory, counts, grids, asking.language):
            writer.writerow([defused(cell) if isinstance(cell, str) else cell for cell in row])
        name = f"huying-{asking.community.id}-{what.period.name}.csv"
        return Response(
            # Excel takes UTF-8 for Chinese only behind a byte-order mark.
            out.getvalue().encode("utf-8-sig"),
            media_type="text/csv; charset=utf-8",
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )


def shown(asking: Asking, what: Wanted, found: Found) -> dict[str, Any]:
    """Return what the template knows: everything in words already, but for the page's own."""
    language = asking.language
    tongue = Tongue(language, asking.community.timezone, asking.now)
    before = found.trend[-2][1]
    total = figures.total(found.counts)
    standings = _standings(what, found.counts, asking)
    names = _names(asking, what)
    return {
        "what": what,
        "period": period_words(what.period, language),
        "unfinished": asking.now < what.period.stretch[1],
        "total": total,
        "unsolved": figures.unsolved(total),
        "cards": [_card(measure, total, before, found.everybody, language) for measure in Measure],
        "few_of": figures.ENOUGH,
        "trend": Markup(_trend(asking, found)) if len(found.trend) > 2 else "",
        "bars": Markup(_bars(asking, what, standings, names)),
        "in_words": render(month_in_words.in_words(found.done), tongue),
        **_tables(asking, what, found, standings, names),
        **_choices(asking),
    }


# --- pieces -------------------------------------------------------------------------------------------------------


def _tables(
    asking: Asking, what: Wanted, found: Found, standings: list[Standing[str]], names: Callable[[str], str]
) -> dict[str, Any]:
    """Return the rows of each table: the standings, how long it took, what is overdue, what was reported again."""
    language = asking.language
    tongue = Tongue(language, asking.community.timezone, asking.now)
    return {
        "rows": [
            (one.rank, names(one.key), one.tally, _cells(one.tally), _list(what, one.key))
            for one in standings
        ],
        "spreads": [
            (stage, spread, minutes_words(spread.median, language), minutes_words(spread.ninetieth, language))
            for stage, spread in found.spreads.items()
            if spread is not None
        ],
        "overdue": [
            (
                _grid_name(asking, grid.id),
                found.overdue[grid.id],
                _missed(what, grid.id),
            )
            for grid in what.grids
            if grid.id in found.overdue and found.overdue[grid.id].overdue
        ],
        "repeats": [
            (
                _grid_name(asking, one.grid),
                text(f"category.{one.category}", language),
                places.words(one.place, language),
                one.times,
                clock_time(one.last_at, tongue),
            )
            for one in found.repeats
        ],
    }


def _choices(asking: Asking) -> dict[str, Any]:
    """Return what the form and the links above the tables offer."""
    language = asking.language
    return {
        "measures": [(one, measure_words(one, language)) for one in Measure],
        "lengths": list(Length),
        "groupings": list(By),
        "categories": sorted((text(f"category.{one}", language), one.value) for one in Category),
        "compounds": _compounds(asking),
    }


def _card(
    measure: Measure, of: Tally, before: Rates, everybody: Tally | None, language: str
) -> dict[str, Any]:
    now, then = figures.rate(of, measure), figures.rate(before, measure)
    change = figures.change(now, then)
    return {
        "measure": measure.value,
        "name": measure_words(measure, language),
        "percent": percent(now.value),
        "rate": now,
        "change": points(change),
        "better": change is not None and change > 0,
        "worse": change is not None and change < 0,
        "everybody": percent(figures.rate(everybody, measure).value) if everybody else "",
    }


def _cells(tally: Tally) -> list[tuple[str, Rate]]:
    rates = [figures.rate(tally, measure) for measure in Measure]
    return [(percent(rate.value), rate) for rate in rates]


def _standings(what: Wanted, counts: list[Counted], asking: Asking) -> list[Standing[str]]:
    if what.by is By.CATEGORY:
        tallies = figures.gathered(counts, lambda one: one.category)
    else:
        tallies = figures.gathered(counts, _place_of(what.by, asking))
        # A grid where nothing was reported stands there all the same: that is worth knowing, too.
        for grid in what.grids:
            tallies.setdefault(grid.id if what.by is By.GRID else grid.compound, Tally())
    most_first = dict(sorted(tallies.items(), key=lambda one: -one[1].reported))
    return figures.ranking(most_first, what.measure)


def _place_of(by: By, asking: Asking) -> Callable[[Counted], str]:
    def place(one: Counted) -> str:
        grid = asking.directory.grids.get(one.grid)
        if grid is None:
            return ""
        return grid.id if by is By.GRID else grid.compound

    return place


def _names(asking: Asking, what: Wanted) -> Callable[[str], str]:
    def name(key: str) -> str:
        if what.by is By.CATEGORY:
            return text(f"category.{key}", asking.language)
        if what.by is By.COMPOUND and key:
            return asking.directory.compounds[key].name
        return _grid_name(asking, key)

    return name


def _grid_name(asking: Asking, grid: str) -> str:
    found = asking.directory.grids.get(grid)
    if found is None:
        return text("rates.gone_grid", asking.language)
    return f"{asking.directory.compounds[found.compound].name} · {found.name}"


def _compounds(asking: Asking) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The places to choose from: each compound with its grids, as far as they are seen."""
    grids: dict[str, list[tuple[str, str]]] = {}
    for grid in asking.sight.grids:
        grids.setdefault(grid.compound, []).append((grid.id, grid.name))
    return [(id, asking.directory.compounds[id].name, inside) for id, inside in grids.items()]


def _list(what: Wanted, key: str) -> str:
    """Return where the tickets behind a row are listed; "" for what is no place any more."""
    kind, _, name = what.place.partition("/")
    chosen = {kind: name} if name else {}
    if what.category is not None:
        chosen["category"] = what.category.value
    days = {"since": what.period.first.isoformat(), "until": what.period.last.isoformat()}
    return f"{TICKETS}?{urlencode({**chosen, what.by.value: key, **days})}" if key else ""


def _missed(what: Wanted, grid: str) -> str:
    """Return where the tickets behind a number of overdue ones are listed."""
    category = {"category": what.category.value} if what.category is not None else {}
    return f"{TICKETS}?{urlencode({**category, 'grid': grid, 'missed': '1'})}"


def _trend(asking: Asking, found: Found) -> str:
    language = asking.language
    series = []
    for measure in Measure:
        values = [figures.rate(rates, measure).value for _, rates in found.trend]
        series.append(Series(measure_words(measure, language), values, percent(values[-1])))
    labels = [short_words(period, language) for period, _ in found.trend]
    told = [
        f"{label}: " + ", ".join(f"{one.name} {percent(one.values[number])}" for one in series)
        for number, label in enumerate(labels)
    ]
    return lines("trend", asking.word("figures.trend"), "; ".join(told), labels, series)


def _bars(asking: Asking, what: Wanted, standings: list[Standing[str]], names: Callable[[str], str]) -> str:
    rows = []
    for one in standings[:MOST_BARS]:
        rate = figures.rate(one.tally, what.measure)
        behind = f"{percent(rate.value)} {rate.part}/{rate.whole}" if rate.whole else "—"
        rows.append(Bar(names(one.key), rate.value, behind, few=not rate.enough))
    about = "; ".join(f"{row.name} {row.figures}" for row in rows)
    return bars("ranks", measure_words(what.measure, asking.language), about, rows)
