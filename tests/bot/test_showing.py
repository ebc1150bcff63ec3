"""The demo's play keeps its place on a slow machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import showing
from bot.showing import Line, button, seats
from storage.database import Store, open_store
from tests.databases import fresh_file

TAKES = Line(12, 1, 0, presses="接单", about="电梯")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(fresh_file(tmp_path))
    yield store
    await store.close()


async def test_the_play_waits_for_a_button_that_is_on_its_way(store: Store) -> None:
    seat = seats()[1]
    waiting = asyncio.create_task(button(store, seat, TAKES))
    await asyncio.wait([waiting], timeout=0.05)
    assert not waiting.done()
    async with store.turn() as turn:
        card = [[{"label": "接单", "press": "accept:1001"}]]
        id = await turn.web.add(seat.chat, "呼应", None, "等王芳接单", "#1001 电梯", card)
    assert await waiting == f"{id} accept:1001"


async def test_what_a_visitor_has_pressed_is_not_waited_for_for_ever(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(showing, "LATE", 2)
    assert await button(store, seats()[1], TAKES) is None
