"""The demo's first page: three seats of a sample community side by side, under one sped-up clock."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.clock import WallClock
from bot.web.live import Live
from bot.web.login import make_link
from bot.web.pages import Pages
from bot.web.queue import queue_html
from bot.web.say import new_nonce
from bot.web.seats import Seat
from bot.web.words import language_of
from storage.database import Store


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo shows. `factor`: how many times as fast its clock runs; `staff`: who the console opens for.
    `opened` is set when somebody first looks: then the play begins."""

    seats: tuple[Seat, ...]
    factor: float
    staff: str
    opened: asyncio.Event = field(default_factory=asyncio.Event)


class DemoPage:
    """`/` while the demo runs."""

    def __init__(
        self, demo: Demo, store: Store, pages: Pages, live: Live, clock: WallClock, wall: WallClock
    ) -> None:
        self._demo, self._store, self._pages, self._live = demo, store, pages, live
        self._clock, self._wall = clock, wall

    async def show(self, request: Request) -> Response:
        language, now = language_of(request), self._clock.now()
        self._demo.opened.set()
        async with self._store.view() as turn:
            seen = await turn.web.newest()
            shown = {s.dom: await self._live.latest_html(turn, s, language) for s in self._demo.seats}
            queues = {
                s.dom: await queue_html(turn, self._pages, s.queue_of, now, language)
                for s in self._demo.seats
                if s.queue_of
            }
        return self._pages.page(
            request,
            "demo.html",
            demo=self._demo,
            seats=self._demo.seats,
            shown=shown,
            queues=queues,
            seen=seen,
            now=now,
            nonces={s.dom: (new_nonce(), new_nonce()) for s in self._demo.seats},
            notes=[],
        )

    async def console(self, request: Request) -> Response:
        """POST /demo/console: open the console as the sample community's staff."""
        if not self._demo.staff:
            raise HTTPException(404)
        link = await make_link(self._store, self._demo.staff, "", self._wall.now())
        return RedirectResponse(link, 303)
