"""In the private chat: which compound, the QR code on the building, and complaints about people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.ledger_export import Wanted, rows
from storage.records import Kind, Severity, State
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

ABOUT_SOMEBODY = "5栋那家天天半夜拉琴，吵得睡不着"


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


# --- complaints about people ----------------------------------------------------------------------------------------------


def told(town: Town) -> str:
    """Everything that anybody but the complainer can read."""
    places = (town.group, town.staff_room, town.leader, town.deputy, town.property, town.staff, town.chen)
    return "\n".join(words for place in places for words in town.seen(place))


async def test_a_complaint_about_a_neighbour_is_asked_about_in_private_and_leaves_the_group_alone(
    town: Town,
) -> None:
    await town.says(town.mei, ABOUT_SOMEBODY)
    assert town.seen(town.group) == []
    assert town.last(town.mei).startswith("这类事在群里说容易伤和气。要不要我匿名转给网格长去调解？")
    assert town.mei.chat.last.labels == ["匿名转", "我自己说", "算了"]
    assert await town.tickets() == []


async def test_passed_on_anonymously_it_reaches_the_leader_without_a_name(town: Town) -> None:
    await town.says(town.mei, ABOUT_SOMEBODY)
    await town.presses(town.mei, "匿名转", town.mei.chat)
    ticket = await town.ticket()
    assert (ticket.private, ticket.anonymous) == (True, True)
    assert any("拉琴" in words for words in town.seen(town.leader))
    assert town.seen(town.group) == []
    await town.says(town.mei, "补充 1001 昨晚也是", town.mei.chat)
    await town.says(town.mei, "催办 1001", town.mei.chat)
    await town.presses(town.leader, "看全程", town.leader.chat)
    await town.forward(hours=30)
    assert "梅姨" not in told(town)
    assert town.seen(town.group) == []


async def test_the_exported_ledger_does_not_name_the_complainer(town: Town) -> None:
    await town.says(town.mei, ABOUT_SOMEBODY)
    await town.presses(town.mei, "匿名转", town.mei.chat)
    await town.says(town.mei, "催办 1001", town.mei.chat)
    reporter = (await town.ticket()).reporter
    lines = [cells async for cells in rows(town.store, Wanted(("jinghe",)), lambda count: None)]
    assert {cells[4] for cells in lines if cells[2] in ("report", "urge")} == {"匿名"}
    assert not any("梅姨" in cell or cell == reporter for cells in lines for cell in cells)


async def test_handled_and_rated_an_anonymous_complaint_stays_anonymous(town: Town) -> None:
    await town.says(town.mei, ABOUT_SOMEBODY)
    await town.presses(town.mei, "匿名转", town.mei.chat)
    await town.says(town.leader, "办结 1001 上门说好了，晚上十点后不拉", town.leader.chat)
    await town.presses(town.mei, "不满意", town.mei.chat)
    await town.says(town.mei, "昨晚还在拉", town.mei.chat)
    assert (await town.ticket()).state is State.ACCEPTED
    await town.says(town.leader, "办结 1001 又去了一次", town.leader.chat)
    await town.presses(town.mei, "满意", town.mei.chat)
    assert (await town.ticket()).state is State.CLOSED
    assert "梅姨" not in told(town)
    assert town.seen(town.group) == []


@pytest.mark.parametrize("choice", ["我自己说", "算了"])
async def test_left_alone_nothing_is_passed_on(town: Town, choice: str) -> None:
    await town.says(town.mei, ABOUT_SOMEBODY)
    await town.presses(town.mei, choice, town.mei.chat)
    await town.forward(minutes=11)
    assert await town.tickets() == []
    assert town.last(town.mei) == "好的，我没有转。需要时随时说。"


@pytest.mark.parametrize("typed", ["匿名转", "匿名"])
async def test_the_choice_may_be_typed(town: Town, typed: str) -> None:
    await town.says(town.mei, ABOUT_SOMEBODY)
    await town.says(town.mei, typed, town.mei.chat)
    assert (await town.ticket()).anonymous


async def test_unanswered_it_is_passed_on_anonymously_and_its_writer_is_told(town: Town) -> None:
    await town.says(town.mei, ABOUT_SOMEBODY)
    await town.forward(minutes=11)
    assert (await town.ticket()).anonymous
    assert "已匿名转给网格长，没有进群。" in town.seen(town.mei)
    assert town.seen(town.group) == []


async def test_who_cannot_be_asked_in_private_is_neither_shamed_nor_lost(tmp_path: Path) -> None:
    async with build(tmp_path, started=False) as town:
        await town.says(town.mei, ABOUT_SOMEBODY, photo=True)
        await town.forward(seconds=5)
        ticket = await town.ticket()
        assert (ticket.private, ticket.anonymous) == (True, True)
        assert any("拉琴" in words for words in town.seen(town.leader))
        assert town.seen(town.group) == []
        async with town.store.view() as view:
            assert len(await view.media.of(ticket.id)) == 1
        await town.says(town.leader, "办结 1001 上门说好了", town.leader.chat)
        assert town.seen(town.group) == []
        assert "梅姨" not in told(town)


async def test_the_photo_of_a_complaint_goes_with_it(town: Town) -> None:
    await town.says(town.mei, ABOUT_SOMEBODY, photo=True)
    await town.presses(town.mei, "匿名转", town.mei.chat)
    async with town.store.view() as view:
        assert len(await view.media.of("jinghe-1001")) == 1


async def test_a_complaint_in_private_stays_there_and_may_be_signed(town: Town) -> None:
    await town.says(town.mei, "投诉 5号楼物业保安态度很差", town.mei.chat)
    assert town.last(town.mei).startswith("收到。只转给网格长，不进群。要匿名吗？")
    assert town.mei.chat.last.labels == ["匿名", "实名", "算了"]
    await town.presses(town.mei, "实名", town.mei.chat)
    ticket = await town.ticket()
    assert (ticket.kind, ticket.private, ticket.anonymous) == (Kind.COMPLAINT, True, False)
    assert town.seen(town.group) == []


async def test_a_complaint_about_a_neighbour_in_private_is_asked_whether_anonymous(town: Town) -> None:
    await town.says(town.mei, ABOUT_SOMEBODY, town.mei.chat)
    assert "要匿名吗" in town.last(town.mei)


async def test_a_neighbour_learns_nothing_of_a_private_ticket_by_its_number(town: Town) -> None:
    await town.says(town.mei, ABOUT_SOMEBODY)
    await town.presses(town.mei, "匿名转", town.mei.chat)
    for words in ("看全程 1001", "我也遇到 1001", "补充 1001 我也觉得", "催办 1001", "撤销 1001"):
        await town.says(town.chen, words, town.chen.chat)
    assert not any("拉琴" in words or "噪音" in words for words in town.seen(town.chen))
    ticket = await town.ticket()
    assert (ticket.state, ticket.followers) == (State.REPORTED, 0)


async def test_a_neighbour_with_the_same_complaint_does_not_uncover_the_first(town: Town) -> None:
    await town.says(town.mei, ABOUT_SOMEBODY)
    await town.presses(town.mei, "匿名转", town.mei.chat)
    await town.says(town.chen, ABOUT_SOMEBODY)
    await town.presses(town.chen, "匿名转", town.chen.chat)
    assert len(await town.tickets()) == 2
    assert town.seen(town.group) == []


async def test_an_anonymous_administrators_complaint_stays_out_of_the_group(town: Town) -> None:
    await town.says(town.leader, ABOUT_SOMEBODY, as_anonymous=True)
    assert (await town.ticket()).private
    assert town.cards() == []
