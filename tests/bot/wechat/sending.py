"""One account on one clock, whose channel really calls it, and one resident who has or has not just spoken."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest

from bot.channels.tencent_client import wechat_caller
from bot.channels.wechat import WeChatChannel
from bot.config import WeChat
from bot.secret import Secret
from handlers.messages import NotDelivered, Outgoing, Window
from storage.database import Store
from storage.records import DAY, Address, Instant
from tests.bot.post import HandClock
from tests.platforms.wechat import Resident, WeChatServer


class Album:
    """Photos by their hash."""

    def __init__(self) -> None:
        self.photos: dict[str, bytes] = {}

    def put(self, content: bytes) -> str:
        name = sha256(content).hexdigest()
        self.photos[name] = content
        return name

    def open(self, name: str) -> bytes:
        if name not in self.photos:
            raise FileNotFoundError(name)
        return self.photos[name]


@dataclass
class Account:
    """One account and one of its residents, on one clock."""

    wechat: WeChatServer
    mei: Resident
    channel: WeChatChannel
    store: Store
    clock: HandClock
    album: Album

    @property
    def chat(self) -> Address:
        return Address(f"wechat:{self.mei.openid}")

    async def spoke(self, kind: str = "talk", letters: int = 5, until: Instant = 2 * DAY) -> None:
        """She has just spoken: on WeChat's side, and as the desk writes it down."""
        now = self.clock.now()
        if kind == "talk":
            self.mei.allowance.talked(now / 1000)
        else:
            self.mei.allowance.touched(now / 1000)
        async with self.store.turn() as turn:
            turn.windows.open(self.chat, Window(kind, now + until, letters))

    async def left(self) -> int:
        async with self.store.turn() as turn:
            return await turn.windows.left(self.chat, self.clock.now())

    async def sends(self, text: str = "已受理", **more: Any) -> str:
        return await self.channel.send(Outgoing(self.chat, text, **more))

    async def refused(self, **more: Any) -> NotDelivered:
        with pytest.raises(NotDelivered) as refused:
            await self.sends(**more)
        return refused.value


@asynccontextmanager
async def sending(store: Store, *, notice: bool = False) -> AsyncIterator[Account]:
    """`notice`: what it has is a subscription notice, no template message."""
    clock, album = HandClock(), Album()
    async with WeChatServer(clock=lambda: clock.now() / 1000) as wechat:
        settings = WeChat(wechat.appid, Secret(wechat.secret), Secret(wechat.token), None, wechat.api, None)
        channel = WeChatChannel(
            wechat_caller(settings, store, clock),
            store,
            clock,
            template=(wechat.world.templates.notice if notice else wechat.world.templates.work_order).id,
            photos=album,
        )
        yield Account(wechat, wechat.resident("oMei", "梅姨"), channel, store, clock, album)
        await channel.close()
