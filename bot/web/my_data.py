"""/me: all that is stored about one person, for that person alone: by a link that was sent to them, or from their web chat.

The link opens it once, for the browser that pressed the button, until ten minutes after the link was made. Looking at the
link itself shows nothing and uses nothing up: a messenger's preview learns nothing and takes nothing away.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.clock import WallClock
from bot.web.login import print_of
from bot.web.pages import Pages, iso
from bot.web.photos import SHA256
from bot.web.seats import Seats
from bot.web.uploads import read_form
from bot.web.words import language_of
from handlers.places import words as place_words
from storage.database import Store
from storage.media import MediaFolder
from storage.plain import as_json
from storage.records import MINUTE, Instant, Kept, Ticket
from storage.turn import Turn

LINK_LIFE = 10 * MINUTE
COOKIE = "huying_me"
OWN_FROM_CHAT = "/chat/data"
FILE = "my-data.json"


async def own_link(turn: Turn, person: str, public_url: str, now: Instant) -> str:
    """Return a link that shows the person, once and within LINK_LIFE, what is stored about them; the one before shows
    nothing any more. `now` is the machine's own time."""
    token = secrets.token_urlsafe(32)
    await turn.personal.put_link(print_of(token), person, now + LINK_LIFE)
    return f"{public_url.rstrip('/')}/me?token={token}"


def _inside_print(secret: str) -> str:
    """Return what is stored of the secret of a browser that is inside: other than a link's, so that it opens no door."""
    return print_of(f"inside {secret}")


def routes(
    store: Store, media: MediaFolder, pages: Pages, seats: Seats, clock: WallClock, wall: WallClock
) -> list[BaseRoute]:
    own = MyData(store, media, pages, seats, clock, wall)
    return [
        Route("/me", own.ask, methods=["GET"]),
        Route("/me", own.enter, methods=["POST"]),
        Route(OWN_FROM_CHAT, own.ask_in_chat, methods=["GET"]),
        Route(OWN_FROM_CHAT, own.enter_from_chat, methods=["POST"]),
        Route("/me/all", own.show, methods=["GET"]),
        Route(f"/me/{FILE}", own.file, methods=["GET"]),
        Route("/me/photos/{sha256}", own.photo, methods=["GET"]),
    ]


