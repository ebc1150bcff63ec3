"""The stream of a page: what changed in its chats, as HTML, for as long as the page is open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.webchat import WebChannel
from bot.clock import WallClock
from bot.web.pages import Pages
from bot.web.queue import queue_html
from bot.web.seats import Seat, Seats
from bot.web.words import language_of
from storage.database import StorageFailed, Store
from storage.records import Shown
from storage.turn import Turn

AT_ONCE = 100
"""Messages per chat in one event."""
SHOWN_AT_FIRST = 60
MOST_SEATS = 6
QUEUE_EVERY = 1.0
"""Seconds between looks at a joint-meeting queue that is shown beside a chat."""


class Live:
    """`/chat/live`: events whose data are elements with ids; the page replaces those it has and adds the others.

    An event's id is the shelf's change number: a browser that comes back says the last one it saw and misses nothing.
    """

    def __init__(
        self, store: Store, webchat: WebChannel, seats: Seats, pages: Pages, clock: WallClock
    ) -> None:
        self._store, self._webchat, self._seats, self._pages, self._clock = (
            store,
            webchat,
            seats,
            pages,
            clock,
        )

    async def stream(self, request: Request) -> Response:
        secrets = request.query_params.getlist("seat")[:MOST_SEATS]
        seats = [seat for secret in secrets or [""] if (seat := self._seats.of(request, secret))]
        if not seats:
            raise HTTPException(404)
        said = request.headers.get("last-event-id") or request.query_params.get("since", "")
        seen = int(said) if said.isdecimal() and len(said) < 18 else 0
        events = self._events(seats, seen, language_of(request))
        return EventSourceResponse(events, sep="\n", ping=20, send_timeout=30)

    async def _events(
        self, seats: Sequence[Seat], seen: int, language: str
    ) -> AsyncIterator[ServerSentEvent]:
        queue = ""
        with self._webchat.listen([seat.chat for seat in seats]) as stirred:
            while not self._webchat.closed:
                stirred.clear()
                # A database that is away for a while ends nothing: the page keeps its stream and catches up.
                with suppress(StorageFailed):
                    async with self._store.view() as turn:
                        seen, more, html = await self._news(turn, seats, seen, language)
                        shown = await self._queues(turn, seats, language)
                    if shown != queue:
                        queue, html = shown, html + shown
                    if html:
                        yield ServerSentEvent(html, id=str(seen), sep="\n")
                    if more:
                        continue
                with suppress(TimeoutError):
                    async with asyncio.timeout(QUEUE_EVERY if queue else None):
                        await stirred.wait()

    async def _news(
        self, turn: Turn, seats: Sequence[Seat], seen: int, language: str
    ) -> tuple[int, bool, str]:
        """Return the change number reached, whether there is more at once, and the changed messages."""
        newest = await turn.web.newest()
        if seen > newest:
            # The database is older than the page (a backup was restored): everything is news.
            seen = 0
        reached, more, html = newest, False, []
        for seat in seats:
            rows = await turn.web.since(seat.chat, seen, AT_ONCE)
            if len(rows) == AT_ONCE:
                reached, more = min(reached, rows[-1].change), True
            html += [await self.message_html(turn, seat, row, language) for row in rows]
        return reached, more, "\n".join(html)

    async def _queues(self, turn: Turn, seats: Sequence[Seat], language: str) -> str:
        return "".join(
            [
                await queue_html(turn, self._pages, seat.queue_of, self._clock.now(), language)
                for seat in seats
                if seat.queue_of
            ]
        )

    async def latest_html(self, turn: Turn, seat: Seat, language: str) -> str:
        """Return the last messages of a seat's chat, as they stand in a page that is just opened."""
        rows = await turn.web.latest(seat.chat, SHOWN_AT_FIRST)
        return "\n".join([await self.message_html(turn, seat, row, language) for row in rows])

    async def message_html(self, turn: Turn, seat: Seat, row: Shown, language: str) -> str:
        answered = await turn.web.get(seat.chat, row.reply_to) if row.reply_to else None
        mine = seat.private and row.account in {person.account for person in seat.people}
        return self._pages.fragment(
            "message.html", language, m=row, seat=seat, answered=answered, mine=mine, now=self._clock.now()
        )
