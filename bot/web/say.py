"""From a form to an Inbound: one thing said or pressed on a page, once, whatever is submitted twice."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from bot.channels.webchat import WebChannel
from bot.clock import WallClock
from bot.web.seats import Seat
from bot.web.uploads import MOST_PHOTOS, Form, Refusal, keep_photos
from bot.web.words import word
from handlers.messages import Answer, Inbound, Piece, Sender
from storage.database import StorageFailed, Store
from storage.media import MediaFolder
from storage.records import Instant

LONGEST_WORDS = 4096
NONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")
PLACE = re.compile(r"[A-Za-z0-9_-]{1,48}")
INVITE = re.compile(r"[A-Za-z0-9-]{6,40}")
START = re.compile(rf"p_{PLACE.pattern}|{INVITE.pattern}")
"""What a link may bring along: a place, or an invite's code; the same words as in a Telegram deep link."""
NAMED = ("@呼应", "/", "呼应")
"""How words in a group begin that are meant for Huying."""

Note = tuple[str, Mapping[str, Any]]
"""A key of the pages' texts and its pieces."""


class Desk(Protocol):
    """The one door for everything said."""

    async def receive(self, inbound: Inbound, now: Instant) -> Answer:
        """Deal with it and return when it is stored. Raises StorageFailed when it is not."""
        ...


class Unsayable(Exception):
    """There is nothing in it that can be taken; `why` is what its writer is told, line by line."""

    def __init__(self, *why: Note) -> None:
        super().__init__(why[0][0])
        self.why = why


@dataclass(frozen=True, slots=True)
class Said:
    """What became of it. `notes` tell of photos that were refused."""

    toast: str
    loud: bool
    notes: Sequence[Note] = ()


class Speaker:
    """Takes forms to the desk, and lays what people say on the shelf so that all at the chat see it."""

    def __init__(
        self, desk: Desk, store: Store, media: MediaFolder, webchat: WebChannel, clock: WallClock
    ) -> None:
        self._desk, self._store, self._media, self._webchat, self._clock = desk, store, media, webchat, clock

    async def take(self, seat: Seat, form: Form) -> Said:
        """Hand on what the form says. Raises Unsayable, and StorageFailed: nothing is acknowledged that is not stored."""
        sender = {str(n): person for n, person in enumerate(seat.people)}.get(form.get("as"), seat.people[0])
        nonce = form.get("nonce") if NONCE.fullmatch(form.get("nonce")) else new_nonce()
        if form.get("press"):
            return await self._press(seat, sender, nonce, form.get("press"))
        if START.fullmatch(form.get("start")) and seat.own:
            return await self._arrive(seat, sender, nonce, form.get("start"))
        return await self._speak(seat, sender, nonce, form)

    async def _press(self, seat: Seat, sender: Sender, nonce: str, pressed: str) -> Said:
        message, _, data = pressed.partition(" ")
        if not data or len(data.encode()) > 64 or len(message) > 40:
            raise Unsayable(("chat.unknown_button", {}))
        answer = await self._hand_in(
            seat, sender, key_of(sender, nonce, pressed), press=data, message=message
        )
        return Said(answer.toast, answer.alert)

    async def _arrive(self, seat: Seat, sender: Sender, nonce: str, start: str) -> Said:
        answer = await self._hand_in(seat, sender, key_of(sender, nonce, start), start=start)
        return Said(answer.toast, answer.alert)

    async def _speak(self, seat: Seat, sender: Sender, nonce: str, form: Form) -> Said:
        quick = tidy_words(form.get("say"))
        words = quick or tidy_words(form.get("text"))
        if len(words) > LONGEST_WORDS:
            raise Unsayable(("chat.too_long", {"count": len(words), "most": LONGEST_WORDS}))
        kept, refused = ([], []) if quick else await keep_photos(self._media, form.files)
        notes = [_note(refusal) for refusal in refused]
        if not words and not kept:
            raise Unsayable(*(notes or [("chat.empty", {})]))
        key = key_of(sender, nonce, words + "".join(p.sha256 or "" for p in kept))
        message = await self._lay_down(seat, sender, key, words, kept)
        failed = [Piece("photo", ref="", failed=refusal.why) for refusal in refused]
        try:
            answer = await self._hand_in(
                seat, sender, key, text=words, pieces=(*kept, *failed), message=message
            )
        except StorageFailed:
            await self._strike_out(seat, message, words, kept)
            raise
        return Said(answer.toast, answer.alert, notes)

    async def _hand_in(self, seat: Seat, sender: Sender, key: str, **said: Any) -> Answer:
        now = self._clock.now()
        to_bot = seat.private or said.get("text", "").startswith(NAMED)
        inbound = Inbound(key, now, seat.chat, seat.private, sender, to_bot=to_bot, **said)
        return await self._desk.receive(inbound, now)

    async def _lay_down(
        self, seat: Seat, sender: Sender, key: str, words: str, photos: Sequence[Piece]
    ) -> str:
        """Lay the message on the shelf, once for its key; return its id."""
        now, mark = self._clock.now(), f"shelf:{key}"
        shown = tuple(p.sha256 for p in photos if p.sha256)
        async with self._store.turn() as turn:
            # What is submitted twice may come to two processes in the same moment.
            await turn.hold([mark])
            if laid := (await turn.inbox.seen([mark])).get(mark):
                message = str(laid["message"])
                await turn.web.edit(
                    seat.chat, message, heading="", text=words, buttons=[], photos=shown, at=now
                )
            else:
                message = await turn.web.add(
                    seat.chat,
                    from_name=sender.name,
                    account=sender.account,
                    text=words,
                    heading="",
                    buttons=[],
                    photos=shown,
                    reply_to=None,
                    at=now,
                )
                turn.inbox.keep(mark, now, {"message": message})
        self._webchat.ring(seat.chat)
        return message

    async def _strike_out(self, seat: Seat, message: str, words: str, photos: Sequence[Piece]) -> None:
        """Mark words that reached the shelf but not the desk; if even that cannot be stored, the error page says it."""
        shown = tuple(p.sha256 for p in photos if p.sha256)
        with suppress(StorageFailed):
            async with self._store.turn() as turn:
                await turn.web.edit(
                    seat.chat,
                    message,
                    heading=word("zh", "chat.struck_out"),
                    text=words,
                    buttons=[],
                    photos=shown,
                    at=self._clock.now(),
                )
            self._webchat.ring(seat.chat)


def new_nonce() -> str:
    return secrets.token_urlsafe(12)


def key_of(sender: Sender, nonce: str, said: str) -> str:
    """Return the key under which a thing said counts once.

    What was said is part of it: a page from the browser's history has an old nonce, and new words in it are new.
    """
    return f"{sender.account}:{nonce}:{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def tidy_words(text: str) -> str:
    """Return the words without control characters, with plain line ends and nothing around them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or ord(c) >= 32).strip()


def _note(refusal: Refusal) -> Note:
    return f"photo.{refusal.why}", {"name": refusal.name, "most": MOST_PHOTOS}
