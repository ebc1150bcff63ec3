"""Looking up, in one's own language."""

from __future__ import annotations

import pytest

from storage.records import State
from tests.stories.town import Town


@pytest.fixture
async def reported(town: Town) -> Town:
    """梅姨 has reported #1001."""
    await town.says(town.mei, "3号楼2单元电梯停了")
    return town


# --- looking up ---
@pytest.mark.parametrize("words", ["我的工单", "/mine", "/mine@huying_bot"])
async def test_my_tickets(reported: Town, words: str) -> None:
    await reported.says(reported.mei, words)
    assert reported.last(reported.group) == "您的工单\n#1001 电梯 · 3号楼2单元 · 待接单 · 13:05 前"


async def test_nobody_sees_anothers_tickets(reported: Town) -> None:
    await reported.says(reported.chen, "我的工单")
    assert "1001" not in reported.last(reported.group)


@pytest.mark.parametrize("words", ["待办", "/todo"])
async def test_what_the_leader_has_to_do(reported: Town, words: str) -> None:
    await reported.says(reported.leader, words, reported.leader.chat)
    assert reported.last(reported.leader).startswith("待办 1 件")
    assert "#1001 电梯 · 3号楼2单元 · 待接单 · 13:05 到期" in reported.last(reported.leader)
    await reported.presses(reported.leader, "接单 1001", reported.leader.chat)
    assert (await reported.ticket()).state is State.ACCEPTED


async def test_a_resident_has_no_todo_list(town: Town) -> None:
    await town.says(town.mei, "待办", town.mei.chat)
    assert "我的工单" in town.last(town.mei)


@pytest.mark.parametrize("words", ["公示牌", "/board"])
async def test_the_notice_board_names_who_answers_and_no_private_number(town: Town, words: str) -> None:
    await town.says(town.mei, words)
    board = town.last(town.group)
    assert "网格长：王芳" in board
    assert "027-83000000" in board
    assert "1-12号楼、A座" in board
    assert "13800000001" not in board


@pytest.mark.parametrize("words", ["帮助", "/help"])
async def test_help_is_for_the_one_who_asks(town: Town, words: str) -> None:
    await town.says(town.mei, words, town.mei.chat)
    assert "直接说是什么事" in town.last(town.mei)
    await town.says(town.leader, words, town.leader.chat)
    assert "接单 1024" in town.last(town.leader)
    await town.says(town.staff, words, town.staff.chat)
    assert "督办 1024" in town.last(town.staff)


async def test_the_queue_is_for_staff(reported: Town) -> None:
    await reported.says(reported.leader, "上会 1001 要换主板")
    await reported.says(reported.staff, "会议", reported.staff_room)
    assert "#1001" in reported.last(reported.staff_room)
    await reported.says(reported.mei, "会议", reported.mei.chat)
    assert "1001" not in reported.last(reported.mei)


async def test_look_up_words_inside_a_sentence_are_talk(town: Town) -> None:
    for words in ("晚上会议改到八点", "帮助一下隔壁奶奶搬菜", "公示牌掉了一个角吗", "取消明天的活动"):
        await town.says(town.mei, words)
    assert not any("网格长：" in words or "联席会议名单" in words for words in town.seen(town.group))


async def test_cancel_without_anything_open(town: Town) -> None:
    await town.says(town.mei, "取消")
    assert town.seen(town.group) == []
    await town.says(town.mei, "取消", town.mei.chat)
    assert town.last(town.mei) == "没有正在办的事。"


@pytest.mark.parametrize("words", ["谢谢", "谢谢！", "辛苦了"])
async def test_thanks_in_private_are_not_misunderstood(town: Town, words: str) -> None:
    await town.says(town.mei, words, town.mei.chat)
    assert town.last(town.mei) == "不客气，有事随时说。"


async def test_what_is_not_understood_in_private_is_answered_with_an_example(town: Town) -> None:
    await town.says(town.mei, "阿巴阿巴", town.mei.chat)
    assert "3号楼2单元电梯停了" in town.last(town.mei)


@pytest.mark.parametrize("words", ["你好", "您好！", "在吗？"])
async def test_a_greeting_is_greeted_back_and_told_what_to_say(town: Town, words: str) -> None:
    await town.says(town.mei, words, town.mei.chat)
    assert town.last(town.mei).startswith("您好。有事直接说")


# --- languages ---
@pytest.mark.parametrize("words", ["hello", "The elevator in building 7 is broken"])
async def test_whoever_writes_english_is_answered_in_english_and_may_have_chinese(
    town: Town, words: str
) -> None:
    await town.says(town.mei, words, town.mei.chat)
    said = "\n".join(town.seen(town.mei))
    assert "English from now on. 要中文，发“中文”。" in said
    assert "Hello." in said or "Lift · Bldg 7" in said
    await town.says(town.mei, "my tickets", town.mei.chat)
    assert town.last(town.mei).startswith(("Your tickets", "You have reported nothing yet"))
    await town.says(town.mei, "中文", town.mei.chat)
    await town.says(town.mei, "ok thanks", town.mei.chat)
    assert town.last(town.mei) != "English from now on. 要中文，发“中文”。"


async def test_english_among_neighbours_changes_nothing(town: Town) -> None:
    await town.says(town.mei, "The elevator in building 7 is broken")
    assert "电梯 · 7号楼" in town.last(town.group)


async def test_english_once_asked_for_stays(town: Town) -> None:
    await town.says(town.mei, "/language en", town.mei.chat)
    assert town.last(town.mei) == "All right, English from now on."
    await town.says(town.mei, "Building 3 Unit 2 elevator stopped", town.mei.chat)
    assert "Lift · Bldg 3" in town.last(town.mei)
    await town.says(town.mei, "/help", town.mei.chat)
    assert "building" in town.last(town.mei).lower()
    await town.says(town.mei, "中文", town.mei.chat)
    assert town.last(town.mei) == "好的，以后用中文。"


async def test_a_question_in_the_group_is_in_its_readers_language_with_the_labels_everybody_knows(
    town: Town,
) -> None:
    await town.says(town.mei, "English", town.mei.chat)
    await town.says(town.mei, "楼道灯坏了")
    assert town.last(town.group) == "Got it: Lighting. Which building?"
    assert town.group.last.labels[-1] == "不知道 Don't know"
