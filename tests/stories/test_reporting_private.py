"""In the private chat: which compound, and the QR code on the building."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.records import Kind, Severity
from tests.stories.town import TOWN, Town
from tests.stories.town import town as build

TWO = (
    TOWN.replace("[meeting]", "@meeting")
    .replace(
        '[[person]]\nid = "wangfang"',
        """[[compound]]
id = "luwan"
name = "绿湾小区"
regime = "none"
[[grid]]
id = "luwan-1"
compound = "luwan"
name = "绿湾网格"
buildings = ["1-3"]
leader = "lilei"
[[grid]]
id = "luwan-2"
compound = "luwan"
name = "绿湾二网格"
buildings = ["4-6"]
leader = "lilei"
[[person]]
id = "wangfang\"""",
        1,
    )
    .replace("@meeting", "[meeting]")
)
"""The town with a second compound of two grids."""


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Town]:
    async with build(tmp_path, text=TWO) as town:
        yield town


# --- which compound -----------------------------------------------------------------------------------------------------


async def test_an_unknown_compound_is_asked_with_buttons_and_remembered(two: Town) -> None:
    await two.says(two.mei, "2号楼电梯停了", two.mei.chat)
    assert two.last(two.mei) == "收到，电梯。您在哪个小区？"
    assert two.mei.chat.last.labels == ["鑫海花城东区", "绿湾小区"]
    await two.presses(two.mei, "绿湾小区", two.mei.chat)
    assert (await two.ticket()).grid == "luwan-1"
    await two.says(two.mei, "5号楼停水了", two.mei.chat)
    assert (await two.ticket(1002)).grid == "luwan-2", "remembered; and the building tells the grid"


@pytest.mark.parametrize("typed", ["绿湾小区", "绿湾", "我在绿湾小区", "绿湾小区2号楼"])
async def test_the_compound_may_be_typed(two: Town, typed: str) -> None:
    await two.says(two.mei, "电梯停了", two.mei.chat)
    await two.says(two.mei, typed, two.mei.chat)
    if "2号楼" not in typed:
        await two.presses(two.mei, "2", two.mei.chat)
    (ticket,) = await two.tickets()
    assert (ticket.grid, ticket.place.building) == ("luwan-1", "2")


async def test_the_building_said_before_the_compound_is_kept(two: Town) -> None:
    await two.says(two.mei, "电梯停了", two.mei.chat)
    await two.says(two.mei, "2号楼1单元", two.mei.chat)
    await two.presses(two.mei, "绿湾小区", two.mei.chat)
    (ticket,) = await two.tickets()
    assert (ticket.place.building, ticket.place.unit) == ("2", "1")


async def test_a_compound_named_in_the_report_is_not_asked_for(two: Town) -> None:
    await two.says(two.mei, "绿湾小区5号楼电梯停了", two.mei.chat)
    assert (await two.ticket()).grid == "luwan-2"


async def test_a_report_in_the_group_goes_to_the_compound_it_names_and_joins_no_other(two: Town) -> None:
    await two.says(two.mei, "3号楼电梯停了")
    await two.says(two.mei, "绿湾小区3号楼电梯停了")
    assert [ticket.grid for ticket in await two.tickets()] == ["xinhai-east-1", "luwan-1"]


async def test_all_buildings_of_the_compound_are_offered_in_private(two: Town) -> None:
    await two.says(two.mei, "电梯停了", two.mei.chat)
    await two.presses(two.mei, "绿湾小区", two.mei.chat)
    assert two.mei.chat.last.labels == ["1", "2", "3", "4", "5", "6", "其他", "不知道"]


async def test_an_unanswered_question_for_the_compound_says_that_nothing_was_filed(two: Town) -> None:
    await two.says(two.mei, "电梯停了", two.mei.chat)
    await two.forward(minutes=11)
    assert await two.tickets() == []
    assert "没能登记" in two.last(two.mei)


async def test_who_once_wrote_in_a_group_is_not_asked_for_the_compound(two: Town) -> None:
    await two.says(two.mei, "3号楼电梯停了")
    await two.says(two.mei, "5号楼停水了", two.mei.chat)
    assert (await two.ticket(1002)).grid == "xinhai-east-1"


async def test_an_emergency_in_private_waits_for_no_compound(two: Town) -> None:
    await two.says(two.mei, "有人困在电梯里了", two.mei.chat)
    assert (await two.ticket()).severity is Severity.EMERGENCY


async def test_a_leader_reports_in_private_for_their_own_grid(two: Town) -> None:
    await two.says(two.leader, "3号楼电梯停了", two.leader.chat)
    assert (await two.ticket()).grid == "xinhai-east-1"


