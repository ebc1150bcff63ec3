"""Counting what the figures' page shows: once for everybody who asks the same, until something has happened."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from bot.web.console.figures_asked import Wanted
from bot.web.console.office import Asking
from handlers import figures
from handlers.figures import Spread
from handlers.periods import Length, Period
from storage.records import MINUTE, Counted, Overdue, Rates, Repeat, Scope, Tally
from storage.turn import Turn

TREND = {Length.WEEK: 8, Length.MONTH: 12, Length.QUARTER: 6, Length.YEAR: 3, Length.DAYS: 2}
"""How many periods the lines show, this one with them. Of days there is only the stretch before, to compare with."""
MOST_PLACES = 20
MOST_KEPT = 32


@dataclass(frozen=True, slots=True)
class Found:
    """What was counted for one page. `trend`: of each of its periods, this one last. `everybody`: the whole community's
    tally beside one's own, where it may be shown."""

    counts: list[Counted]
    trend: list[tuple[Period, Rates]]
    spreads: Mapping[str, Spread | None]
    overdue: Mapping[str, Overdue]
    repeats: list[Repeat]
    done: Mapping[str, int]
    everybody: Tally | None


class Counting:
    """A year of a large community costs a fifth of a second: whoever only puts it in another order need not wait for it
    again. What was counted holds while the ledger has no new line and the minute is the same."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Found] = {}

    async def found(self, turn: Turn, asking: Asking, what: Wanted) -> Found:
        seq, _ = await turn.ledger.head(asking.community.id)
        own = tuple(grid.id for grid in asking.sight.grids)
        places = tuple(grid.id for grid in what.grids)
        key = (what.scope, what.period, what.category, own, places, seq, asking.now // MINUTE)
        if key not in self._kept:
            found = await counted(turn, asking, what)
            while len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = found
        return self._kept[key]


async def counted(turn: Turn, asking: Asking, what: Wanted) -> Found:
    """Count what the page shows."""
    now, scope, category, period = asking.now, what.scope, what.category, what.period
    trend = [period]
    while len(trend) < TREND[period.length]:
        trend.insert(0, trend[0].before())
    counts = await turn.figures.tallies(scope, period.stretch, now, category)
    rates = await turn.figures.rates(scope, [one.stretch for one in trend[:-1]], now, category)
    until = min(now, period.stretch[1])
    lately = (until - figures.REPEATED_WITHIN, until)
    spans = await turn.figures.spans(scope, period.stretch, category)
    everybody = None
    if not asking.sight.everything:
        everywhere = Scope(scope.community, None, scope.private, "")
        around = await turn.figures.tallies(everywhere, period.stretch, now, category)
        if figures.tells_nobody({grid.id for grid in asking.sight.grids}, around):
            everybody = figures.total(around)
    return Found(
        counts,
        list(zip(trend, [*rates, figures.total(counts)], strict=True)),
        {stage: figures.spread(took) for stage, took in spans.items()},
        await turn.figures.overdue(scope, [grid.id for grid in what.grids], now, category),
        await turn.figures.repeats(scope, lately, category, least=figures.REPEATED, most=MOST_PLACES),
        await turn.figures.done(scope, period.stretch, category),
        everybody,
    )
