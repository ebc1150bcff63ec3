"""What becomes of a letter whose button was pressed: it shows the outcome in its own place, and no stale buttons."""

from __future__ import annotations

from storage.records import State
from tests.stories.test_platform_photos import a_photo_with_a_place
from tests.stories.town import Town


async def test_the_question_whether_it_is_fixed_shows_the_answer_that_was_given(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.says(town.leader, "办结 1001 换了门机")
    asked = town.mei.chat.last
    assert asked.labels == ["满意", "基本满意", "不满意"]
    await town.presses(town.mei, "满意", town.mei.chat)
    assert "#1001 说是办好了" in asked.words
    assert asked.words.endswith("→ 已结案（满意），谢谢。")
    assert asked.labels == []


async def test_a_question_that_came_with_a_photo_does_the_same(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.says(town.leader, "办结 1001 换了门机", town.leader.chat, photo=a_photo_with_a_place(90))
    await town.forward(seconds=5)
    asked = next(m for m in town.mei.chat.messages if "您看行吗" in m.words)
    assert asked.photos
    await town.presses(town.mei, "基本满意", town.mei.chat)
    assert asked.words.endswith("→ 已结案（基本满意），谢谢。")
    assert asked.labels == []
    assert (await town.ticket()).state is State.CLOSED


async def test_who_takes_an_alerted_ticket_sees_it_in_the_alert(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.forward(minutes=5)
    alert = town.deputy.chat.last
    assert "接单" in alert.labels
    await town.presses(town.deputy, "接单", town.deputy.chat, containing="没人接单")
    assert alert.words.endswith("→ 李雷 13:05 受理")
    assert alert.labels == []


async def test_a_press_that_came_too_late_is_seen_in_the_letter_as_well(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.forward(minutes=5)
    alert = town.deputy.chat.last
    await town.presses(town.leader, "接单", containing="1001")
    toast = await town.presses(town.deputy, "接单", town.deputy.chat, containing="没人接单")
    assert "王芳 13:05 已经接了" in toast
    assert alert.words.endswith("→ 现在已受理")
    assert alert.labels == []


async def test_in_a_gathered_letter_only_the_settled_line_loses_its_button(town: Town) -> None:
    for n, who in enumerate((town.mei, town.chen, town.lin), 3):
        await town.says(who, f"{n}号楼2单元电梯停了")
    await town.forward(minutes=5)
    letter = town.staff_room.last
    await town.presses(town.staff, "接单 1002", town.staff_room)
    lines = letter.words.splitlines()
    assert lines[2].startswith("#1002 没人接单 · 电梯 · 4号楼2单元 → 陈洁 13:05 受理")
    assert "→" not in lines[1] + lines[3]
    assert letter.labels == ["接单 1001", "接单 1003"]
    await town.presses(town.staff, "接单 1003", town.staff_room)
    assert letter.labels == ["接单 1001"]
    assert letter.words.count("→") == 2


async def test_a_bystander_who_presses_changes_nothing(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.mei.blocks_bot()
    await town.says(town.leader, "办结 1001 换了门机")
    asked = town.group.last
    before = asked.words
    await town.presses(town.chen, "满意")
    assert asked.words == before
    assert asked.labels == ["满意", "基本满意", "不满意"]
