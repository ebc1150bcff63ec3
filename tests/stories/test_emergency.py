"""Danger to life: everyone on duty at once, before anything else, whatever is missing."""

from __future__ import annotations

from pathlib import Path

from storage.records import Act, Severity, State
from tests.stories.town import TOWN, Town
from tests.stories.town import town as build

TRAPPED = "3号楼电梯里困了个老人"


async def test_everyone_on_duty_is_called_at_once_and_the_group_is_told_what_to_do(town: Town) -> None:
    await town.says(town.mei, TRAPPED)
    card = town.cards()[0].words
    assert card.startswith("#1001 紧急 · 电梯困人 · 3号楼")
    assert "已同时通知 王芳、李雷、张师傅、社区值班。" in card
    assert "不要扒门" in card
    for reader in (town.leader, town.deputy, town.property, town.staff, town.staff_room):
        (paged,) = [words for words in town.seen(reader) if "能去的请马上“接单”" in words]
        assert paged.startswith("#1001 紧急 · 电梯困人 · 3号楼")
        assert f"梅姨 13:00 报：“{TRAPPED}”" in paged
    assert "接单" in town.staff_room.last.labels


async def test_the_first_to_take_it_is_told_to_all_the_others(town: Town) -> None:
    await town.says(town.mei, TRAPPED)
    await town.presses(town.property, "接单", town.property.chat)
    for reader in (town.leader, town.deputy, town.staff, town.staff_room):
        assert town.last(reader) == "#1001 张师傅 13:00 已接单。"
    assert await town.presses(town.leader, "接单", town.leader.chat, containing="能去的") == (
        "#1001 张师傅 13:00 已经接了。"
    )
    assert (await town.acts()) == [Act.REPORT, Act.ACCEPT]


async def test_it_overtakes_everything_that_waits(town: Town) -> None:
    town.telegram.faults.too_many(2, times=1, chat=town.staff_room)
    await town.says(town.mei, "5号楼1单元下水道堵了")
    await town.forward(minutes=5)
    await town.says(town.chen, TRAPPED)
    await town.forward(seconds=5)
    first, second = town.seen(town.staff_room)[:2]
    assert "#1002 紧急" in first
    assert "#1001 没人接单" in second


async def test_it_is_filed_and_paged_without_a_place_which_is_asked_and_passed_on(town: Town) -> None:
    await town.says(town.mei, "电梯里困了人快来")
    ticket = await town.ticket()
    assert ticket.severity is Severity.EMERGENCY
    assert "能去的请马上“接单”" in town.last(town.deputy)
    assert "请马上说一下在哪里" in town.last(town.group)
    await town.says(town.mei, "7号楼1单元", reply_to=town.group.last)
    assert (await town.ticket()).place.building == "7"
    assert "7号楼1单元" in town.cards()[0].words
    assert "7号楼1单元" in town.last(town.leader)


async def test_of_somebody_missing_it_is_asked_where_they_were_last_seen(town: Town) -> None:
    await town.says(town.mei, "我妈出去买菜到现在没回来 她有点老年痴呆 穿红衣服 急死了")
    asked = town.last(town.group)
    assert "最后" in asked
    assert "几层" not in asked
    await town.says(town.mei, "在西门菜场看到的 我家3号楼", reply_to=town.group.last)
    assert "西门菜场" in town.last(town.leader)


async def test_when_nobody_takes_it_it_climbs_like_any_other(town: Town) -> None:
    await town.says(town.mei, TRAPPED)
    await town.forward(minutes=5)
    for reader in (town.deputy, town.property, town.staff, town.staff_room):
        assert "#1001 没人接单" in town.last(reader)
    await town.forward(minutes=5)
    assert [t.number for t in await town.queue()] == [1001]


async def test_an_emergency_has_the_clocks_the_community_gives_it(tmp_path: Path) -> None:
    policy = '[policy.emergency]\naccept = "1m"\narrive = "3m"\nresolve = "20m"\n'
    async with build(tmp_path, text=TOWN + policy) as town:
        await town.says(town.mei, TRAPPED)
        assert "13:01 前" in town.cards()[0].words
        await town.presses(town.leader, "接单")
        assert "13:03 前到场 · 13:20 前解决" in town.cards()[0].words


async def test_what_turns_out_worse_is_paged_then_even_when_somebody_has_it(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.presses(town.leader, "接单")
    await town.says(town.mei, "补充 1001 电梯里困了人", town.mei.chat)
    ticket = await town.ticket()
    assert (ticket.severity, ticket.state) == (Severity.EMERGENCY, State.ACCEPTED)
    assert town.cards()[0].words.startswith("#1001 紧急 · 电梯困人")
    for reader in (town.leader, town.deputy, town.property, town.staff, town.staff_room):
        assert "王芳在办的这一件升为紧急" in "\n".join(town.seen(reader))


async def test_taken_back_everyone_who_was_called_hears_it(town: Town) -> None:
    await town.says(town.mei, TRAPPED)
    await town.says(town.mei, "撤销 1001", town.mei.chat)
    for reader in (town.leader, town.deputy, town.property, town.staff, town.staff_room):
        assert "#1001 报修人已撤销" in town.last(reader)


async def test_with_nobody_to_call_the_group_is_given_the_number_to_ring(tmp_path: Path) -> None:
    text = TOWN
    for line in (
        'staff_chats = ["telegram:-1009000001"]\n',
        'property = "zhang"\n',
        'deputies = ["lilei"]\n',
        'accounts = ["telegram:1004"]\n',
        'accounts = ["telegram:1001"]\n',
    ):
        text = text.replace(line, "")
    async with build(tmp_path, text=text) as town:
        await town.says(town.mei, TRAPPED)
        assert "现在没有能通知到的值班人员，请马上打 027-83000000。" in town.cards()[0].words


async def test_those_who_are_paged_later_read_what_made_it_an_emergency(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.says(town.mei, "补充 1001 里面困了人，电梯门打不开", town.mei.chat)
    assert "3号楼2单元电梯停了\n里面困了人，电梯门打不开" in town.last(town.staff_room)
