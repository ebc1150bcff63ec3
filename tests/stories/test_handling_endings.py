"""Declined, objected to, merged, taken back."""

from __future__ import annotations

from pathlib import Path

from storage.records import Clock, State
from tests.stories.town import TOWN, Town
from tests.stories.town import town as build

LAMP = "3号楼2单元楼道灯坏了"
LIFT = "3号楼2单元电梯停了"


async def test_declining_needs_a_reason_and_the_reporter_hears_it_with_where_to_go(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.presses(town.leader, "不予受理", town.leader.chat)
    assert (await town.ticket()).state is State.REPORTED
    await town.presses(town.leader, "不归社区和物业管", town.leader.chat)
    assert (await town.ticket()).state is State.DECLINED
    assert town.last(town.mei) == (
        "#1001 没能受理：不归社区和物业管。需要帮忙请打服务电话 027-83000000。"
        "不同意的话，可以提一次异议，由社区复核。"
    )
    assert town.mei.chat.last.labels == ["有异议"]
    assert not await town.running()


async def test_an_objection_goes_to_staff_once_and_the_second_refusal_is_final(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.leader, "不予受理 1001 是自家的灯", town.leader.chat)
    assert await town.presses(town.mei, "有异议", town.mei.chat) == "已转社区复核"
    for reader in (town.staff, town.staff_room):
        assert "居民对不予受理有异议" in town.last(reader)
        assert "原来的答复：是自家的灯" in town.last(reader)
    assert town.staff_room.last.labels == ["改派", "列入会议", "不予受理", "看全程"]
    assert Clock.ACCEPT in await town.running()
    # The leader has answered already; now it is the staff's.
    await town.says(town.leader, "不予受理 1001 真是自家的", town.leader.chat)
    assert "居民有异议，由社区来定" in town.last(town.leader)
    await town.says(town.staff, "不予受理 1001 核实过，是户内灯", town.staff_room)
    assert town.last(town.mei).startswith(
        "#1001 社区复核后仍不能受理：核实过，是户内灯。需要帮忙请打服务电话"
    )
    assert not town.mei.chat.last.labels
    await town.says(town.mei, "有异议 1001", town.mei.chat)
    assert "已经复核过一次了" in town.last(town.mei)
    assert not await town.running()


async def test_an_objection_can_be_upheld_and_worked_on(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.leader, "不予受理 1001 是自家的灯", town.leader.chat)
    await town.presses(town.mei, "有异议", town.mei.chat)
    await town.says(town.staff, "改派 1001 李雷", town.staff_room)
    await town.presses(town.deputy, "接单", town.deputy.chat)
    await town.says(town.deputy, "办结 1001 换了", town.deputy.chat)
    assert "说是办好了" in town.last(town.mei)


async def test_merged_the_reporter_and_followers_follow_the_other_one(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.chen, "7号楼3单元电梯停了")
    await town.says(town.lin, "7号楼停电了")
    await town.presses(town.mei, "我也遇到", containing="#1003")
    await town.says(town.leader, "并案 1003 1002")
    assert (await town.ticket(1003)).state is State.MERGED
    assert "已并入 #1002" in town.cards(1003)[0].words
    assert "我也遇到 2" in town.cards(1002)[0].labels
    for reader in (town.lin, town.mei):
        assert town.last(reader) == "#1003 和 #1002 是同一件事，以后看 #1002。"
    await town.says(town.leader, "办结 1002 电力抢修完了")
    for reader in (town.lin, town.mei):
        assert "#1002 说是办好了" in town.last(reader)
    assert not await town.running(1003)


async def test_nothing_is_merged_into_itself_or_into_what_has_ended(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.chen, "7号楼3单元电梯停了")
    await town.says(town.leader, "并案 1001 1001", town.leader.chat)
    await town.says(town.leader, "并案 1001", town.leader.chat)
    await town.says(town.mei, "撤销 1001", town.mei.chat)
    await town.says(town.leader, "并案 1002 1001", town.leader.chat)
    assert "已经结束" in town.last(town.leader)
    assert (await town.ticket(1002)).state is State.REPORTED


async def test_enough_households_brought_together_put_it_on_the_table(tmp_path: Path) -> None:
    async with build(tmp_path, text=TOWN + "[escalation]\nfollowers = 2\n") as town:
        await town.says(town.mei, "7号楼3单元电梯停了")
        await town.says(town.chen, "7号楼停电了")
        await town.presses(town.lin, "我也遇到", containing="#1002")
        assert not await town.queue()
        await town.says(town.leader, "并案 1002 1001")
        assert [t.number for t in await town.queue()] == [1001]
        assert any("2 户跟进" in words for words in town.seen(town.staff_room))


async def test_taken_back_by_its_reporter_and_by_nobody_else(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.presses(town.chen, "我也遇到")
    await town.says(town.chen, "撤销 1001", town.chen.chat)
    assert (await town.ticket()).state is State.REPORTED
    await town.forward(minutes=5)
    await town.says(town.mei, "撤销 1001", town.mei.chat)
    assert (await town.ticket()).state is State.WITHDRAWN
    assert "报修人已撤销" in town.cards()[0].words
    assert not town.cards()[0].labels
    for reader in (town.leader, town.deputy, town.property, town.staff, town.staff_room):
        assert "#1001 报修人已撤销" in town.last(reader)
    assert "报修人撤销了" in town.last(town.chen)
    assert not await town.running()
