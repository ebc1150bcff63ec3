"""/console: what burns, for those who may see it: the joint-meeting queue and the open tickets, live."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.web.console.office import Asking, Office
from handlers.desk.troubles import lasting
from handlers.sight import Chamber
from handlers.troubles import say
from handlers.wording import Tongue, render
from storage.database import StorageFailed
from storage.turn import Turn

LOOK_EVERY = 2.0
"""Seconds between looks for what has changed, per open console."""
MOST_QUEUED = 200
MOST_OPEN = 50
"""Open tickets shown per grid."""


def routes(office: Office) -> list[BaseRoute]:
    board = Board(office)
    return [
        Route("/console", board.show, methods=["GET"]),
        Route("/console/live", board.live, methods=["GET"]),
    ]


class Board:
    """Shows the board and keeps it current."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, request: Request) -> Response:
        """GET /console."""
        asking = await self._office.asked(request, Chamber.BOARD)
        async with self._office.store.view() as turn:
            board = await self._board(turn, asking)
        return self._office.page(asking, "console/board_page.html", board=board)

    async def live(self, request: Request) -> Response:
        """GET /console/live: the board again whenever it has changed, until the session is over."""
        await self._office.asked(request, Chamber.BOARD)
        return EventSourceResponse(self._events(request), sep="\n", ping=20)

    async def _events(self, request: Request) -> AsyncIterator[ServerSentEvent]:
        shown = ""
        with self._office.webchat.listen([]) as closing:
            while not self._office.webchat.closed:
                with suppress(StorageFailed):
                    directory = await self._office.store.directory()
                    async with self._office.store.view() as turn:
                        asking = await self._office.known(request, turn, directory)
                        if asking is None or Chamber.BOARD not in asking.sight.chambers:
                            return
                        board = await self._board(turn, asking)
                    if board != shown:
                        shown = board
                        yield ServerSentEvent(board, sep="\n")
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY):
                        await closing.wait()

    async def _board(self, turn: Turn, asking: Asking) -> str:
        seen, directory = asking.sight, asking.directory
        queued = [t for t in await turn.tickets.queue(seen.community, MOST_QUEUED) if seen.sees(t)]
        grids = [(grid, await turn.tickets.open_in_grid(grid.id, MOST_OPEN)) for grid in seen.grids]
        grids = [(grid, [t for t in tickets if seen.sees(t)]) for grid, tickets in grids]
        handlers = [t.handler for _, tickets in grids for t in tickets if t.handler]
        handlers += [t.handler for t in queued if t.handler]
        names = {p.id: p.name for p in (await turn.people.get_many(sorted(set(handlers)))).values()}
        return self._office.fragment(
            asking,
            "console/board.html",
            troubles=await self._troubles(turn, asking) if seen.manages else [],
            queued=queued,
            grids=[
                (grid, directory.compounds[grid.compound].name, tickets) for grid, tickets in grids if tickets
            ],
            names=names,
        )

    async def _troubles(self, turn: Turn, asking: Asking) -> list[tuple[str, str]]:
        """What is wrong with the machine, as heading and words: here it is seen whatever platform is away."""
        tongue = Tongue(asking.language, asking.community.timezone, asking.now)
        said = [
            render(say(trouble), tongue).partition("\n\n")
            for trouble in await lasting(turn)
            if trouble.concerns(asking.community.id)
        ]
        return [(heading, words) for heading, _, words in said]
