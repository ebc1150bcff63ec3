"""The simulated day as one picture: five bands over the same hours, as SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from benchmarks.figures import number
from benchmarks.plot import INK, QUIET, text

if TYPE_CHECKING:
    from benchmarks.city import Look

WIDTH, LEFT, BAND, GAP = 860, 150, 90, 34


def day(looks: Sequence[Look], speed: float, hours: range) -> str:
    """Return the SVG."""
    bands: list[tuple[str, str, Callable[[int], float]]] = [
        ("calls a minute", "#2b5c8a", lambda at: per_minute(looks, at)),
        ("open tickets", "#2e7d5b", lambda at: looks[at].open),
        ("joint-meeting queue", "#b3412c", lambda at: looks[at].queued),
        ("letters waiting", "#8a6d1f", lambda at: looks[at].letters),
        ("overdue, seconds", "#6b3f87", lambda at: looks[at].late),
    ]
    height = 60 + len(bands) * (BAND + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 20} {height}" '
        f'font-family="sans-serif" font-size="13" fill="{INK}">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        text(
            10,
            24,
            f"66,000 calls a day, 458 in the busiest minute; {hours.start}:00–{hours.stop}:00, clock × {speed:g}",
            weight="bold",
        ),
    ]
    for row, (name, colour, value) in enumerate(bands):
        parts += band(looks, hours, name, colour, value, 50 + row * (BAND + GAP))
    for hour in range(hours.start, hours.stop + 1, max(1, len(hours) // 8)):
        parts.append(text(x(hour, hours), height - 12, f"{hour}:00", anchor="middle", fill=QUIET, size=11))
    return "\n".join([*parts, "</svg>\n"])


def band(
    looks: Sequence[Look], hours: range, name: str, colour: str, value: Callable[[int], float], top: float
) -> list[str]:
    values = [value(at) for at in range(len(looks))]
    most = max([*values, 1e-9])
    points = " ".join(
        f"{x(look.hour, hours):.1f},{top + BAND - BAND * each / most:.1f}"
        for look, each in zip(looks, values, strict=True)
    )
    bottom = top + BAND
    return [
        text(LEFT - 10, top + 14, name, anchor="end"),
        text(LEFT - 10, top + 30, f"most {number(most)}", anchor="end", fill=QUIET, size=11),
        f'<line x1="{LEFT}" y1="{bottom}" x2="{LEFT + WIDTH}" y2="{bottom}" stroke="{QUIET}"/>',
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.3"/>',
    ]


def per_minute(looks: Sequence[Look], at: int) -> float:
    if at == 0 or looks[at].hour <= looks[at - 1].hour:
        return 0.0
    return (looks[at].calls - looks[at - 1].calls) / ((looks[at].hour - looks[at - 1].hour) * 60)


def x(hour: float, hours: range) -> float:
    return LEFT + WIDTH * min(max(hour - hours.start, 0) / len(hours), 1.0)
