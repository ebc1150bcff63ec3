"""Fixtures for WeCom's channel: a server, a database, a clock that only the test turns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.channels.wecom import WeComChannel
from bot.channels.wecom_door import wecom
from bot.config import load
from bot.platforms import Ground, Platform
from bot.web.pages import Site
from handlers.desk import Desk
from handlers.messages import Outgoing
from storage.database import Store, open_store
from storage.media import MediaFolder
from storage.records import SECOND, Address, Instant, Window
from tests.databases import fresh_database
from tests.platforms.wecom import Person, WeComServer
from tests.stories.turned_clock import NOON, TurnedClock

KEY = "only-for-tests-webhook-key-0001"
WANG = Address("wecom:wangfang")


@dataclass
class Line:
    """A channel, and what is at its other end."""

    wecom: WeComServer
    wang: Person
    channel: WeComChannel
    platform: Platform
    store: Store
    desk: Desk
    media: MediaFolder
    clock: TurnedClock

    async def send(self, out: Outgoing) -> str:
        return await self.channel.send(out)

    async def open(self, chat: Address, until: Instant, data: str) -> None:
        async with self.store.turn() as turn:
            turn.windows.open(chat, Window("reply", until, 1, data))


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    clock = TurnedClock()
    async with (
        WeComServer(clock=lambda: clock.now() / SECOND) as server,
        fresh_database(tmp_path) as url,
    ):
        store = await open_store(url)
        media = MediaFolder(tmp_path / "media")
        settings = load({**server.settings(), "HUYING_WECOM_WEBHOOKS": f"duty={KEY}"})
        ground = Ground(store, media, Desk(store), clock, Site())
        platform = wecom(settings.wecom, settings.wecom_bot, settings.wecom_webhooks)(ground)
        assert isinstance(platform.channel, WeComChannel)
        assert clock.now() == NOON
        server.app.line.url = "http://127.0.0.1:9/wecom"  # buttons are refused to an app that listens nowhere
        yield Line(
            server,
            server.member("WangFang", "王芳"),
            platform.channel,
            platform,
            store,
            ground.desk,
            media,
            clock,
        )
        await platform.close()
        await asyncio.sleep(0)
        await store.close()
