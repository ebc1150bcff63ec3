from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import open_store
from storage.media import MediaFolder
from tests.bot.web.house import Browser, House, directory
from tests.bot.web.town_hall import Hall, hall_in
from tests.databases import fresh_file


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    store = await open_store(fresh_file(tmp_path), patience=200)
    async with store.turn() as turn:
        await turn.directory.replace(directory())
    yield House(store, MediaFolder(tmp_path / "media"))
    await store.close()


@pytest.fixture
async def resident(house: House) -> AsyncIterator[Browser]:
    """A resident's browser with the chat open."""
    async with house.browser() as browser:
        await browser.open("/chat")
        yield browser


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with hall_in(tmp_path) as hall:
        yield hall
