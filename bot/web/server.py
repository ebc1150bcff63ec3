"""The web application of one process, and the server that runs it inside our event loop."""

from __future__ import annotations

import asyncio
import resource
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from bot.channels.webchat import WebChannel
from bot.clock import SystemClock, WallClock
from bot.errands import Doer, Runner
from bot.ledger_errands import LedgerFile, Proof
from bot.web import my_data, notice_board
from bot.web.chat import Chat
from bot.web.console import rooms
from bot.web.console.office import HandedOver, Office, SignInFirst
from bot.web.console.spreadsheet import FILE, LARGEST_UPLOAD
from bot.web.crowd import Crowd
from bot.web.demo import Demo, DemoPage
from bot.web.live import Live
from bot.web.login import FROM_CHAT, SignIn
from bot.web.mylink import MyLink
from bot.web.pages import Assets, Pages, Site
from bot.web.patience import PatientProtocol
from bot.web.photos import Photos
from bot.web.say import Desk, Speaker
from bot.web.seats import Seat, Seats
from bot.web.security import HEADERS, BodyLimit, Guard
from bot.web.uploads import LARGEST_FORM
from bot.web.words import language_of, word
from bot.weekly_figures import Charts
from bot.what_if_errand import WhatIf
from storage.database import StorageFailed, Store
from storage.media import MediaFolder
from storage.records import ErrandKind

LARGEST_BODY = 1024 * 1024
"""Bytes of any request but a chat message."""
MOST_CONNECTIONS = 6_000
"""Open pages hold one each. Beyond it the answer is 503."""
PATIENCE_AT_STOP = 5
"""Seconds that requests under way have to finish when the server stops."""


def create_app(
    desk: Desk,
    store: Store,
    media: MediaFolder,
    webchat: WebChannel,
    clock: WallClock,
    *,
    site: Site,
    handed_over: HandedOver,
    seats: Sequence[Seat] = (),
    demo: Demo | None = None,
    wall: WallClock | None = None,
    extra_routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """Return the application: web chat, console, photos, and `extra_routes`: what watchers bring.

    `clock` is the community's time, which a demo speeds up; `wall` the machine's own, for links and sessions that
    expire. `handed_over` tells delivery what the console's pages have carried. What the console asks for and takes long is
    done by `app.state.runner`, which somebody has to run.
    """
    wall = wall or SystemClock()
    pages = Pages(site)
    all_seats = Seats((*seats, *(demo.seats if demo else ())))
    live = Live(store, webchat, all_seats, pages, clock)
    chat = Chat(store, Speaker(desk, store, media, webchat, clock), all_seats, pages, live, wall)
    mine = MyLink(pages)
    sign_in = SignIn(store, pages, all_seats, wall)
    makes = LedgerFile(store, clock)
    doers: dict[ErrandKind, Doer] = {
        ErrandKind.XLSX: makes,
        ErrandKind.CSV: makes,
        ErrandKind.VERIFY: Proof(store, clock),
        ErrandKind.CHARTS: Charts(store, media),
        ErrandKind.WHAT_IF: WhatIf(store, wall),
    }
    runner = Runner(store, media.root / "exports", wall, doers)
    office = Office(store, media, desk, webchat, pages, clock, wall, handed_over)
    routes: list[BaseRoute] = [
        *extra_routes,
        Route("/chat", chat.show, methods=["GET"]),
        Route("/chat", chat.hear, methods=["POST"]),
        Route("/chat/live", live.stream),
        Route("/chat/mine", mine.show, methods=["GET"]),
        Route("/chat/name", mine.rename, methods=["POST"]),
        Route("/chat/me/{secret}", mine.ask, methods=["GET"]),
        Route("/chat/me/{secret}", mine.open, methods=["POST"]),
        Route(FROM_CHAT, sign_in.ask_in_chat, methods=["GET"]),
        Route(FROM_CHAT, sign_in.enter_from_chat, methods=["POST"]),
        Route("/media/{sha256}", Photos(store, media, all_seats).show),
        *my_data.routes(store, media, pages, all_seats, clock, wall),
        *notice_board.routes(store, pages, clock, wall),
        *rooms.routes(office, runner),
        Route("/console/login", sign_in.ask, methods=["GET"]),
        Route("/console/login", sign_in.enter, methods=["POST"]),
        Route("/console/logout", sign_in.leave, methods=["POST"]),
        Mount("/static", Assets(directory=Path(__file__).parent / "static")),
    ]
    if demo:
        page = DemoPage(demo, store, pages, live, clock, wall)
        routes.append(Route("/", page.show, methods=["GET"]))
        routes.append(Route("/demo/console", page.console, methods=["POST"]))
    else:
        routes.append(Route("/", _landing(pages), methods=["GET"]))
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(Guard, public_url=site.public_url),
            Middleware(Crowd, wall=wall),
            Middleware(
                BodyLimit,
                largest=LARGEST_BODY,
                by_path={"/chat": LARGEST_FORM, "/console/tickets/": LARGEST_FORM, FILE: LARGEST_UPLOAD},
            ),
        ],
        exception_handlers={
            SignInFirst: sign_in.to_the_door,
            HTTPException: _refused(pages),
            StorageFailed: _away(pages),
            Exception: _broken(pages),
        },
    )
    app.state.runner, app.state.office = runner, office
    return app


