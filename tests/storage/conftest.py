from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Store, open_store
from tests.storage.things import url


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A migrated database in a file of its own. Nobody waits for locks here."""
    store = await open_store(url(tmp_path / "huying.db"), patience=0)
    await store.migrate()
    yield store
    await store.close()
