"""Letters in the platform's real weather: blocked, told to wait, overtaken by events, merged, answers lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.records import HOUR, MINUTE, Act, Level, State
from tests.stories.town import NOON, Town
from tests.stories.town import town as build


async def test_a_resident_who_blocked_the_bot_is_asked_in_the_group_below_their_report(town: Town) -> None:
    said = await town.says(town.mei, "3号楼2单元电梯停了")
    await town.says(town.mei, "我的工单", town.mei.chat)
    await town.mei.blocks_bot()
    await town.says(town.leader, "办结 1001 换了门机")
    asked = town.group.last
    assert "说是办好了" in asked.words
    assert asked.reply_to is said
    await town.presses(town.mei, "满意")
    assert (await town.ticket()).state is State.CLOSED


async def test_a_resident_who_never_opened_the_private_chat_is_asked_in_the_group(tmp_path: Path) -> None:
    async with build(tmp_path, started=False) as town:
        said = await town.says(town.mei, "3号楼2单元电梯停了")
        await town.says(town.leader, "办结 1001 换了门机")
        assert town.group.last.reply_to is said
        assert "满意" in town.group.last.labels
        # Chen sees the button, but it is not his.
        assert "只有报修人自己" in await town.presses(town.chen, "满意")
        assert (await town.ticket()).state is State.RESOLVED


async def test_a_leader_who_blocked_the_bot_still_has_the_group_and_is_found_again(town: Town) -> None:
    await town.leader.blocks_bot()
    await town.says(town.mei, "3号楼2单元电梯停了")
    assert len(town.cards()) == 1
    await town.presses(town.leader, "接单")
    assert (await town.ticket()).state is State.ACCEPTED
    await town.leader.unblocks_bot()
    await town.says(town.chen, "5号楼1单元水管漏水")
    assert "#1002" in town.last(town.leader)


async def test_a_pause_the_platform_asks_for_is_kept_to_the_second(town: Town) -> None:
    order = town.telegram.faults.too_many(7, method="sendMessage", chat=town.group)
    await town.says(town.mei, "3号楼2单元电梯停了")
    assert order.met == 1
    assert not town.cards()
    await town.forward(seconds=6)
    assert not town.cards()
    await town.forward(seconds=2)
    assert len(town.cards()) == 1
    assert len(town.telegram.calls_of("sendMessage", town.group)) == 2


async def test_a_letter_that_became_untrue_is_not_sent(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    hold = town.telegram.faults.too_many(20, method="sendMessage", chat=town.deputy.chat)
    await town.forward(minutes=5)
    assert hold.met == 1
    assert "没人接单" in town.last(town.property)
    await town.presses(town.leader, "接单")
    await town.forward(seconds=30)
    assert not any("没人接单" in words for words in town.seen(town.deputy))
    assert "已接单" in town.last(town.property)


async def test_reminders_to_one_chat_that_fall_together_become_one_readable_letter(town: Town) -> None:
    for n, who in enumerate((town.mei, town.chen, town.lin), 3):
        await town.says(who, f"{n}号楼2单元电梯停了")
    before = len(town.seen(town.staff_room))
    await town.forward(minutes=5)
    (letter,) = town.seen(town.staff_room)[before:]
    lines = letter.splitlines()
    assert [line.partition(" ")[0] for line in lines[1:]] == ["#1001", "#1002", "#1003"]
    assert all("没人接单" in line and "号楼2单元" in line for line in lines[1:])
    labels = town.staff_room.last.labels
    assert labels == ["接单 1001", "接单 1002", "接单 1003"]
    # Each button is its own ticket's.
    await town.presses(town.staff, "接单 1002", town.staff_room)
    assert (await town.ticket(1002)).state is State.ACCEPTED
    assert (await town.ticket(1001)).state is State.REPORTED


@pytest.mark.parametrize("trouble", ["drop_after", "drop_before", "hang"])
async def test_a_letter_whose_answer_is_lost_is_repeated_once_and_never_again(
    town: Town, trouble: str
) -> None:
    for request in town.rooms[0]._requests:
        request.patience = 0.3
    order = getattr(town.telegram.faults, trouble)(times=9, method="sendMessage", chat=town.group)
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.forward(minutes=4)
    assert order.met == 2
    for hanging in town.telegram.faults.orders:
        hanging.release()
    standing = len(town.cards())
    assert standing == (2 if trouble == "drop_after" else 0)


async def test_hours_of_outage_end_in_one_digest_for_each_chat(town: Town) -> None:
    for n, who in enumerate((town.mei, town.chen, town.lin), 3):
        await town.says(who, f"{n}号楼2单元电梯停了")
    seats = (town.staff_room, town.deputy, town.property, town.staff)
    before = {id(seat): len(town.seen(seat)) for seat in seats}
    await town.clock.turn_to(NOON + 6 * HOUR)
    await town.sweep()
    await town.forward(seconds=5)
    for seat in seats:
        told = town.seen(seat)[before[id(seat)] :]
        assert len(told) == 1, told
        assert "13:00" in told[0]
        lines = told[0].splitlines()[1:]
        assert len(lines) == 3
        for n, line in enumerate(lines):
            assert line.startswith(f"#{1001 + n} ")
            assert f"电梯 · {3 + n}号楼2单元" in line
    assert len(await town.queue()) == 3
    for number in (1001, 1002, 1003):
        acts = [entry.line.act for entry in await town.ledger(number)]
        assert acts.count(Act.QUEUE) == 1
        assert acts.count(Act.ALERT) <= 1


async def test_while_telegram_is_away_letters_wait_and_then_come_once(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.telegram.stop()
    await town.clock.turn_to(NOON + 5 * MINUTE)
    await town.house.alarm.ring()
    await town.house.delivery.settled()
    await town.telegram.start()
    await town.forward(minutes=2)
    told = [words for words in town.seen(town.staff_room) if "没人接单" in words]
    assert len(told) == 1
    assert (await town.ticket()).level is Level.ALERT
