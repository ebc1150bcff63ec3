"""The pictures that go with the letters about a week's or a month's figures, drawn as an errand beside everything else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot import charts
from bot.charts import Series
from bot.clock import WallClock
from bot.errands import Doing
from handlers import figure_letters, figures, periods
from handlers.desk.telling_figures import STAFF, Pictures
from handlers.figure_words import measure_words, percent, short_words
from handlers.figures import Measure
from handlers.periods import Length, Period
from storage.database import Store
from storage.media import MediaFolder
from storage.records import (
    Errand,
    ErrandKind,
    Instant,
    Rates,
    Scope,
)
from storage.turn import Turn

RING_AFTER = 1.0
"""Seconds."""
SHOWN = {Length.WEEK: 8, Length.MONTH: 12}
"""Periods in a picture."""


@dataclass(frozen=True, slots=True)
class AsErrand:
    """Has pictures drawn as an errand. `wall`: the machine's own time, which errands keep; `ring` says that there is one."""

    wall: WallClock
    ring: Callable[[], object]

    async def __call__(self, turn: Turn, pictures: Pictures) -> None:
        wanted = {
            "length": pictures.period.length,
            "day": pictures.period.first.isoformat(),
            "grids": pictures.grids,
            "now": pictures.now,
        }
        asked_at = self.wall.now()
        await turn.errands.ask(
            Errand(pictures.id, ErrandKind.CHARTS, pictures.community, "", asked_at, wanted)
        )
        # When this turn is over: before, nobody else sees the errand.
        asyncio.get_running_loop().call_later(RING_AFTER, self.ring)


class Charts:
    """Draws the pictures of one period of one community, one after the other, and keeps them in the media folder.

    They go with the errand (storage/errands.py): who was sent one has it, and the figures can be drawn again.
    """

    def __init__(self, store: Store, media: MediaFolder) -> None:
        self._store, self._media = store, media

    async def __call__(self, doing: Doing) -> Mapping[str, Any]:
        wanted, directory = doing.errand.wanted, await self._store.directory()
        community = directory.communities[doing.errand.community]
        over = periods.around(Length(wanted["length"]), date.fromisoformat(wanted["day"]), community.timezone)
        whose: list[tuple[str, str, tuple[str, ...] | None]] = [(STAFF, community.name, None)]
        whose += [(id, directory.grids[id].name, (id,)) for id in wanted["grids"] if id in directory.grids]
        pictures: dict[str, str] = {}
        for number, (key, name, grids) in enumerate(whose):
            scope = Scope(community.id, grids, True, "")
            svg = await self._drawn(scope, name, over, wanted["now"])
            if svg is not None:
                png = await asyncio.to_thread(charts.picture, svg)
                kept = await asyncio.to_thread(self._media.put, png, "image/png")
                pictures[key] = kept.sha256
            doing.at(number + 1, len(whose))
        return {"pictures": pictures}

    async def _drawn(self, scope: Scope, name: str, over: Period, now: Instant) -> str | None:
        """Return the lines of the last periods; None where there is one point at most."""
        shown = [over]
        while len(shown) < SHOWN[over.length]:
            shown.insert(0, shown[0].before())
        async with self._store.view() as turn:
            rates = await turn.figures.rates(scope, [one.stretch for one in shown], now)
        return chart(name, over.length, shown, rates)


def chart(name: str, length: Length, shown: list[Period], rates: list[Rates]) -> str | None:
    """Return the picture of a grid's or a community's last periods; None where there is one point at most."""
    series = []
    for measure in Measure:
        values = [figures.rate(one, measure).value for one in rates]
        series.append(Series(measure_words(measure, "zh"), values, percent(values[-1])))
    if max(sum(value is not None for value in one.values) for one in series) < 2:
        return None
    title = figure_letters.picture_title(name, length)
    about = "，".join(f"{one.name} {one.end}" for one in series)
    labels = [short_words(period, "zh") for period in shown]
    return charts.lines("chart", title, about, labels, series, headed=True)
