"""Every Monday morning each grid's group and the staff are told of the week that is over; on the 1st, of the month.

All that matters is in the letter's words. A picture goes with it; the letter waits a little for that to be drawn, and one
that could not be drawn in time is missed by nobody.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers import figure_letters, figures, periods
from handlers.figure_letters import Told
from handlers.periods import Length, Period
from handlers.wording import pack
from storage.records import (
    MINUTE,
    Address,
    Community,
    Counted,
    Directory,
    Grid,
    Instant,
    LetterKind,
    Overdue,
    Owed,
    Scope,
    Tally,
)
from storage.turn import Turn

FROM_HOUR, UNTIL_HOUR = 9, 21
"""Local time between which groups are written to, on the first day or, after an outage, the second."""
WAIT_FOR_PICTURE = 3 * MINUTE
STAFF = "staff"
"""As the name of the staff's picture; the others have their grid's id."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is to be drawn of a period that is over: for staff, and for the groups of these grids, as of `now`. `id`: under
    which the letters ask for them."""

    id: str
    community: str
    period: Period
    grids: tuple[str, ...]
    now: Instant


Drawing = Callable[[Turn, Pictures], Awaitable[None]]
"""Has them drawn, once the turn is over."""


@dataclass(frozen=True, slots=True)
class FiguresJob:
    """A job of the calendar, for weeks or for months."""

    length: Length
    draw: Drawing

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
        pictures = f"charts-{community.id}-{over.name}"
        pictured: list[str] = []
        for grid in grids:
            told = await _of_grid(turn, grid, over, counts, overdue.get(grid.id, Overdue(grid.id)), now)
            if grid.chats and not told.silent:
                pictured.append(grid.id)
                for chat in grid.chats:
                    turn.outbox.owe(_owed(community, chat, told, pictures, grid.id, now))
        told = await _of_community(turn, directory, community, over, counts, overdue, now)
        for chat in community.staff_chats:
            turn.outbox.owe(_owed(community, chat, told, pictures, STAFF, now))
        if pictured or (community.staff_chats and not told.silent):
            await self.draw(turn, Pictures(pictures, community.id, over, tuple(pictured), now))


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


def _owed(community: Community, chat: Address, told: Told, pictures: str, picture: str, now: Instant) -> Owed:
    body: dict[str, Any] = {
        "say": pack(figure_letters.letter(told)),
        "language": "zh",
        "zone": community.timezone,
        "picture": [pictures, picture],
    }
    once = f"figures:{told.period.name}:{community.id}:{picture}:{chat}"
    return Owed(
        0, now, LetterKind.NEWS, 3, (chat,), chat, None, body, once, not_before=now + WAIT_FOR_PICTURE
    )
