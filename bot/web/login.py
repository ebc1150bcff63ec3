"""Signing in to the console: a one-time link, then a session in a cookie. The store keeps hashes only."""

from __future__ import annotations

import hashlib
import secrets

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.clock import WallClock
from bot.web.pages import Pages
from bot.web.uploads import read_form
from bot.web.words import language_of, word
from storage.database import Store
from storage.records import HOUR, MINUTE, Instant, Person
from storage.turn import Turn

LINK_LIFE = 10 * MINUTE
SESSION_LIFE = 12 * HOUR
SESSION_COOKIE = "huying_console"


async def make_link(store: Store, person: str, public_url: str, now: Instant) -> str:
    """Return a link that signs the person in once within LINK_LIFE. `now` is the machine's own time."""
    token = secrets.token_urlsafe(32)
    async with store.turn() as turn:
        await turn.sessions.create_link(print_of(token), person, now + LINK_LIFE)
    return f"{public_url.rstrip('/')}/console/login?token={token}"


def print_of(token: str) -> str:
    """Return what is stored in place of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(session: str) -> str:
    """Return the token that forms of this session carry: only its own pages can know it."""
    return hashlib.sha256(f"form {session}".encode()).hexdigest()[:32]


async def signed_in(request: Request, turn: Turn, now: Instant) -> Person | None:
    """Return who the request's session belongs to, None when there is none or it is over."""
    session = request.cookies.get(SESSION_COOKIE, "")
    person = await turn.sessions.person(print_of(session), now) if session else None
    return await turn.people.get(person) if person else None


class SignIn:
    """The pages of signing in and out."""

    def __init__(self, store: Store, pages: Pages, wall: WallClock) -> None:
        self._store, self._pages, self._wall = store, pages, wall

    async def ask(self, request: Request) -> Response:
        """GET /console/login: a button. A messenger that previews the link only sees this page."""
        return self._pages.page(request, "login.html", token=request.query_params.get("token", ""), says="")

    async def enter(self, request: Request) -> Response:
        """POST /console/login: use the link up and open a session."""
        token = (await read_form(request)).get("token")
        session, now = secrets.token_urlsafe(32), self._wall.now()
        async with self._store.turn() as turn:
            person = await turn.sessions.take_link(print_of(token), now)
            if person:
                await turn.sessions.open(print_of(session), person, now + SESSION_LIFE)
        if not person:
            says = word(language_of(request), "console.link_over")
            return self._pages.page(request, "login.html", status=403, token="", says=says)
        answer = RedirectResponse("/console", 303)
        answer.set_cookie(
            SESSION_COOKIE,
            session,
            max_age=SESSION_LIFE // 1000,
            path="/console",
            httponly=True,
            samesite="strict",
            secure=self._pages.site.secure,
        )
        return answer

    async def leave(self, request: Request) -> Response:
        """POST /console/logout: end the session."""
        session = request.cookies.get(SESSION_COOKIE, "")
        given = (await read_form(request)).get("csrf")
        if not secrets.compare_digest(given.encode(), form_token(session).encode()):
            says = word(language_of(request), "console.form_over")
            return self._pages.page(request, "error.html", status=403, says=says, words="")
        async with self._store.turn() as turn:
            await turn.sessions.close(print_of(session))
        answer = RedirectResponse("/console/login", 303)
        answer.delete_cookie(SESSION_COOKIE, path="/console")
        return answer
