"""Telegram in trouble: errors, garbage, silence, an outage. Every letter is sent once, and no call is missed."""

from __future__ import annotations

import asyncio

import pytest

from storage.records import HOUR, MINUTE, Act
from tests.patience import PATIENCE
from tests.stories.town import NOON, Town


@pytest.mark.parametrize("trouble", ["too_many", "server_error", "bad_gateway", "drop_before"])
async def test_a_platform_that_fails_gets_its_letters_once_when_it_is_back(town: Town, trouble: str) -> None:
    await town.says(town.chen, "早上好")
    asked = (7,) if trouble == "too_many" else ()
    # A connection that closes tells nobody whether the letter arrived: of two in a row the second would be left at that.
    times = 2 if trouble == "drop_before" else 4
    order = getattr(town.telegram.faults, trouble)(*asked, times=times, method="sendMessage")
    await town.says(town.mei, "3号楼2单元电梯停了")
    assert order.met >= 1
    for _ in range(10):
        await town.forward(seconds=20)
    assert len(town.cards()) == 1
    assert sum("#1001" in words for words in town.seen(town.leader)) == 1


async def test_letters_whose_answers_are_lost_stand_there_twice_at_most(town: Town) -> None:
    """Who sent it cannot know whether it arrived. The checker counts what stands there, whatever the letter."""
    await town.says(town.chen, "早上好")
    lost = town.telegram.faults.drop_after(times=3, method="sendMessage")
    for building in (3, 5, 7):
        await town.mei.says(f"{building}号楼2单元电梯停了", town.group)
    for _ in range(10):
        await town.forward(seconds=20)
    assert lost.met == 3
    assert all(1 <= len(town.cards(number)) <= 2 for number in (1001, 1002, 1003))


@pytest.mark.parametrize("trouble", ["server_error", "bad_gateway", "drop_before", "drop_after"])
async def test_polling_goes_on_after_any_answer(town: Town, trouble: str) -> None:
    order = getattr(town.telegram.faults, trouble)(times=3, method="getUpdates")
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.telegram.wait_for(lambda: order.met == 3)
    await town.says(town.chen, "5号楼1单元水管漏水")
    assert [ticket.number for ticket in await town.tickets()] == [1001, 1002]


async def test_a_platform_that_hangs_holds_up_no_deadline(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    town.telegram.faults.hang(times=100, method="sendMessage")
    await town.clock.turn_to(NOON + 6 * MINUTE)
    async with asyncio.timeout(PATIENCE):
        await town.house.alarm.swept()
    acts = [entry.line.act for entry in await town.ledger()]
    assert Act.ALERT in acts
    for order in town.telegram.faults.orders:
        order.left = 0
        order.release()


async def test_a_press_whose_answer_fails_is_done_all_the_same(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    town.telegram.faults.refuse(400, "Bad Request: query is too old", method="answerCallbackQuery")
    await town.leader.presses("接单", town.group)
    await town.settle()
    assert (await town.ticket()).first_responder == "wangfang"


async def test_after_hours_without_telegram_each_chat_gets_one_letter_of_what_is_still_true(
    town: Town,
) -> None:
    """The program ran on all the while: what it could not say then is said now, together."""
    for n, who in enumerate((town.mei, town.chen, town.lin), 3):
        await town.says(who, f"{n}号楼2单元电梯停了")
    before = len(town.seen(town.staff_room))
    await town.telegram.stop()
    for step in range(1, 13):
        await town.clock.turn_to(NOON + step * HOUR // 2)
        await town.house.alarm.swept()
        await town.house.delivery.settled()
    await town.telegram.start()
    await town.forward(minutes=3)
    told = town.seen(town.staff_room)[before:]
    assert len(told) == 1, told
    assert all(f"#{number} " in told[0] for number in (1001, 1002, 1003))
    assert len(await town.queue()) == 3
