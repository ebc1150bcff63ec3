"""/console/tickets: every ticket a person sees, by what they choose and by words, page by page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.console import spans
from bot.web.console.drawing import Drawing, where
from bot.web.console.filters import OPEN_FIRST, Choices, Filters
from bot.web.console.office import Asking, Office
from handlers import masking
from handlers.sight import Chamber
from storage.folding import folded
from storage.records import NEVER, Lane, Listed, Ticket
from storage.searching import NEWEST
from storage.turn import Turn

PAGE: Final = 50
NUMBER = re.compile(r"[#＃]?([0-9]{1,12})", re.ASCII)
AFTER = re.compile(r"([01])-([0-9]{1,19})-([0-9]{1,12})", re.ASCII)
BEFORE_HIT, AROUND = 16, 60
"""Characters shown before the first word found, and in all."""


def routes(office: Office) -> list[BaseRoute]:
    return [Route("/console/tickets", ListRoom(office).show, methods=["GET"])]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    row: Listed
    ticket: Ticket
    handler: str
    where: str
    excerpt: Markup
    late: bool
    left: str
    lenient: bool


class ListRoom:
    def __init__(self, office: Office) -> None:
        self._office, self._drawing = office, Drawing(office)

    async def show(self, request: Request) -> Response:
        """GET /console/tickets. A number alone leads to its ticket."""
        asking = await self._office.asked(request, Chamber.BOARD)
        chosen = Filters.of(asking)
        async with self._office.store.view() as turn:
            if (number := await self._number(turn, asking, chosen.q)) is not None:
                return RedirectResponse(f"/console/tickets/{number}", 303)
            found, onward = await self._page(turn, asking, chosen)
            rows = await self._rows(turn, asking, chosen, found)
        return self._office.page(
            asking,
            "console/list.html",
            rows=rows,
            chosen=chosen,
            told=chosen.told(asking),
            onward=onward,
            first="after" not in request.query_params,
            pace=self._office.pace,
            choices=Choices.of(asking),
        )

    async def _number(self, turn: Turn, asking: Asking, words: str) -> int | None:
        """Return the number somebody looks for, if they may see the ticket."""
        said = NUMBER.fullmatch(words)
        ticket = await turn.tickets.by_number(asking.community.id, int(said[1])) if said else None
        return ticket.number if ticket is not None and asking.sight.sees(ticket) else None

    async def _page(self, turn: Turn, asking: Asking, chosen: Filters) -> tuple[Sequence[Listed], str]:
        """Return a page of rows, and where the next one begins; "" at the end."""
        wanted, scope = chosen.wanted(asking), asking.sight.scope
        after = asking.request.query_params.get("after", "")
        if chosen.show == OPEN_FIRST and wanted.lane is not Lane.OVER:
            rows = await turn.searching.urgent(scope, wanted, PAGE + 1, _after(after))
            onward = _mark(rows[PAGE - 1]) if len(rows) > PAGE else ""
        else:
            before = int(after) if NUMBER.fullmatch(after) and after.isdecimal() else NEWEST
            rows = await turn.searching.newest(scope, wanted, PAGE + 1, before)
            onward = str(rows[PAGE - 1].number) if len(rows) > PAGE else ""
        return rows[:PAGE], onward

    async def _rows(self, turn: Turn, asking: Asking, chosen: Filters, found: Sequence[Listed]) -> list[Row]:
        tickets = await turn.tickets.get_many([row.ticket for row in found])
        words = chosen.q.split()
        if not asking.sight.personal:
            # A row that comes for 1380, and not for 1381, tells a number digit by digit.
            found = [row for row in found if _may_find(row, tickets[row.ticket], words)]
        names = await self._drawing.names(turn, asking.directory, tickets.values())
        return [
            Row(
                row,
                ticket := tickets[row.ticket],
                ticket.handler_name or names.get(ticket.handler or "", ""),
                where(asking.directory, ticket.grid),
                excerpt(row, ticket, words),
                spans.late(row, asking.now),
                spans.left(row, asking.now, asking.language),
                not spans.makes_late(row),
            )
            for row in found
        ]


def excerpt(row: Listed, ticket: Ticket, words: Sequence[str]) -> Markup:
    """Return a piece of what was said about the ticket: its beginning, or where the words were found, marked.

    What looks like somebody's number or room is masked here as everywhere.
    """
    if not words:
        said = masking.words(ticket.words, ticket.place).replace("\n", " ")
        return escape(said if len(said) <= AROUND else f"{said[: AROUND - 1]}…")
    said = _readable(row, ticket)
    sought = sorted(filter(None, map(folded, words)), key=len, reverse=True)
    hits = re.compile("|".join(map(re.escape, sought)))
    first = hits.search(said)
    begin = max(0, first.start() - BEFORE_HIT) if first else 0
    piece = said[begin : begin + AROUND]
    html, done = Markup("…" if begin else ""), 0
    for hit in hits.finditer(piece):
        html += escape(piece[done : hit.start()]) + Markup("<mark>{}</mark>").format(hit[0])
        done = hit.end()
    return html + escape(piece[done:]) + ("…" if begin + AROUND < len(said) else "")


def _readable(row: Listed, ticket: Ticket) -> str:
    """Return the words that are searched as they may be read: without numbers that lead to a person, and without doors."""
    return masking.words(f"{row.told} {row.added}".replace("\n", " ").strip(), ticket.place)


def _may_find(row: Listed, ticket: Ticket, words: Sequence[str]) -> bool:
    """Tell whether the words are found in what may be read, too."""
    said = _readable(row, ticket)
    return all(word in said for word in map(folded, words))


def _mark(row: Listed) -> str:
    return f"{row.calm}-{row.due_at}-{row.number}"


def _after(mark: str) -> Listed | None:
    """Read where a page begins; the first one for whatever is no such place."""
    said = AFTER.fullmatch(mark)
    if said is None or int(said[2]) > NEVER:
        return None
    return Listed("", int(said[3]), Lane.WORK, int(said[1]), None, int(said[2]))
