"""The platforms as a post office: it carries what is owed, refuses what it is told to, and keeps what it delivered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.desk import Desk
from handlers.messages import Arrived, Outgoing
from storage.database import Store
from storage.records import MINUTE, Address, Instant, LetterKind, Owed, chat_of
from storage.turn import Turn

PLATFORMS = ("telegram", "web", "wechat")


@dataclass(frozen=True)
class Delivered:
    """A message that stands in a chat, with the letters it is made of."""

    chat: Address
    message: str
    out: Outgoing
    bundle: tuple[Owed, ...]
    at: Instant

    @property
    def words(self) -> str:
        return "\n".join(part for part in (self.out.heading, self.out.text) if part)

    @property
    def presses(self) -> list[str]:
        return [button.press for row in self.out.buttons for button in row if button.press]


class Post:
    """Carries letters in rounds, as bot/delivery.py does. `shut` are chats nothing can be sent to."""

    def __init__(self) -> None:
        self.shut: set[Address] = set()
        self.letters: list[Delivered] = []
        self.standing: dict[tuple[Address, str], Delivered] = {}
        self.sendings: dict[int, int] = defaultdict(int)
        self._arrived: list[Arrived] = []
        self._numbers: dict[Address, int] = defaultdict(int)

    def next_message(self, chat: Address) -> str:
        """A platform numbers everybody's messages of a chat together."""
        self._numbers[chat_of(chat)] += 1
        return str(self._numbers[chat_of(chat)])

    async def go(self, store: Store, desk: Desk, now: Instant, *, rounds: int = 1000) -> None:
        """Carry what may go by `now`. After the last of `rounds` letters have arrived of which nobody knows yet."""
        for _ in range(rounds):
            async with store.turn() as turn:
                await self._record(turn, desk)
                bundles = await turn.outbox.claim(now, lease=10 * MINUTE, limit=100, platforms=PLATFORMS)
                written = await desk.prepare(turn, bundles, now)
                untrue = [
                    owed.id
                    for bundle, out in zip(bundles, written, strict=True)
                    if out is None
                    for owed in bundle
                ]
                await turn.outbox.drop(untrue, "not true any more")
            if not bundles:
                return
            for bundle, out in zip(bundles, written, strict=True):
                if isinstance(out, Exception):
                    raise out
                if out is not None:
                    await self._carry(store, desk, bundle, out, now)

    async def come_home(self, store: Store, desk: Desk) -> None:
        """What is known of letters that arrived is written down."""
        async with store.turn() as turn:
            await self._record(turn, desk)

    async def _record(self, turn: Turn, desk: Desk) -> None:
        arrived, self._arrived = self._arrived, []
        await desk.delivered(turn, arrived)
        for one in arrived:
            await turn.outbox.sent([owed.id for owed in one.letters], one.out.to, one.message, one.at)

    async def _carry(
        self, store: Store, desk: Desk, bundle: Sequence[Owed], out: Outgoing, now: Instant
    ) -> None:
        if chat_of(out.to) in self.shut:
            await self._refuse(store, desk, bundle, out.to, now)
            return
        if out.edit and (chat_of(out.to), out.edit) not in self.standing:
            # Somebody has deleted the message that was to be edited.
            if bundle[0].kind is LetterKind.CARD and bundle[0].ticket:
                async with store.turn() as turn:
                    await turn.cards.drop(bundle[0].ticket, bundle[0].routes[0])
            out = replace(out, edit=None)
        message = out.edit or self.next_message(out.to)
        for owed in bundle:
            self.sendings[owed.id] += 1
        delivered = Delivered(chat_of(out.to), message, out, tuple(bundle), now)
        self.letters.append(delivered)
        self.standing[delivered.chat, message] = delivered
        self._arrived.append(Arrived(bundle, out, message, now))

    async def _refuse(
        self, store: Store, desk: Desk, bundle: Sequence[Owed], to: Address, now: Instant
    ) -> None:
        for owed in bundle:
            if len(owed.routes) <= 1:
                await desk.undelivered(owed, "blocked", now)
        async with store.turn() as turn:
            await turn.people.reachable(to, False)
            for owed in bundle:
                await turn.outbox.reroute(owed.id, "blocked")
