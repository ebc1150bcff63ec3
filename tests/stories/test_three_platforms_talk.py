"""How people write on WeChat, without buttons: in pieces, by number, by voice, by the menu; the leader reads it on WeCom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.records import Category, Kind
from tests.stories.three_town import BUILDING_3, ThreeTown, three_town


@pytest.fixture
async def town(kind_of_database: str, tmp_path: Path) -> AsyncIterator[ThreeTown]:
    async with three_town(tmp_path) as built:
        built.wechat.world.menu.create(
            {
                "button": [
                    {"type": "click", "name": name, "key": name} for name in ("报修", "投诉", "我的工单")
                ]
            }
        )
        await built.does("follows")
        yield built


async def test_a_complaint_about_neighbours_is_passed_on_unnamed_by_typing_it_and_no_group_hears_it(
    town: ThreeTown,
) -> None:
    asked = await town.says("3号楼1单元502天天半夜拉琴 吵死了")
    assert asked.endswith("回复 1 匿名 2 实名 3 算了")
    assert (await town.says("匿名转")).startswith("#1001 噪音 · 3号楼1单元\n等王芳（网格长）接单 · 13:05 前")
    ticket = await town.town.ticket()
    assert (ticket.anonymous, ticket.private) == (True, True)
    assert "天天半夜拉琴" in town.office.wang.last.text
    assert "梅姨" not in town.office.wang.text
    assert town.town.cards() == []
    assert town.office.neighbours.messages == []


async def test_three_pieces_are_one_report(town: ThreeTown) -> None:
    for piece in ("3号楼2单元", "楼道灯"):
        await town.says(piece)
    await town.says("不亮了")
    (ticket,) = await town.town.tickets()
    assert (ticket.category, ticket.place.building, ticket.place.unit) == (Category.LIGHTING, "3", "2")
    assert "#1001 照明 · 3号楼2单元" in town.office.wang.last.text


async def test_the_menu_asks_for_a_complaint_and_its_words_go_to_the_leader_alone(town: ThreeTown) -> None:
    assert await town.does("clicks", "投诉") == "好，请说说是什么事、在哪里。"
    assert "要匿名吗" in await town.says("物业保安上班睡觉")
    assert (await town.says("1")).startswith("#1001")
    ticket = await town.town.ticket()
    assert (ticket.kind, ticket.private, ticket.anonymous) == (Kind.COMPLAINT, True, True)


async def test_a_question_is_answered_with_its_number_and_the_next_one_with_a_building(
    town: ThreeTown,
) -> None:
    assert "2 漏水墙面" in await town.does("clicks", "报修")
    assert await town.says("2") == "漏水墙面，好。具体怎么了，在几号楼？"
    assert (await town.says("3")).startswith("#1001 漏水墙面 · 3号楼\n")


async def test_a_voice_that_was_understood_is_a_report_in_the_same_breath(town: ThreeTown) -> None:
    answered = await town.does("sends_voice", recognition="五号楼一单元水管漏水了")
    assert answered.startswith("#1001 ")
    assert "5号楼1单元" in answered


async def test_a_voice_nobody_understood_is_asked_about_and_kept_with_what_is_said_then(
    town: ThreeTown,
) -> None:
    assert await town.does("sends_voice") == ""
    await town.forward(seconds=20)
    assert town.told()[-1].text == "收到。是什么事、在几号楼？再说一句就登记。"
    assert (await town.says("3号楼2单元电梯停了")).startswith("#1001")
    async with town.town.store.view() as view:
        (voice,) = await view.media.of("jinghe-1001")
    assert voice.kind == "voice"


async def test_the_photo_first_and_then_the_words_are_one_report_and_the_leader_sees_the_photo(
    town: ThreeTown,
) -> None:
    await town.does("sends_photo")
    await town.forward(seconds=8)
    assert (await town.says("6号楼门口垃圾没人收")).startswith("#1001 环境卫生 · 6号楼")
    await town.forward(seconds=5)
    assert any(sight.kind == "image" for sight in town.office.wang.messages)
    assert len(town.mei.seen) == 2, "the welcome and the answer"


async def test_the_scanned_building_needs_not_be_said_again(town: ThreeTown) -> None:
    await town.scans(BUILDING_3)
    assert "回复 1 电梯" in town.mei.last.text
    await town.says("1")
    assert "3号楼" in await town.says("停在5楼不动了")
    assert (await town.town.ticket()).place.building == "3"
