"""/chat: the page on which residents without any app write, add photos, press buttons and follow their tickets."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.clock import WallClock
from bot.web.live import Live
from bot.web.pages import Pages
from bot.web.say import INVITE, LONGEST_WORDS, PLACE, Said, Speaker, Unsayable, new_nonce
from bot.web.seats import (
    SECRET_COOKIE,
    Seat,
    Seats,
    is_secret,
    name_of,
    new_secret,
    own_seat,
    remember_name,
    remember_secret,
    tidy_name,
)
from bot.web.uploads import Form, read_form
from bot.web.words import language_of, word
from handlers.haste import Haste, Measure, in_seconds
from handlers.reading import Urgency, read
from storage.database import StorageFailed, Store
from storage.records import SECOND, Address

log = logging.getLogger(__name__)

NOTE_COOKIE = "huying_note"

PACE = Measure(burst=20, every=3 * SECOND)
"""Of one account: a hand on the keyboard never comes near it, a script is slowed down."""


class Chat:
    """Shows a seat's chat and takes what is said in it."""

    def __init__(
        self, store: Store, speaker: Speaker, seats: Seats, pages: Pages, live: Live, wall: WallClock
    ) -> None:
        self._store, self._speaker, self._seats, self._pages, self._live = store, speaker, seats, pages, live
        self._wall, self._haste = wall, Haste(PACE)

    async def show(self, request: Request) -> Response:
        """GET: the seat of `?seat=`, else the browser's own chat, made at the first visit; what
        `?place=` or `?invite=` brings along is handed on by a button."""
        language = language_of(request)
        asked = request.query_params.get("seat")
        seat = self._seats.of(request, asked)
        if seat is None and asked:
            return self._pages.page(
                request, "error.html", status=404, says=word(language, "chat.no_such_seat")
            )
        secret = request.cookies.get(SECRET_COOKIE)
        if seat is None:
            secret = new_secret()
            seat = own_seat(secret, name_of(request))
        start = _start(request)
        note = unquote(request.cookies.get(NOTE_COOKIE, ""))
        answer = await self._page(request, seat, note=note, start=start)
        if seat.own and secret is not None and is_secret(secret):
            remember_secret(answer, secret, secure=self._pages.site.secure)
        if note:
            answer.delete_cookie(NOTE_COOKIE)
        return answer

    async def hear(self, request: Request) -> Response:
        """POST: words, photos, a press of a button, a place or an invite (with a name). What cannot be taken stays in the form."""
        language = language_of(request)
        form = await read_form(request)
        seat = self._seats.of(request, form.get("seat"))
        if seat is None:
            says = word(language, "chat.no_such_seat" if form.get("seat") else "chat.no_cookie")
            return await self._refused(request, None, says, form.get("text"), 403)
        if wait := self._too_fast(seat.people[0].account, form):
            says = word(language, "chat.too_fast", seconds=wait)
            refused = await self._refused(request, seat, says, form.get("text"), 429)
            refused.headers["retry-after"] = str(wait)
            return refused
        name = tidy_name(form.get("name")) if seat.own else ""
        if name:
            seat = replace(seat, people=(replace(seat.people[0], name=name),))
        try:
            said = await self._speaker.take(seat, form)
        except Unsayable as no:
            says = "\n".join(word(language, key, **args) for key, args in no.why)
            return await self._refused(request, seat, says, form.get("text"), 422)
        except StorageFailed as failed:
            log.warning("what was said in the web chat could not be stored: %s", failed)
            says = word(language, "chat.not_kept")
            return await self._refused(request, seat, says, form.get("text"), 503, nonce=form.get("nonce"))
        answer = self._taken(request, seat, said, language)
        if name:
            remember_name(answer, name, secure=self._pages.site.secure)
        return answer

    def _too_fast(self, account: Address, form: Form) -> int:
        """Return 0 and count this message, or after how many seconds it will be taken. What is refused is not counted:
        who waits that long is heard. Pressed buttons and danger always go on to the desk, which has its own limits."""
        if form.get("press"):
            return 0
        now = self._wall.now()
        wait = in_seconds(self._haste.wait(account, now))
        if wait and read(form.get("text")[:LONGEST_WORDS]).urgency is not Urgency.EMERGENCY:
            return wait
        self._haste.count(account, now)
        return 0

    def _taken(self, request: Request, seat: Seat, said: Said, language: str) -> Response:
        notes = [said.toast] if said.toast else []
        notes += [word(language, key, **args) for key, args in said.notes]
        if _by_htmx(request):
            html = self._pages.fragment(
                "said.html", language, seat=seat, nonce=new_nonce(), notes=notes, loud=said.loud
            )
            return HTMLResponse(html)
        answer = RedirectResponse(seat.path, 303)
        if notes:
            answer.set_cookie(
                NOTE_COOKIE,
                quote(" ".join(notes)[:300]),
                max_age=30,
                httponly=True,
                samesite="lax",
                secure=self._pages.site.secure,
            )
        return answer

    async def _refused(
        self, request: Request, seat: Seat | None, says: str, words: str, status: int, nonce: str = ""
    ) -> Response:
        """Say why; the words (and in a page with scripts, the chosen photos) stay where they are."""
        if _by_htmx(request) or seat is None:
            if seat is None and not _by_htmx(request):
                return self._pages.page(request, "error.html", status=status, says=says, words=words)
            html = self._pages.fragment("notes.html", language_of(request), notes=[says], loud=True)
            return HTMLResponse(html, status, headers={"hx-reswap": "none"})
        return await self._page(request, seat, status=status, note=says, words=words, nonce=nonce)

    async def _page(
        self,
        request: Request,
        seat: Seat,
        *,
        status: int = 200,
        note: str = "",
        words: str = "",
        nonce: str = "",
        start: str = "",
    ) -> Response:
        language = language_of(request)
        notes = [note] if note else []
        try:
            shown, seen = await self._shown([seat], language)
        except StorageFailed:
            shown, seen, status = {seat.dom: ""}, 0, 503
            notes = notes or [word(language, "chat.away")]
        return self._pages.page(
            request,
            "chat.html",
            status=status,
            seat=seat,
            seats=[seat],
            shown=shown,
            seen=seen,
            nonce=nonce or new_nonce(),
            press_nonce=new_nonce(),
            words=words,
            notes=notes,
            start=start,
            name=name_of(request),
            chips=True,
        )

    async def _shown(self, seats: Sequence[Seat], language: str) -> tuple[dict[str, str], int]:
        """Return each seat's messages as HTML, and the change number they were read at."""
        async with self._store.view() as turn:
            seen = await turn.web.newest()
            return {seat.dom: await self._live.latest_html(turn, seat, language) for seat in seats}, seen


def _start(request: Request) -> str:
    """Return what the link brings along, as the desk takes it; "" for nothing, or for what cannot be any."""
    place, invite = (request.query_params.get(name, "") for name in ("place", "invite"))
    if PLACE.fullmatch(place):
        return f"p_{place}"
    return invite if INVITE.fullmatch(invite) else ""


def _by_htmx(request: Request) -> bool:
    return "hx-request" in request.headers
