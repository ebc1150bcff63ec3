"""What is said when a page cannot be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.web.pages import Pages
from bot.web.security import HEADERS
from bot.web.words import language_of, word
from storage.database import StorageFailed

Answering = Callable[[Request, Exception], Response]


def refusals(pages: Pages) -> Mapping[Any, Answering]:
    """Return how each thing that may go wrong is answered, for the application's exception_handlers."""
    return {HTTPException: _refused(pages), StorageFailed: _away(pages), Exception: _broken(pages)}


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