Answering = Callable[[Request, Exception], Response]


def _landing(pages: Pages) -> Callable[[Request], Awaitable[Response]]:
    async def show(request: Request) -> Response:
        return pages.page(request, "landing.html")

    return show


def _refused(pages: Pages) -> Answering:
    def answer(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 400
        detail = error.detail if isinstance(error, HTTPException) else ""
        if detail.startswith(("console.", "me.")):
            return _say(pages, request, status, detail)
        return _say(pages, request, status, f"error.{status}" if status in (404, 405, 413) else "error.400")

    return answer


def _away(pages: Pages) -> Answering:
    return lambda request, error: _say(pages, request, 503, "chat.away")


def _broken(pages: Pages) -> Answering:
    def answer(request: Request, error: Exception) -> Response:
        said = _say(pages, request, 500, "error.500")
        # Starlette answers for a mistake of ours outside of every middleware.
        said.headers.update(HEADERS)
        return said

    return answer


def _say(pages: Pages, request: Request, status: int, key: str) -> Response:
    language = language_of(request)
    says = word(language, key)
    if "hx-request" in request.headers:
        html = pages.fragment("notes.html", language, notes=[says], loud=True)
        return HTMLResponse(html, status, headers={"hx-reswap": "none"})
    return pages.page(request, "error.html", status=status, says=says, words="")


class CannotListen(Exception):
    """The address to serve on is taken or not ours; the message is one clear line."""


class HttpServer(uvicorn.Server):
    """A server inside a loop that belongs to somebody else: it takes no signals and ends no process."""

    def __init__(self, app: ASGIApp, webchat: WebChannel, listening: socket.socket) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="off",
                # Addresses here may hold secrets (a seat, a link to a chat): none is ever logged.
                access_log=False,
                log_config=None,
                log_level="warning",
                server_header=False,
                http=PatientProtocol,
                limit_concurrency=_room(),
                timeout_graceful_shutdown=PATIENCE_AT_STOP,
            )
        )
        self._webchat = webchat
        self._listening = listening
        self.port: int = listening.getsockname()[1]
        self._running: asyncio.Task[None] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def begin(self) -> None:
        """Serve until stop(); return when requests are answered."""
        self._running = asyncio.create_task(self.serve(sockets=[self._listening]), name="http server")
        while not self.started and not self._running.done():  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        if self._running.done():
            await self._running

    async def stop(self) -> None:
        """Take no more requests, end the open pages' streams, let what is under way finish."""
        self._webchat.close()
        self.should_exit = True
        if self._running is not None:
            await self._running


def _room() -> int:
    """Return for how many connections there is room: a part of the files this process may open stays for others."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS * 4 // 3
    if allowed < wanted <= most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
        allowed = wanted
    return min(MOST_CONNECTIONS, allowed * 3 // 4)


async def serve_http(app: ASGIApp, webchat: WebChannel, host: str, port: int) -> HttpServer:
    """Serve the application and return its server; `port` 0 takes a free one. Raises CannotListen."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        opened = socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise CannotListen(f"cannot serve on {host}:{port}: {error.strerror or error}") from error
    # asyncio spares small answers the wait for an acknowledgement only where a socket says that it is TCP.
    listening = socket.socket(opened.family, opened.type, socket.IPPROTO_TCP, opened.detach())
    server = HttpServer(app, webchat, listening)
    await server.begin()
    return server
