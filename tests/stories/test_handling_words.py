"""A question waits for words: which are its answer, which are talk, which are a call; and what a group may overhear."""

from __future__ import annotations

import pytest

from storage.records import Severity, State
from tests.stories.town import Town

LAMP = "3号楼2单元楼道灯坏了"
RUDE = "投诉3号楼2单元物业张师傅上门态度很差骂人"


async def in_confidence(town: Town) -> None:
    await town.says(town.mei, RUDE, town.mei.chat)
    await town.presses(town.mei, "匿名", town.mei.chat)


async def test_fire_cried_out_while_a_note_is_waited_for_is_a_call_and_no_note(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.leader, "接单 1001", town.leader.chat)
    await town.says(town.leader, "办结 1001", town.leader.chat)
    await town.says(town.leader, "5号楼着火了，有浓烟，快来人", town.leader.chat)
    assert (await town.ticket(1001)).state is State.ACCEPTED
    assert (await town.ticket(1002)).severity is Severity.EMERGENCY
    assert town.about(town.staff_room, "#1002")


async def test_fire_elsewhere_is_not_added_to_the_lamp_it_was_asked_about(town: Town) -> None:
    await town.says(town.mei, LAMP, town.mei.chat)
    await town.says(town.mei, "补充 1001", town.mei.chat)
    await town.says(town.mei, "5号楼着火了，有浓烟，快来人", town.mei.chat)
    assert (await town.ticket(1001)).severity is Severity.ORDINARY
    assert (await town.ticket(1002)).place.building == "5"


async def test_a_note_about_people_freed_stays_the_note_of_their_ticket(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯困人了")
    await town.says(town.leader, "接单 1001", town.leader.chat)
    await town.says(town.leader, "办结 1001", town.leader.chat)
    await town.says(town.leader, "被困人员已救出", town.leader.chat)
    assert (await town.ticket()).note == "被困人员已救出"
    assert len(await town.tickets()) == 1


async def test_talk_in_the_group_hands_nothing_over_but_a_department_named_there_does(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.leader, "接单 1001")
    await town.says(town.leader, "转办 1001")
    await town.says(town.leader, "大家晚上吃了吗")
    assert (await town.ticket()).handler == "wangfang"
    await town.says(town.leader, "供电公司")
    assert (await town.ticket()).handler_name == "供电公司"


@pytest.mark.parametrize("words", ["看全程 1001", "/todo", "待办", "办结 1001", "转办 1001", "接单 1001"])
async def test_what_the_leader_types_in_the_group_shows_nothing_of_a_private_matter(
    town: Town, words: str
) -> None:
    await in_confidence(town)
    await town.says(town.leader, words)
    assert not town.about(town.group, "1001")


async def test_a_private_matter_ordered_in_the_group_is_asked_about_and_told_in_private(town: Town) -> None:
    await in_confidence(town)
    await town.says(town.leader, "看全程 1001")
    assert "张师傅上门态度很差" in town.last(town.leader)
    await town.says(town.leader, "办结 1001")
    assert town.last(town.leader) == "#1001 怎么处理的？发一句话，或者一张照片。"
    await town.says(town.leader, "谈过了，道了歉", town.leader.chat)
    assert (await town.ticket()).state is State.RESOLVED


@pytest.mark.parametrize("words", ["/mine", "我的工单", "还没人来", "催办 1001", "补充 1001", "补充", "撤销"])
async def test_what_its_writer_types_in_the_group_does_not_give_them_away(town: Town, words: str) -> None:
    await in_confidence(town)
    await town.says(town.mei, words)
    assert not town.about(town.group, "1001")


async def test_staff_still_see_private_matters_in_their_own_room(town: Town) -> None:
    await in_confidence(town)
    await town.says(town.staff, "待办", town.staff_room)
    assert "#1001" in town.last(town.staff_room)


async def test_the_story_told_in_the_group_does_not_name_who_reported_in_private(town: Town) -> None:
    await town.says(town.mei, LAMP, town.mei.chat)
    await town.says(town.leader, "接单 1001")
    await town.says(town.leader, "看全程 1001")
    assert "登记 报修" in town.last(town.group)
    assert "梅姨" not in "".join(town.seen(town.group))


async def test_a_reporter_who_types_the_leaders_word_is_told_what_they_can_do_themselves(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.mei, "办结 1001", town.mei.chat)
    assert "催办 1001" in town.last(town.mei)
    assert "我也遇到" not in town.last(town.mei)


async def test_a_report_from_another_building_is_not_swallowed_as_a_note(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.leader, "办结 1001", town.leader.chat)
    await town.says(town.leader, "5号楼1单元下水道堵了", town.leader.chat)
    assert (await town.ticket(1001)).state is State.REPORTED
    assert (await town.ticket(1002)).place.building == "5"


async def test_who_joined_a_report_may_ask_in_words_why_nobody_comes(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.presses(town.chen, "我也遇到")
    await town.says(town.chen, "还没人来")
    assert town.last(town.group) == "#1001 还在等王芳接单，13:05 前。已替您催了一次。"


async def test_a_property_worker_is_told_whose_turn_it_is_and_not_to_join_in(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.property, "接单 1001", town.property.chat)
    assert town.last(town.property) == "#1001 现在等王芳接单，到时没人接会叫您。要先办，请王芳转给您。"
    await town.forward(minutes=5)
    await town.says(town.property, "接单 1001", town.property.chat)
    assert (await town.ticket()).handler == "zhang"
