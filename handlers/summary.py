"""The figures of a period as a sheet: a row for the community, each compound, each grid and each category."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from handlers import figures
from handlers.figure_words import measure_words
from handlers.figures import Measure
from handlers.wording import text
from storage.records import Counted, Directory, Tally

Cell = str | int | float
COUNTS = ("reported", "declined", "withdrawn", "merged", "solved")


def heading(language: str) -> list[Cell]:
    """Return the sheet's first row."""
    rates: list[Cell] = []
    for measure in Measure:
        rates.append(text(f"summary.{measure}.part", language))
        rates.append(text(f"summary.{measure}.whole", language))
        rates.append(f"{measure_words(measure, language)}（%）")
    names = [text(f"summary.{name}", language) for name in ("level", "name", *COUNTS, "late")]
    return [*names, *rates, text("summary.silent", language), text("summary.note", language)]


def summary(
    directory: Directory, counts: Sequence[Counted], grids: Collection[str], language: str
) -> list[list[Cell]]:
    """Return the heading and the rows. `counts`: of the period, from `turn.figures.tallies`; `grids`: the ids of those
    that are to stand in it, with nothing reported too.

    A rate is in percent with one decimal, empty where there is nothing to divide by; the note says where it is of too
    few to rank.
    """
    rows = [heading(language)]
    rows.append(_row("community", text("rates.whole", language), figures.total(counts), language))
    by_grid = figures.gathered(counts, lambda one: one.grid)
    by_compound: dict[str, Tally] = {}
    for grid in directory.grids.values():
        if grid.id in grids:
            before = by_compound.get(grid.compound, Tally())
            by_compound[grid.compound] = before + by_grid.get(grid.id, Tally())
    for compound, tally in by_compound.items():
        rows.append(_row("compound", directory.compounds[compound].name, tally, language))
    for grid in directory.grids.values():
        if grid.id in grids:
            name = f"{directory.compounds[grid.compound].name} · {grid.name}"
            rows.append(_row("grid", name, by_grid.get(grid.id, Tally()), language))
    gone = [tally for grid, tally in by_grid.items() if grid not in directory.grids]
    if gone:
        rows.append(_row("grid", text("rates.gone_grid", language), sum(gone, Tally()), language))
    rows += _categories(figures.gathered(counts, lambda one: one.category), language)
    return rows


def _categories(tallies: Mapping[str, Tally], language: str) -> list[list[Cell]]:
    most_first = sorted(tallies, key=lambda category: -tallies[category].reported)
    return [_row("category", text(f"category.{one}", language), tallies[one], language) for one in most_first]


def _row(level: str, name: str, tally: Tally, language: str) -> list[Cell]:
    rates: list[Cell] = []
    few = False
    for measure in Measure:
        rate = figures.rate(tally, measure)
        few |= not rate.enough
        rates += [rate.part, rate.whole, "" if rate.value is None else round(rate.value * 100, 1)]
    counts: list[Cell] = [getattr(tally, count) for count in COUNTS]
    note = text("rates.few", language) if few else ""
    return [
        text(f"summary.level.{level}", language),
        name,
        *counts,
        figures.late(tally),
        *rates,
        tally.silent,
        note,
    ]
