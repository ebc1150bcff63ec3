"""Step by step: /report, and what is asked of one writer alone: which building, which unit."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import _stop
from storage.records import Category, Kind
from tests.platforms.telegram import Message
from tests.stories.town import NOON, TOWN, Town, at_home
from tests.stories.town import town as build


async def asked(town: Town, words: str = "楼道灯坏了") -> Message:
    """梅姨 reports something without saying where; returns the question."""
    await town.says(town.mei, words)
    return town.group.last


# --- which building -----------------------------------------------------------------------------------------------------


async def test_the_missing_building_is_asked_below_the_report_with_the_grids_buildings(town: Town) -> None:
    said = await town.says(town.mei, "楼道灯坏了")
    question = town.group.last
    assert question.words == "收到，照明。是几号楼？"
    assert question.reply_to is not None
    assert question.reply_to.id == said.id
    assert question.labels == [*(str(n) for n in range(1, 13)), "A座", "其他", "不知道"]
    assert await town.tickets() == []


async def test_a_tap_and_one_for_the_unit_complete_the_report_in_the_same_message(town: Town) -> None:
    question = await asked(town)
    await town.presses(town.mei, "3")
    assert question.words == "记下了。是哪个单元？"
    assert question.labels == ["1单元", "2单元", "3单元", "4单元", "不知道"]
    await town.presses(town.mei, "2单元")
    assert (question.words, question.labels) == ("记下了，谢谢。", [])
    assert town.cards()[0].words.startswith("#1001 照明 · 3号楼2单元")
    assert (await town.ticket()).words == "楼道灯坏了"


@pytest.mark.parametrize(
    ("typed", "building", "unit"),
    [
        ("3", "3", ""),
        ("3号楼", "3", ""),
        ("三号楼", "3", ""),
        ("3号楼2单元", "3", "2"),
        ("3-2", "3", "2"),
        ("A座", "A", ""),
        ("在12栋", "12", ""),
    ],
)
async def test_the_building_may_be_typed(town: Town, typed: str, building: str, unit: str) -> None:
    await asked(town)
    await town.says(town.mei, typed)
    place = (await town.ticket()).place
    assert (place.building, place.unit) == (building, unit)


@pytest.mark.parametrize("typed", ["不知道", "不清楚"])
async def test_who_does_not_know_where_is_not_pressed_and_the_leader_is_asked_to_find_out(
    town: Town, typed: str
) -> None:
    await asked(town)
    await town.says(town.mei, typed, reply_to=town.group.last)
    assert (await town.ticket()).place.building == ""
    assert any("还不知道在哪里" in words for words in town.seen(town.leader))


async def test_the_button_for_not_knowing_files_it_too(town: Town) -> None:
    await asked(town)
    await town.presses(town.mei, "不知道")
    assert len(await town.tickets()) == 1


async def test_somewhere_else_is_asked_in_words(town: Town) -> None:
    question = await asked(town)
    await town.presses(town.mei, "其他")
    assert question.words == "是几号楼，或者在哪儿？发一句就行。"
    await town.says(town.mei, "小区西门岗亭旁边", reply_to=question)
    assert (await town.ticket()).place.landmark != ""


async def test_who_goes_to_look_is_waited_for(town: Town) -> None:
    await town.says(town.mei, "楼道灯坏了", town.mei.chat)
    for words in ("等一下我问问", "好的", "我去看看"):
        await town.says(town.mei, words, town.mei.chat)
    assert await town.tickets() == []
    await town.says(town.mei, "小区西门岗亭旁边", town.mei.chat)
    assert "西门岗亭" in (await town.ticket()).place.landmark


async def test_nobody_else_may_answer(town: Town) -> None:
    question = await asked(town)
    toast = await town.presses(town.chen, "3")
    assert toast == "这一问已经过了，或者不是问您的。"
    await town.says(town.chen, "3号楼2单元")
    await town.says(town.chen, "3", reply_to=question)
    assert await town.tickets() == []
    assert question.labels[0] == "1", "the question still stands"


async def test_its_writer_may_chat_about_other_things_meanwhile(town: Town) -> None:
    await asked(town)
    for words in ("晚上吃什么呀", "我有3个苹果", "哈哈哈", "王姐在吗"):
        await town.says(town.mei, words)
    await town.says(town.mei, "那家店不错", reply_to=await town.says(town.chen, "新开了一家面馆"))
    assert await town.tickets() == []
    await town.presses(town.mei, "3")
    assert (await town.ticket()).words == "楼道灯坏了"


async def test_after_the_last_question_chat_is_not_added_to_the_ticket(town: Town) -> None:
    await asked(town)
    await town.presses(town.mei, "3")
    await town.says(town.mei, "晚上吃什么呀")
    async with town.store.view() as view:
        assert await view.tickets.remarks("jinghe-1001") == []


async def test_two_writers_are_asked_at_the_same_time_and_each_answers_their_own(town: Town) -> None:
    hers = await asked(town)
    await town.says(town.chen, "电梯停了")
    his = town.group.last
    press = await town.chen.press(hers, hers.buttons[0][0])
    await town.settle()
    assert press.answer == "这一问已经过了，或者不是问您的。"
    await town.chen.press(his, his.buttons[0][4])
    await town.mei.press(hers, hers.buttons[0][2])
    await town.settle()
    found = {t.category: t.place.building for t in await town.tickets()}
    assert found == {Category.LIGHTING: "3", Category.ELEVATOR: "5"}


async def test_an_unanswered_question_files_the_report_without_its_place(town: Town) -> None:
    question = await asked(town)
    await town.forward(minutes=9)
    assert await town.tickets() == []
    await town.forward(minutes=1)
    ticket = await town.ticket()
    assert (ticket.words, ticket.place.building) == ("楼道灯坏了", "")
    assert (question.words, question.labels) == ("没等到楼号，已先登记，网格长会来问。", [])
    assert any("请问一下报修人" in words for words in town.seen(town.leader))
    assert len(town.cards()) == 1


async def test_an_old_question_cannot_be_answered_by_its_button_any_more(town: Town) -> None:
    question = await asked(town)
    button = question.buttons[0][2]
    await town.forward(minutes=11)
    press = await town.mei.press(question, button)
    await town.settle()
    assert press.answer == "这一问已经过了，或者不是问您的。"
    assert len(await town.tickets()) == 1


async def test_a_late_answer_below_the_question_still_finds_the_ticket(town: Town) -> None:
    question = await asked(town)
    await town.forward(minutes=11)
    await town.says(town.mei, "3号楼2单元", reply_to=question)
    (ticket,) = await town.tickets()
    assert ticket.place.building == "3"


async def test_a_grid_of_one_building_need_not_ask(tmp_path: Path) -> None:
    async with build(tmp_path, text=TOWN.replace('["1-12", "A座"]', '["8"]')) as town:
        await town.says(town.mei, "楼道灯坏了")
        assert len(await town.tickets()) == 1


async def test_questions_survive_a_restart(tmp_path: Path) -> None:
    async with build(tmp_path) as town:
        question = await asked(town)
        await _stop(town.house)
        async with at_home(town.store, town.media, town.clock, town.settings) as again:
            town.house = again
            await town.presses(town.mei, "3")
            assert question.words == "记下了。是哪个单元？"
            await town.says(town.mei, "2单元")
            assert (await town.ticket()).place.unit == "2"


async def test_what_timed_out_while_the_program_stood_still_is_filed_at_its_start(tmp_path: Path) -> None:
    async with build(tmp_path) as town:
        await asked(town)
        await _stop(town.house)
        await town.clock.turn_to(NOON + 3_600_000)
        async with at_home(town.store, town.media, town.clock, town.settings) as again:
            town.house = again
            await town.sweep()
            assert len(await town.tickets()) == 1


# --- /report and its sisters --------------------------------------------------------------------------------------------


async def test_report_step_by_step_in_the_group(town: Town) -> None:
    await town.says(town.mei, "/report")
    question = town.group.last
    assert question.words == "好，发生了什么事？直接说，或者先选一个。"
    assert question.labels[:3] == ["电梯", "漏水墙面", "照明"]
    await town.presses(town.mei, "电梯")
    assert question.words == "电梯，好。具体怎么了，在几号楼？"
    await town.says(town.mei, "3号楼2单元停在5楼不动")
    (ticket,) = await town.tickets()
    assert (ticket.category, ticket.place.building) == (Category.ELEVATOR, "3")
    assert question.words == "记下了，谢谢。"


async def test_report_step_by_step_in_private(town: Town) -> None:
    await town.says(town.mei, "/report", town.mei.chat)
    await town.presses(town.mei, "其他", town.mei.chat)
    await town.says(town.mei, "宣传栏的玻璃裂了", town.mei.chat)
    assert "是几号楼" in town.last(town.mei)
    await town.presses(town.mei, "5", town.mei.chat)
    (ticket,) = await town.tickets()
    assert ticket.place.building == "5"


async def test_after_report_talk_in_the_group_is_still_talk(town: Town) -> None:
    await town.says(town.mei, "/report")
    await town.says(town.mei, "等一下哈")
    assert await town.tickets() == []
    await town.says(town.mei, "3号楼电梯停了")
    assert len(await town.tickets()) == 1


async def test_report_that_is_not_gone_on_with_ends_kindly(town: Town) -> None:
    await town.says(town.mei, "/report")
    await town.forward(minutes=11)
    assert town.last(town.group) == "没等到您说，先放着。需要时再发“报修”。"
    assert await town.tickets() == []


@pytest.mark.parametrize(
    "words", ["/report 3号楼电梯停了", "报修 3号楼电梯停了", "报修3号楼电梯停了", "报修：3号楼电梯停了"]
)
async def test_a_report_may_be_said_in_one_go(town: Town, words: str) -> None:
    await town.says(town.mei, words)
    assert (await town.ticket()).words == "3号楼电梯停了"


async def test_what_is_said_to_be_a_report_is_one_whatever_the_reader_thinks(town: Town) -> None:
    await town.says(town.mei, "报修 3号楼门口那个东西歪了")
    assert (await town.ticket()).words == "3号楼门口那个东西歪了"


async def test_a_complaint_about_no_person_is_filed_in_the_open(town: Town) -> None:
    await town.says(town.mei, "投诉 3号楼门口垃圾三天没人清")
    ticket = await town.ticket()
    assert (ticket.kind, ticket.private) == (Kind.COMPLAINT, False)


async def test_a_service_is_ordered(town: Town) -> None:
    await town.says(town.mei, "点单 3号楼老人想理发")
    ticket = await town.ticket()
    assert ticket.kind is Kind.SERVICE_ORDER
    assert town.cards()[0].words.startswith("#1001 点单 · 3号楼")


async def test_ordering_without_words_asks_what(town: Town) -> None:
    await town.says(town.mei, "点单")
    assert town.last(town.group).startswith("想点什么服务？")
    await town.says(town.mei, "3号楼老人想理发", reply_to=town.group.last)
    assert (await town.ticket()).kind is Kind.SERVICE_ORDER


async def test_cancel_ends_the_question_and_files_nothing(town: Town) -> None:
    question = await asked(town)
    await town.says(town.mei, "取消")
    assert await town.tickets() == []
    assert question.labels == []
    await town.forward(minutes=11)
    assert await town.tickets() == []


async def test_an_anonymous_administrator_reports_in_one_go_and_cannot_be_asked(town: Town) -> None:
    await town.says(town.leader, "楼道灯坏了", as_anonymous=True)
    (ticket,) = await town.tickets()
    assert ticket.reporter is None
    await town.says(town.leader, "/report", as_anonymous=True)
    assert town.last(town.group) == "请在“报修”后面直接写上是什么事、在几号楼。"
