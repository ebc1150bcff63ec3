"""The post: a store, a line to the test Telegram with its limits on, and a clock turned by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.telegram import TelegramChannel
from bot.delivery import Delivery
from bot.pacing import TELEGRAM, Pace
from storage.database import Store, open_store
from tests.bot.post import HandClock, PaperDesk, Post
from tests.databases import fresh_file
from tests.platforms.telegram import TOKEN, Chat, Person, TelegramServer
from tests.storage.things import report


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(fresh_file(tmp_path), patience=0)
    async with store.turn() as turn:
        report(turn, 1024)
    yield store
    await store.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def telegram(clock: HandClock) -> AsyncIterator[TelegramServer]:
    async with TelegramServer(clock=lambda: clock.now() / 1000) as server:
        yield server


@pytest.fixture
async def channel(telegram: TelegramServer) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(TOKEN, telegram.api, patience=10)
    yield channel
    await channel.close()


@pytest.fixture
async def post(
    store: Store, telegram: TelegramServer, clock: HandClock, channel: TelegramChannel
) -> AsyncIterator[Post]:
    """The post with Telegram's limits planned for and kept by the server."""
    desk = PaperDesk(store)
    delivery = Delivery(store, desk, {"telegram": channel}, clock, {"telegram": Pace(TELEGRAM)})
    running = asyncio.create_task(delivery.run())
    yield Post(store, telegram, clock, desk, delivery)
    running.cancel()
    await asyncio.wait({running})
    assert running.cancelled(), running.exception()


@pytest.fixture
def mei(telegram: TelegramServer) -> Person:
    return telegram.user(2001, "梅姨", started=True)


@pytest.fixture
def lei(telegram: TelegramServer) -> Person:
    return telegram.user(2002, "李雷", started=True)


@pytest.fixture
def group(telegram: TelegramServer, mei: Person, lei: Person) -> Chat:
    return telegram.supergroup(-1001000001, "第一网格", members=[mei, lei])
