"""What every room of the console stands on: who asks, what they see, the frame around the page, and the way to the desk."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import URL
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.console import PLATFORM
from bot.channels.webchat import WebChannel
from bot.clock import WallClock
from bot.web.login import SESSION_COOKIE, form_token, signed_in
from bot.web.pages import Pages
from bot.web.say import NONCE, Desk, key_of, new_nonce
from bot.web.uploads import Form, read_form
from bot.web.words import language_of, word
from handlers.messages import Answer, Inbound, Piece, Sender
from handlers.sight import Chamber, Sight, sight
from storage.database import Store
from storage.media import MediaFolder
from storage.records import Address, Community, Directory, Instant, Person, address
from storage.turn import Turn

CAN_CARRY = 16_000
"""Bytes of text a page shows as the answer to an act."""

HandedOver = Callable[[Address, Collection[int], str], None]


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody signed in who asks for a page. `now` is the community's time, `csrf` goes into every form."""

    request: Request
    person: Person
    sight: Sight
    directory: Directory
    community: Community
    language: str
    csrf: str
    now: Instant

    def word(self, key: str, **pieces: object) -> str:
        return word(self.language, key, **pieces)


class SignInFirst(Exception):
    """Nobody is signed in: the way to the door is shown instead."""


class Office:
    """One per program; the rooms are built on it.

    `addresses`: where the menu leads. `handed_over` tells delivery which letters an answer has carried. `wall` is the machine's own clock, for sessions.
    """

    def __init__(
        self,
        store: Store,
        media: MediaFolder,
        desk: Desk,
        webchat: WebChannel,
        pages: Pages,
        clock: WallClock,
        wall: WallClock,
        handed_over: HandedOver,
    ) -> None:
        self.store, self.media, self.webchat, self.pages = store, media, webchat, pages
        self.clock, self.wall = clock, wall
        self.addresses: Mapping[Chamber, str] = {}
        self._desk, self._handed_over = desk, handed_over

    # --- who asks -------------------------------------------------------------------------------------------------

    async def asked(self, request: Request, chamber: Chamber) -> Asking:
        """Return who asks for a page of this room. Raises SignInFirst, HTTPException 403."""
        directory = await self.store.directory()
        async with self.store.view() as turn:
            asking = await self.known(request, turn, directory)
        if asking is None:
            raise SignInFirst
        if chamber not in asking.sight.chambers:
            raise HTTPException(
                403, "console.not_yours" if asking.sight.chambers else "console.nothing_to_see"
            )
        return asking

    async def known(self, request: Request, turn: Turn, directory: Directory) -> Asking | None:
        """Return who asks, in a turn that is open already; None when nobody is signed in."""
        person = await signed_in(request, turn, self.wall.now())
        if person is None or person.community not in directory.communities:
            return None
        return Asking(
            request,
            person,
            sight(person, directory),
            directory,
            directory.communities[person.community],
            language_of(request),
            form_token(request.cookies[SESSION_COOKIE]),
            self.clock.now(),
        )

    async def changing(
        self, request: Request, chamber: Chamber, *, managing: bool = False
    ) -> tuple[Asking, Form]:
        """Return who sends a form to this room, and the form. `managing`: only those who manage the community may.

        Raises SignInFirst, HTTPException 403 (also for a form that is not of this session) and what read_form raises.
        """
        asking = await self.asked(request, chamber)
        form = await read_form(request)
        if not secrets.compare_digest(form.get("csrf").encode(), asking.csrf.encode()):
            raise HTTPException(403, "console.form_over")
        if not (asking.sight.manages if managing else asking.sight.changes):
            raise HTTPException(403, "console.only_reads")
        return asking, form

    # --- pages ----------------------------------------------------------------------------------------------------

    def page(self, asking: Asking, template: str, *, status: int = 200, **known: Any) -> Response:
        """Answer with a page of a room: `template` extends console/frame.html. `once` goes into its forms."""
        return self.pages.page(
            asking.request,
            template,
            status=status,
            asking=asking,
            now=asking.now,
            once=new_nonce(),
            addresses=self.addresses,
            **known,
        )

    def fragment(self, asking: Asking, template: str, **known: Any) -> str:
        """Return a piece of a page for the one who asks."""
        return self.pages.fragment(template, asking.language, asking=asking, now=asking.now, **known)

    # --- acts -----------------------------------------------------------------------------------------------------

    async def act(self, asking: Asking, form: Form, order: str, pieces: Sequence[Piece] = ()) -> Answer:
        """Give the desk an order in words (`办结 1024 换了灯泡`) and return its answer, to be shown at once.

        The form's `once` names the act: sent twice, it is done once and answered the same. Raises StorageFailed.
        """
        chat = address(PLATFORM, asking.person.id)
        once = form.get("once") if NONCE.fullmatch(form.get("once")) else new_nonce()
        sender = Sender(chat, asking.person.name)
        inbound = Inbound(
            key_of(sender, once, order),
            asking.now,
            chat,
            True,
            sender,
            text=order,
            pieces=tuple(pieces),
            signed_in=asking.person.id,
            at_once=CAN_CARRY,
        )
        answer = await self._desk.receive(inbound, asking.now)
        self._handed_over(chat, answer.letters, f"passive:{inbound.key}")
        return answer


def to_the_door(request: Request, error: Exception) -> Response:
    """Send whoever is not signed in to the door; a stream or a part of a page only gets the refusal."""
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"hx-redirect": "/console/login"})
    return RedirectResponse(URL("/console/login"), 303)
