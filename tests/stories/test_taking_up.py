"""登记 below a neighbour's message: a call the reader did not hear becomes its writer's report, and is kept as one."""

from __future__ import annotations

import pytest

from storage.records import Act, State
from tests.platforms.telegram import Message
from tests.stories.test_reporting import PERHAPS
from tests.stories.test_righting import examples
from tests.stories.town import Town

UNHEARD = "3号楼的姐妹今天又去老地方了哈哈"


async def unheard(town: Town, words: str = UNHEARD) -> Message:
    """梅姨 writes what nobody takes for a call."""
    said = await town.says(town.mei, words)
    assert (town.seen(town.group), await town.tickets()) == ([], [])
    return said


@pytest.mark.parametrize("word", ["登记", "报修", "/report"])
async def test_a_leaders_word_below_it_makes_it_the_neighbours_ticket(town: Town, word: str) -> None:
    said = await unheard(town)
    await town.says(town.leader, word, reply_to=said)
    (ticket,) = await town.tickets()
    assert (ticket.words, ticket.state, ticket.place.building) == (UNHEARD, State.REPORTED, "3")
    assert ticket.reporter is not None
    assert ticket.reporter.startswith("r-")
    assert ticket.origin_message == str(said.id)
    assert town.cards()[0].reply_to is not None
    assert town.cards()[0].reply_to.id == said.id


async def test_the_ledger_names_who_took_it_up(town: Town) -> None:
    await town.says(town.leader, "登记", reply_to=await unheard(town))
    (entry,) = await town.ledger()
    assert (entry.line.act, entry.line.person) == (Act.REPORT, "wangfang")


async def test_it_is_kept_as_a_call_that_was_not_heard(town: Town) -> None:
    await town.says(town.leader, "登记", reply_to=await unheard(town))
    (kept,) = await examples(town)
    assert (kept.words, kept.read_call, kept.call, kept.category) == (UNHEARD, False, True, None)
    assert (kept.person, kept.ticket) == ("wangfang", "jinghe-1001")


async def test_its_writer_rates_and_withdraws_it_like_any_of_theirs(town: Town) -> None:
    await town.says(town.leader, "登记", reply_to=await unheard(town))
    await town.says(town.mei, "撤销 1001", town.mei.chat)
    assert (await town.ticket()).state is State.WITHDRAWN


async def test_what_is_missing_is_asked_of_its_writer_and_not_of_who_took_it_up(town: Town) -> None:
    said = await unheard(town, "姐妹今天又去老地方了哈哈")
    await town.says(town.leader, "登记", reply_to=said)
    question = town.group.last
    assert "几号楼" in question.words
    assert question.reply_to is not None
    assert question.reply_to.id == said.id
    assert await town.presses(town.leader, "3") == "这一问已经过了，或者不是问您的。"
    await town.presses(town.mei, "3")
    (ticket,) = await town.tickets()
    assert ticket.place.building == "3"
    assert (await town.ledger())[0].line.person == "wangfang"


async def test_twice_is_once(town: Town) -> None:
    said = await unheard(town)
    await town.says(town.leader, "登记", reply_to=said)
    await town.says(town.deputy, "登记", reply_to=said)
    assert town.last(town.group) == "这句话已经登记了，是 #1001。"
    assert len(await town.tickets()) == 1


async def test_while_its_writer_is_being_asked_it_is_said_so(town: Town) -> None:
    said = await unheard(town, "姐妹今天又去老地方了哈哈")
    await town.says(town.leader, "登记", reply_to=said)
    await town.says(town.deputy, "登记", reply_to=said)
    assert town.last(town.group) == "这句话已经在问本人了，答了就登记。"


async def test_who_is_being_asked_in_private_is_not_asked_twice(town: Town) -> None:
    said = await town.says(town.mei, "5栋那家天天半夜拉琴，吵得睡不着")
    asked = town.seen(town.mei)
    await town.says(town.leader, "登记", reply_to=said)
    assert town.seen(town.mei) == asked
    assert town.last(town.group) == "这句话已经在问本人了，答了就登记。"


async def test_it_answers_the_quiet_question_in_the_writers_place(town: Town) -> None:
    said = await town.says(town.mei, PERHAPS)
    question = town.group.last
    await town.says(town.leader, "登记", reply_to=said)
    assert "几号楼" in question.words
    assert [kept.person for kept in await examples(town)] == ["wangfang"]


async def test_one_that_is_reported_already_joins_it(town: Town) -> None:
    await town.says(town.chen, "3号楼2单元电梯停了")
    said = await town.says(town.mei, "3号楼2单元那个电梯呀 老样子")
    if len(await town.tickets()) == 1 and not await followers(town):
        await town.says(town.leader, "登记", reply_to=said)
    assert len(await town.tickets()) == 1
    assert [one for one in await followers(town) if one.startswith("r-")]


async def followers(town: Town) -> list[str]:
    async with town.store.view() as view:
        return await view.tickets.followers("jinghe-1001")


async def test_a_photo_nobody_understood_comes_along(town: Town) -> None:
    said = await town.says(town.mei, "3号楼 看看", photo=True)
    await town.says(town.leader, "登记", reply_to=said)
    (ticket,) = await town.tickets()
    async with town.store.view() as view:
        assert len(await view.media.of(ticket.id)) == 1


async def test_a_neighbour_cannot_take_up_what_another_said(town: Town) -> None:
    said = await unheard(town)
    await town.says(town.chen, "登记", reply_to=said)
    await town.says(town.property, "登记", reply_to=said)
    assert (await town.tickets(), town.seen(town.group), await examples(town)) == ([], [], [])


async def test_who_wrote_it_can(town: Town) -> None:
    said = await unheard(town)
    await town.says(town.mei, "登记", reply_to=said)
    (ticket,) = await town.tickets()
    (kept,) = await examples(town)
    assert (kept.call, kept.person) == (True, ticket.reporter)


async def test_below_what_the_bot_says_it_is_no_such_order(town: Town) -> None:
    await town.says(town.chen, "3号楼2单元电梯停了")
    await town.says(town.leader, "登记", reply_to=town.cards()[0])
    assert len(await town.tickets()) == 1
    assert await examples(town) == []
