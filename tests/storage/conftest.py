from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Store, open_store
from tests.databases import KINDS, fresh_database


@pytest.fixture(params=KINDS)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """A migrated database of its own, on either kind in turn. Nobody waits for locks here."""
    async with fresh_database(tmp_path, request.param) as url:
        store = await open_store(url, patience=0)
        yield store
        await store.close()


@pytest.fixture
async def file_store(tmp_path: Path) -> AsyncIterator[Store]:
    """The same, always in a file: for what only SQLite can suffer."""
    async with fresh_database(tmp_path, "sqlite") as url:
        store = await open_store(url, patience=0)
        yield store
        await store.close()


@pytest.fixture
async def postgres_store(tmp_path: Path) -> AsyncIterator[Store]:
    """The same, always on PostgreSQL: for what only a server does."""
    async with fresh_database(tmp_path, "postgres") as url:
        store = await open_store(url, patience=0)
        yield store
        await store.close()
