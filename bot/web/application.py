"""The web application of one process: every page of it, and what stands before them all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from bot.channels.webchat import WebChannel
from bot.clock import SystemClock, WallClock
from bot.errands import Doer, Runner
from bot.figure_pictures import Charts
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
from bot.web.photos import Photos
from bot.web.refusals import refusals
from bot.web.say import Desk, Speaker
from bot.web.seats import Seat, Seats
from bot.web.security import BodyLimit, Guard
from bot.web.uploads import LARGEST_FORM
from bot.what_if_errand import WhatIf
from storage.database import Store
from storage.media import MediaFolder
from storage.records import ErrandKind

LARGEST_BODY = 1024 * 1024
"""Bytes of any request but a chat message."""
LARGER = {"/chat": LARGEST_FORM, "/console/tickets/": LARGEST_FORM, FILE: LARGEST_UPLOAD}


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
    done by `app.state.runner`, which somebody has to run; `app.state.office` wants to hear of every turn.
    """
    wall = wall or SystemClock()
    pages = Pages(site)
    all_seats = Seats((*seats, *(demo.seats if demo else ())))
    live = Live(store, webchat, all_seats, pages, clock)
    chat = Chat(store, Speaker(desk, store, media, webchat, clock), all_seats, pages, live, wall)
    sign_in = SignIn(store, pages, all_seats, wall)
    office = Office(store, media, desk, webchat, pages, clock, wall, handed_over)
    runner = _runner(store, media, clock, wall)
    app = Starlette(
        routes=[
            *extra_routes,
            *(_demo_page(DemoPage(demo, store, pages, live, clock, wall)) if demo else _front_page(pages)),
            *_chat(chat, live, MyLink(pages)),
            Route("/media/{sha256}", Photos(store, media, all_seats).show),
            *my_data.routes(store, media, pages, all_seats, clock, wall),
            *notice_board.routes(store, pages, clock, wall),
            *_door(sign_in),
            *rooms.routes(office, runner),
            Mount("/static", Assets(directory=Path(__file__).parent / "static")),
        ],
        middleware=[
            Middleware(Guard, public_url=site.public_url),
            Middleware(Crowd, wall=wall),
            Middleware(BodyLimit, largest=LARGEST_BODY, by_path=LARGER),
        ],
        exception_handlers={SignInFirst: sign_in.to_the_door, **refusals(pages)},
    )
    app.state.runner, app.state.office = runner, office
    return app


def _runner(store: Store, media: MediaFolder, clock: WallClock, wall: WallClock) -> Runner:
    """Return who does what takes long, of each kind."""
    file = LedgerFile(store, clock)
    doers: dict[ErrandKind, Doer] = {
        ErrandKind.XLSX: file,
        ErrandKind.CSV: file,
        ErrandKind.VERIFY: Proof(store, clock),
        ErrandKind.CHARTS: Charts(store, media),
        ErrandKind.WHAT_IF: WhatIf(store, wall),
    }
    return Runner(store, media.root / "exports", wall, doers)


def _chat(chat: Chat, live: Live, mine: MyLink) -> list[BaseRoute]:
    return [
        Route("/chat", chat.show, methods=["GET"]),
        Route("/chat", chat.hear, methods=["POST"]),
        Route("/chat/live", live.stream),
        Route("/chat/mine", mine.show, methods=["GET"]),
        Route("/chat/name", mine.rename, methods=["POST"]),
        Route("/chat/me/{secret}", mine.ask, methods=["GET"]),
        Route("/chat/me/{secret}", mine.open, methods=["POST"]),
    ]


def _door(sign_in: SignIn) -> list[BaseRoute]:
    return [
        Route(FROM_CHAT, sign_in.ask_in_chat, methods=["GET"]),
        Route(FROM_CHAT, sign_in.enter_from_chat, methods=["POST"]),
        Route("/console/login", sign_in.ask, methods=["GET"]),
        Route("/console/login", sign_in.enter, methods=["POST"]),
        Route("/console/logout", sign_in.leave, methods=["POST"]),
    ]


def _demo_page(page: DemoPage) -> list[BaseRoute]:
    return [
        Route("/", page.show, methods=["GET"]),
        Route("/demo/console", page.console, methods=["POST"]),
    ]


def _front_page(pages: Pages) -> list[BaseRoute]:
    async def show(request: Request) -> Response:
        return pages.page(request, "landing.html")

    return [Route("/", show, methods=["GET"])]
