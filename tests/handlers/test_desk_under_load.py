"""Under load the desk takes people together: few commits, few questions to the database, the same answers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from handlers.desk import Desk
from handlers.desk.row import Row
from handlers.messages import Inbound, Sender
from storage.database import Store, open_store
from storage.records import Address
from storage.turn import Turned
from tests.databases import fresh_file
from tests.patience import PATIENCE
from tests.stories.town import NOON, TOWN, settle_down

GROUP = Address("telegram:-1001000001")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(fresh_file(tmp_path))
    await settle_down(store, TOWN)
    yield store
    await store.close()


def leak(number: int) -> Inbound:
    """Somebody new every time, in a flat of their own."""
    sender = Sender(Address(f"telegram:{2000 + number}"), f"居民{number}")
    words = f"{number % 12 + 1}号楼1单元{number // 12 + 1}01厨房漏水"
    return Inbound(f"telegram:{number}", NOON, GROUP, False, sender, text=words, message=str(number))


async def test_those_answered_together_who_come_again_are_taken_together(store: Store) -> None:
    desk, turns = Desk(store), list[Turned]()
    store.on_turn = turns.append

    async def report_twice(number: int, later: int) -> None:
        await desk.receive(leak(number), NOON)
        for _ in range(later):
            await asyncio.sleep(0)
        await desk.receive(leak(number + 20), NOON)

    await asyncio.gather(*(report_twice(number, later=number % 2) for number in range(6)))
    assert [len(turn.lines) for turn in turns] == [6, 6]


async def test_who_was_answered_alone_makes_nobody_wait() -> None:
    filling = Row().fill(1)
    with contextlib.suppress(StopIteration):
        filling.send(None)
        raise AssertionError("it waits")


async def test_nobody_is_waited_for_who_does_not_come() -> None:
    async with asyncio.timeout(PATIENCE):
        await Row().fill(40)


async def test_sixty_reports_go_to_the_database_as_often_as_two(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, go, ways = Desk(store), store._writer._do, 0

    async def counted(work: Any) -> Any:
        nonlocal ways
        ways += 1
        return await go(work)

    monkeypatch.setattr(store._writer, "_do", counted)
    await asyncio.gather(*(desk.receive(leak(number), NOON) for number in range(2)))
    of_two, ways = ways, 0
    await asyncio.gather(*(desk.receive(leak(number), NOON) for number in range(2, 62)))
    assert ways == of_two <= 20
