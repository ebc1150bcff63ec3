"""The town on two platforms, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.delivery import Delivery
from handlers.desk import Desk
from storage.database import open_store
from tests.bot.post import HandClock
from tests.bot.quiet.community import COMMUNITY, LEADER, Loud, Quiet, Town
from tests.databases import KINDS, fresh_database
from tests.stories.town import settle_down


@pytest.fixture(params=KINDS)
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    marked = request.node.get_closest_marker("leader_at")
    leader = marked.args[0] if marked else LEADER
    async with fresh_database(tmp_path, request.param) as url:
        store = await open_store(url)
        await settle_down(store, COMMUNITY.format(leader=leader))
        clock = HandClock()
        desk, quiet, loud = Desk(store), Quiet(store, clock), Loud()
        delivery = Delivery(store, desk, {"wechat": quiet, "telegram": loud}, clock)
        desk.on_commit = lambda due: delivery.nudge()
        running = asyncio.create_task(delivery.run())
        yield Town(store, url, clock, desk, delivery, quiet, loud, running)
        running.cancel()
        await asyncio.wait({running})
        assert running.cancelled(), running.exception()
        await store.close()
