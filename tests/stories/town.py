"""A whole town for stories: the real program, a Telegram on loopback, and a clock that only the test turns."""

from __future__ import annotations

import asyncio
import re
import tomllib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.app import House
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_door import TelegramPlatform
from bot.channels.telegram_intake import Intake
from bot.config import Telegram
from bot.platforms import Opener
from bot.secret import Secret
from handlers.community import directory_of, read_community
from storage.database import Store, open_store
from storage.media import MediaFolder
from storage.records import HOUR, MINUTE, SECOND, Act, Clock, Deadline, Entry, Instant, Ticket
from tests.databases import fresh_database
from tests.patience import PATIENCE
from tests.platforms.telegram import TOKEN, Chat, Message, Person, TelegramServer
from tests.stories.at_home import at_home as at_home
from tests.stories.turned_clock import NOON as NOON
from tests.stories.turned_clock import TurnedClock

TOWN = """
[community]
id = "jinghe"
name = "径河社区"
service_phone = "027-83000000"
staff_chats = ["telegram:-1009000001"]
[[compound]]
id = "xinhai-east"
name = "鑫海花城东区"
regime = "community"
property = "zhang"
[[grid]]
id = "xinhai-east-1"
compound = "xinhai-east"
name = "第一网格"
buildings = ["1-12", "A座"]
leader = "wangfang"
deputies = ["lilei"]
chats = ["telegram:-1001000001"]
[[person]]
id = "wangfang"
name = "王芳"
roles = ["grid_leader"]
phone = "13800000001"
accounts = ["telegram:1001"]
[[person]]
id = "lilei"
name = "李雷"
roles = ["grid_leader"]
accounts = ["telegram:1002"]
[[person]]
id = "zhang"
name = "张师傅"
roles = ["property"]
accounts = ["telegram:1003"]
[[person]]
id = "chenjie"
name = "陈洁"
roles = ["staff"]
accounts = ["telegram:1004"]
[meeting]
calendar = "fri 15:00"
"""


