"""Waiting, and asking for more time."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.records import Act, Clock
from tests.stories.town import TOWN, Town
from tests.stories.town import town as build

LAMP = "3号楼2单元楼道灯坏了"
LIFT = "3号楼2单元电梯停了"


async def test_waiting_for_parts_stops_the_clocks_and_going_on_starts_them_with_what_was_left(
    town: Town,
) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "接单")
    await town.presses(town.leader, "到场")
    await town.forward(hours=1)
    await town.says(town.leader, "等配件 1001 门机后天到", town.leader.chat)
    assert "等配件：门机后天到，14:00 起暂停计时" in town.cards()[0].words
    assert town.last(town.mei) == "#1001 等配件：门机后天到，先暂停计时。有进展会告诉您。"
    await town.forward(hours=48)
    assert not await town.queue()
    await town.says(town.leader, "继续 1001", town.leader.chat)
    assert "11月24日" not in town.cards()[0].words
    assert "17:00 前解决" in town.cards()[0].words
    await town.forward(hours=3)
    assert await town.queue()
    assert await town.reasons(Act.PAUSE) == ["等配件：门机后天到"]


async def test_a_pause_nobody_ends_ends_after_three_days_and_the_handler_hears_it(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "接单")
    await town.presses(town.leader, "延期", town.leader.chat)
    await town.presses(town.leader, "等天气", town.leader.chat)
    assert (await town.ticket()).pause_reason == "等天气"
    await town.forward(hours=71)
    assert (await town.ticket()).paused_at is not None
    await town.forward(hours=1)
    assert (await town.ticket()).paused_at is None
    assert any("暂停满三天了（等天气），从现在起继续计时" in words for words in town.seen(town.leader))
    await town.forward(hours=4)
    assert await town.queue()


async def test_pausing_twice_is_refused_and_going_on_without_a_pause_too(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.leader, "继续 1001", town.leader.chat)
    await town.says(town.leader, "等居民 1001", town.leader.chat)
    await town.says(town.leader, "等配件 1001", town.leader.chat)
    assert (await town.ticket()).pause_reason == "等居民"
    assert (await town.acts()).count(Act.PAUSE) == 1


async def test_time_asked_for_is_granted_by_one_of_the_staff_once(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "接单")
    await town.says(town.leader, "延期 1001 厂家下午才能来", town.leader.chat)
    for reader in (town.staff, town.staff_room):
        assert "王芳：厂家下午才能来" in town.last(reader)
        assert "17:00" in town.last(reader)
    assert town.staff_room.last.labels == ["准延 2 小时", "准延 1 天", "不准延"]
    assert await town.presses(town.staff, "准延 2 小时", town.staff_room) == "已准延"
    assert (await town.running())[Clock.RESOLVE].ends_at - town.clock.now() == 6 * 3_600_000
    assert town.last(town.leader) == "#1001 陈洁准了延期，19:00 前办好就行。"
    assert "19:00" in town.last(town.mei)
    # Nobody grants it a second time from the same request.
    assert await town.presses(town.staff, "准延 1 天", town.staff.chat) == "#1001 陈洁已经答复过了。"
    assert (await town.acts()).count(Act.GRANT_TIME) == 1
    assert await town.reasons(Act.GRANT_TIME) == ["2 小时"]


@pytest.mark.parametrize("said", ["1d", "1天", "一天", "24小时"])
async def test_time_is_granted_in_the_words_people_use(town: Town, said: str) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "接单")
    await town.says(town.staff, f"准延 1001 {said}", town.staff_room)
    assert "11月23日周一 17:00 前解决" in town.cards()[0].words


async def test_a_span_nobody_can_read_is_answered_with_an_example(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.staff, "准延 1001 一阵子", town.staff_room)
    assert "准延 1001 2小时" in town.last(town.staff_room)
    assert Act.GRANT_TIME not in await town.acts()


async def test_time_refused_is_told_with_the_reason_and_the_clocks_run_on(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "接单")
    before = await town.running()
    await town.says(town.leader, "延期 1001 太忙", town.leader.chat)
    await town.says(town.staff, "不准延 1001 电梯不能等", town.staff_room)
    assert town.last(town.leader) == "#1001 陈洁没有准延期：电梯不能等。请按原时限办。"
    assert (await town.running())[Clock.RESOLVE] == before[Clock.RESOLVE]


@pytest.mark.on_one_database
async def test_refusing_time_nobody_asked_for_is_told_to_staff_alone(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "接单")
    heard = town.seen(town.leader)
    await town.says(town.staff, "不准延 1001", town.staff_room)
    assert town.last(town.staff_room) == "#1001 没有人申请延期，不用答复。"
    assert town.seen(town.leader) == heard
    assert Act.REFUSE_TIME not in await town.acts()


async def test_without_staff_to_ask_the_leader_is_told_so(tmp_path: Path) -> None:
    text = TOWN.replace('staff_chats = ["telegram:-1009000001"]\n', "").replace(
        'accounts = ["telegram:1004"]\n', ""
    )
    async with build(tmp_path, text=text) as town:
        await town.says(town.mei, LIFT)
        await town.says(town.leader, "延期 1001 等人", town.leader.chat)
        assert "没有能批延期的人" in town.last(town.leader)
        assert (await town.acts()) == [Act.REPORT]


async def test_who_asked_for_time_hears_the_answer_though_the_work_is_somebody_elses(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.leader, "转办 1001 张师傅", town.leader.chat)
    await town.says(town.leader, "延期 1001 厂家明天来", town.leader.chat)
    await town.presses(town.staff, "准延 1 天", town.staff_room)
    for reader in (town.leader, town.property):
        assert town.last(reader) == "#1001 陈洁准了延期，11月23日周一 17:00 前办好就行。"