# --- the QR code on a building --------------------------------------------------------------------------------------------


async def test_a_place_link_opens_a_report_that_knows_its_building(two: Town) -> None:
    await two.mei.starts("p_luwan_2")
    await two.settle()
    assert "您在绿湾小区2号楼，负责的是网格长李雷。" in two.seen(two.mei)
    assert two.last(two.mei).startswith("好，发生了什么事？")
    await two.says(two.mei, "电梯停了", two.mei.chat)
    (ticket,) = await two.tickets()
    assert (ticket.grid, ticket.place.building) == ("luwan-1", "2")


async def test_my_home_is_the_building_whose_code_was_scanned(two: Town) -> None:
    await two.mei.starts("p_luwan_2")
    await two.says(two.mei, "取消", two.mei.chat)
    await two.says(two.mei, "我家停水了", two.mei.chat)
    assert (await two.ticket()).place.building == "2"


async def test_a_category_and_a_few_words_are_enough_after_a_scan(two: Town) -> None:
    await two.mei.starts("p_luwan_2")
    await two.settle()
    await two.presses(two.mei, "照明", two.mei.chat)
    assert two.last(two.mei) == "照明，好。具体怎么了？"
    await two.says(two.mei, "二楼的一直闪", two.mei.chat)
    (ticket,) = await two.tickets()
    assert (ticket.place.building, ticket.place.floor) == ("2", "2")


async def test_a_leader_who_scans_a_code_elsewhere_stays_where_they_belong(two: Town) -> None:
    await two.leader.starts("p_luwan_2")
    await two.settle()
    async with two.store.view() as view:
        person = await view.people.get("wangfang")
    assert person is not None
    assert person.home_grid is None


@pytest.mark.parametrize("place", ["p_gone_99", "p_", "p_x_<b>"])
async def test_an_unknown_place_is_answered_kindly(two: Town, place: str) -> None:
    await two.mei.starts(place)
    await two.settle()
    assert "直接说" in two.last(two.mei)


async def test_start_alone_says_what_one_can_do(two: Town) -> None:
    await two.mei.starts()
    await two.settle()
    assert "直接说是什么事" in two.last(two.mei)


async def test_danger_told_while_the_compound_is_asked_waits_for_nothing(two: Town) -> None:
    await two.says(two.mei, "电梯停了", two.mei.chat)
    await two.says(two.mei, "电梯里困了个老人", two.mei.chat)
    (ticket,) = await two.tickets()
    assert ticket.severity is Severity.EMERGENCY
    assert "电梯停了" in ticket.words


# --- nothing said to us alone is met with silence -----------------------------------------------------------------------


@pytest.mark.on_one_database
async def test_what_leaves_the_question_open_is_answered_in_private_and_not_among_neighbours(
    town: Town,
) -> None:
    await town.says(town.mei, "楼道灯坏了", town.mei.chat)
    for words in ("等一下", "灯泡昨天就不亮了"):
        await town.says(town.mei, words, town.mei.chat)
        assert town.last(town.mei) == "记下了。上面那句还等您回。"
    await town.says(town.chen, "楼道灯坏了")
    await town.says(town.chen, "等一下")
    assert town.last(town.group) == "收到，照明。是几号楼？"


@pytest.mark.on_one_database
async def test_what_follows_nothing_up_is_answered_in_private_and_not_among_neighbours(town: Town) -> None:
    await town.says(town.leader, "修好了", town.leader.chat)
    await town.says(town.mei, "我家也是", town.mei.chat)
    assert town.last(town.mei).startswith("没找到您说的是哪一件")
    assert len(town.seen(town.leader)) == 1
    for words in ("我家也是", "会议"):
        await town.says(town.mei, words)
    assert town.seen(town.group) == []


# --- a service ----------------------------------------------------------------------------------------------------------


@pytest.mark.on_one_database
async def test_a_service_is_asked_about_by_its_name_and_ordered_twice_it_is_one_order(town: Town) -> None:
    await town.says(town.mei, "点单", town.mei.chat)
    assert town.last(town.mei).startswith("想点什么服务？")
    await town.says(town.mei, "理发", town.mei.chat)
    await town.says(town.mei, "点单 理发", town.mei.chat)
    assert town.seen(town.mei)[-2:] == ["收到，理发。是几号楼？", "收到，理发。是几号楼？"]
    assert await town.tickets() == []
    await town.presses(town.mei, "3", town.mei.chat)
    (ticket,) = await town.tickets()
    assert (ticket.kind, ticket.words, ticket.place.building) == (Kind.SERVICE_ORDER, "理发", "3")
