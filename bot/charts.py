"""Charts: drawn once as SVG with classes for colours, so that the page shows them light and dark, and as PNG for chats.

Lengths are the SVG's own units (pixels at its natural width). No style stands in them: the page's policy allows none.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import resvg_py

from bot.type import FACE, FAMILY, drawable

WIDTH = 640
SIZE = 14
ROW = 32
LABEL = 208
"""Where bars begin; their names stand before it."""
ENDS = 512
"""Where a bar of 100% ends; its figures stand behind it."""
TOP, HIGH, LEFT, RIGHT = 18, 200, 46, 470
"""Of the plot of lines; the names of the lines stand behind it."""
KINDS = ("one", "two", "three")
"""Classes of lines, told apart by colour, by dashes and by the shape of their points."""

LIGHT = """
text { font-size: 14px; fill: #1c2422; }
.soft { fill: #5d6864; font-size: 12.5px; }
.title { font-size: 17px; }
.grid, .axis { stroke: #e2dccf; stroke-width: 1; fill: none; }
.axis { stroke: #9faba6; }
.track { fill: #f0ebdf; } .bar { fill: #0c7a68; } .few { fill: #9faba6; }
.line { fill: none; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
.line.one { stroke: #0c7a68; } .line.two { stroke: #b35a0e; stroke-dasharray: 7 5; } .line.three { stroke: #4a5f9c; stroke-dasharray: 2 5; }
.dot.one, .name.one { fill: #0a6455; } .dot.two, .name.two { fill: #b35a0e; } .dot.three, .name.three { fill: #4a5f9c; }
"""
"""What the page says in static/figures.css, for pictures: there is nobody there to choose between light and dark."""

_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Bar:
    """`value` from 0 to 1, None where there is nothing to show; `figures` stand behind it; `few`: too few to say much."""

    name: str
    value: float | None
    figures: str
    few: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """A line: one value from 0 to 1 for each label, None where there is none. `end`: its last value in words."""

    name: str
    values: Sequence[float | None]
    end: str = ""


def bars(mark: str, title: str, about: str, rows: Sequence[Bar], *, headed: bool = False) -> str:
    """Return a bar for each row, one below the other. `mark`: unlike any other chart's on its page. `headed`: the title
    is drawn, where nothing beside the picture says it."""
    top = 34 if headed else 6
    high = top + ROW * len(rows) + 22
    parts = []
    for share in (0, 25, 50, 75, 100):
        x = LABEL + (ENDS - LABEL) * share / 100
        parts.append(_segment("grid", x, top, x, high - 22))
        parts.append(_text(f"{share}%", x, high - 6, "soft", "middle"))
    for number, row in enumerate(rows):
        y = top + ROW * number
        parts.append(_text(fitted(row.name, LABEL - 12), LABEL - 10, y + 21, "", "end"))
        parts.append(_box("track", LABEL, y + 8, ENDS - LABEL, ROW - 16))
        if row.value is not None:
            parts.append(
                _box(
                    "few" if row.few else "bar", LABEL, y + 8, max(2.0, (ENDS - LABEL) * row.value), ROW - 16
                )
            )
        parts.append(
            _text(fitted(row.figures, WIDTH - ENDS - 12), ENDS + 10, y + 21, "soft" if row.few else "")
        )
    return _svg(mark, title, about, high, parts, headed=headed)


def lines(
    mark: str,
    title: str,
    about: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    headed: bool = False,
) -> str:
    """Return up to three lines over the labels, up to 100%."""
    top = TOP + (28 if headed else 0)
    bottom, high = top + HIGH, top + HIGH + 28
    floor = _floor([value for one in series for value in one.values if value is not None])
    step = (RIGHT - LEFT) / max(1, len(labels) - 1)

    def at(value: float) -> float:
        return bottom - (value - floor) / (1 - floor) * HIGH

    parts = []
    for quarter in range(5):
        value = floor + (1 - floor) * quarter / 4
        parts.append(_segment("grid" if quarter else "axis", LEFT, at(value), RIGHT, at(value)))
        parts.append(_text(f"{value * 100:.0f}%", LEFT - 8, at(value) + 4, "soft", "end"))
    every = -(
        -len(labels)
        // max(1, int((RIGHT - LEFT) // (max((wide(label) for label in labels), default=1) + 10)))
    )
    for number, label in enumerate(labels):
        # Counted from the end, so that the present always has its label.
        if (len(labels) - 1 - number) % every == 0:
            parts.append(_text(label, LEFT + step * number, bottom + 20, "soft", "middle"))
    ends: list[tuple[float, str, str]] = []
    for kind, one in zip(KINDS, series, strict=False):
        points = [(LEFT + step * n, at(v)) if v is not None else None for n, v in enumerate(one.values)]
        for stretch in _unbroken(points):
            drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in stretch)
            parts.append(f'<polyline class="line {kind}" points="{drawn}"/>')
            parts += [_dot(kind, x, y) for x, y in stretch]
        known = [point for point in points if point is not None]
        if known:
            ends.append((known[-1][1], kind, f"{one.name} {one.end}".rstrip()))
    for y, kind, name in _apart(ends, top + 4, bottom):
        parts.append(_text(fitted(name, WIDTH - RIGHT - 14), RIGHT + 12, y + 5, f"name {kind}"))
    return _svg(mark, title, about, high, parts, headed=headed)


def picture(svg: str) -> bytes:
    """Return the chart as PNG, twice its natural size, in our own type face. Slow: call it beside the event loop.

    One at a time: a picture is no matter of seconds, and the other processors are for messages.
    """
    with _ONE_AT_A_TIME:
        drawn: bytes = resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=2,
            background="#fffdf9",
            style_sheet=LIGHT,
            skip_system_fonts=True,
            font_files=[str(FACE)],
            font_family=FAMILY,
        )
    return drawn


# --- pieces -------------------------------------------------------------------------------------------------------


def wide(words: str, size: float = SIZE) -> float:
    """Return about how wide words are drawn: a Chinese character is as wide as high, others a little over half."""
    return sum(size if unicodedata.east_asian_width(c) in "WF" else size * 0.58 for c in words)


def fitted(words: str, room: float) -> str:
    """Return as much of the words as there is room for."""
    if wide(words) <= room:
        return words
    while words and wide(words) > room - SIZE:
        words = words[:-1]
    return f"{words.rstrip()}…"


def _floor(values: Sequence[float]) -> float:
    """Rates lie close to each other and to 100%: the scale begins at a fifth below the lowest, so that its four steps are
    round numbers, and never above 80%."""
    lowest = min(values, default=0.0)
    return max(share for share in (0.0, 0.2, 0.4, 0.6, 0.8) if share <= lowest or share == 0.0)


def _unbroken(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    stretches: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            stretches.append([])
        else:
            stretches[-1].append(point)
    return [stretch for stretch in stretches if stretch]


def _apart(ends: Sequence[tuple[float, str, str]], top: float, bottom: float) -> list[tuple[float, str, str]]:
    """Move names that would lie upon each other down, and all of them up again where they would leave the plot."""
    placed: list[tuple[float, str, str]] = []
    for y, kind, name in sorted(ends):
        lowest = placed[-1][0] + SIZE + 5 if placed else top
        placed.append((max(y, lowest), kind, name))
    over = max(0.0, placed[-1][0] - bottom) if placed else 0.0
    return [(y - over, kind, name) for y, kind, name in placed]


def _svg(mark: str, title: str, about: str, high: float, parts: Sequence[str], *, headed: bool) -> str:
    shown = [_text(fitted(title, WIDTH * 0.8), 6, 20, "title")] if headed else []
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {WIDTH} {high:.0f}" width="{WIDTH}" '
        f'height="{high:.0f}" role="img" aria-labelledby="{mark}-title {mark}-about">'
        f'<title id="{mark}-title">{_safe(title)}</title><desc id="{mark}-about">{_safe(about)}</desc>'
        f"{''.join([*shown, *parts])}</svg>"
    )


def _safe(words: str) -> str:
    return escape(drawable(words))


def _text(words: str, x: float, y: float, kind: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{_safe(words)}</text>'


def _segment(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _box(kind: str, x: float, y: float, w: float, h: float) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="4"/>'


def _dot(kind: str, x: float, y: float) -> str:
    """A round, a square, a diamond."""
    if kind == "one":
        return f'<circle class="dot one" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    turned = f' transform="rotate(45 {x:.1f} {y:.1f})"' if kind == "three" else ""
    return f'<rect class="dot {kind}" x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7"{turned}/>'
