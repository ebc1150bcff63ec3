"""When a platform is away, or does not bring what people say, staff hear of it, once, and once more when it is over."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import _stop
from storage.records import MINUTE, SECOND, Address
from tests.stories.town import TOWN, Town, at_home
from tests.stories.town import town as build

WITH_WEB = TOWN.replace('accounts = ["telegram:1004"]', 'accounts = ["telegram:1004", "web:chenjie"]')


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with build(tmp_path, text=WITH_WEB) as built:
        yield built


async def minutes(town: Town, count: int) -> None:
    """So many minutes pass, and the watchdog looks in each."""
    for _ in range(count):
        await town.clock.turn_to(town.clock.now() + MINUTE)
        await town.house.watchdog.look()


async def at_the_web(town: Town) -> list[str]:
    """What the duty officer sees in the web chat, oldest first."""
    await town.house.delivery.settled()
    async with town.store.view() as view:
        return [
            f"{shown.heading} {shown.text}" for shown in await view.web.latest(Address("web:chenjie"), 50)
        ]


async def test_a_platform_that_is_away_is_told_elsewhere_once_and_everywhere_when_it_is_back(
    town: Town,
) -> None:
    await town.says(town.chen, "早上好")
    await town.telegram.stop()
    await minutes(town, 5)
    assert await at_the_web(town) == []
    await minutes(town, 10)
    (told,) = await at_the_web(town)
    assert told.startswith("Telegram 连不上 13:01 起收不到那里的话")
    await town.telegram.start()
    await minutes(town, 1)
    await town.forward(minutes=3)
    _, back = await at_the_web(town)
    assert back.startswith("Telegram 恢复了 13:01–13:16 断过")
    assert len(town.about(town.staff_room, "Telegram 恢复了")) == 1
    assert town.about(town.staff_room, "连不上") == []
    # Who has heard it at the web is not told again on Telegram.
    assert town.about(town.staff, "Telegram") == []
    await minutes(town, 10)
    assert len(await at_the_web(town)) == 2


async def test_a_short_trouble_is_nobodys_business(town: Town) -> None:
    for _ in range(3):
        await town.telegram.stop()
        await minutes(town, 4)
        await town.telegram.start()
        await minutes(town, 1)
    assert await at_the_web(town) == []
    assert town.about(town.staff_room, "Telegram") == []


async def test_silence_in_the_groups_is_no_trouble(town: Town) -> None:
    await minutes(town, 60)
    assert await at_the_web(town) == []
    assert town.seen(town.staff_room) == []


@pytest.mark.parametrize("code", [500, 502])
async def test_a_platform_that_answers_with_errors_is_away_too(town: Town, code: int) -> None:
    town.telegram.faults.refuse(code, "Bad Gateway", times=100, method="getMe")
    await minutes(town, 6)
    assert len(await at_the_web(town)) == 1


async def test_a_platform_that_asks_for_a_pause_is_there(town: Town) -> None:
    town.telegram.faults.too_many(3, times=100, method="getMe")
    await minutes(town, 10)
    assert await at_the_web(town) == []


async def test_another_program_with_the_same_token_is_told_with_what_to_do(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram_poll.LONGEST_PAUSE", 0.2)
    order = town.telegram.faults.refuse(
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
        times=1000,
        method="getUpdates",
    )
    await town.telegram.wait_for(lambda: order.met > 0)
    await minutes(town, 6)
    await town.settle()
    (told,) = town.about(town.staff_room, "话进不来")
    assert "另一个程序在用同一个机器人令牌" in told
    order.left = 0
    await town.says(town.chen, "早上好")
    await minutes(town, 1)
    await town.settle()
    assert len(town.about(town.staff_room, "又进得来了")) == 1


async def test_a_webhook_telegram_cannot_reach_is_told_in_telegrams_own_words(tmp_path: Path) -> None:
    async with build(tmp_path, mode="webhook", text=WITH_WEB) as town:
        await town.telegram.wait_for(lambda: town.telegram.updates.webhook is not None)
        town.telegram.pusher.now = lambda: town.clock.now() // SECOND
        await town.says(town.chen, "早上好")
        await minutes(town, 6)
        assert town.seen(town.staff_room) == []
        town.telegram.pusher.last_error = (town.clock.now() // SECOND, "SSL error {error:0A000086}")
        town.telegram.pusher.stop()  # so that what waits goes on waiting
        await town.mei.says("3号楼2单元电梯停了", town.group)
        await minutes(town, 6)
        await town.house.delivery.settled()
        (told,) = town.about(town.staff_room, "话进不来")
        assert "13:07 起" in told
        assert "SSL error {error:0A000086}" in told
        town.telegram.pusher.start()
        await town.settle()
        await minutes(town, 1)
        await town.settle()
        assert len(town.about(town.staff_room, "又进得来了")) == 1
        assert (await town.ticket()).number == 1001


async def test_a_webhook_that_points_elsewhere_is_told(tmp_path: Path) -> None:
    async with build(tmp_path, mode="webhook") as town:
        await town.telegram.wait_for(lambda: town.telegram.updates.webhook is not None)
        town.telegram.updates.webhook["url"] = "https://elsewhere.example.org/telegram"
        await minutes(town, 6)
        await town.house.delivery.settled()
        assert "webhook 指向了别处" in town.last(town.staff_room)


async def test_after_a_restart_in_the_middle_the_end_is_told_all_the_same(town: Town) -> None:
    town.telegram.faults.refuse(500, "Internal Server Error", times=1000, method="getMe")
    await minutes(town, 6)
    assert len(await at_the_web(town)) == 1
    town.telegram.faults.orders.clear()
    await _stop(town.house)
    async with at_home(town.store, town.media, town.clock, town.settings) as again:
        town.house = again
        await minutes(town, 5)
        assert len(await at_the_web(town)) == 1, "the one that found it may still have the trouble"
        await minutes(town, 1)
        assert re.match(r"Telegram 恢复了 13:01–13:\d\d 断过", (await at_the_web(town))[1])


async def test_one_process_without_the_trouble_does_not_contradict_the_one_that_has_it(town: Town) -> None:
    async with at_home(town.store, town.media, town.clock, town.settings) as other:
        town.telegram.faults.refuse(500, "Internal Server Error", times=1000, method="getMe")
        await minutes(town, 6)
        # Either may send what was found, and a clock that leaps while it does would end its lease.
        await town.house.delivery.settled()
        await other.delivery.settled()
        for _ in range(10):
            town.telegram.faults.refuse(500, "Internal Server Error", times=1, method="getMe")
            await minutes(town, 1)
            orders, town.telegram.faults.orders = town.telegram.faults.orders, []
            await other.watchdog.look()
            town.telegram.faults.orders = orders
        assert len(await at_the_web(town)) == 1


async def test_nobody_on_another_platform_is_told_when_it_is_back(tmp_path: Path) -> None:
    async with build(tmp_path) as town:
        await town.says(town.chen, "早上好")
        await town.telegram.stop()
        await minutes(town, 8)
        await town.telegram.start()
        await minutes(town, 1)
        await town.forward(minutes=3)
        (told,) = town.about(town.staff_room, "Telegram")
        assert told.startswith("Telegram 恢复了")
