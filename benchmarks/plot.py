"""The figures as one picture: how far each is from what was asked, on a logarithmic scale, as SVG without a library."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from benchmarks.figures import Figure, number

LINE = 26
LEFT, WIDTH, RIGHT = 430, 380, 190
GOOD, BAD, INK, QUIET = "#2e7d5b", "#b3412c", "#222", "#999"


def margin(figure: Figure) -> float | None:
    """How many times better than asked (below 1: not reached); None where nothing is asked or nothing was measured."""
    if figure.judged <= 0:
        return None
    if figure.at_least is not None:
        return figure.judged / figure.at_least
    return figure.at_most / figure.judged if figure.at_most else None


def picture(figures: Sequence[Figure], title: str) -> str:
    """Return the SVG: a bar to the right for better than asked, to the left for worse, the raw numbers beside it."""
    shown = [(figure, times) for figure in figures if (times := margin(figure)) is not None]
    most = max([2.0, *(max(times, 1 / times) for _, times in shown)])
    height = LINE * (len(shown) + 3)
    middle = LEFT + WIDTH / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + RIGHT} {height}" '
        f'font-family="sans-serif" font-size="13" fill="{INK}">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        text(10, LINE * 0.9, title, weight="bold"),
        text(middle, LINE * 1.9, "as asked", anchor="middle", fill=QUIET),
        text(LEFT + WIDTH, LINE * 1.9, f"{most:.3g} × better →", anchor="end", fill=QUIET),
        f'<line x1="{middle}" y1="{LINE * 2.1}" x2="{middle}" y2="{height - 8}" stroke="{QUIET}"/>',
    ]
    for row, (figure, times) in enumerate(shown):
        parts += bar(figure, times, LINE * (row + 2.4), middle, WIDTH / 2 / math.log(most))
    return "\n".join([*parts, "</svg>\n"])


def bar(figure: Figure, times: float, top: float, middle: float, scale: float) -> list[str]:
    end = middle + math.log(times) * scale
    left, width = min(end, middle), max(abs(end - middle), 1.5)
    colour = GOOD if figure.reached else BAD
    against = f" : {number(figure.other)}" if figure.other else ""
    raw = f"{number(figure.value)}{against} {figure.unit}"
    asked = f"{number(figure.judged)} ({figure.bound})"
    return [
        text(LEFT - 12, top + 14, f"{figure.part}: {figure.name}", anchor="end"),
        f'<rect x="{left:.1f}" y="{top + 3:.1f}" width="{width:.1f}" height="{LINE - 9}" fill="{colour}"/>',
        text(LEFT + WIDTH + 10, top + 8, asked, size=11),
        text(LEFT + WIDTH + 10, top + 20, raw, size=10, fill=QUIET),
    ]


def text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    fill: str = INK,
    size: int = 13,
    weight: str = "normal",
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" font-size="{size}" '
        f'font-weight="{weight}">{escape(words)}</text>'
    )
