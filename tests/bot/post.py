"""A post office for the tests of delivery and fetching: a real store, a real line to the test Telegram, a clock turned
by hand, and in the desk's place one that writes what the letter's body says."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from bot.delivery import Delivery
from handlers.messages import Arrived, Outgoing
from storage.database import Store
from storage.records import SECOND, Address, Card, Fate, Instant, LetterKind, Owed, Span
from storage.turn import Turn
from tests.patience import PATIENCE
from tests.platforms.telegram import Chat, TelegramServer
from tests.storage.hand import raw
from tests.storage.things import NOON, a_letter


class HandClock:
    """A wall clock that stands until it is turned."""

    def __init__(self, now: Instant = NOON) -> None:
        self._now = now
        self._waiting: set[asyncio.Future[None]] = set()

    def now(self) -> Instant:
        return self._now

    async def until(self, instant: Instant) -> None:
        while self._now < instant:
            turned = asyncio.get_running_loop().create_future()
            self._waiting.add(turned)
            try:
                await turned
            finally:
                self._waiting.discard(turned)

    def turn(self, span: Span) -> None:
        self._now += span
        for turned in self._waiting:
            if not turned.done():
                turned.set_result(None)


class PaperDesk:
    """Writes letters from their body: `text`, and for a card the ticket's card as it stands in the store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.untrue: set[str] = set()
        self.broken: set[str] = set()
        self.arrived: list[tuple[str, str]] = []
        self.unreached: list[tuple[str, str]] = []
        self.unheard: list[tuple[str, str]] = []

    async def prepare(
        self, turn: Turn, bundles: Sequence[Sequence[Owed]], now: Instant
    ) -> list[Outgoing | Exception | None]:
        return [await self.write(turn, bundle) for bundle in bundles]

    async def write(self, turn: Turn, bundle: Sequence[Owed]) -> Outgoing | Exception | None:
        text = "\n".join(owed.body["text"] for owed in bundle)
        if text in self.broken:
            return KeyError("a piece is missing")
        if text in self.untrue:
            return None
        first = bundle[0]
        edit = first.body.get("edit")
        if first.kind is LetterKind.CARD and first.ticket:
            card = await turn.cards.get(first.ticket, first.routes[0])
            edit = card.message if card else None
        return Outgoing(first.routes[0], text, edit=edit, photos=tuple(first.body.get("photos", ())))

    async def delivered(self, turn: Turn, arrived: Sequence[Arrived]) -> None:
        self.arrived += [(one.out.to, one.out.text) for one in arrived]
        for one in arrived:
            first = one.letters[0]
            if first.kind is LetterKind.CARD and first.ticket:
                await turn.cards.put(Card(first.ticket, first.routes[0], one.message, "print"))

    async def untold(self, owed: Owed, why: str, now: Instant, *, shut: bool) -> bool:
        self.unheard.append((owed.body["text"], why))
        async with self.store.turn() as turn:
            await turn.outbox.reroute(owed.id, why, untold=shut)
        return True

    async def undelivered(self, owed: Owed, why: str, now: Instant) -> None:
        self.unreached.append((owed.body["text"], why))


class Post:
    """What a test of delivery holds in its hands."""

    def __init__(
        self, store: Store, telegram: TelegramServer, clock: HandClock, desk: PaperDesk, delivery: Delivery
    ) -> None:
        self.store = store
        self.telegram = telegram
        self.clock = clock
        self.desk = desk
        self.delivery = delivery

    async def owe(self, text: str, *routes: str, **changes: Any) -> None:
        """Owe one letter, as a decision at the desk would."""
        body = {"text": text, **changes.pop("body", {})}
        letter = a_letter(*routes, body=body, **({"at": self.clock.now()} | changes))
        async with self.store.turn() as turn:
            turn.outbox.owe(letter)
        self.delivery.nudge()

    async def settled(self) -> None:
        await asyncio.wait_for(self.delivery.settled(), PATIENCE)

    async def later(self, span: Span, step: Span | None = None) -> None:
        """Let `span` ms go by, in steps if given, everything that can be sent being sent after each."""
        await self.settled()
        left = span
        while left > 0:
            part = min(left, step or span)
            self.clock.turn(part)
            left -= part
            await self.settled()

    def fates(self) -> dict[str, Fate]:
        """Return what became of every letter, by its text."""
        with raw(self.store) as rows:
            found = rows.execute(
                "SELECT json_extract(body, '$.text'), fate FROM outbox ORDER BY id"
            ).fetchall()
        return {text: Fate(fate) for text, fate in found}

    def said_at(self, chat: int) -> list[tuple[Span, str]]:
        """Return the messages Telegram took for a chat, as (ms since noon, text)."""
        calls = [
            call for call in self.telegram.calls if call.chat_id == chat and call.ok and "text" in call.values
        ]
        return [(round(call.at * 1000) - NOON, call.values["text"]) for call in calls]


MEI = Address("telegram:2001")
LEI = Address("telegram:2002")
GROUP = Address("telegram:-1001000001")
SOON = 2 * SECOND


def texts(chat: Chat) -> list[str]:
    return [message.text for message in chat.messages]
