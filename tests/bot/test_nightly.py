"""The calendar of backups: once a night whoever comes first, again when it failed, and told when it did."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.nightly import Nightly
from storage.records import HOUR, MINUTE
from tests.databases import KIND, KINDS
from tests.stories.town import TOWN, Town
from tests.stories.town import town as build

ROOT = Path(__file__).parents[2]
WITH_ADMIN = TOWN + '[[person]]\nid = "gao"\nname = "高工"\nroles = ["admin"]\naccounts = ["telegram:2003"]\n'


@pytest.fixture(params=KINDS)
async def town(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Town]:
    monkeypatch.setenv(KIND, request.param)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("HUYING_MEDIA", str(tmp_path / "media"))
    (tmp_path / "backups").mkdir()
    async with build(tmp_path, text=WITH_ADMIN) as built:
        monkeypatch.setenv("HUYING_DATABASE", built.store.url)
        built.extra["folder"] = tmp_path / "backups"
        yield built


def nightly(town: Town) -> Nightly:
    return Nightly(town.store, town.extra["folder"], town.clock, town.house.delivery.nudge)


def made(town: Town) -> int:
    return len(list(town.extra["folder"].glob("huying-*.tar")))


async def test_of_two_processes_one_makes_it_and_none_makes_it_twice(town: Town) -> None:
    one, other = nightly(town), nightly(town)
    assert sorted(await asyncio.gather(one.look(), other.look())) == [False, True]
    assert made(town) == 1
    await town.clock.turn_to(town.clock.now() + 3 * HOUR)
    assert not await one.look()


async def test_the_night_begins_at_three(town: Town) -> None:
    program = nightly(town)
    assert await program.look()
    await town.clock.turn_to(town.clock.now() + 13 * HOUR + 59 * MINUTE)  # 13:00 → 02:59
    assert not await program.look()
    await town.clock.turn_to(town.clock.now() + 2 * MINUTE)
    assert await program.look()


async def test_a_failed_one_is_tried_every_hour_and_told_once_to_who_looks_after_the_machine(
    town: Town,
) -> None:
    program = nightly(town)
    town.extra["folder"].rmdir()
    for _ in range(4):
        assert not await program.look()
        await town.clock.turn_to(town.clock.now() + 30 * MINUTE)
    await town.settle()
    (told,) = town.seen(town.lin)
    assert told.startswith("备份没有成功")
    assert "backups" in told
    assert town.seen(town.staff_room) == []
    town.extra["folder"].mkdir()
    assert await program.look()
    await town.settle()
    assert "备份补上了" in town.last(town.lin)
    assert made(town) == 1


async def test_a_stop_in_the_middle_ends_the_work_at_once(town: Town, tmp_path: Path) -> None:
    """What was begun is taken up again in the next hour, by whoever is there then."""
    begun = tmp_path / "begun"
    endless = ("/bin/sh", "-c", f"echo $$ > {begun}.part && mv {begun}.part {begun} && exec sleep 600")
    program = Nightly(town.store, town.extra["folder"], town.clock, town.house.delivery.nudge, endless)
    looking = asyncio.create_task(program.look())
    while not begun.exists():  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.02)
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking
    with pytest.raises(ProcessLookupError):
        os.kill(int(begun.read_text()), 0)
    await town.clock.turn_to(town.clock.now() + HOUR)
    assert await nightly(town).look()
