"""Once a day what is old enough goes, whoever sweeps first."""

from __future__ import annotations

from pathlib import Path

from handlers.desk import Desk
from storage.database import open_store
from storage.records import DAY, HOUR, Instant
from tests.databases import fresh_file

NOON: Instant = 1_795_323_600_000


async def test_old_keys_of_the_inbox_go_once_a_day_and_young_ones_stay(tmp_path: Path) -> None:
    store = await open_store(fresh_file(tmp_path))
    async with store.turn() as turn:
        for at in range(1_200):
            turn.inbox.keep(f"old:{at}", NOON - 8 * DAY, {})
        turn.inbox.keep("young", NOON - DAY, {})
    desk = Desk(store)
    await desk.sweep(NOON)
    async with store.view() as view:
        assert set(await view.inbox.seen(["young", *(f"old:{at}" for at in range(1_200))])) == {"young"}
    async with store.turn() as turn:
        turn.inbox.keep("old again", NOON - 8 * DAY, {})
    await desk.sweep(NOON + HOUR)
    await Desk(store).sweep(NOON + 2 * HOUR)
    async with store.view() as view:
        assert await view.inbox.seen(["old again"]), "the day's tidying was done"
    await desk.sweep(NOON + DAY)
    async with store.view() as view:
        assert not await view.inbox.seen(["old again"])
    await store.close()
