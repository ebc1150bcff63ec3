"""Climbing when time itself misbehaves: outages, a clock set back, holidays."""

from __future__ import annotations

from pathlib import Path

from storage.records import Act, Clock, Reason
from tests.stories.town import TOWN, Town
from tests.stories.town import town as build

LAMP = "3号楼2单元楼道灯坏了"


async def test_after_an_outage_all_that_was_missed_is_one_message_per_chat_with_its_times(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.chen, "5号楼1单元下水道堵了")
    await town.says(town.lin, "7号楼3单元电梯停了")
    before = {who: len(town.seen(who)) for who in (town.leader, town.deputy, town.staff_room)}
    await town.outage(hours=5)
    for who, count in before.items():
        (digest,) = town.seen(who)[count:]
        assert digest.startswith("系统 13:00–18:00 停过。这段时间到期的 3 件：")
        assert all(f"#{number}" in digest for number in (1001, 1002, 1003))
    for number in (1001, 1002, 1003):
        done = await town.acts(number)
        assert done[:4] == [Act.REPORT, Act.REMIND, Act.ALERT, Act.QUEUE], number
        assert set(done[4:]) <= {Act.REMIND}, number
    assert len(town.about(town.mei, "联席会议")) == 1
    await town.outage(minutes=10)
    assert len(town.seen(town.staff_room)) == before[town.staff_room] + 1


async def test_a_reminder_that_comes_too_late_says_so(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.outage(minutes=6)
    digest = town.last(town.leader)
    assert digest.splitlines()[1:] == ["#1001 已过接单时限 13:05，请尽快接单：照明 · 3号楼2单元"]
    assert town.leader.chat.last.labels == ["接单 1001"]


async def test_a_clock_set_back_an_hour_loses_no_deadline_and_repeats_none(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.forward(minutes=5)
    await town.clock.turn_to(town.clock.now() - 60 * 60_000)
    await town.sweep()
    assert len(town.about(town.staff_room, "#1001 没人接单")) == 1
    await town.forward(minutes=65)
    assert len(town.about(town.staff_room, "#1001 没人接单")) == 1
    assert len(town.about(town.staff_room, "已列入联席会议")) == 1
    assert not town.about(town.staff_room, "停过")


async def test_working_days_wait_for_the_end_of_spring_festival(tmp_path: Path) -> None:
    policy = '[policy.ordinary]\naccept = "2wh"\nresolve = "3wd"\n'
    eve = 1_770_973_200_000  # Friday 2026-02-13 17:00 in Shanghai; Saturday the 14th is worked, then nine days off
    async with build(tmp_path, text=TOWN + policy) as town:
        await town.clock.turn_to(eve)
        await town.sweep()
        await town.says(town.mei, LAMP)
        assert "2月14日周六 10:00 前" in town.cards()[0].words
        await town.presses(town.leader, "接单")
        until = (await town.running())[Clock.RESOLVE].ends_at
        assert "2月25日周三" in town.cards()[0].words
        assert until > eve
        await town.forward(hours=24 * 9)
        assert not await town.queue()
        await town.forward(hours=24 * 4)
        assert (await town.queue())[0].queued is Reason.RESOLVE_MISSED
