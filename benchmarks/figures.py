"""A figure: what was measured, beside what it is compared with in the same run, and what it must reach.

Every part of the benchmarks hands its figures to `report`, which prints them as a table; `python -m benchmarks` collects
them over all parts, for one table and one plot.
"""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

COLLECTED = "HUYING_FIGURES"
"""Names the file, JSON by lines, to which `report` adds when it is set."""

INTO = "HUYING_FIGURES_INTO"
"""Names the folder for pictures when they are wanted."""


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` in `unit` is ours. `other`, in the same unit, is what `than` reached in the same run; None: there is nothing
    to compare with. `at_least` and `at_most` bound the ratio, or the value itself where there is no other; both None:
    the figure is told for its own sake."""

    part: str
    name: str
    value: float
    unit: str
    than: str = ""
    other: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.other if self.other else None

    @property
    def judged(self) -> float:
        """What the bounds are about."""
        return self.value if self.ratio is None else self.ratio

    @property
    def reached(self) -> bool | None:
        """None where nothing is asked for."""
        if self.at_least is None and self.at_most is None:
            return None
        low = self.at_least is None or self.judged >= self.at_least
        return low and (self.at_most is None or self.judged <= self.at_most)

    @property
    def bound(self) -> str:
        unit = " ×" if self.ratio is not None else f" {self.unit}"
        if self.at_least is not None:
            return f"≥ {self.at_least:g}{unit}"
        return f"≤ {self.at_most:g}{unit}" if self.at_most is not None else ""


def report(figures: Iterable[Figure]) -> None:
    """Print the figures, and hand them to who collects them."""
    figures = list(figures)
    print(table(figures))
    if kept := os.environ.get(COLLECTED):
        with Path(kept).open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(figure), ensure_ascii=False) + "\n" for figure in figures)


def collected(file: Path) -> list[Figure]:
    """Read what `report` has added to `file`."""
    return [Figure(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]


def cells(figure: Figure) -> tuple[str, ...]:
    """One row of the table."""
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f} ×"
    other = "" if figure.other is None else f"{number(figure.other)} {figure.unit}"
    verdict = {True: "yes", False: "NO", None: ""}[figure.reached]
    measured = f"{number(figure.value)} {figure.unit}"
    return (figure.part, figure.name, measured, figure.than, other, ratio, figure.bound, verdict, figure.note)


HEAD = ("part", "figure", "Huying", "against", "", "ratio", "asked", "reached", "")


def table(figures: Sequence[Figure]) -> str:
    """Lay the figures out for a terminal."""
    rows = [HEAD, *map(cells, figures)]
    widths = [max(map(wide, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(padded, row, widths)).rstrip() for row in rows)


def markdown(figures: Sequence[Figure]) -> str:
    """Lay the figures out for a page of the docs."""
    rows = [HEAD, ("---",) * len(HEAD), *map(cells, figures)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def number(value: float) -> str:
    """Three digits that say something: 1,226, 10.1, 0.57."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def padded(text: str, width: int) -> str:
    return text + " " * (width - wide(text))


def wide(text: str) -> int:
    """Columns a terminal needs: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
