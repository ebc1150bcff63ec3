"""What every room of the console stands on: who asks, what they see, the frame around the page, and the way to the desk."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.console import PLATFORM
from bot.channels.webchat import WebChannel
from bot.clock import FastClock, WallClock
from bot.web.login import SESSION_COOKIE, form_token, print_of, signed_in
from bot.web.pages import Pages
from bot.web.say import NONCE, Desk, key_of, new_nonce
from bot.web.uploads import Form, read_form
from bot.web.words import language_of, word
from handlers.messages import Answer, Inbound, Piece, Sender
from handlers.sight import Chamber, Sight, sight
from storage.database import StorageFailed, Store
from storage.media import MediaFolder
from storage.records import MINUTE, Address, Community, Directory, Instant, Person, address
from storage.sessions import Session
from storage.turn import Turn, Turned

log = structlog.get_logger(__name__)

USE_NOTED_EVERY = 5 * MINUTE

CAN_CARRY = 16_000
"""Bytes of text a page shows as the answer to an act."""

HandedOver = Callable[[Address, Collection[int], str], None]


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody signed in who asks for a page. `now` is the community's time, `csrf` goes into every form."""

    request: Request
    session: Session
    person: Person
    sight: Sight
    directory: Directory
    community: Community
    language: str
    csrf: str
    now: Instant

    def word(self, key: str, **pieces: object) -> str:
        return word(self.language, key, **pieces)


class Watching(Protocol):
    """Pages that are open: told of every turn of this process, and that another process wrote something."""

    def turned(self, turned: Turned) -> None: ...
    def stirred(self) -> None: ...


class SignInFirst(Exception):
    """Nobody is signed in: the way to the door is shown instead."""


class Office:
    """One per program; the rooms are built on it.

    `addresses`: where the menu leads. `handed_over` tells delivery which letters an answer has carried. `wall` is the machine's own clock, for sessions.
    `pace`: how many times as fast as that the community's clock runs. `watching`: what has open pages that follow
    what is written.
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
        self.pace = clock.factor if isinstance(clock, FastClock) else 1.0
        self.watching: list[Watching] = []
        self._desk, self._handed_over = desk, handed_over

    # --- what was written -----------------------------------------------------------------------------------------

    def turned(self, turned: Turned) -> None:
        """A turn of this process has ended."""
        for one in self.watching:
            one.turned(turned)

    def stirred(self) -> None:
        """Another process wrote something."""
        for one in self.watching:
            one.stirred()

    # --- who asks -------------------------------------------------------------------------------------------------

    async def asked(self, request: Request, chamber: Chamber) -> Asking:
        """Return who asks for a page of this room. Raises SignInFirst, HTTPException 403."""
        directory = await self.store.directory()
        async with self.store.view() as turn:
            asking = await self.known(request, turn, directory)
        if asking is None:
            raise SignInFirst
        await self._note_use(asking)
        if chamber not in asking.sight.chambers:
            raise HTTPException(
                403, "console.not_yours" if asking.sight.chambers else "console.nothing_to_see"
            )
        return asking

    async def known(self, request: Request, turn: Turn, directory: Directory) -> Asking | None:
        """Return who asks, in a turn that is open already; None when nobody is signed in."""
        found = await signed_in(request, turn, self.wall.now())
        if found is None or found[0].community not in directory.communities:
            return None
        person, session = found
        return Asking(
            request,
            session,
            person,
            sight(person, directory),
            directory,
            directory.communities[person.community],
            language_of(request),
            form_token(request.cookies[SESSION_COOKIE]),
            self.clock.now(),
        )

    async def _note_use(self, asking: Asking) -> None:
        """Now and then is enough: a page that is only read shall cost no write each time."""
        now = self.wall.now()
        if now - asking.session.used_at < USE_NOTED_EVERY:
            return
        try:
            async with self.store.turn() as turn:
                await turn.sessions.used(print_of(asking.request.cookies[SESSION_COOKIE]), now)
        except StorageFailed as failed:
            # A database that takes nothing can still be read, and just then people want to.
            log.warning("the use of a session could not be noted", why=str(failed))

    async def sent(self, request: Request, chamber: Chamber) -> tuple[Asking, Form]:
        """Return who sends a form about themselves to this room, and the form.

        Raises SignInFirst, HTTPException 403 (also for a form that is not of this session) and what read_form raises.
        """
        asking = await self.asked(request, chamber)
        form = await read_form(request)
        if not secrets.compare_digest(form.get("csrf").encode(), asking.csrf.encode()):
            raise HTTPException(403, "console.form_over")
        return asking, form

    async def changing(
        self, request: Request, chamber: Chamber, *, managing: bool = False
    ) -> tuple[Asking, Form]:
        """The same of a form that changes something. `managing`: only those who manage the community may."""
        asking, form = await self.sent(request, chamber)
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
        inbound = Inbound(
            act_key(asking, form, order, pieces),
            asking.now,
            chat,
            True,
            Sender(chat, asking.person.name),
            text=order,
            pieces=tuple(pieces),
            signed_in=asking.person.id,
            at_once=CAN_CARRY,
        )
        answer = await self._desk.receive(inbound, asking.now)
        self._handed_over(chat, answer.letters, f"passive:{inbound.key}")
        return answer


def act_key(asking: Asking, form: Form, order: str, pieces: Sequence[Piece] = ()) -> str:
    """Return the key under which this act of theirs counts once; its answer is kept with it."""
    sender = Sender(address(PLATFORM, asking.person.id), asking.person.name)
    once = form.get("once") if NONCE.fullmatch(form.get("once")) else new_nonce()
    return key_of(sender, once, order + "".join(piece.sha256 or "" for piece in pieces))
