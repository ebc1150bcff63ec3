"""Who sits before the page: a resident with their own chat, or somebody holding the secret of a seat in another one."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from handlers.messages import Sender
from storage.records import Address, address

SECRET_COOKIE = "huying_chat"
NAME_COOKIE = "huying_name"
LONGEST_NAME = 20
# Browsers cap a cookie's life at 400 days; every visit renews it.
COOKIE_LIFE = 400 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Seat:
    """A place at one chat. Whoever knows `secret` sits there; it is empty for a resident's own chat (cookie).

    `title`, `about` (under it) and `empty` (in the chat until something is said) are keys of the pages' texts.
    `people`: who may speak from this seat; the page lets one choose. `tries`: sentences offered to a stranger.
    `queue_of`: a community whose joint-meeting queue stands beside the chat.
    """

    secret: str
    title: str
    chat: Address
    private: bool
    people: tuple[Sender, ...]
    about: str = ""
    tries: tuple[str, ...] = ()
    empty: str = ""
    queue_of: str | None = None

    @property
    def dom(self) -> str:
        """What the seat's elements are called in a page; does not give the secret away."""
        return "me" if not self.secret else "s" + hashlib.sha256(self.secret.encode()).hexdigest()[:8]

    @property
    def path(self) -> str:
        """The seat's own page."""
        return f"/chat?{urlencode({'seat': self.secret})}" if self.secret else "/chat"

    @property
    def own(self) -> bool:
        return not self.secret


def new_secret() -> str:
    """Return 128 random bits, as they stand in a cookie or a link."""
    return secrets.token_urlsafe(16)


def account_of(secret: str) -> Address:
    """Return the account whose key is `secret`: enough of its hash that two never meet."""
    return address("web", hashlib.sha256(secret.encode()).hexdigest()[:24])


def is_secret(text: str | None) -> bool:
    """True for what new_secret() may have made; anything else opens no chat."""
    return (
        text is not None and len(text) == 22 and all(c.isascii() and (c.isalnum() or c in "-_") for c in text)
    )


def own_seat(secret: str, name: str) -> Seat:
    """Return the resident's seat in the chat between them and Huying."""
    account = account_of(secret)
    people = (Sender(account, name or f"居民{account[-4:]}"),)
    return Seat("", "chat.title", account, True, people, about="chat.hint")


class Seats:
    """The seats that exist here, by their secrets."""

    def __init__(self, seats: Iterable[Seat] = ()) -> None:
        self._by_hash = {hashlib.sha256(seat.secret.encode()).digest(): seat for seat in seats}

    def find(self, secret: str) -> Seat | None:
        # Looked up by hash: how long the look-up takes tells nothing about the secret.
        return self._by_hash.get(hashlib.sha256(secret.encode()).digest())

    def of(self, request: Request, secret: str | None) -> Seat | None:
        """Return the seat of a secret, or without one the browser's own; None when there is none."""
        if secret:
            return self.find(secret)
        mine = request.cookies.get(SECRET_COOKIE)
        return own_seat(mine, name_of(request)) if mine is not None and is_secret(mine) else None


def name_of(request: Request) -> str:
    return tidy_name(unquote(request.cookies.get(NAME_COOKIE, "")))


def tidy_name(name: str) -> str:
    """Return what may stand before a message: printable, in one line, at most LONGEST_NAME characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())[:LONGEST_NAME].strip()


def remember_secret(answer: Response, secret: str, *, secure: bool) -> None:
    answer.set_cookie(
        SECRET_COOKIE, secret, max_age=COOKIE_LIFE, httponly=True, samesite="lax", secure=secure
    )


def remember_name(answer: Response, name: str, *, secure: bool) -> None:
    answer.set_cookie(
        NAME_COOKIE, quote(name), max_age=COOKIE_LIFE, httponly=True, samesite="lax", secure=secure
    )
