"""A machine in Tencent's place, a database, and a caller between them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.tencent_client import Caller, wechat_caller
from bot.config import WeChat
from bot.secret import Secret
from storage.database import Store, open_store
from tests.bot.tencent.machine import APPID, SECRET, Tencent, tencent
from tests.bot.tencent.pushing import Wall
from tests.databases import fresh_database


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
async def machine() -> AsyncIterator[Tencent]:
    async with tencent() as here:
        yield here


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with fresh_database(tmp_path) as url:
        store = await open_store(url)
        yield store
        await store.close()


def account(api: str, secret: str = SECRET) -> WeChat:
    return WeChat(APPID, Secret(secret), Secret("token"), None, api, None)


@pytest.fixture
async def caller(machine: Tencent, store: Store, wall: Wall) -> AsyncIterator[Caller]:
    caller = wechat_caller(account(machine.api), store, wall)
    yield caller
    await caller.close()
