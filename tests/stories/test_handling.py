"""Working on a ticket: who may take it, finishing in one go, taking it back, its whole story."""

from __future__ import annotations

import asyncio

import pytest

from storage.records import Act, State
from tests.stories.town import Town

LAMP = "3号楼2单元楼道灯坏了"
LIFT = "3号楼2单元电梯停了"


async def test_of_two_who_press_at_the_same_moment_one_has_it_and_the_other_hears_who(town: Town) -> None:
    await town.says(town.mei, LAMP)
    first, second = await asyncio.gather(
        town.leader.presses("接单", town.group), town.deputy.presses("接单", town.group)
    )
    await town.settle()
    await town.telegram.wait_for(lambda: first.answered and second.answered)
    toasts = sorted([first.answer or "", second.answer or ""])
    assert sum("已接单，请按时到场" in toast for toast in toasts) == 1
    assert sum("已经接了" in toast for toast in toasts) == 1
    assert (await town.acts()).count(Act.ACCEPT) == 1


async def test_a_button_pressed_twice_acts_once(town: Town) -> None:
    await town.says(town.mei, LAMP)
    card = town.cards()[0]
    take = card.buttons[0][0]
    for _ in range(2):
        await town.leader.press(card, take)
    await town.settle()
    assert await town.presses(town.leader, "到场") == "已记到场"
    await town.settle()
    assert (await town.acts()) == [Act.REPORT, Act.ACCEPT, Act.ARRIVE]
    press = await town.leader.press(card, take)
    await town.telegram.wait_for(lambda: press.answered)
    assert press.answer == "#1001 已经在您手上了。"


@pytest.mark.parametrize(
    "word", ["接单", "到场", "办结", "转办", "延期", "上会", "不予受理", "督办", "改派", "准延", "决议"]
)
async def test_a_resident_moves_nothing_by_typing_what_leaders_and_staff_type(town: Town, word: str) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.chen, f"{word} 1001 随便", town.chen.chat)
    assert "#1001" in town.last(town.chen)
    assert (await town.acts()) == [Act.REPORT]
    assert (await town.ticket()).state is State.REPORTED


async def test_a_resident_who_presses_the_leaders_button_is_told_and_nothing_changes(town: Town) -> None:
    await town.says(town.mei, LAMP)
    before = town.cards()[0].words
    assert (
        await town.presses(town.chen, "接单") == "#1001 由网格长和物业来办。您家也这样的话，请选“我也遇到”。"
    )
    assert town.cards()[0].words == before
    assert (await town.acts()) == [Act.REPORT]


async def test_a_deputy_cannot_decline_and_a_leader_cannot_press_their_colleagues_or_grant_time(
    town: Town,
) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.deputy, "不予受理 1001 不归我们", town.deputy.chat)
    await town.says(town.leader, "督办 1001", town.leader.chat)
    await town.says(town.leader, "准延 1001 1d", town.leader.chat)
    await town.says(town.leader, "列入会议 1001", town.leader.chat)
    assert (await town.acts()) == [Act.REPORT]


async def test_an_act_by_an_anonymous_administrator_is_refused_kindly(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.leader, "接单 1001", as_anonymous=True)
    assert town.last(town.group) == "请用您本人的身份来操作，匿名管理员只能报修。"
    assert (await town.acts()) == [Act.REPORT]


async def test_what_is_typed_in_private_is_answered_and_in_the_group_seen_on_the_card(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.leader, "接单 1001", town.leader.chat)
    assert "#1001 已接单，请按时到场。" in town.seen(town.leader)
    seen = len(town.seen(town.group))
    await town.says(town.leader, "到场 1001")
    assert "王芳已到场" in town.cards()[0].words
    assert len(town.seen(town.group)) == seen


async def test_resolved_in_one_go_straight_from_reported(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.leader, "办结 1001 换了灯泡")
    assert (await town.acts()) == [Act.REPORT, Act.ACCEPT, Act.RESOLVE]
    ticket = await town.ticket()
    assert (ticket.note, ticket.first_responder) == ("换了灯泡", "wangfang")
    assert town.last(town.mei) == (
        "#1001 说是办好了（王芳 13:00）：换了灯泡。您看行吗？11月25日周三 13:00 前没有回复就结案。"
    )
    assert town.mei.chat.last.labels == ["满意", "基本满意", "不满意"]


async def test_a_photo_is_note_enough_and_reaches_the_reporter(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.presses(town.leader, "接单")
    assert await town.presses(town.leader, "办结") == "怎么处理的？发一句话或一张照片"
    await town.says(town.leader, "", photo=True)
    assert (await town.ticket()).state is State.RESOLVED
    await town.clock.turn_to(town.clock.now() + 5_000)
    await town.settle()
    asked = town.mei.chat.last
    assert "说是办好了" in asked.words
    assert asked.photos


async def test_resolving_can_be_left_without_words(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.presses(town.leader, "接单")
    await town.presses(town.leader, "办结")
    await town.presses(town.leader, "不写了，直接办结")
    assert (await town.ticket()).note == "已处理"


async def test_staff_press_the_handler_and_the_one_who_answers_for_it(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.leader, "转办 1001 张师傅", town.leader.chat)
    await town.says(town.staff, "督办 1001 老人下不了楼", town.staff_room)
    for reader in (town.property, town.leader):
        assert town.last(reader).startswith("#1001 社区督办 · 电梯 · 3号楼2单元")
        assert "陈洁请您尽快办，时限 17:00。老人下不了楼" in town.last(reader)
    assert town.last(town.staff_room) == "#1001 已督办。"
    assert await town.reasons(Act.SUPERVISE) == ["老人下不了楼"]


async def test_the_whole_story_is_read_out_in_words(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.forward(minutes=10)
    await town.presses(town.staff, "看全程", town.staff_room)
    assert town.last(town.staff_room).splitlines() == [
        "#1001 照明 · 3号楼2单元",
        f"“{LAMP}”",
        "13:00 梅姨 登记 报修",
        "13:04 系统 提醒 接单时限",
        "13:05 系统 超时告警 接单时限",
        "13:10 系统 列入联席会议 无人接单",
    ]
