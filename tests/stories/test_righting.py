"""The reader is put right: another category, no report after all; and what it was told is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.records import MINUTE, Act, Category, Clock, Example, Severity, State
from tests.stories.test_reporting import PERHAPS
from tests.stories.town import NOON, TOWN, Town
from tests.stories.town import town as build

LIFT = "3号楼2单元电梯停了"


async def examples(town: Town) -> list[Example]:
    async with town.store.view() as view:
        return await view.examples.of("jinghe")


# --- another category ---------------------------------------------------------------------------------------------------


async def test_the_leader_names_the_category_and_the_card_shows_it(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.leader, "改类 1001 照明")
    ticket = await town.ticket()
    assert (ticket.category, ticket.severity) == (Category.LIGHTING, Severity.ORDINARY)
    assert town.cards()[0].words.startswith("#1001 照明 · 3号楼2单元")
    assert await town.acts() == [Act.REPORT, Act.RECLASS]
    assert await town.reasons(Act.RECLASS) == ["lighting"]


async def test_what_was_right_is_kept_with_what_was_read(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.leader, "改类 1001 照明")
    (kept,) = await examples(town)
    assert kept == Example(
        community="jinghe",
        at=NOON,
        words=LIFT,
        read_call=True,
        read_category=Category.ELEVATOR,
        call=True,
        category=Category.LIGHTING,
        person="wangfang",
        ticket="jinghe-1001",
    )


async def test_without_a_category_it_is_asked_for_with_a_button_for_each(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "改类", town.leader.chat)
    question = town.leader.chat.last
    assert question.words == "#1001 该归哪一类？选一个，或者写一个。"
    assert len(question.labels) == len(Category)
    await town.presses(town.leader, "下水排污", town.leader.chat)
    assert (await town.ticket()).category is Category.DRAINAGE


async def test_the_category_may_be_written_as_the_answer(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.leader, "改类 1001", town.leader.chat)
    await town.says(town.leader, "漏水", town.leader.chat)
    assert (await town.ticket()).category is Category.LEAK_WALL


async def test_a_word_for_no_category_changes_nothing_and_says_which_there_are(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.leader, "改类 1001 天气", town.leader.chat)
    assert "没有“天气”这一类" in town.last(town.leader)
    assert "漏水墙面" in town.last(town.leader)
    await town.says(town.leader, "改类 1001 电梯", town.leader.chat)
    assert town.last(town.leader) == "#1001 本来就是电梯。"
    assert (await town.acts(), await examples(town)) == ([Act.REPORT], [])


async def test_it_is_said_which_category_it_is_now(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.leader, "改类 1001 门口那排路灯", town.leader.chat)
    assert town.last(town.leader) == "#1001 已改为照明 · 3号楼2单元。"
    await town.presses(town.leader, "改类", town.leader.chat)
    assert await town.presses(town.leader, "下水排污", town.leader.chat) == "已改为下水排污 · 3号楼2单元"


async def test_a_neighbour_may_not(town: Town) -> None:
    await town.says(town.mei, LIFT)
    for who in (town.chen, town.mei):
        await town.says(who, "改类 1001 照明")
        await town.says(who, "误报 1001")
    assert await town.acts() == [Act.REPORT]
    assert await examples(town) == []


async def test_who_works_on_it_hears_that_it_is_another_matter(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "接单")
    await town.says(town.staff, "改类 1001 照明", town.staff_room)
    assert "#1001 陈洁改了类别：电梯改为 照明 · 3号楼2单元。" in town.seen(town.leader)


async def test_a_shorter_clock_counts_from_the_beginning_but_nobody_is_late_at_once(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "接单")
    assert (await town.running())[Clock.RESOLVE].ends_at == NOON + 240 * MINUTE
    await town.forward(minutes=10)
    await town.says(town.deputy, "改类 1001 照明")
    assert (await town.running())[Clock.RESOLVE].ends_at == NOON + 30 * MINUTE
    await town.says(town.deputy, "改类 1001 电梯")
    assert (await town.running())[Clock.RESOLVE].ends_at == NOON + 240 * MINUTE
    await town.forward(minutes=50)
    await town.says(town.deputy, "改类 1001 照明")
    assert (await town.running())[Clock.RESOLVE].ends_at == NOON + 90 * MINUTE


async def test_a_complex_matter_gets_its_plan_clock_and_loses_it_again(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.leader, "改类 1001 邻里纠纷")
    assert Clock.PLAN in await town.running()
    assert (await town.ticket()).severity is Severity.COMPLEX
    await town.says(town.leader, "改类 1001 照明")
    assert Clock.PLAN not in await town.running()


async def test_what_staff_granted_stays_granted(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "接单")
    await town.says(town.staff, "准延 1001 2h", town.staff_room)
    await town.says(town.staff, "改类 1001 照明", town.staff_room)
    assert (await town.running())[Clock.RESOLVE].ends_at == NOON + 150 * MINUTE


async def test_an_emergency_stays_one_whatever_it_is(town: Town) -> None:
    await town.says(town.mei, "3号楼燃气泄漏 味道很大")
    before = await town.running()
    await town.says(town.leader, "改类 1001 下水排污")
    ticket = await town.ticket()
    assert (ticket.category, ticket.severity) == (Category.DRAINAGE, Severity.EMERGENCY)
    assert ticket.heading == ""
    assert await town.running() == before


async def test_what_nobody_took_goes_to_whoever_handles_such_matters(
    tmp_path: Path, kind_of_database: str
) -> None:
    text = TOWN + '[category.lighting]\nhandler = "zhang"\n'
    async with build(tmp_path, text=text) as town:
        await town.says(town.mei, LIFT)
        assert (await town.ticket()).handler is None
        await town.says(town.leader, "改类 1001 照明")
        assert (await town.ticket()).handler == "zhang"
        assert any("改了类别" in words for words in town.seen(town.property))
        await town.says(town.leader, "改类 1001 电梯")
        assert (await town.ticket()).handler is None


# --- no report after all ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["leader", "deputy", "staff"])
async def test_a_false_alarm_is_put_away_and_its_writer_told_kindly(town: Town, who: str) -> None:
    await town.says(town.mei, LIFT)
    await town.says(getattr(town, who), "误报 1001", town.staff_room if who == "staff" else None)
    ticket = await town.ticket()
    assert (ticket.state, ticket.note) == (State.DECLINED, "这句话不是报事")
    assert await town.acts() == [Act.REPORT, Act.DISMISS]
    assert await town.running() == {}
    assert "不予受理：这句话不是报事" in town.cards()[0].words
    assert "打扰了" in town.last(town.mei)
    (kept,) = await examples(town)
    assert (kept.words, kept.read_call, kept.call, kept.category) == (LIFT, True, False, None)
    assert kept.ticket == "jinghe-1001"


async def test_it_is_one_of_the_reasons_not_to_take_it(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "不予受理", town.leader.chat)
    await town.presses(town.leader, "这句话不是报事", town.leader.chat)
    assert await town.acts() == [Act.REPORT, Act.DISMISS]
    assert [kept.call for kept in await examples(town)] == [False]


async def test_whoever_meant_it_may_object_and_that_is_kept_too(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.leader, "误报 1001")
    await town.presses(town.mei, "有异议", town.mei.chat)
    assert (await town.ticket()).state is State.REPORTED
    said = [(kept.person, kept.call) for kept in await examples(town)]
    assert said[0] == ("wangfang", False)
    assert said[1][1] is True
    assert said[1][0].startswith("r-")
    await town.says(town.leader, "误报 1001", town.leader.chat)
    assert (await town.ticket()).state is State.REPORTED, "only staff may refuse again"
    await town.says(town.staff, "误报 1001", town.staff_room)
    assert (await town.ticket()).state is State.DECLINED
    assert "再说一句" in town.last(town.mei)


async def test_one_who_followed_is_told(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.chen, "我也遇到 1001")
    await town.says(town.leader, "误报 1001")
    assert any("没能受理" in words for words in town.seen(town.chen))


# --- the writer's own word ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "call"), [("不是", False), ("登记", True)])
async def test_the_answer_to_the_quiet_question_is_the_writers_own_word(
    town: Town, answer: str, call: bool
) -> None:
    await town.says(town.mei, PERHAPS)
    await town.presses(town.mei, answer)
    (kept,) = await examples(town)
    assert (kept.words, kept.call, kept.category) == (PERHAPS, call, None)
    assert kept.person.startswith("r-")


async def test_no_answer_is_no_word(town: Town) -> None:
    await town.says(town.mei, PERHAPS)
    await town.forward(minutes=11)
    assert await examples(town) == []
