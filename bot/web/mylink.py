"""The resident's own link: it opens the same chat on another device. And the name they are shown by."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.pages import Pages
from bot.web.seats import (
    NAME_COOKIE,
    SECRET_COOKIE,
    is_secret,
    name_of,
    remember_name,
    remember_secret,
    tidy_name,
)
from bot.web.uploads import read_form
from bot.web.words import language_of, word


class MyLink:
    """Pages about the secret that the browser keeps. The secret is in no page but the one that was asked for it."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def show(self, request: Request) -> Response:
        """GET /chat/mine: the link, to copy."""
        secret = request.cookies.get(SECRET_COOKIE)
        if not is_secret(secret):
            return RedirectResponse("/chat", 303)
        base = (self._pages.site.public_url or str(request.base_url)).rstrip("/")
        return self._pages.page(request, "mine.html", link=f"{base}/chat/me/{secret}", name=name_of(request))

    async def ask(self, request: Request) -> Response:
        """GET /chat/me/SECRET: ask before the chat that this browser had is replaced (and let previews do nothing)."""
        secret = request.path_params["secret"]
        if not is_secret(secret):
            says = word(language_of(request), "chat.no_such_link")
            return self._pages.page(request, "error.html", status=404, says=says)
        mine = request.cookies.get(SECRET_COOKIE)
        if mine == secret:
            return RedirectResponse("/chat", 303)
        return self._pages.page(request, "open_mine.html", secret=secret, replaces=is_secret(mine))

    async def open(self, request: Request) -> Response:
        """POST /chat/me/SECRET: this browser keeps that secret from now on."""
        secret = request.path_params["secret"]
        answer = RedirectResponse("/chat", 303)
        if is_secret(secret):
            remember_secret(answer, secret, secure=self._pages.site.secure)
            answer.delete_cookie(NAME_COOKIE)
        return answer

    async def rename(self, request: Request) -> Response:
        """POST /chat/name: how the resident is shown from now on."""
        name = tidy_name((await read_form(request)).get("name"))
        answer = RedirectResponse("/chat", 303)
        remember_name(answer, name, secure=self._pages.site.secure)
        return answer
