"""What one process does at a time: the others wait for it, and take over when it ends or may have lost its hold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import holding
from storage.database import Store, open_store
from storage.errors import StorageFailed
from tests.databases import KINDS, fresh_database
from tests.patience import PATIENCE

NAME = "poll/telegram"


@pytest.fixture(params=KINDS)
async def stores(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[list[Store]]:
    """Two processes' stores on one database."""
    monkeypatch.setattr(holding, "LOOK_AGAIN", 0.01)
    async with fresh_database(tmp_path, request.param) as url:
        both = [await open_store(url) for _ in range(2)]
        yield both
        for store in both:
            await store.close()


class Doing:
    """Something one process does; says when it began and lets itself be ended."""

    def __init__(self) -> None:
        self.began, self.times = asyncio.Event(), 0
        self.end = asyncio.Event()

    async def run(self) -> None:
        self.times += 1
        self.began.set()
        await self.end.wait()


async def test_the_second_begins_when_the_first_has_ended(stores: list[Store]) -> None:
    first, second = Doing(), Doing()
    tasks = [asyncio.create_task(holding.alone(stores[0], NAME, first.run))]
    await first.began.wait()
    tasks.append(asyncio.create_task(holding.alone(stores[1], NAME, second.run)))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(second.began.wait(), 0.1)
    first.end.set()
    await tasks[0]
    async with asyncio.timeout(PATIENCE):
        await second.began.wait()
    second.end.set()
    await tasks[1]


async def test_who_is_cancelled_lets_go(stores: list[Store]) -> None:
    first, second = Doing(), Doing()
    task = asyncio.create_task(holding.alone(stores[0], NAME, first.run))
    await first.began.wait()
    task.cancel()
    await asyncio.wait({task})
    second.end.set()
    async with asyncio.timeout(PATIENCE):
        await holding.alone(stores[1], NAME, second.run)


async def test_an_error_is_the_callers_and_the_name_is_free_again(stores: list[Store]) -> None:
    async def fail() -> None:
        raise ValueError("as it happens")

    with pytest.raises(ValueError, match="as it happens"):
        await holding.alone(stores[0], NAME, fail)
    claim = await stores[1].claim(NAME)
    assert claim is not None
    await claim.release()


async def test_what_may_be_anothers_by_now_is_stopped_and_begun_again_when_held_again(
    stores: list[Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    doing, claims = Doing(), []
    claim_as_it_is = stores[0].claim

    async def claim(name: str) -> object:
        claims.append(await claim_as_it_is(name))
        if len(claims) == 2:
            await claims[1].release()
            raise StorageFailed("the connection broke")
        return claims[-1]

    monkeypatch.setattr(stores[0], "claim", claim)
    task = asyncio.create_task(holding.alone(stores[0], NAME, doing.run))
    await doing.began.wait()
    doing.began.clear()
    claims[0].lost.set()
    async with asyncio.timeout(PATIENCE):
        await doing.began.wait()
    assert doing.times == 2
    doing.end.set()
    await task
