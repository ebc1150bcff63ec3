"""A community on two platforms: WeChat, where little may be said and nothing replaced, and Telegram, which takes all."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.delivery import Delivery
from bot.platforms import nothing
from handlers.desk import Desk
from handlers.messages import Answer, Inbound, NotDelivered, Outgoing, Sender
from handlers.plainly import plain_words
from storage.database import Store
from storage.records import DAY, HOUR, Address, Line, Window
from tests.bot.post import HandClock
from tests.databases import rows

MEI, CHEN = Address("wechat:mei"), Address("wechat:chen")
LEADER, DEPUTY, STAFF = Address("telegram:1001"), Address("telegram:1002"), Address("telegram:-1009000001")
GROUP = Address("telegram:-1001000001")

COMMUNITY = """
[community]
id = "jinghe"
name = "径河社区"
service_phone = "027-83000000"
staff_chats = ["telegram:-1009000001"]
[[compound]]
id = "xinhai-east"
name = "鑫海花城东区"
regime = "community"
[[grid]]
id = "xinhai-east-1"
compound = "xinhai-east"
name = "第一网格"
buildings = ["1-12"]
leader = "wangfang"
deputies = ["lilei"]
chats = ["telegram:-1001000001"]
[[person]]
id = "wangfang"
name = "王芳"
roles = ["grid_leader"]
phone = "13800000001"
accounts = ["{leader}"]
[[person]]
id = "lilei"
name = "李雷"
roles = ["grid_leader"]
accounts = ["telegram:1002"]
[meeting]
calendar = "fri 15:00"
"""


class Loud:
    """Takes everything; an edit shows in the place of what it replaces."""

    platform = "telegram"

    def __init__(self) -> None:
        self.said: dict[Address, dict[str, Outgoing]] = {}
        self.blocked: set[Address] = set()
        self._number = itertools.count(1)

    async def send(self, out: Outgoing) -> str:
        if out.to in self.blocked:
            raise NotDelivered("blocked", forever=True)
        message = out.edit or str(next(self._number))
        self.said.setdefault(out.to, {})[message] = out
        return message

    async def fetch(self, ref: str) -> bytes:
        raise NotDelivered(ref, forever=True)

    def words(self, chat: Address) -> list[str]:
        return [plain_words(out) for out in self.said.get(chat, {}).values()]


class Quiet:
    """Says only what a window has room for, and replaces nothing. Before `rests_until` the platform takes nothing at all."""

    platform = "wechat"

    def __init__(self, store: Store, clock: HandClock) -> None:
        self.store = store
        self.clock = clock
        self.sent: list[Outgoing] = []
        self.rests_until = 0
        self.rest_at_most = DAY
        self.asked = 0
        self.before_refusing: Callable[[], Awaitable[None]] = nothing
        self._number = itertools.count(1)

    async def send(self, out: Outgoing) -> str:
        if out.edit and not out.anew:
            return out.edit
        self.asked += 1
        if (rest := self.rests_until - self.clock.now()) > 0:
            raise NotDelivered(
                "today's calls are used up", wait=min(rest, self.rest_at_most), everywhere=True
            )
        async with self.store.turn() as turn:
            window = await turn.windows.take(out.to, out.weight, self.clock.now())
        if window is None:
            await self.before_refusing()
            raise NotDelivered("window_over", untold=True)
        self.sent.append(out)
        return f"kefu:{next(self._number)}"

    async def fetch(self, ref: str) -> bytes:
        raise NotDelivered(ref, forever=True)

    def words(self, chat: Address) -> list[str]:
        return [plain_words(out) for out in self.sent if out.to == chat]


@dataclass
class Town:
    """What a test holds in its hands. `heard`: what each quiet chat was answered with at once."""

    store: Store
    url: str
    clock: HandClock
    desk: Desk
    delivery: Delivery
    quiet: Quiet
    loud: Loud
    running: asyncio.Task[None]
    heard: dict[Address, list[str]] = field(default_factory=dict)
    _number: Any = field(default_factory=lambda: itertools.count(1))

    async def says(
        self, who: Address, text: str, *, taken: bool = True, letters: int = 5, **more: Any
    ) -> Answer:
        """Somebody writes in their private chat; on the quiet platform the answer goes back at once, when it is `taken`."""
        key = more.pop("key", None) or f"{who}:{next(self._number)}"
        quiet = who.startswith("wechat:")
        now = self.clock.now()
        window = Window("talk", now + 48 * HOUR, letters) if quiet else None
        told: dict[str, Any] = {
            "key": key,
            "at": now,
            "chat": who,
            "private": True,
            "sender": Sender(who, {"mei": "梅姨", "chen": "陈叔"}.get(who.partition(":")[2], "某人")),
            "message": key,
            "at_once": 2000 if quiet else 0,
            "window": window,
        }
        answer = await self.desk.receive(Inbound(**told | more, text=text), now)
        if quiet and taken:
            if answer.said:
                self.heard.setdefault(who, []).append(answer.said)
            self.delivery.handed_over(who, answer.letters, f"passive:{key}")
        await self.delivery.settled()
        return answer

    async def later(self, span: int, step: int | None = None) -> None:
        """Let `span` ms go by, acting on every clock on the way."""
        left = span
        while left > 0:
            part = min(left, step or span)
            self.clock.turn(part)
            left -= part
            await self.desk.sweep(self.clock.now())
            await self.delivery.settled()

    def told(self, chat: Address) -> list[str]:
        """Everything a quiet chat was told, at once and later."""
        return [*self.heard.get(chat, []), *self.quiet.words(chat)]

    async def lines(self, number: int = 1001) -> list[tuple[str, str]]:
        """The ledger of a ticket as (act, reason)."""
        async with self.store.view() as view:
            return [(entry.line.act, entry.line.reason) for entry in await view.ledger.of(f"jinghe-{number}")]

    async def story(self, number: int = 1001) -> list[Line]:
        async with self.store.view() as view:
            return [entry.line for entry in await view.ledger.of(f"jinghe-{number}")]

    async def fates(self) -> list[tuple[str, str]]:
        return [
            (kind, fate) for kind, fate in await rows(self.url, "SELECT kind, fate FROM outbox ORDER BY id")
        ]

    async def card(self, chat: Address = LEADER) -> str:
        """What the card says that stands in a loud chat: the last message with buttons there."""
        return next(
            plain_words(out)
            for out in reversed([*self.loud.said[chat].values()])
            if out.heading.startswith("#")
        )
