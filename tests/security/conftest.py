"""A desk on a fresh store with a town in it, for those who try what they may not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import open_store
from tests.bot.web.conftest import house as house
from tests.handlers.test_desk import Office
from tests.stories.town import TOWN, settle_down


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    store = await open_store(f"sqlite:///{tmp_path / 'huying.db'}")
    await store.migrate()
    await settle_down(store, TOWN)
    yield Office(store)
    await store.close()
