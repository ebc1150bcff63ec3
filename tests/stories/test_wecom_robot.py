"""The robot in a group with residents: @呼应 makes a ticket, follows it, and lists what one has reported."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.records import Act, State
from tests.platforms.wecom import a_photo
from tests.stories.wecom_town import WITH_ROBOT, WeComTown, wecom_town


@pytest.fixture
async def town(kind_of_database: str, tmp_path: Path) -> AsyncIterator[WeComTown]:
    async with wecom_town(tmp_path, text=WITH_ROBOT) as built:
        yield built
        built.whole()


async def said(town: WeComTown, who: object, words: str) -> str:
    """Somebody speaks in the group; return what the robot answered at once."""
    before = len(town.neighbours.messages)
    await town.after(who.says(words, town.neighbours))  # type: ignore[attr-defined]
    new = [sight for sight in town.neighbours.messages[before + 1 :] if sight.way == "passive"]
    return "\n".join(sight.text for sight in new)


async def test_a_call_in_the_group_has_its_number_in_the_answer(town: WeComTown) -> None:
    answer = await said(town, town.aunt, "@呼应 3号楼2单元电梯停了")
    assert "#1001 电梯 · 3号楼2单元" in answer
    assert "王芳" in answer
    assert answer.endswith("\n@我 回复：我也遇到 1001")
    assert (await town.town.ticket()).state is State.REPORTED
    assert "#1001 电梯" in town.wang.last.text


async def test_the_answer_counts_as_said_and_is_not_said_again(town: WeComTown) -> None:
    await said(town, town.aunt, "@呼应 3号楼2单元电梯停了")
    await town.forward(seconds=30)
    assert sum("#1001 电梯" in sight.text for sight in town.neighbours.messages) == 1


async def test_a_neighbour_joins_and_the_reporter_lists_what_she_reported(town: WeComTown) -> None:
    await said(town, town.aunt, "@呼应 3号楼2单元电梯停了")
    assert "已跟进" in await said(town, town.uncle, "@呼应 我也遇到 1001")
    assert (await town.town.ticket()).followers == 1
    listed = await said(town, town.aunt, "@呼应 我的工单")
    assert "#1001" in listed
    assert "还没有" not in listed


async def test_what_happens_later_is_told_by_the_way_that_is_still_open(town: WeComTown) -> None:
    await said(town, town.aunt, "@呼应 3号楼2单元电梯停了")
    await town.after(town.wang.presses("接单"))
    later = [sight for sight in town.neighbours.messages if sight.way == "reply"]
    assert len(later) == 1
    assert "王芳已受理" in later[0].text


async def test_what_could_not_be_told_any_more_comes_with_the_next_answer(town: WeComTown) -> None:
    await said(town, town.aunt, "@呼应 3号楼2单元电梯停了")
    await town.forward(hours=1, minutes=1)
    before = len(town.neighbours.messages)
    await town.after(town.wang.presses("接单", containing="#1001 电梯"))
    assert town.neighbours.messages[before:] == []
    assert "王芳已受理" in await said(town, town.aunt, "@呼应 我的工单")


async def test_a_group_that_was_never_spoken_in_is_not_tried_again_and_again(town: WeComTown) -> None:
    await town.town.says(town.town.mei, "3号楼2单元电梯停了")
    await town.settle()
    (refused,) = town.wecom.refusals
    assert refused.path == "appchat/send"
    town.wecom.calls.remove(refused)
    await town.after(town.wang.presses("接单"))
    assert (await town.town.acts()).count(Act.UNTOLD) == 1
    assert "王芳已受理" in await said(town, town.aunt, "@呼应 我的工单")
    assert (await town.town.acts()).count(Act.TOLD) == 1


async def test_a_repeated_push_gets_the_first_answer_again_and_makes_one_ticket(town: WeComTown) -> None:
    town.wecom.robot.line.to_repeat = 2
    await said(town, town.aunt, "@呼应 3号楼2单元电梯停了")
    assert len(await town.town.tickets()) == 1
    assert sum("#1001" in sight.text for sight in town.neighbours.messages) == 1


async def test_words_and_a_picture_are_one_report_and_the_picture_is_kept(town: WeComTown) -> None:
    await town.after(town.aunt.sends_photo(a_photo(), town.neighbours, text="@呼应 5号楼1单元水管漏水"))
    async with town.town.store.view() as view:
        (kept,) = await view.media.of("jinghe-1001")
    assert kept.kind == "photo"
    assert kept.sha256


async def test_a_member_who_leads_the_grid_may_accept_in_the_group_and_an_outsider_may_not(
    town: WeComTown,
) -> None:
    await said(town, town.aunt, "@呼应 3号楼2单元电梯停了")
    assert "#1001" in await said(town, town.uncle, "@呼应 接单 1001")
    assert (await town.town.ticket()).state is State.REPORTED
    await said(town, town.wang, "@呼应 接单 1001")
    assert (await town.town.ticket()).first_responder == "wangfang"


async def test_neighbours_who_talk_among_themselves_are_not_heard(town: WeComTown) -> None:
    assert await said(town, town.uncle, "谁家有电钻借一下") == ""
    assert town.wecom.robot.line.pushes == []


async def test_a_group_nobody_bound_is_told_what_to_write_into_the_community_file(town: WeComTown) -> None:
    other = town.wecom.robot_group("wrAJ2GCAAAXtWyujaWJHDDGi0mACNEW0", "第二网格", [town.wang, town.aunt])
    await town.after(town.wang.says("@呼应 在吗", other))
    assert any("wecom:wrAJ2GCAAAXtWyujaWJHDDGi0mACNEW0" in sight.text for sight in other.messages)


async def test_alone_with_the_robot_a_resident_gets_an_answer_and_a_welcome(town: WeComTown) -> None:
    await town.after(town.wecom.robot.enters(town.aunt))
    alone = town.wecom.robot.private(town.aunt)
    assert alone.last.way == "passive"
    await town.after(town.aunt.says("鑫海花城东区3号楼2单元电梯停了", alone))
    assert "#1001" in alone.last.text
    town.wecom.calls = [call for call in town.wecom.calls if call.path != "appchat/send"]
