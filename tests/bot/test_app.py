"""The whole wired together: it starts, it heals itself, and it stops in time whatever hangs."""

from __future__ import annotations

import asyncio
import json
import socket
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import LAST_SECONDS, _stop, house
from bot.clock import SystemClock
from bot.supervising import supervise
from bot.terminal import Failed
from bot.web.server import PATIENCE_AT_STOP
from storage.records import Attachment
from tests.stories.town import Town, at_home
from tests.stories.town import town as build


async def healthz(port: int) -> tuple[int, dict[str, object]]:
    def ask() -> tuple[int, dict[str, object]]:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            return answer.status, json.load(answer)

    return await asyncio.to_thread(ask)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with build(tmp_path) as built:
        yield built


async def test_healthz_tells_the_age_of_the_last_sweep(town: Town) -> None:
    await town.sweep()
    status, said = await healthz(town.house.port)
    assert status == 200
    assert said["ok"] is True
    assert 0 <= float(str(said["sweep_age_seconds"])) < 10


async def test_a_port_that_is_taken_is_one_clear_line(town: Town) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Failed, match=f"127.0.0.1:{port}"):
            async with house(town.store, town.media, SystemClock(), port=port):
                pass


@pytest.mark.parametrize("part", ["alarm", "delivery", "fetcher", "telegram"])
async def test_a_part_that_crashes_starts_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr("bot.supervising.RESTART_SECONDS", 0.01)
    target = {
        "alarm": "bot.alarm.Alarm._once",
        "delivery": "bot.delivery.Delivery._round",
        "fetcher": "bot.fetching.Fetcher._round",
        "telegram": "bot.channels.telegram_poll.Polling.once",
    }[part]
    module, cls, name = target.rsplit(".", 2)
    owner = getattr(__import__(module, fromlist=[cls]), cls)
    whole, crashes = getattr(owner, name), [KeyError("a mistake of ours")] * 2

    async def sometimes(self: object) -> object:
        if crashes:
            raise crashes.pop()
        return await whole(self)

    monkeypatch.setattr(owner, name, sometimes)
    async with build(tmp_path) as town:
        await town.says(town.mei, "3号楼2单元电梯停了", photo=True)
        await town.forward(minutes=5)
        assert not crashes
        assert town.cards()
        assert "没人接单" in town.last(town.staff_room)
        async with town.store.view() as view:
            (photo,) = await view.media.of("jinghe-1001")
        assert photo.sha256


async def test_supervise_ends_when_its_task_does_and_lets_a_cancellation_through() -> None:
    runs = 0

    async def once() -> None:
        nonlocal runs
        runs += 1

    await supervise("once", once)
    assert runs == 1
    waiting = asyncio.create_task(supervise("waits", asyncio.Event().wait))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_while_telegram_hangs_the_program_stops_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr("bot.delivery.LAST_SECONDS", 0.5)  # four in earnest: see tests/stories/test_serve.py
    async with build(tmp_path, mode=mode) as town:
        await town.telegram.wait_for(lambda: mode == "polling" or town.telegram.updates.webhook is not None)
        await town.says(town.chen, "早上好")
        hang = town.telegram.faults.hang(times=1000)
        await town.mei.says("3号楼2单元电梯停了", town.group)
        await town.telegram.wait_for(lambda: not town.telegram.pending and hang.met > 0)
        await town.leader.says("你好", photo=True)
    # It is over although nobody let go; in earnest what it waits for at most is over within ten seconds.
    assert PATIENCE_AT_STOP + LAST_SECONDS < 10


async def test_what_was_on_its_way_at_the_stop_is_neither_lost_nor_said_twice(tmp_path: Path) -> None:
    async with build(tmp_path) as town:
        hang = town.telegram.faults.hang(method="sendMessage", chat=town.group)
        await town.mei.says("3号楼2单元电梯停了", town.group)
        await town.telegram.wait_for(lambda: hang.met == 1)
        asyncio.get_running_loop().call_later(0.2, hang.release)
        await _stop(town.house)
        assert len(town.cards()) == 1
        async with at_home(town.store, town.media, town.clock, town.settings) as again:
            town.house = again
            await town.forward(minutes=2)
        assert len(town.cards()) == 1


async def test_photos_are_looked_for_only_after_a_commit_that_names_one(town: Town) -> None:
    fetcher = town.house.fetcher
    await town.says(town.mei, "3号楼2单元电梯停了", town.group)
    await fetcher.settled()
    town.house.desk.on_commit(None)
    assert fetcher._quiet.is_set()
    async with town.store.turn() as turn:
        await turn.media.add(
            Attachment(0, (await town.ticket()).id, town.clock.now(), "telegram", "photo", "x")
        )
    assert not fetcher._quiet.is_set()
