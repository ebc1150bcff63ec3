"""/console: what burns, for those who may see it: the joint-meeting queue and the open tickets, live."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.webchat import WebChannel
from bot.clock import WallClock
from bot.web.login import SESSION_COOKIE, form_token, signed_in
from bot.web.pages import Pages
from bot.web.words import language_of, word
from handlers.desk.troubles import lasting
from handlers.troubles import say
from handlers.wording import Tongue, render
from storage.database import StorageFailed, Store
from storage.records import Directory, Grid, Person, Role, Ticket
from storage.turn import Turn

LOOK_EVERY = 2.0
"""Seconds between looks for what has changed, per open console."""
MOST_QUEUED = 200
MOST_OPEN = 50
"""Open tickets shown per grid."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a person may see: whole communities' queues, and the tickets of grids."""

    communities: tuple[str, ...]
    grids: tuple[Grid, ...]


def sight(person: Person, directory: Directory) -> Sight:
    """Return what the person may see: staff their community, leaders and deputies their grids, others nothing.

    The one place where the console's rights are decided.
    """
    grids = directory.grids.values()
    if person.roles & {Role.STAFF, Role.ADMIN}:
        own = tuple(grid for grid in grids if grid.community == person.community)
        return Sight((person.community,), own)
    return Sight((), tuple(grid for grid in grids if person.id == grid.leader or person.id in grid.deputies))


class Console:
    """Shows the board and keeps it current."""

    def __init__(
        self, store: Store, webchat: WebChannel, pages: Pages, clock: WallClock, wall: WallClock
    ) -> None:
        self._store, self._webchat, self._pages = store, webchat, pages
        self._clock, self._wall = clock, wall

    async def show(self, request: Request) -> Response:
        """GET /console."""
        language = language_of(request)
        directory = await self._store.directory()
        async with self._store.view() as turn:
            person = await signed_in(request, turn, self._wall.now())
            if person is None:
                return RedirectResponse("/console/login", 303)
            seen = sight(person, directory)
            if not seen.grids:
                says = word(language, "console.nothing_to_see")
                return self._pages.page(request, "error.html", status=403, says=says, words="")
            board = await self._board(turn, person, directory, language)
        csrf = form_token(request.cookies[SESSION_COOKIE])
        community = directory.communities[person.community]
        return self._pages.page(
            request, "console.html", person=person, community=community, board=board, csrf=csrf
        )

    async def live(self, request: Request) -> Response:
        """GET /console/live: the board again whenever it has changed, until the session is over."""
        return EventSourceResponse(self._events(request, language_of(request)), sep="\n", ping=20)

    async def _events(self, request: Request, language: str) -> AsyncIterator[ServerSentEvent]:
        shown = ""
        with self._webchat.listen([]) as closing:
            while not self._webchat.closed:
                with suppress(StorageFailed):
                    directory = await self._store.directory()
                    async with self._store.view() as turn:
                        person = await signed_in(request, turn, self._wall.now())
                        if person is None:
                            return
                        board = await self._board(turn, person, directory, language)
                    if board != shown:
                        shown = board
                        yield ServerSentEvent(board, sep="\n")
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY):
                        await closing.wait()

    async def _board(self, turn: Turn, person: Person, directory: Directory, language: str) -> str:
        seen = sight(person, directory)
        mine = {grid.id for grid in seen.grids}
        queued: list[Ticket] = []
        for community in seen.communities or sorted({grid.community for grid in seen.grids}):
            tickets = await turn.tickets.queue(community, MOST_QUEUED)
            queued += [t for t in tickets if community in seen.communities or t.grid in mine]
        grids = [(grid, await turn.tickets.open_in_grid(grid.id, MOST_OPEN)) for grid in seen.grids]
        handlers = [t.handler for _, tickets in grids for t in tickets if t.handler]
        handlers += [t.handler for t in queued if t.handler]
        names = {p.id: p.name for p in (await turn.people.get_many(sorted(set(handlers)))).values()}
        return self._pages.fragment(
            "board.html",
            language,
            troubles=await self._troubles(turn, person, directory, language) if seen.communities else [],
            queued=queued,
            grids=[
                (grid, directory.compounds[grid.compound].name, tickets) for grid, tickets in grids if tickets
            ],
            names=names,
            now=self._clock.now(),
        )

    async def _troubles(
        self, turn: Turn, person: Person, directory: Directory, language: str
    ) -> list[tuple[str, str]]:
        """What is wrong with the machine, as heading and words: here it is seen whatever platform is away."""
        tongue = Tongue(language, directory.communities[person.community].timezone, self._clock.now())
        said = [render(say(trouble), tongue).partition("\n\n") for trouble in await lasting(turn)]
        return [(heading, words) for heading, _, words in said]
