"""Signing in to the console: a one-time link, then a session in a cookie. The store keeps hashes only."""

from __future__ import annotations

import hashlib
import re
import secrets

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.clock import WallClock
from bot.web.browsers import kind_of
from bot.web.pages import Pages
from bot.web.seats import Seats
from bot.web.uploads import read_form
from bot.web.words import language_of, word
from handlers.sight import sight
from storage.database import Store
from storage.records import HOUR, MINUTE, Instant, Person
from storage.sessions import Session
from storage.turn import Turn

LINK_LIFE = 10 * MINUTE
SESSION_LIFE = 12 * HOUR
SESSION_COOKIE = "huying_console"
WANTED_COOKIE = "huying_wanted"
WANTED_LIFE = 30 * MINUTE
"""How long is remembered where somebody wanted to go before they had signed in."""
CONSOLE_PAGE = re.compile(r"/console(?:/[\w-]+){0,6}(?:\?[\w&=%+.~-]{0,400})?", re.ASCII)
"""Where a browser may be sent after signing in: a page of the console and nothing else."""
FROM_CHAT = "/chat/console"


async def make_link(store: Store, person: str, public_url: str, now: Instant) -> str:
    """Return a link that signs the person in once within LINK_LIFE. `now` is the machine's own time."""
    async with store.turn() as turn:
        return await fresh_link(turn, person, public_url, now)


async def fresh_link(turn: Turn, person: str, public_url: str, now: Instant) -> str:
    """The same in a turn that is open already. The person's older links open nothing any more."""
    token = secrets.token_urlsafe(32)
    await turn.sessions.create_link(print_of(token), person, now + LINK_LIFE)
    return f"{public_url.rstrip('/')}/console/login?token={token}"


def print_of(token: str) -> str:
    """Return what is stored in place of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(session: str) -> str:
    """Return the token that forms of this session carry: only its own pages can know it."""
    return hashlib.sha256(f"form {session}".encode()).hexdigest()[:32]


async def signed_in(request: Request, turn: Turn, now: Instant) -> tuple[Person, Session] | None:
    """Return who the request's session belongs to, and the session; None when there is none or it is over."""
    given = request.cookies.get(SESSION_COOKIE, "")
    session = await turn.sessions.get(print_of(given), now) if given else None
    person = await turn.people.get(session.person) if session else None
    return (person, session) if person and session else None


class SignIn:
    """The pages of signing in and out."""

    def __init__(self, store: Store, pages: Pages, seats: Seats, wall: WallClock) -> None:
        self._store, self._pages, self._seats, self._wall = store, pages, seats, wall

    async def ask(self, request: Request) -> Response:
        """GET /console/login: a button. A messenger that previews the link only sees this page."""
        return self._door(request, token=request.query_params.get("token", ""))

    async def enter(self, request: Request) -> Response:
        """POST /console/login: use the link up and open a session."""
        token = (await read_form(request)).get("token")
        async with self._store.turn() as turn:
            person = await turn.sessions.take_link(print_of(token), self._wall.now())
            session = await self._open(turn, request, person) if person else ""
        if not session:
            return self._door(request, status=403, says=word(language_of(request), "console.link_over"))
        return self._inside(request, session)

    async def leave(self, request: Request) -> Response:
        """POST /console/logout: end the session."""
        session = request.cookies.get(SESSION_COOKIE, "")
        given = (await read_form(request)).get("csrf")
        if not secrets.compare_digest(given.encode(), form_token(session).encode()):
            raise HTTPException(403, "console.form_over")
        async with self._store.turn() as turn:
            await turn.sessions.close(print_of(session))
        answer = RedirectResponse("/console/login", 303)
        answer.delete_cookie(SESSION_COOKIE, path="/console")
        return answer

    def to_the_door(self, request: Request, error: Exception) -> Response:
        """Send whoever is not signed in to the door, and remember where they wanted to go.

        A stream or a part of a page only gets the refusal.
        """
        if "hx-request" in request.headers:
            return Response(status_code=401, headers={"hx-redirect": "/console/login"})
        answer = RedirectResponse("/console/login", 303)
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            self._remember(answer, wanted)
        return answer

    # --- from the web chat ----------------------------------------------------------------------------------------

    async def ask_in_chat(self, request: Request) -> Response:
        """GET /chat/console: the web chat's own browser needs no link. A button, so that a preview does nothing."""
        return self._door(request, seat=request.query_params.get("seat", ""), from_chat=FROM_CHAT)

    async def enter_from_chat(self, request: Request) -> Response:
        """POST /chat/console: whoever holds the secret of a private seat is who sits there."""
        seat = self._seats.of(request, (await read_form(request)).get("seat"))
        directory = await self._store.directory()
        session = ""
        if seat is not None and seat.private:
            async with self._store.turn() as turn:
                person = await turn.people.by_account(seat.people[0].account)
                if person is not None and sight(person, directory).chambers:
                    session = await self._open(turn, request, person.id)
        if not session:
            raise HTTPException(403, "console.nothing_to_see")
        return self._inside(request, session)

    # --- pieces ---------------------------------------------------------------------------------------------------

    async def _open(self, turn: Turn, request: Request, person: str) -> str:
        """Open a session with a new secret and return that. What this browser had before is over."""
        secret, now = secrets.token_urlsafe(32), self._wall.now()
        if before := request.cookies.get(SESSION_COOKIE):
            await turn.sessions.close(print_of(before))
        browser = kind_of(request.headers.get("user-agent", ""))
        await turn.sessions.open(print_of(secret), person, now, now + SESSION_LIFE, browser)
        return secret

    def _inside(self, request: Request, session: str) -> Response:
        """Hand over the session and go where they wanted to."""
        wanted = request.cookies.get(WANTED_COOKIE, "")
        answer = RedirectResponse(wanted if CONSOLE_PAGE.fullmatch(wanted) else "/console", 303)
        answer.set_cookie(
            SESSION_COOKIE,
            session,
            max_age=SESSION_LIFE // 1000,
            path="/console",
            httponly=True,
            samesite="strict",
            secure=self._pages.site.secure,
        )
        answer.delete_cookie(WANTED_COOKIE)
        return answer

    def _remember(self, answer: Response, wanted: str) -> None:
        if CONSOLE_PAGE.fullmatch(wanted):
            answer.set_cookie(
                WANTED_COOKIE,
                wanted,
                max_age=WANTED_LIFE // 1000,
                httponly=True,
                samesite="lax",
                secure=self._pages.site.secure,
            )

    def _door(
        self,
        request: Request,
        *,
        status: int = 200,
        token: str = "",
        says: str = "",
        seat: str = "",
        from_chat: str = "",
    ) -> Response:
        known = {"token": token, "says": says, "seat": seat, "from_chat": from_chat}
        return self._pages.page(request, "login.html", status=status, headers=None, **known)
