"""Danger waits for no answer."""

from __future__ import annotations

from storage.records import Severity
from tests.stories.town import Town


async def test_an_emergency_without_a_place_is_filed_and_paged_and_only_then_asked_about(town: Town) -> None:
    await town.says(town.mei, "有人困在电梯里了")
    ticket = await town.ticket()
    assert ticket.severity is Severity.EMERGENCY
    assert "#1001" in town.last(town.deputy)
    assert any("请马上说一下在哪里" in words for words in town.seen(town.group))
    await town.says(town.mei, "3号楼2单元")
    assert (await town.ticket()).place.building == "3"
    assert len(await town.tickets()) == 1
    assert any("3号楼2单元" in words for words in town.seen(town.deputy)), "everyone on the way hears where"


async def test_talk_after_an_emergency_is_not_taken_for_its_place(town: Town) -> None:
    await town.says(town.mei, "有人困在电梯里了")
    await town.says(town.mei, "大家帮忙喊一下王姐")
    assert (await town.ticket()).place.landmark == ""
    await town.says(town.mei, "3号楼")
    assert (await town.ticket()).place.building == "3"


async def test_a_neighbour_who_sees_danger_in_a_known_breakdown_has_everyone_paged(town: Town) -> None:
    await town.says(town.mei, "3号楼电梯停了")
    await town.says(town.chen, "3号楼电梯里困了个老人")
    assert (await town.ticket()).severity is Severity.EMERGENCY
    assert any("#1001" in words for words in town.seen(town.deputy))


async def test_danger_told_while_the_place_is_asked_waits_for_no_answer(town: Town) -> None:
    await town.says(town.mei, "电梯坏了")
    await town.says(town.mei, "里面有人困住了")
    (ticket,) = await town.tickets()
    assert ticket.severity is Severity.EMERGENCY
    assert "电梯坏了" in ticket.words


async def test_what_begins_to_smoke_is_the_box_its_reporter_told_of_before(town: Town) -> None:
    await town.says(town.mei, "12号楼4单元配电箱跳闸，没电了")
    await town.forward(hours=5)
    await town.says(town.mei, "那个配电箱开始冒烟了")
    (ticket,) = await town.tickets()
    assert ticket.severity is Severity.EMERGENCY
    assert (ticket.place.building, ticket.place.unit) == ("12", "4")
    assert any("#1001 紧急 · " in words and "冒烟" in words for words in town.seen(town.deputy))
    assert "已按紧急通知值班的人" in town.last(town.group)


async def test_a_leader_who_reports_for_many_is_not_taken_to_mean_an_earlier_place(town: Town) -> None:
    await town.says(town.leader, "3号楼电梯停了")
    await town.forward(hours=1)
    await town.says(town.leader, "有人困在电梯里了")
    assert len(await town.tickets()) == 2


async def test_danger_somewhere_in_the_building_is_not_what_a_neighbour_said_of_one_unit(town: Town) -> None:
    await town.says(town.mei, "5栋3单元的声控灯坏了")
    await town.says(town.chen, "5号楼一楼电表箱噼里啪啦冒火星子!!!")
    lamp, sparks = await town.tickets()
    assert (lamp.severity, sparks.severity) == (Severity.ORDINARY, Severity.EMERGENCY)
    assert (sparks.place.building, sparks.place.unit) == ("5", "")


async def test_a_cry_for_help_in_a_neighbours_emergency_is_no_danger_of_ones_own(town: Town) -> None:
    await town.says(town.lin, "楼道灯坏了")
    await town.says(town.chen, "5号楼一楼电表箱噼里啪啦冒火星子!!!")
    await town.says(town.lin, "快打119")
    assert [ticket.words for ticket in await town.tickets()] == ["5号楼一楼电表箱噼里啪啦冒火星子!!!"]
    await town.presses(town.lin, "7", containing="几号楼")
    lamp = await town.ticket(1002)
    assert (lamp.words, lamp.severity) == ("楼道灯坏了", Severity.ORDINARY)


async def test_a_cry_for_help_where_nobody_else_is_in_danger_is_ones_own(town: Town) -> None:
    await town.says(town.lin, "楼道灯坏了")
    await town.says(town.lin, "着火了快打119")
    assert Severity.EMERGENCY in [ticket.severity for ticket in await town.tickets()]


async def test_who_lives_where_it_burns_is_heard_by_everyone_on_the_way(town: Town) -> None:
    await town.says(town.mei, "7号楼冒烟了")
    await town.forward(minutes=2)
    await town.says(town.lin, "我老伴腿脚不好 下不来 7-1-901")
    (ticket,) = await town.tickets()
    assert (ticket.place.building, ticket.place.unit, ticket.place.room) == ("7", "", "")
    assert town.about(town.leader, "#1001", "下不来 7-1-901")
    assert not town.about(town.group, "7-1-901")


async def test_a_flat_elsewhere_or_long_after_is_talk(town: Town) -> None:
    await town.says(town.mei, "7号楼冒烟了")
    await town.says(town.lin, "我老伴腿脚不好 下不来 5-1-901")
    await town.forward(minutes=11)
    await town.says(town.lin, "我老伴腿脚不好 下不来 7-1-901")
    assert not town.about(town.leader, "下不来")