@dataclass
class Town:
    """The people of one grid, their group and their staff, and what the program remembers."""

    telegram: TelegramServer
    clock: TurnedClock
    store: Store
    media: MediaFolder
    settings: Telegram
    house: House
    group: Chat
    staff_room: Chat
    mei: Person
    chen: Person
    lin: Person
    leader: Person
    deputy: Person
    property: Person
    staff: Person
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def rooms(self) -> tuple[TelegramChannel, Intake]:
        """Telegram's channel and intake in the running program."""
        platform = self.house.platforms["telegram"]
        assert isinstance(platform, TelegramPlatform)
        return platform.rooms

    async def settle(self) -> None:
        """Return when everything said has been taken in and everything owed that can go has gone."""
        for _ in range(2):
            await self.telegram.wait_for(lambda: not self.telegram.pending)
            for platform in self.house.platforms.values():
                await platform.settled()
            await self.house.fetcher.settled()
            await self.house.delivery.settled()

    async def forward(self, *, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Turn the clock, stopping at every deadline on the way as the alarm would."""
        await self.settle()
        goal = self.clock.now() + int(hours * HOUR + minutes * MINUTE + seconds * SECOND)
        for _ in range(1000):
            async with self.store.view() as view:
                due = await view.deadlines.next_due()
            if due is None or due > goal:
                break
            await self._turn_running(max(due, self.clock.now()))
        await self._turn_running(goal)

    async def _turn_running(self, instant: Instant) -> None:
        """Turn the clock as it turns while the program runs: the alarm has been ringing all the time."""
        async with self.store.turn() as turn:
            await turn.pulse.beat(max(instant - SECOND, self.clock.now()))
        await self.clock.turn_to(instant)
        await self.sweep()

    async def outage(self, *, hours: float = 0, minutes: float = 0) -> None:
        """Nothing runs for so long, then everything at once; letters that were gathered meanwhile arrive."""
        await self.settle()
        await self.clock.turn_to(self.clock.now() + int(hours * HOUR + minutes * MINUTE))
        await self.sweep()
        await self.clock.turn_to(self.clock.now() + 3 * SECOND)
        await self.settle()

    async def sweep(self) -> None:
        """Let the alarm ring once, and everything it leads to arrive."""
        async with asyncio.timeout(PATIENCE):
            await self.house.alarm.swept()
        await self.settle()

    async def says(self, who: Person, text: str = "", in_: Chat | None = None, **more: Any) -> Message:
        """Somebody writes in the group (or where `in_` says), and it is dealt with."""
        message = await who.says(text, in_ if in_ is not None else self.group, **more)
        await self.settle()
        return message

    async def presses(self, who: Person, label: str, in_: Chat | None = None, **more: Any) -> str:
        """Somebody presses a button; returns the toast they saw."""
        press = await who.presses(label, in_ if in_ is not None else self.group, **more)
        await self.settle()
        await self.telegram.wait_for(lambda: press.answered)
        return press.answer or ""

    # --- what can be seen -------------------------------------------------------------------------------------------

    def seen(self, where: Chat | Person) -> list[str]:
        """The words of every message the bot has standing in a chat, oldest first."""
        chat = where.chat if isinstance(where, Person) else where
        return [m.words for m in self.telegram.chat(chat).messages if m.sender.is_bot and not m.deleted]

    def last(self, where: Chat | Person) -> str:
        return self.seen(where)[-1]

    def cards(self, number: int = 1001, where: Chat | None = None) -> list[Message]:
        """The ticket's cards in the group: what and where in the heading, how it stands below."""
        chat = where if where is not None else self.group
        card = re.compile(rf"#{number} [^。，：]+\n")
        return [m for m in self.telegram.chat(chat).messages if m.sender.is_bot and card.match(m.words)]

    async def ticket(self, number: int = 1001) -> Ticket:
        async with self.store.view() as view:
            found = await view.tickets.by_number("jinghe", number)
        assert found is not None, f"no ticket {number}"
        return found

    async def tickets(self) -> list[Ticket]:
        async with self.store.view() as view:
            return [
                t for n in range(1001, 1200) if (t := await view.tickets.by_number("jinghe", n)) is not None
            ]

    async def queue(self) -> list[Ticket]:
        async with self.store.view() as view:
            return await view.tickets.queue("jinghe")

    async def ledger(self, number: int = 1001) -> list[Entry]:
        async with self.store.view() as view:
            return await view.ledger.of(f"jinghe-{number}")

    async def acts(self, number: int = 1001) -> list[Act]:
        """What was done to a ticket, in order."""
        return [entry.line.act for entry in await self.ledger(number)]

    async def reasons(self, act: Act, number: int = 1001) -> list[str]:
        """Why it was done, each time."""
        return [entry.line.reason for entry in await self.ledger(number) if entry.line.act is act]

    async def running(self, number: int = 1001) -> dict[Clock, Deadline]:
        """The clocks of a ticket, those that stand still too."""
        async with self.store.view() as view:
            return {d.clock: d for d in await view.deadlines.of(f"jinghe-{number}")}

    def about(self, where: Chat | Person, *words: str) -> list[str]:
        """The messages the bot has standing in a chat that say all of these words."""
        return [seen for seen in self.seen(where) if all(word in seen for word in words)]

    def refusals(self) -> list[Any]:
        return list(self.telegram.refusals)


async def settle_down(store: Store, text: str) -> None:
    """Import a community file."""
    loaded = read_community(tomllib.loads(text))
    async with store.turn() as turn:
        await turn.directory.replace(directory_of(loaded))


@asynccontextmanager
async def town(
    folder: Path,
    *,
    text: str = TOWN,
    started: bool = True,
    privacy: bool = False,
    mode: str = "polling",
    forum: bool = False,
    leader_started: bool = True,
    group_id: int = -1001000001,
    bot_in: bool = True,
    opinion_key: str = "",
    others: Sequence[Opener] = (),
) -> AsyncIterator[Town]:
    """Build a town in a folder and run the program in it. `started`: residents have opened the bot's private chat.

    `group_id`: a short one makes a basic group, which can become a supergroup. `bot_in`: the bot is in it already.
    `others`: platforms beside Telegram and the web chat.
    """
    async with TelegramServer(limits=False, privacy=privacy) as telegram:
        telegram.pusher.pause = 0.05
        mei, chen, lin = (
            telegram.user(number, name, started=started)
            for number, name in ((2001, "梅姨"), (2002, "陈叔"), (2003, "小林"))
        )
        leader = telegram.user(1001, "王芳", started=leader_started)
        deputy, worker, staff = (
            telegram.user(number, name, started=True)
            for number, name in ((1002, "李雷"), (1003, "张师傅"), (1004, "陈洁"))
        )
        members = [mei, chen, lin, leader, deputy, worker]
        if not str(group_id).startswith("-100"):
            group = telegram.group(group_id, "第一网格", members, admins=[leader], bot_in=bot_in)
        else:
            group = telegram.supergroup(
                group_id, "第一网格", members, admins=[leader], bot_in=bot_in, forum=forum
            )
        staff_room = telegram.supergroup(-1009000001, "社区值班", [staff])
        settings = Telegram(
            Secret(TOKEN), telegram.api, mode, Secret("s" * 20) if mode == "webhook" else None
        )
        async with fresh_database(folder) as url:
            store = await open_store(url)
            try:
                await settle_down(store, text)
                clock, media = TurnedClock(), MediaFolder(folder / "media")
                async with at_home(store, media, clock, settings, opinion_key, others) as running:
                    yield Town(
                        telegram, clock, store, media, settings, running, group, staff_room,
                        mei, chen, lin, leader, deputy, worker, staff,
                    )  # fmt: skip
            finally:
                await store.close()
