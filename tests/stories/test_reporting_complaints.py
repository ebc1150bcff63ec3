"""Complaints about people: asked in private, passed on without a name, and never in the group."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.ledger_export import everything, pages, row
from storage.records import Category, Kind, Sought, State
from tests.stories.town import Town
from tests.stories.town import town as build

ABOUT_SOMEBODY = "5栋那家天天半夜拉琴，吵得睡不着"


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
    sought, zone, directory = (
        Sought(everything("jinghe")),
        ZoneInfo("Asia/Shanghai"),
        await town.store.directory(),
    )
    async with town.store.view() as view:
        lines = [row(line, zone) async for page in pages(view, directory, [sought]) for line in page]
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


async def test_danger_told_while_a_complaint_waits_is_paged_at_once_and_the_complaint_is_not_lost(
    town: Town,
) -> None:
    await town.says(town.mei, ABOUT_SOMEBODY)
    await town.says(town.mei, "3号楼电梯里困了个老人", town.mei.chat)
    complaint, emergency = await town.tickets()
    assert (complaint.private, complaint.anonymous) == (True, True)
    assert emergency.heading == "电梯困人"
    assert not any("拉琴" in words for words in town.seen(town.group))


async def test_more_about_the_same_goes_with_the_complaint(town: Town) -> None:
    await town.says(town.mei, ABOUT_SOMEBODY)
    await town.says(town.mei, "是302那家，周末也拉", town.mei.chat)
    added = "记下了，会一起转：是302那家，周末也拉\n还等您选一个：匿名转 / 我自己说 / 算了"
    assert town.last(town.mei) == added
    await town.says(town.mei, "谢谢", town.mei.chat)
    assert town.last(town.mei) == "还等您选一个：匿名转 / 我自己说 / 算了"
    await town.presses(town.mei, "匿名转", town.mei.chat)
    (ticket,) = await town.tickets()
    assert ticket.words == f"{ABOUT_SOMEBODY}\n是302那家，周末也拉"
    assert ticket.place.room == "302"


@pytest.mark.on_one_database
async def test_numbers_and_menu_words_do_what_they_always_do_while_a_complaint_waits(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.says(town.mei, ABOUT_SOMEBODY, town.mei.chat)
    question = town.last(town.mei)
    for words, answer in (
        ("1001", "#1001"),
        ("#1001", "#1001"),
        ("催办 1001", "#1001"),
        ("我的工单", "#1001"),
        ("帮助", "报修"),
    ):
        heard = len(town.seen(town.mei))
        await town.says(town.mei, words, town.mei.chat)
        assert len(town.seen(town.mei)) > heard, words
        assert answer in town.last(town.mei)
    assert question in town.seen(town.mei)
    await town.says(town.mei, "匿名", town.mei.chat)
    assert (await town.ticket(1002)).words == ABOUT_SOMEBODY


@pytest.mark.parametrize("words", ["楼上家暴，女的在喊救命", "投诉 5号楼502的人拿刀砍人"])
async def test_violence_told_in_private_calls_everyone_on_duty_and_is_not_shown_to_the_group(
    town: Town, words: str
) -> None:
    await town.says(town.mei, words, town.mei.chat)
    for called in (town.leader, town.deputy, town.staff, town.staff_room):
        assert town.about(called, "#1001", "匿名居民")
    assert town.seen(town.group) == []
    assert "梅姨" not in told(town)


async def test_nobody_is_sent_to_ask_a_complainer_who_gave_no_name(town: Town) -> None:
    await town.says(town.mei, "我家宝宝刚睡着 楼上又在钻墙 求求了")
    await town.forward(minutes=10)
    assert (await town.ticket()).anonymous
    (said,) = town.about(town.leader, "还不知道在哪里")
    assert "报修人" not in said


async def test_nobody_who_stays_anonymous_is_told_that_the_leader_will_come_and_ask(town: Town) -> None:
    await town.says(town.mei, "楼上又在拍皮球 咚咚咚")
    await town.presses(town.mei, "匿名转", town.mei.chat)
    assert "是几号楼" in town.last(town.mei)
    await town.forward(minutes=10)
    (said,) = town.about(town.mei, "没等到楼号")
    assert said == "没等到楼号，已先匿名转给网格长。想起来了，再“补充”一句。"


async def test_a_complaint_about_the_property_company_needs_no_building(town: Town) -> None:
    await town.says(town.mei, "物业电话打了八百遍没人接 摆设吗")
    (ticket,) = await town.tickets()
    assert ticket.category is Category.PROPERTY_SERVICE
    assert town.about(town.leader, "还不知道在哪里") == []


async def test_a_quarrel_next_door_is_named_in_no_group_even_when_nobody_is_pointed_at(town: Town) -> None:
    await town.says(town.mei, "12号楼的凤凰男又在吵架")
    assert (town.seen(town.group), await town.tickets()) == ([], [])
    assert town.last(town.mei).startswith("这类事在群里说容易伤和气")
