"""The joint meeting: what stands on its list, what it decides, and the date that is then a clock like any other."""

from __future__ import annotations

from storage.records import Act, Clock, Level, State
from tests.stories.town import Town

LIFT = "3号楼2单元电梯停了"
DECISION = "决议 1001 物业11月28日前更换门机"


async def queued(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.chen, "我也遇到")
    await town.presses(town.leader, "接单")
    await town.forward(hours=4)


async def test_staff_see_the_list_with_reasons(town: Town) -> None:
    await queued(town)
    await town.says(town.staff, "会议", town.staff_room)
    assert town.last(town.staff_room).splitlines() == [
        "联席会议名单 1 件（下次 11月27日周五 15:00）",
        "#1001 电梯 · 3号楼2单元 · 超时未解决 · 17:00 起 · 1 户跟进",
    ]


async def test_a_resolution_is_told_to_everyone_it_concerns_with_its_date(town: Town) -> None:
    await queued(town)
    await town.says(town.staff, DECISION, town.staff_room)
    said = "#1001 会议决定 · 电梯 · 3号楼2单元\n物业更换门机，11月28日周六 23:59 前。到期没办成，会报街道。"
    for reader in (town.group, town.mei, town.chen, town.leader):
        assert said in town.seen(reader)
    assert town.last(town.staff_room) == "#1001 决议已记下。"
    assert "会议决定：物业更换门机 · 11月28日周六 23:59 前" in town.cards()[0].words
    assert not await town.queue()
    assert set(await town.running()) == {Clock.MEETING}


async def test_its_date_warns_the_handler_and_missed_it_goes_to_the_street(town: Town) -> None:
    await queued(town)
    await town.says(town.staff, DECISION, town.staff_room)
    await town.forward(hours=24 * 6)
    assert any(
        "会议定的日期快到了，11月28日" in words or "会议定的日期快到了" in words
        for words in town.seen(town.leader)
    )
    await town.forward(hours=7)
    for reader in (town.staff, town.staff_room):
        assert town.last(reader).startswith("#1001 会议定的日期已过，请人工报街道")
        assert "决定：物业更换门机" in town.last(reader)
    assert "社区会报到街道" in town.last(town.mei)
    assert "要报街道了" in town.last(town.leader)
    assert (await town.ticket()).level is Level.STREET
    assert "会议定的日期已过，报街道" in town.cards()[0].words
    assert (await town.acts()).count(Act.STREET) == 1
    await town.forward(hours=24 * 10)
    assert (await town.acts()).count(Act.STREET) == 1
    await town.says(town.leader, "办结 1001 门机换好了", town.leader.chat)
    assert "说是办好了" in town.last(town.staff_room)


async def test_done_by_the_date_nothing_goes_to_the_street(town: Town) -> None:
    await queued(town)
    await town.says(town.staff, DECISION, town.staff_room)
    await town.forward(hours=24)
    await town.says(town.leader, "办结 1001 门机换好了", town.leader.chat)
    await town.presses(town.mei, "满意", town.mei.chat)
    await town.forward(hours=24 * 10)
    assert Act.STREET not in await town.acts()
    assert (await town.ticket()).state is State.CLOSED


async def test_a_resolution_without_a_date_or_with_one_that_has_passed_is_sent_back(town: Town) -> None:
    await queued(town)
    for words in ("决议 1001 物业更换门机", "决议 1001 物业2026年11月1日前更换门机", "决议 1001 2月30日前换"):
        await town.says(town.staff, words, town.staff_room)
        assert town.last(town.staff_room).startswith("请写上办法和日期，比如：决议 1001")
    assert Act.DECIDE not in await town.acts()


async def test_leaders_do_not_write_the_meetings_resolutions(town: Town) -> None:
    await queued(town)
    await town.says(town.leader, DECISION, town.leader.chat)
    assert Act.DECIDE not in await town.acts()


async def test_what_the_meeting_set_only_the_meeting_moves(town: Town) -> None:
    await queued(town)
    await town.says(town.staff, DECISION, town.staff_room)
    await town.says(town.staff, "准延 1001 2天", town.staff_room)
    assert "日期是会议定的" in town.last(town.staff_room)
    await town.says(town.staff, "决议 1001 物业12月5日前更换门机", town.staff_room)
    assert "12月5日" in town.cards()[0].words
    await town.forward(hours=24 * 7)
    assert Act.STREET not in await town.acts()


async def test_decided_before_anybody_took_it_the_date_still_counts(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.staff, "列入会议 1001 第三次坏了", town.staff_room)
    await town.says(town.staff, DECISION, town.staff_room)
    await town.presses(town.leader, "接单")
    await town.forward(hours=24)
    assert not await town.queue()
    assert (await town.acts()).count(Act.QUEUE) == 1
    assert "11月28日" in town.cards()[0].words


async def test_a_leader_may_put_it_on_the_table_again_after_the_meeting(town: Town) -> None:
    await queued(town)
    await town.says(town.staff, DECISION, town.staff_room)
    await town.forward(hours=1)
    await town.says(town.leader, "上会 1001 物业说没钱换", town.leader.chat)
    assert [t.number for t in await town.queue()] == [1001]
    assert len([words for words in town.seen(town.staff_room) if "已列入联席会议" in words]) == 2


async def test_a_private_matter_is_decided_without_a_word_in_the_group(town: Town) -> None:
    await town.says(town.mei, "投诉 5号楼那家天天半夜拉琴", town.mei.chat)
    await town.presses(town.mei, "匿名", town.mei.chat)
    seen = len(town.seen(town.group))
    await town.says(town.staff, "决议 1001 网格长12月1日前上门调解", town.staff_room)
    assert len(town.seen(town.group)) == seen
    assert "会议决定" in town.last(town.mei)
    assert "网格长上门调解" in town.last(town.mei)


async def test_time_granted_after_the_meetings_date_does_not_run_out_in_silence(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元楼道灯坏了")
    await town.says(town.leader, "上会 1001 没有经费", town.leader.chat)
    await town.says(town.staff, "决议 1001 物业换灯 11月24日前", town.staff_room)
    await town.forward(hours=72)
    await town.says(town.staff, "准延 1001 2小时", town.staff_room)
    await town.forward(hours=2)
    assert [ticket.number for ticket in await town.queue()] == [1001]
    assert "#1001 已列入联席会议（超过解决时限" in town.last(town.staff_room)
    await town.forward(hours=48)
    assert len(town.about(town.staff_room, "#1001 已列入联席会议")) == 2
