"""The board as HTML: the strip on top, the lanes, each card once for all who look at it the same way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from bot.web.console import spans
from bot.web.console.filters import Filters, midnight, today
from bot.web.console.office import Asking, Office
from bot.web.words import word
from handlers.desk.troubles import lasting
from handlers.holidays import lacking
from handlers.sight import Sight
from handlers.troubles import say
from handlers.wording import Tongue, render
from storage.records import (
    Community,
    Directory,
    Instant,
    Lane,
    LaneCount,
    Listed,
    Scope,
    Ticket,
    Wanted,
)
from storage.searching import LIVING
from storage.turn import Turn

MOST_CARDS = 30
"""Cards shown in a lane; the list has them all."""
FEW_CARDS = 5
"""So many on a phone, where the lanes stand below each other; as in static/board.css."""


class Wrong(NamedTuple):
    """A line over the board; `address`: where somebody can put it right, "" when not in the console."""

    heading: str
    words: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Looking:
    """How somebody looks at the board: what they see of it, what they have chosen, and in which language."""

    sight: Sight
    directory: Directory
    community: Community
    filters: Filters
    wanted: Wanted
    language: str

    @classmethod
    def of(cls, asking: Asking) -> Looking:
        filters = Filters.of(asking, board=True)
        wanted = filters.wanted(asking)
        return cls(asking.sight, asking.directory, asking.community, filters, wanted, asking.language)

    @property
    def scope(self) -> Scope:
        """Who sees everything sees the same, whoever they are."""
        scope = self.sight.scope
        everything = scope.grids is None and scope.private
        return Scope(scope.community, None, True, "") if everything else scope

    @property
    def alike(self) -> tuple[object, ...]:
        """Those for whom this is the same are shown the same."""
        return self.scope, self.filters, self.language, self.sight.manages

    def shows(self, ticket: Ticket) -> bool:
        return self.sight.sees(ticket) and self.wanted.takes(ticket)


@dataclass(frozen=True, slots=True)
class Tally:
    """How the lanes stand, and how many were done on `day`, which is today (2026-11-22)."""

    lanes: Mapping[Lane, LaneCount]
    done: int
    day: str

    @property
    def late(self) -> int:
        return sum(one.late for one in self.lanes.values())

    @property
    def urgent(self) -> int:
        return sum(one.urgent for one in self.lanes.values())

    @property
    def meeting(self) -> int:
        return self.lanes[Lane.MEETING].count

    @property
    def open(self) -> int:
        return sum(one.count for one in self.lanes.values())


class Drawing:
    """Reads what is shown, and draws it."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def tally(self, turn: Turn, looking: Looking, now: Instant) -> Tally:
        day, zone = today(now, looking.community.timezone), looking.community.timezone
        lanes = await turn.searching.counts(looking.scope, looking.wanted, now)
        done = await turn.searching.resolved(looking.scope, looking.wanted, midnight(day, zone))
        return Tally(lanes, done, day.isoformat())

    async def lane(self, turn: Turn, looking: Looking, lane: Lane) -> list[Listed]:
        """Return what is shown in a lane, in order."""
        return await turn.searching.urgent(looking.scope, replace(looking.wanted, lane=lane), MOST_CARDS)

    async def board(
        self, turn: Turn, looking: Looking, now: Instant, troubles: Sequence[Wrong]
    ) -> tuple[str, Tally, dict[int, Lane]]:
        """Return the whole board, how it stands, and in which lanes the tickets are that it shows."""
        tally = await self.tally(turn, looking, now)
        rows = {
            lane: await self.lane(turn, looking, lane) if one.count else []
            for lane, one in tally.lanes.items()
        }
        shown = {row.number: lane for lane, several in rows.items() for row in several}
        cards = await self.cards(turn, looking, [row for several in rows.values() for row in several], now)
        html = self._fragment(
            looking,
            "console/board.html",
            now,
            tally=tally,
            lanes=[(lane, tally.lanes[lane], [cards[row.number] for row in rows[lane]]) for lane in LIVING],
            troubles=troubles,
        )
        return html, tally, shown

    async def cards(
        self, turn: Turn, looking: Looking, rows: Collection[Listed], now: Instant
    ) -> dict[int, str]:
        """Return the cards of these rows, by number."""
        tickets = await turn.tickets.get_many([row.ticket for row in rows])
        names = await self.names(turn, looking.directory, tickets.values())
        return {
            row.number: self._fragment(
                looking,
                "console/card.html",
                now,
                row=row,
                ticket=ticket,
                handler=ticket.handler_name or names.get(ticket.handler or "", ""),
                where=where(looking.directory, ticket.grid),
                late=spans.late(row, now),
                left=spans.left(row, now, looking.language),
                lenient=not spans.makes_late(row),
            )
            for row in rows
            if (ticket := tickets.get(row.ticket)) is not None
        }

    async def names(self, turn: Turn, directory: Directory, tickets: Collection[Ticket]) -> dict[str, str]:
        """Return what those are called who have them in hand."""
        ids = {ticket.handler for ticket in tickets if ticket.handler}
        named = {id: directory.people[id].name for id in ids if id in directory.people}
        others = await turn.people.get_many(sorted(ids - named.keys()))
        return named | {id: person.name for id, person in others.items()}

    def heads(self, looking: Looking, tally: Tally, lanes: Collection[Lane], now: Instant) -> str:
        """Return the strip and the heads of these lanes."""
        return self._fragment(
            looking, "console/heads.html", now, tally=tally, lanes=[one for one in LIVING if one in lanes]
        )

    def column(self, looking: Looking, lane: Lane, cards: Sequence[str], now: Instant) -> str:
        """Return a lane's list with these cards."""
        return self._fragment(looking, "console/lane.html", now, lane=lane, cards=cards)

    def troubles_html(self, looking: Looking, troubles: Sequence[Wrong], now: Instant) -> str:
        return self._fragment(looking, "console/troubles.html", now, troubles=troubles)

    async def troubles(self, turn: Turn, looking: Looking, now: Instant) -> list[Wrong]:
        """What is wrong with the machine: here it is seen whatever platform is away; and what it waits for somebody to put in."""
        if not looking.sight.manages:
            return []
        tongue = Tongue(looking.language, looking.community.timezone, now)
        said = [
            render(say(trouble), tongue).partition("\n\n")
            for trouble in await lasting(turn)
            if trouble.concerns(looking.community.id)
        ]
        wrong = [Wrong(heading, words) for heading, _, words in said]
        if (year := lacking(looking.community, now)) is not None:
            heading = word(looking.language, "board.no_holidays", year=year)
            words = word(looking.language, "board.no_holidays_words")
            wrong.append(Wrong(heading, words, f"/console/policy/holidays/{year}"))
        return wrong

    def _fragment(self, looking: Looking, template: str, now: Instant, **known: Any) -> str:
        return self._office.pages.fragment(
            template,
            looking.language,
            now=now,
            filters=looking.filters,
            most=MOST_CARDS,
            few=FEW_CARDS,
            **known,
        )


def where(directory: Directory, grid: str) -> str:
    """Return the compound and the grid by name; "" for a grid that is gone."""
    found = directory.grids.get(grid)
    return f"{directory.compounds[found.compound].name} {found.name}" if found else ""
