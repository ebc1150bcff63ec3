"""Every Monday morning each grid's group and the staff are told of the week that is over; on the 1st, of the month.

The calendar's job writes the letters, with all that matters in words. The picture that goes with each is an errand, drawn
while the letters wait for it: one that could not be drawn in time is missed by nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot import charts
from bot.charts import Series
from bot.clock import WallClock
from bot.errands import Doing
from handlers import figure_letters, figures, periods
from handlers.figure_letters import Told
from handlers.figure_words import measure_words, percent, short_words
from handlers.figures import Measure
from handlers.periods import Length, Period
from handlers.wording import pack
from storage.database import Store
from storage.media import MediaFolder
from storage.records import (
    MINUTE,
    Address,
    Community,
    Counted,
    Directory,
    Errand,
    ErrandKind,
    Grid,
    Instant,
    LetterKind,
    Overdue,
    Owed,
    Rates,
    Scope,
    Tally,
)
from storage.turn import Turn

FROM_HOUR, UNTIL_HOUR = 9, 21
"""Local time between which groups are written to, on the first day or, after an outage, the second."""
WAIT_FOR_PICTURE = 3 * MINUTE
RING_AFTER = 1.0
"""Seconds."""
SHOWN = {Length.WEEK: 8, Length.MONTH: 12}
"""Periods in a picture."""
STAFF = "staff"
"""As the name of the staff's picture; the others have their grid's id."""


@dataclass(frozen=True, slots=True)
class FiguresJob:
    """A job of the calendar, for weeks or for months. `wall`: the machine's own time, which errands keep; `ring` says that
    there is one."""

    length: Length
    wall: WallClock
    ring: Callable[[], object]

    @property
    def name(self) -> str:
        return f"figures/{self.length}"

    def period(self, community: Community, now: Instant) -> str | None:
        """The period that ended last night, or the night before."""
        over = self._over(community, now)
        return over.name if over else None

    def _over(self, community: Community, now: Instant) -> Period | None:
        local = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(community.timezone))
        here = periods.around(self.length, local.date(), community.timezone)
        early = (local.date() - here.first).days <= 1 and FROM_HOUR <= local.hour < UNTIL_HOUR
        return here.before() if early else None

    async def do(
        self, turn: Turn, directory: Directory, community: Community, period: str, now: Instant
    ) -> None:
        over = self._over(community, now)
        assert over is not None, "the calendar asks only for what is due"
        begun = await turn.figures.begun(community.id)
        if begun is None or begun >= over.stretch[1]:
            return  # a community that has just begun has nothing to look back on
        grids = [grid for grid in directory.grids.values() if grid.community == community.id]
        everywhere = Scope(community.id, None, True, "")
        counts = await turn.figures.tallies(everywhere, over.stretch, now)
        overdue = await turn.figures.overdue(everywhere, [grid.id for grid in grids], now)
        errand = f"charts-{community.id}-{over.name}"
        pictured: list[str] = []
        for grid in grids:
            told = await _of_grid(turn, grid, over, counts, overdue.get(grid.id, Overdue(grid.id)), now)
            if grid.chats and not told.silent:
                pictured.append(grid.id)
                for chat in grid.chats:
                    turn.outbox.owe(_owed(community, chat, told, errand, grid.id, now))
        told = await _of_community(turn, directory, community, over, counts, overdue, now)
        for chat in community.staff_chats:
            turn.outbox.owe(_owed(community, chat, told, errand, STAFF, now))
        if pictured or (community.staff_chats and not told.silent):
            wanted = {"length": over.length, "day": over.first.isoformat(), "grids": pictured, "now": now}
            await turn.errands.ask(
                Errand(errand, ErrandKind.CHARTS, community.id, "", self.wall.now(), wanted)
            )
            # When this turn is over: before, nobody else sees the errand.
            asyncio.get_running_loop().call_later(RING_AFTER, self.ring)


async def _of_grid(
    turn: Turn, grid: Grid, over: Period, counts: list[Counted], overdue: Overdue, now: Instant
) -> Told:
    """Return what a group hears: private matters are in the numbers, and in nothing that is named."""
    open_to_all = Scope(grid.community, (grid.id,), False, "")
    repeats = await turn.figures.repeats(open_to_all, _lately(over), least=figures.REPEATED, most=1)
    return Told(
        grid.name,
        over,
        figures.gathered(counts, lambda one: one.grid).get(grid.id, Tally()),
        await turn.figures.done(open_to_all, over.stretch),
        overdue,
        await turn.figures.oldest([grid.id], now) if overdue.unsolved else None,
        repeats[0] if repeats else None,
    )


async def _of_community(
    turn: Turn,
    directory: Directory,
    community: Community,
    over: Period,
    counts: list[Counted],
    overdue: Mapping[str, Overdue],
    now: Instant,
) -> Told:
    late = sorted((one for one in overdue.values() if one.overdue), key=lambda one: (-one.overdue, one.grid))
    everywhere = Scope(community.id, None, True, "")
    repeats = await turn.figures.repeats(everywhere, _lately(over), least=figures.REPEATED, most=1)
    whole = Overdue("", overdue=sum(one.overdue for one in late), unsolved=sum(one.unsolved for one in late))
    named = [(_name_of(directory, directory.grids[one.grid]), one.overdue) for one in late]
    return Told(
        community.name,
        over,
        figures.total(counts),
        await turn.figures.done(everywhere, over.stretch),
        whole,
        await turn.figures.oldest([one.grid for one in late], now) if whole.unsolved else None,
        repeats[0] if repeats else None,
        named,
    )


def _lately(over: Period) -> tuple[Instant, Instant]:
    until = over.stretch[1]
    return until - figures.REPEATED_WITHIN, until


def _name_of(directory: Directory, grid: Grid) -> str:
    return f"{directory.compounds[grid.compound].name} {grid.name}"


def _owed(community: Community, chat: Address, told: Told, errand: str, picture: str, now: Instant) -> Owed:
    body: dict[str, Any] = {
        "say": pack(figure_letters.letter(told)),
        "language": "zh",
        "zone": community.timezone,
        "picture": [errand, picture],
    }
    once = f"figures:{told.period.name}:{community.id}:{picture}:{chat}"
    return Owed(
        0, now, LetterKind.NEWS, 3, (chat,), chat, None, body, once, not_before=now + WAIT_FOR_PICTURE
    )


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
