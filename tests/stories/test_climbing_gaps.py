"""Where nobody stands on a rung, it is skipped at once and not waited for."""

from __future__ import annotations

from pathlib import Path

from storage.records import Act, Reason
from tests.stories.town import TOWN, Town
from tests.stories.town import town as build

LAMP = "3号楼2单元楼道灯坏了"


def without(text: str, *lines: str) -> str:
    for line in lines:
        assert line in text, line
        text = text.replace(line, "")
    return text


async def test_without_deputies_property_or_staff_a_missed_accept_goes_straight_to_the_queue(
    tmp_path: Path,
) -> None:
    text = without(
        TOWN,
        'staff_chats = ["telegram:-1009000001"]\n',
        'property = "zhang"\n',
        'deputies = ["lilei"]\n',
        'accounts = ["telegram:1004"]\n',
    )
    async with build(tmp_path, text=text) as town:
        await town.says(town.mei, LAMP)
        await town.forward(minutes=5)
        assert (await town.queue())[0].queued is Reason.NOBODY_TO_ALERT
        assert "没有等到人来办，已提交联席会议" in town.last(town.mei)
        await town.forward(hours=2)
        assert (await town.acts()).count(Act.QUEUE) == 1


async def test_without_a_staff_chat_each_of_the_staff_hears_of_the_queue(tmp_path: Path) -> None:
    async with build(tmp_path, text=without(TOWN, 'staff_chats = ["telegram:-1009000001"]\n')) as town:
        await town.says(town.mei, LAMP)
        await town.forward(minutes=10)
        assert len(town.about(town.staff, "已列入联席会议")) == 1


async def test_a_property_office_without_an_account_is_passed_over(tmp_path: Path) -> None:
    text = TOWN.replace('property = "zhang"', 'property = "宏泰物业"')
    async with build(tmp_path, text=text) as town:
        await town.says(town.mei, LAMP)
        await town.forward(minutes=5)
        assert not town.about(town.property, "#1001")
        assert "没人接单" in town.last(town.deputy)
        await town.says(town.leader, "转办 1001 物业", town.leader.chat)
        assert "宏泰物业在办，王芳负责到底" in town.cards()[0].words


async def test_a_leader_without_any_account_is_not_waited_for(tmp_path: Path) -> None:
    async with build(tmp_path, text=without(TOWN, 'accounts = ["telegram:1001"]\n')) as town:
        await town.says(town.mei, LAMP)
        for reader in (town.deputy, town.property, town.staff, town.staff_room):
            assert "没人接单" in town.last(reader)
            assert "联系不上王芳" in town.last(reader)
        await town.forward(minutes=9)
        assert len(town.about(town.deputy, "没人接单")) == 1
        await town.forward(minutes=1)
        assert (await town.queue())[0].queued is Reason.ACCEPT_MISSED


async def test_a_private_matter_whose_leader_cannot_be_reached_goes_to_the_next_rung_at_once(
    tmp_path: Path,
) -> None:
    async with build(tmp_path, leader_started=False) as town:
        await town.says(town.mei, "投诉 5号楼那家天天半夜拉琴", town.mei.chat)
        await town.presses(town.mei, "匿名", town.mei.chat)
        assert (await town.ticket()).private
        assert "没人接单" in town.last(town.deputy)
        assert "匿名居民 13:00 报，联系不上王芳" in town.last(town.staff)
        assert not town.about(town.property, "#1001"), "it may be about the property"
        assert not town.about(town.group, "#1001")


async def test_when_the_staff_chat_is_gone_the_staff_hear_of_the_queue_each(town: Town) -> None:
    await town.staff.removes_bot(town.staff_room)
    await town.settle()
    await town.says(town.mei, LAMP)
    await town.forward(minutes=10)
    assert len(town.about(town.staff, "已列入联席会议")) == 1
