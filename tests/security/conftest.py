"""What those stand before who try what they may not: a desk on a fresh store with a town in it, and Tencent's doors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from storage.database import open_store
from tests.bot.web.conftest import house as house
from tests.databases import fresh_file
from tests.handlers.test_desk import Office
from tests.security.gates import GATES, PLAIN, SAFE, Gate, Program, program
from tests.stories.town import TOWN, settle_down


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    store = await open_store(fresh_file(tmp_path))
    await settle_down(store, TOWN)
    yield Office(store)
    await store.close()


Running = Callable[[Gate], Program]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """The program with the gate in question; one of them serves all doors but that of the plaintext mode."""
    folders = [tmp_path_factory.mktemp(name) for name in ("safe", "plain")]
    async with program(folders[0], SAFE) as safe, program(folders[1], PLAIN) as plain:
        yield lambda gate: plain if gate is PLAIN else safe


@pytest.fixture(params=GATES, ids=lambda gate: gate.name)
def gate(request: pytest.FixtureRequest) -> Gate:
    found: Gate = request.param
    return found


@pytest.fixture
def there(running: Running, gate: Gate) -> Program:
    return running(gate)
