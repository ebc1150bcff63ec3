"""Nobody takes what a resident reported on WeChat: it climbs, and all platforms hear of it; days later she is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.records import Act, State
from tests.stories.three_town import BUILDING_3, MEI_IS_KNOWN, ThreeTown, three_town

DECISION = "物业更换门机，11月28日周六 23:59 前"


@pytest.fixture
async def town(kind_of_database: str, tmp_path: Path) -> AsyncIterator[ThreeTown]:
    async with three_town(tmp_path) as built:
        yield built


@pytest.fixture
async def bare(kind_of_database: str, tmp_path: Path) -> AsyncIterator[ThreeTown]:
    """An account without a template message, and a reporter whose phone is known."""
    async with three_town(tmp_path, template=False, text=MEI_IS_KNOWN) as built:
        yield built


async def reported(town: ThreeTown) -> None:
    await town.scans(BUILDING_3)
    assert "等王芳（网格长）接单 · 13:05 前" in await town.says("电梯坏了")


async def decided_after_two_days(town: ThreeTown) -> None:
    """Longer after her last words than anything may be said to her."""
    await town.forward(hours=49)
    await town.leader(town.office.chenjie.says("决议 1001 物业 11月28日前更换门机"))


async def test_deputy_property_and_staff_hear_on_wecom_and_telegram_that_nobody_took_it(
    town: ThreeTown,
) -> None:
    await reported(town)
    await town.forward(minutes=4)
    assert "#1001 13:05 前请接单" in town.office.wang.last.text
    await town.forward(minutes=1)
    alarm, why = "#1001 没人接单", "王芳 13:05 前应接单。电话 13800000001"
    everywhere = [
        town.town.last(town.town.deputy),
        town.town.last(town.town.staff_room),
        town.office.zhang.last.text,
        town.office.chenjie.last.text,
        town.office.duty.last.text,
    ]
    assert all(alarm in heard and why in heard for heard in everywhere), everywhere
    assert "接单" in town.office.zhang.last.labels
    assert town.told() == []


async def test_in_the_queue_both_rooms_of_the_staff_hear_it_once_and_she_is_told_at_once(
    town: ThreeTown,
) -> None:
    await reported(town)
    await town.forward(minutes=10)
    assert [ticket.number for ticket in await town.town.queue()] == [1001]
    queued = "#1001 已列入联席会议"
    assert len(town.town.about(town.town.staff_room, queued)) == 1
    assert sum(queued in sight.text for sight in town.office.duty.messages) == 1
    assert "下次会议 11月27日周五 15:00" in town.office.duty.last.text
    (said,) = town.told()
    assert said.how == "kefu"
    assert said.text.startswith("#1001 一直没有人接单，已提交联席会议（11月27日周五 15:00）。")
    assert await town.town.reasons(Act.TOLD) == ["passive reporter", "kefu reporter"]


async def test_the_card_that_tells_the_leader_of_the_queue_is_whole_and_says_it_once(town: ThreeTown) -> None:
    await reported(town)
    await town.forward(minutes=10)
    (card,) = [sight for sight in town.office.wang.messages if "联席会议" in sight.text and sight.card]
    assert card.text == (
        "#1001 已列入联席会议 · 电梯 · 3号楼\n"
        "一直没人接单，13:05 前应接。还请继续办，下次会议 11月27日周五 15:00。"
    )


async def test_what_the_meeting_decides_days_later_is_a_template_message(town: ThreeTown) -> None:
    await reported(town)
    await decided_after_two_days(town)
    last = town.told()[-1]
    assert last.how == "template"
    assert last.data["character_string1"] == "1001"
    assert any(said.startswith("物业更换门机，11月28日") for said in last.data.values()), last.data
    assert (await town.town.reasons(Act.TOLD))[-1] == "template reporter"
    assert "还没告诉" not in town.office.wang.text
    assert DECISION not in await town.says("我的工单"), "once is enough"


async def test_without_a_template_the_ledger_and_the_leader_know_and_she_hears_it_with_her_next_words(
    bare: ThreeTown,
) -> None:
    await reported(bare)
    before = len(bare.mei.seen)
    await decided_after_two_days(bare)
    assert bare.mei.seen[before + 1 :] == []
    assert (await bare.town.reasons(Act.UNTOLD)).count("window_over reporter") == 1
    assert any("还没告诉 梅姨（电话 13900000003）" in sight.text for sight in bare.office.wang.messages)
    assert DECISION in bare.town.last(bare.town.group)

    answered = await bare.says("电梯到底修不修")
    assert DECISION in answered
    assert "已替您催了一次" in answered
    assert (await bare.town.reasons(Act.TOLD))[-1] == "passive reporter"
    assert DECISION not in await bare.says("我的工单")


async def test_an_emergency_from_wechat_calls_everybody_on_both_platforms_and_the_answer_has_the_advice(
    town: ThreeTown,
) -> None:
    await town.does("follows")
    called = len(town.wechat.calls)
    answered = await town.says("电梯里困了人 3号楼")
    assert town.wechat.calls[called:] == []
    assert answered.startswith("#1001 紧急 · 电梯困人 · 3号楼\n已同时通知 王芳、李雷、张师傅、社区值班。")
    assert "不要扒门" in answered
    assert "等王芳（网格长）接单 · 13:05 前" in answered
    for member in (town.office.wang, town.office.zhang, town.office.chenjie):
        assert "#1001 紧急 · 电梯困人 · 3号楼" in member.messages[0].text
        assert "接单" in member.messages[0].labels
    for words in (
        town.office.duty.text,
        *(town.town.last(where) for where in (town.town.deputy, town.town.staff_room, town.town.group)),
    ):
        assert "#1001 紧急 · 电梯困人 · 3号楼" in words
    await town.leader(town.office.wang.presses("接单"))
    assert (await town.town.ticket()).state is State.ACCEPTED
    assert "王芳已受理 13:00 · 13:05 前到场" in town.told()[-1].text
    assert town.town.last(town.town.deputy) == "#1001 王芳 13:00 已接单。"
    assert town.office.zhang.last.text == "#1001 王芳 13:00 已接单。"
