"""The channel on a test Telegram without limits, its doors, and a desk that writes down what comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_intake import Intake
from bot.channels.telegram_poll import Polling
from tests.bot.post import HandClock
from tests.bot.telegram.around import Folder, NotebookDesk
from tests.platforms.telegram import TOKEN, Chat, Person, TelegramServer
from tests.storage.things import NOON


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(limits=False, clock=lambda: NOON / 1000) as server:
        yield server
        assert server.unknown_parameters == []


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
async def channel(telegram: TelegramServer, folder: Folder) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(TOKEN, telegram.api, folder, patience=10)
    yield channel
    await channel.close()


@pytest.fixture
def desk() -> NotebookDesk:
    return NotebookDesk()


@pytest.fixture
def intake(channel: TelegramChannel, desk: NotebookDesk) -> Intake:
    return Intake(channel, desk, HandClock())


@pytest.fixture
def mei(telegram: TelegramServer) -> Person:
    return telegram.user(2001, "梅姨", started=True)


@pytest.fixture
def group(telegram: TelegramServer, mei: Person) -> Chat:
    return telegram.supergroup(-1001000001, "第一网格", members=[mei])


@pytest.fixture
async def polling(channel: TelegramChannel, intake: Intake, monkeypatch: Any) -> AsyncIterator[Polling]:
    """Running, and impatient after trouble."""
    monkeypatch.setattr("bot.channels.telegram_poll.FIRST_PAUSE", 0.01)
    monkeypatch.setattr("bot.channels.telegram_poll.LONGEST_PAUSE", 0.05)
    polling = Polling(channel, intake)
    running = asyncio.create_task(polling.run())
    yield polling
    running.cancel()
    await asyncio.wait({running})
    assert running.cancelled(), running.exception()
