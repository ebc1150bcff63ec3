"""What nobody deals with in time climbs: remind, alert, queue, street; and everyone who was told hears how it ended."""

from __future__ import annotations

from pathlib import Path

from storage.records import Act, Level, Reason, State
from tests.stories.town import TOWN, Town
from tests.stories.town import town as build

LAMP = "3号楼2单元楼道灯坏了"
LIFT = "3号楼2单元电梯停了"
SHED = "5号楼楼顶有人违建"


async def test_the_leader_is_reminded_before_the_clock_runs_out_and_nobody_else(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.forward(minutes=4)
    assert town.last(town.leader) == "#1001 13:05 前请接单：照明 · 3号楼2单元"
    for other in (town.deputy, town.property, town.staff, town.staff_room, town.mei):
        assert not town.about(other, "#1001")


async def test_accept_missed_alerts_deputy_property_and_staff_privately_and_in_the_staff_chat(
    town: Town,
) -> None:
    await town.says(town.mei, LAMP)
    await town.forward(minutes=5)
    for reader in (town.deputy, town.property, town.staff, town.staff_room):
        heard = town.last(reader)
        assert heard.startswith("#1001 没人接单 · 照明 · 3号楼2单元")
        assert "梅姨 13:00 报，王芳 13:05 前应接单。电话 13800000001" in heard
    assert town.staff_room.last.labels == ["接单", "改派", "督办", "列入会议"]
    assert town.staff.chat.last.labels == ["接单", "改派", "督办", "列入会议"]
    assert town.deputy.chat.last.labels == ["接单", "改派"]
    assert town.property.chat.last.labels == ["接单"]
    assert "等王芳接单 · 已超时，已往上报" in town.cards()[0].words


async def test_a_deputy_takes_it_and_everyone_alerted_hears_who(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.forward(minutes=5)
    await town.presses(town.deputy, "接单", town.deputy.chat)
    for reader in (town.leader, town.property, town.staff, town.staff_room):
        assert town.last(reader) == "#1001 李雷 13:05 已接单。"
    assert "李雷已受理 13:05" in town.cards()[0].words
    assert (await town.ticket()).first_responder == "lilei"
    assert not await town.queue()


async def test_the_property_and_staff_can_take_what_they_were_alerted_to(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.chen, "5号楼1单元下水道堵了")
    await town.forward(minutes=5)
    await town.presses(town.property, "接单 1002", town.property.chat)
    await town.presses(town.staff, "接单 1001", town.staff_room)
    assert (await town.ticket(1002)).handler == "zhang"
    assert (await town.ticket(1001)).handler == "chenjie"


async def test_accept_missed_twice_over_enters_the_queue_told_once_with_the_whole_story(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.forward(minutes=10)
    (told,) = town.about(town.staff_room, "已列入联席会议")
    assert told.startswith("#1001 已列入联席会议（一直没人接单，13:05 前应接）")
    assert "梅姨 13:00 报，还没有人接单" in told
    assert "下次会议 11月27日周五 15:00" in told
    assert town.last(town.mei) == (
        "#1001 一直没有人接单，已提交联席会议（11月27日周五 15:00）。会上定下的办法和日期会告诉您。"
    )
    assert (await town.queue())[0].queued is Reason.ACCEPT_MISSED
    # The other clocks run out as well; the queue is told of nothing twice.
    await town.forward(hours=30)
    assert len(town.about(town.staff_room, "已列入联席会议")) == 1
    assert len(town.about(town.mei, "联席会议")) == 1
    assert (await town.acts()).count(Act.QUEUE) == 1
    assert not town.refusals()


async def test_arrive_missed_is_alerted_but_not_to_the_one_who_is_waited_for(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.presses(town.deputy, "接单")
    told = len(town.seen(town.deputy))
    await town.forward(minutes=5)
    for reader in (town.leader, town.property, town.staff, town.staff_room):
        assert town.last(reader).startswith("#1001 没人到场 · 照明")
        assert "李雷 13:05 前应到场" in town.last(reader)
    assert not any("没人到场" in words for words in town.seen(town.deputy)[told:])
    assert town.staff_room.last.labels == ["改派", "督办", "列入会议"]


async def test_resolve_missed_enters_the_queue_and_both_handler_and_reporter_are_told(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "接单")
    await town.presses(town.leader, "到场")
    await town.forward(hours=3, minutes=12)
    assert town.last(town.leader) == "#1001 17:00 前要解决：电梯 · 3号楼2单元。来不及就“延期”。"
    await town.forward(hours=1)
    (told,) = town.about(town.staff_room, "已列入联席会议")
    assert "（超过解决时限 17:00）" in told
    assert "梅姨 13:00 报，王芳 13:00 受理，13:00 到场" in told
    assert "没能按时解决，已提交联席会议" in town.last(town.mei)
    assert "还请继续办" in town.last(town.leader)
    assert "已列入联席会议（11月27日周五 15:00）" in town.cards()[0].words
    assert (await town.ticket()).level is Level.QUEUE


async def test_once_it_is_done_everyone_who_heard_of_the_queue_hears_that(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.forward(minutes=11)
    await town.says(town.deputy, "办结 1001 换了灯泡")
    for reader in (town.leader, town.property, town.staff, town.staff_room):
        assert "#1001 说是办好了（李雷 13:11）：换了灯泡" in town.last(reader)
    assert not await town.queue()


async def test_a_complex_matter_without_a_plan_in_a_day_enters_the_queue(town: Town) -> None:
    await town.says(town.mei, SHED)
    await town.presses(town.leader, "接单")
    await town.presses(town.leader, "到场")
    assert "11月23日周一 13:00 前拿出方案" in town.cards()[0].words
    await town.forward(hours=24)
    assert (await town.queue())[0].queued is Reason.PLAN_MISSED
    assert "超过方案时限 13:00" in town.about(town.staff_room, "已列入联席会议")[0]


async def test_a_plan_stops_its_clock_and_is_told_to_the_reporter(town: Town) -> None:
    await town.says(town.mei, SHED)
    await town.presses(town.leader, "接单")
    await town.says(town.leader, "方案 1001 城管12月1日前到场拆除", town.leader.chat)
    assert town.last(town.mei) == "#1001 有方案了：城管12月1日前到场拆除"
    await town.forward(hours=25)
    assert not await town.queue()
    assert (await town.ticket()).state is State.PLANNED


async def test_resolve_may_be_shorter_than_arrive(tmp_path: Path) -> None:
    policy = '[policy.ordinary]\naccept = "10m"\narrive = "20m"\nresolve = "8m"\n'
    async with build(tmp_path, text=TOWN + policy) as town:
        await town.says(town.mei, LAMP)
        await town.forward(minutes=8)
        assert (await town.queue())[0].queued is Reason.RESOLVE_MISSED
        await town.presses(town.leader, "接单")
        assert "13:28 前到场 · 13:16 前解决" in town.cards()[0].words


async def test_a_category_has_its_own_clocks_severity_and_handler(tmp_path: Path) -> None:
    policy = '[category.lighting]\nseverity = "major"\nhandler = "zhang"\naccept = "1h"\nresolve = "2d"\n'
    async with build(tmp_path, text=TOWN + policy) as town:
        await town.says(town.mei, LAMP)
        assert "等张师傅接单 · 14:00 前" in town.cards()[0].words
        assert town.cards(where=town.property.chat)
        assert not town.cards(where=town.leader.chat)
        await town.presses(town.property, "接单", town.property.chat)
        assert "11月24日周二 13:00 前解决" in town.cards()[0].words
        assert "13:05 前到场" in town.cards()[0].words


async def test_five_households_that_follow_put_it_on_the_table(tmp_path: Path) -> None:
    async with build(tmp_path, text=TOWN + "[escalation]\nfollowers = 2\n") as town:
        await town.says(town.mei, LAMP)
        await town.presses(town.chen, "我也遇到")
        assert not await town.queue()
        assert await town.presses(town.lin, "我也遇到") == "已跟进，有消息会告诉您"
        (told,) = town.about(town.staff_room, "已列入联席会议")
        assert "（跟进的住户多）" in told
        assert "2 户跟进" in told
        assert "好几户都遇到了，已提交联席会议" in town.last(town.mei)


async def test_a_leader_refers_it_with_the_reason(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.leader, "上会 1001 两家物业分不清归谁", town.leader.chat)
    (told,) = town.about(town.staff_room, "已列入联席会议")
    assert "（王芳提请上会：两家物业分不清归谁）" in told
    assert "一家解决不了，已提交联席会议" in town.last(town.mei)
    assert await town.presses(town.leader, "上会", town.leader.chat, containing="#1001") == (
        "#1001 已经在联席会议名单里了。"
    )
    assert len(town.about(town.staff_room, "已列入联席会议")) == 1


async def test_staff_put_it_on_the_table_from_an_alert(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.forward(minutes=5)
    assert await town.presses(town.staff, "列入会议", town.staff_room) == "已列入联席会议"
    assert (await town.queue())[0].queued is Reason.BY_STAFF
    assert "（陈洁列入）" in town.about(town.staff_room, "已列入联席会议")[0]
    await town.forward(minutes=30)
    assert len(town.about(town.staff_room, "已列入联席会议")) == 1


async def test_a_second_dissatisfaction_goes_to_the_meeting_and_says_so(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.leader, "办结 1001 换了灯泡", town.leader.chat)
    await town.says(town.mei, "不满意 1001 还是不亮", town.mei.chat)
    assert not await town.queue()
    await town.says(town.leader, "办结 1001 又换了一个", town.leader.chat)
    await town.says(town.mei, "不满意 1001 半小时又灭了", town.mei.chat)
    assert (await town.queue())[0].queued is Reason.REOPENED_TWICE
    assert "两次都没办好，已提交联席会议" in "\n".join(town.seen(town.mei))
    assert len(town.about(town.staff_room, "已列入联席会议（居民第二次不满意）")) == 1
