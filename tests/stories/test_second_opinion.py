"""A community that wants a second opinion: asked about messages in the unsure middle, and about nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.records import Category, Kind
from tests.platforms.opinion import OpinionServer
from tests.platforms.telegram import Chat
from tests.stories.town import TOWN, Town
from tests.stories.town import town as build
from tests.stories.unsure import unsure

KEY = "sk-test-0123456789"
(WORDS,) = unsure()


@pytest.fixture
async def endpoint() -> AsyncIterator[OpinionServer]:
    async with OpinionServer(key=KEY) as server:
        yield server
        assert server.refusals == []


@pytest.fixture
async def town(kind_of_database: str, tmp_path: Path, endpoint: OpinionServer) -> AsyncIterator[Town]:
    asked = f'[reading]\nsecond_opinion = "{endpoint.address}"\nmodel = "qwen"\n'
    async with build(tmp_path, text=TOWN + asked, opinion_key=KEY) as built:
        yield built


async def says(town: Town, words: str = WORDS, where: Chat | None = None) -> None:
    """梅姨 says something; whoever is asked about it has answered."""
    await town.says(town.mei, words, where)
    await town.house.seconds.settled()
    await town.settle()


def asked(town: Town, where: Chat | None = None) -> list[str]:
    """The quiet questions that stand in the chat."""
    chat = where or town.group
    return [m.words for m in town.telegram.chat(chat).messages if m.sender.is_bot and "登记" in m.labels]


# --- what it says ---------------------------------------------------------------------------------------------------


async def test_what_is_said_to_be_a_call_is_a_ticket_at_once_and_nobody_is_asked(
    town: Town, endpoint: OpinionServer
) -> None:
    endpoint.says("call", "parking")
    await says(town)
    ticket = await town.ticket()
    assert (ticket.category, ticket.words, ticket.place.building) == (Category.PARKING, WORDS, "3")
    assert ticket.reporter is not None
    assert len(town.cards()) == 1
    await town.forward(seconds=5)
    assert asked(town) == []
    assert len(town.seen(town.group)) == 1


async def test_what_is_said_to_be_talk_is_met_with_silence(town: Town, endpoint: OpinionServer) -> None:
    endpoint.says("talk")
    await says(town)
    await town.forward(minutes=15)
    assert (town.seen(town.group), await town.tickets()) == ([], [])


async def test_who_is_unsure_as_well_leaves_it_to_the_quiet_question(
    town: Town, endpoint: OpinionServer
) -> None:
    await says(town)
    assert asked(town) == []
    await town.forward(seconds=2)
    assert len(asked(town)) == 1
    await town.presses(town.mei, "登记")
    assert (await town.ticket()).words == WORDS


async def test_who_speaks_to_us_is_never_met_with_silence(town: Town, endpoint: OpinionServer) -> None:
    endpoint.says("talk")
    await says(town, WORDS, town.mei.chat)
    await town.forward(seconds=2)
    assert len(asked(town, town.mei.chat)) == 1


async def test_what_is_between_neighbours_is_asked_about_in_private_first(
    town: Town, endpoint: OpinionServer
) -> None:
    endpoint.says("call", "neighbor_dispute")
    await says(town)
    assert town.seen(town.group) == []
    assert "匿名转" in town.mei.chat.last.labels
    await town.presses(town.mei, "匿名转", town.mei.chat)
    ticket = await town.ticket()
    assert (ticket.kind, ticket.private) == (Kind.COMPLAINT, True)


async def test_a_call_made_in_private_is_a_ticket_at_once_as_well(
    town: Town, endpoint: OpinionServer
) -> None:
    endpoint.says("call", "lighting")
    await says(town, WORDS, town.mei.chat)
    assert (await town.ticket()).category is Category.LIGHTING


# --- what it is asked -----------------------------------------------------------------------------------------------


async def test_only_the_unsure_middle_leaves_the_house_and_no_number_or_name_with_it(
    town: Town, endpoint: OpinionServer
) -> None:
    for words in ("3号楼电梯停了", "晚上吃什么呀", "还没人来", "谢谢", "报修 3号楼的灯", "待办"):
        await says(town, words)
    assert endpoint.heard == []
    # Somebody else: 梅姨 has tickets now, and half a call of hers is about one of them.
    await town.says(town.chen, f"@王芳 {WORDS}")
    await town.house.seconds.settled()
    assert len(endpoint.heard) == 1
    assert endpoint.heard[0].startswith("某人 #号楼")


async def test_an_emergency_never_waits_for_it(town: Town, endpoint: OpinionServer) -> None:
    endpoint.hangs()
    await town.says(town.mei, WORDS)
    await town.says(town.mei, "3号楼电梯里困了个老人")
    assert "紧急" in town.cards()[0].words
    assert len(endpoint.heard) == 1


async def test_the_same_words_are_asked_about_once(town: Town, endpoint: OpinionServer) -> None:
    endpoint.says("talk")
    await says(town)
    await says(town)
    assert len(endpoint.heard) == 1
    await town.forward(minutes=61)
    await says(town)
    assert len(endpoint.heard) == 2


async def test_in_a_community_that_has_not_asked_for_it_nobody_is_asked(
    kind_of_database: str, tmp_path: Path, endpoint: OpinionServer
) -> None:
    async with build(tmp_path, opinion_key=KEY) as plain:
        await says(plain)
        assert len(asked(plain)) == 1
        assert plain.house.seconds.asked == 0


async def test_while_it_is_left_alone_it_is_tried_with_nothing_else_either(
    town: Town, endpoint: OpinionServer
) -> None:
    endpoint.answers(429, retry_after="60")
    await says(town)
    await town.forward(seconds=61)
    for words in ("晚上吃什么呀", "3号楼电梯停了", "你好"):
        await says(town, words, town.mei.chat)
    assert len(endpoint.heard) == 1
    await says(town, WORDS, town.mei.chat)
    assert len(endpoint.heard) == 2
    assert len(asked(town, town.mei.chat)) == 1


async def test_who_is_asked_about_often_does_not_flood(town: Town, endpoint: OpinionServer) -> None:
    endpoint.says("talk")
    for words in unsure(25):
        await says(town, words)
    assert len(endpoint.heard) == 25
    assert (town.seen(town.group), town.seen(town.staff_room)) == ([], [])


async def test_a_photo_is_kept_with_its_words_and_only_once(town: Town, endpoint: OpinionServer) -> None:
    endpoint.says("call", "parking")
    await town.says(town.mei, WORDS, photo=True)
    await town.house.seconds.settled()
    await town.settle()
    async with town.store.view() as view:
        assert len(await view.media.of("jinghe-1001")) == 1


# --- whoever waits --------------------------------------------------------------------------------------------------


async def test_nobody_is_held_up_while_it_hangs(town: Town, endpoint: OpinionServer) -> None:
    endpoint.hangs()
    await town.says(town.mei, WORDS)
    await town.says(town.chen, "5号楼电梯停了")
    assert (await town.ticket()).place.building == "5"
    await town.forward(seconds=2)
    assert len(asked(town)) == 1


async def test_an_opinion_that_comes_after_the_question_is_none(town: Town, endpoint: OpinionServer) -> None:
    endpoint.says("call", "lighting")
    endpoint.hangs()
    await town.says(town.mei, WORDS)
    await endpoint.came.wait()
    await town.forward(seconds=2)
    assert len(asked(town)) == 1
    endpoint.lets_go()
    await town.house.seconds.settled()
    await town.settle()
    assert (await town.tickets(), len(asked(town))) == ([], 1)
    await town.presses(town.mei, "不是")
    assert await town.tickets() == []


async def test_an_opinion_on_what_its_writer_has_gone_beyond_is_none(
    town: Town, endpoint: OpinionServer
) -> None:
    endpoint.says("call", "parking")
    endpoint.hangs()
    await town.says(town.mei, WORDS)
    await endpoint.came.wait()
    await town.says(town.mei, "3号楼2单元电梯停了")
    endpoint.lets_go()
    await town.house.seconds.settled()
    await town.settle()
    assert [ticket.category for ticket in await town.tickets()] == [Category.ELEVATOR]


async def test_an_opinion_labels_the_message_it_was_asked_about_and_no_other(
    town: Town, endpoint: OpinionServer
) -> None:
    first, second = unsure(2)
    endpoint.says("call", "parking")
    await says(town, first)
    assert [ticket.words for ticket in await town.tickets()] == [first]
    endpoint.hangs()
    await town.says(town.chen, first + "呢")
    await town.says(town.chen, second)
    endpoint.lets_go()
    await town.house.seconds.settled()
    await town.settle()
    assert first + "呢" not in [ticket.words for ticket in await town.tickets()]


async def test_what_is_being_asked_when_the_program_stops_is_not_lost(
    town: Town, endpoint: OpinionServer
) -> None:
    endpoint.hangs()
    await town.says(town.mei, WORDS)
    await endpoint.came.wait()
    await town.house.seconds.close()
    await town.forward(seconds=2)
    assert len(asked(town)) == 1
    await town.presses(town.mei, "登记")
    assert len(await town.tickets()) == 1