class MyData:
    """`wall` is the machine's own clock, for the link; `clock` the community's, for the times shown."""

    def __init__(
        self, store: Store, media: MediaFolder, pages: Pages, seats: Seats, clock: WallClock, wall: WallClock
    ) -> None:
        self._store, self._media, self._pages, self._seats = store, media, pages, seats
        self._clock, self._wall = clock, wall

    async def ask(self, request: Request) -> Response:
        """GET /me: a button, and nothing of what is behind it."""
        token = request.query_params.get("token", "")
        return self._pages.page(request, "my_data_open.html", token=token, seat="", to="/me")

    async def ask_in_chat(self, request: Request) -> Response:
        """GET /chat/data: the web chat's own browser needs no link."""
        seat = request.query_params.get("seat", "")
        return self._pages.page(request, "my_data_open.html", token="", seat=seat, to=OWN_FROM_CHAT)

    async def enter(self, request: Request) -> Response:
        """POST /me: whoever comes first with the link is who it was sent to. Whoever pressed the button twice is inside."""
        token, secret, now = (
            (await read_form(request)).get("token"),
            secrets.token_urlsafe(32),
            self._wall.now(),
        )
        async with self._store.turn() as turn:
            if await turn.personal.open_link(print_of(token), _inside_print(secret), now):
                return self._inside(secret)
            if await self._whose(turn, request) is None:
                raise HTTPException(403, "me.over")
        return RedirectResponse("/me/all", 303)

    async def enter_from_chat(self, request: Request) -> Response:
        """POST /chat/data: whoever holds the secret of a private seat is who sits there."""
        seat = self._seats.of(request, (await read_form(request)).get("seat"))
        if seat is None or not seat.private:
            raise HTTPException(403, "me.over")
        async with self._store.turn() as turn:
            person = await turn.people.by_account(seat.people[0].account)
            if person is None:
                raise HTTPException(404, "me.nothing")
            secret = secrets.token_urlsafe(32)
            await turn.personal.put_link(_inside_print(secret), person.id, self._wall.now() + LINK_LIFE)
        return self._inside(secret)

    def _inside(self, secret: str) -> Response:
        answer = RedirectResponse("/me/all", 303)
        answer.set_cookie(
            COOKIE,
            secret,
            max_age=LINK_LIFE // 1000,
            path="/me",
            httponly=True,
            samesite="strict",
            secure=self._pages.site.secure,
        )
        return answer

    async def show(self, request: Request) -> Response:
        """GET /me/all."""
        kept = await self._kept(request)
        photos = [one for one in kept.attachments if one.sha256 and one.kind == "photo"]
        return self._pages.page(
            request,
            "my_data.html",
            kept=kept,
            home=place_words(kept.person.home, language_of(request)),
            photos=photos,
            now=self._clock.now(),
            file=f"/me/{FILE}",
        )

    async def file(self, request: Request) -> Response:
        """GET /me/my-data.json: the same for machines."""
        kept = await self._kept(request)
        return Response(
            as_json(as_data(kept)),
            media_type="application/json",
            headers={"content-disposition": f'attachment; filename="{FILE}"'},
        )

    async def photo(self, request: Request) -> Response:
        """GET /me/photos/SHA256: one of their own."""
        kept = await self._kept(request)
        sha256 = request.path_params["sha256"]
        if not SHA256.fullmatch(sha256) or sha256 not in {one.sha256 for one in kept.attachments}:
            raise HTTPException(404)
        path = self._media.path(sha256)
        if not path.exists():
            raise HTTPException(404)
        return FileResponse(path)

    async def _kept(self, request: Request) -> Kept:
        async with self._store.view() as turn:
            id = await self._whose(turn, request)
            person = await turn.people.get(id) if id else None
            if person is None:
                raise HTTPException(403, "me.over")
            return await turn.personal.counted(await turn.personal.kept(person))

    async def _whose(self, turn: Turn, request: Request) -> str | None:
        """Return whose data this browser may see; None for nobody's."""
        secret = request.cookies.get(COOKIE, "")
        return await turn.personal.of_link(_inside_print(secret), self._wall.now()) if secret else None


def as_data(kept: Kept) -> Mapping[str, Any]:
    """Return it as plain data; times as ISO 8601 in UTC."""
    person = kept.person
    return {
        "person": {
            "id": person.id,
            "name": person.name,
            "phone": person.phone,
            "language": person.language,
            "community": person.community,
            "home_grid": person.home_grid,
            "home": asdict(person.home),
        },
        "accounts": [
            {"address": one.address, "last_used_at": iso(one.last_used_at)} for one in kept.accounts
        ],
        "reported": [_ticket(ticket) for ticket in kept.reported],
        "followed": [{"number": ticket.number, "community": ticket.community} for ticket in kept.followed],
        "added": [{"ticket": one.ticket, "at": iso(one.at), "words": one.words} for one in kept.remarks],
        "files": [
            {
                "kind": one.kind,
                "ticket": one.ticket,
                "at": iso(one.at),
                "caption": one.caption,
                "sha256": one.sha256,
            }
            for one in kept.attachments
        ],
        "letters": kept.letters,
        "web_messages": kept.messages,
        "open_questions": kept.dialogues,
        "examples": kept.examples,
    }


def _ticket(ticket: Ticket) -> Mapping[str, Any]:
    return {
        "number": ticket.number,
        "community": ticket.community,
        "at": iso(ticket.reported_at),
        "state": ticket.state,
        "category": ticket.category,
        "place": asdict(ticket.place),
        "words": ticket.words,
        "anonymous": ticket.anonymous,
        "rating": ticket.rating,
    }
