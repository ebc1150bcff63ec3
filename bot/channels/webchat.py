"""The web chat as a platform: what is said to a `web:…` address is laid on storage's web shelf, and pages watch it.

A private chat's address is its reader's account; a group is an address like any other (`web:demo-group`).
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bot.clock import WallClock
from handlers.messages import NotDelivered, Outgoing, Rows
from storage.database import StorageFailed, Store
from storage.records import SECOND, Address

log = logging.getLogger(__name__)

BOT_NAME = "呼应"
LOOK_EVERY = 1.0
"""Seconds between looks at the shelf for what other processes have laid there."""


class WebChannel:
    """Sends by writing to the shelf; wakes the open pages of that chat."""

    platform = "web"

    def __init__(self, store: Store, clock: WallClock, unopened: frozenset[Address] = frozenset()) -> None:
        """`unopened`: accounts that speak in a group seat only; letters for them alone are refused for ever."""
        self._unopened = unopened
        self._store = store
        self._clock = clock
        self._listeners: dict[Address, set[asyncio.Event]] = defaultdict(set)
        self._open: set[asyncio.Event] = set()
        self._watch: asyncio.Task[None] | None = None
        self.closed = False

    async def send(self, out: Outgoing) -> str:
        """Lay the message on the shelf, or replace what `out.edit` names; return its id.

        Raises NotDelivered: `gone` when the message to replace is not there, with a pause when the database is away.
        """
        if out.to in self._unopened:
            raise NotDelivered(f"{out.to} has no chat of their own", forever=True)
        buttons, at = as_data(out.buttons), self._clock.now()
        try:
            async with self._store.turn() as turn:
                if out.edit is None:
                    message = await turn.web.add(
                        out.to,
                        from_name=BOT_NAME,
                        account=None,
                        text=out.text,
                        heading=out.heading,
                        buttons=buttons,
                        photos=out.photos,
                        reply_to=out.reply_to,
                        at=at,
                    )
                else:
                    message = out.edit
                    if not await turn.web.edit(
                        out.to,
                        message,
                        heading=out.heading,
                        text=out.text,
                        buttons=buttons,
                        photos=out.photos,
                        at=at,
                    ):
                        raise NotDelivered("the message to edit is not on the shelf", gone=True)
        except StorageFailed as failed:
            raise NotDelivered(str(failed), wait=SECOND, everywhere=True) from failed
        self.ring(out.to)
        return message

    async def fetch(self, ref: str) -> bytes:
        """Never needed: the bytes of a web photo are in the media folder before its message is."""
        raise NotDelivered(f"the web chat keeps no files by reference: {ref}", forever=True)

    def ring(self, chat: Address) -> None:
        """Wake the pages of this process that show the chat."""
        for stirred in self._listeners.get(chat, ()):
            stirred.set()

    @contextmanager
    def listen(self, chats: Sequence[Address]) -> Iterator[asyncio.Event]:
        """Give an event that is set whenever one of the chats has changed, or the channel closes."""
        stirred = asyncio.Event()
        if self.closed:
            stirred.set()
        self._open.add(stirred)
        for chat in chats:
            self._listeners[chat].add(stirred)
        if chats and self._watch is None:
            self._watch = asyncio.create_task(self._look_around(), name="webchat watch")
        try:
            yield stirred
        finally:
            for chat in chats:
                self._listeners[chat].discard(stirred)
                if not self._listeners[chat]:
                    del self._listeners[chat]
            self._open.discard(stirred)
            if not self._open and self._watch is not None:
                self._watch.cancel()
                self._watch = None

    def close(self) -> None:
        """End every open page's stream; browsers come back when the server does."""
        self.closed = True
        for stirred in self._open:
            stirred.set()

    async def _look_around(self) -> None:
        # Another process may have written: only the shelf's change number tells.
        known: int | None = None
        while not self.closed:
            try:
                async with self._store.view() as turn:
                    newest = await turn.web.newest()
                    stirred = await turn.web.stirred(known) if known is not None and newest > known else []
                    known = newest
                for chat in stirred:
                    self.ring(chat)
            except StorageFailed as failed:
                log.warning("web chat cannot look at its shelf: %s", failed)
            await asyncio.sleep(LOOK_EVERY)


def as_data(rows: Rows) -> list[list[dict[str, str]]]:
    """Buttons as they are kept on the shelf."""
    return [[{"label": b.label, "press": b.press, "url": b.url} for b in row] for row in rows]
