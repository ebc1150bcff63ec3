"""A whole meeting from the staff chat: the agenda a day before, who came, what was decided, the minutes, the date after."""

from __future__ import annotations

import pytest

from storage.records import Act, Clock, Level, MeetingState, Outcome, Reason
from tests.stories.town import Town

LIFT = "3号楼2单元电梯停了"
LAMP = "5号楼1单元楼道灯坏了"
ROAD = "7号楼门口路面塌了个坑"


async def three_queued(town: Town) -> None:
    """1001 a lift that two follow, 1002 a lamp, 1003 another lift: all on the list by 17:00."""
    await town.says(town.mei, LIFT)
    await town.presses(town.chen, "我也遇到")
    await town.says(town.lin, LAMP)
    await town.says(town.chen, "7号楼1单元电梯停了")
    for number in (1001, 1002, 1003):
        await town.says(town.leader, f"接单 {number}", town.leader.chat)
    await town.forward(hours=4)


async def staff(town: Town, *orders: str) -> str:
    for order in orders:
        await town.says(town.staff, order, town.staff_room)
    return town.last(town.staff_room)


@pytest.mark.on_one_database
async def test_the_agenda_goes_to_the_parties_a_day_before_once(town: Town) -> None:
    await three_queued(town)
    await town.forward(hours=24 * 3)  # Wednesday
    assert not town.about(town.property, "联席会议议程")
    await town.forward(hours=24)  # Thursday, past 15:00
    for reader in (town.staff_room, town.property):
        (agenda,) = town.about(reader, "联席会议议程")
        assert agenda.startswith(
            "联席会议议程 · 11月27日周五 15:00\n3 项，其中电梯 2 项（3号楼、7号楼，建议一并议）"
        )
        assert "跟进最多 #1001（1 户）" in agenda
        assert "1. #1001 电梯 · 3号楼2单元 · 超时未解决 · 4 天 · 1 户跟进" in agenda
    assert not town.about(town.group, "联席会议议程")
    await town.forward(hours=12)
    assert len(town.about(town.staff_room, "联席会议议程")) == 1


@pytest.mark.on_one_database
async def test_nothing_on_the_list_nobody_is_invited_until_something_is(town: Town) -> None:
    await town.forward(hours=24 * 4 + 3)  # Thursday 16:00
    assert not town.seen(town.property)
    await town.says(town.mei, LIFT)
    await town.says(town.staff, "列入会议 1001 第三次坏了", town.staff_room)
    await town.forward(minutes=2)
    assert "第三次坏了" not in town.last(town.property)
    assert town.about(town.property, "联席会议议程", "1 项")


async def test_a_whole_meeting_from_the_staff_chat(town: Town) -> None:
    await three_queued(town)
    begun = await staff(town, "开会")
    assert begun.startswith("今年第 1 次联席会议开始")
    assert "社区：陈洁 到\n物业：张师傅 未到" in begun
    assert "现在开联席会议" in town.last(town.property)
    here = await staff(town, "到会 张师傅 居民代表吴婆 消防")
    assert "物业：张师傅 到\n居民代表：居民代表吴婆 到\n列席：消防 到" in here
    assert here.endswith("到会够数，可以议。")
    assert (await staff(town, "没到 张师傅")).endswith("还缺物业。")
    assert "居民代表：居民代表吴婆、residents' rep Wu 到\n" in await staff(town, "present residents' rep Wu")
    assert "residents' rep Wu 未到\n" in await staff(town, "absent residents' rep Wu")
    await staff(town, "到会 zhang", "主持 陈洁", "记录 李雷")
    assert town.last(town.staff_room) == "主持 陈洁 · 记录 李雷"
    item = await staff(town, "下一项")
    assert item.startswith("第 1/3 项 · #1001 电梯 · 3号楼2单元")
    # Without a number it is about what is being talked about.
    noted = await staff(town, "决议 物业更换门机 责任人 张师傅 协办 社区、消防 11月28日前")
    assert noted == "#1001 决议已记下。还有 2 项，下一项 #1003 电梯 · 7号楼1单元。"
    said = "物业更换门机（责任人张师傅，协办社区、消防），11月28日周六 23:59 前。到期没办成，会报街道。"
    for reader in (town.group, town.mei, town.chen, town.property, town.leader):
        assert town.about(reader, "#1001 会议决定", said), reader
    assert (await town.ticket()).handler == "zhang"
    await staff(town, "挂账 1003 12月31日 等维修资金")
    assert town.about(town.group, "#1003 会议决定先挂账", "等维修资金。12月31日周四 09:00 再上会看")
    state = await staff(town, "会议")
    assert state.startswith("联席会议正在开 · 已议 2 项，还有 1 项\n1. #1002")
    over = await staff(town, "散会")
    assert over.startswith("今年第 1 次联席会议散会\n决议 1 项、缓议 1 项、挂账 1 项。")
    assert town.about(town.lin, "#1002 这次会没来得及议", "下次会议 11月27日周五 15:00")
    minutes = await staff(town, "纪要")
    assert minutes.startswith("径河社区联席会议纪要（2026年第1次）")
    assert "到会 陈洁、张师傅、居民代表吴婆、消防" in minutes
    assert (
        "1. #1001 电梯 · 3号楼2单元 · 决议：物业更换门机（责任人张师傅，协办社区、消防，11月28日周六 23:59 前）"
        in minutes
    )
    assert "2. #1002 照明 · 5号楼1单元 · 缓议：这次没议到" in minutes
    async with town.store.view() as view:
        (held, *_) = [m for m in await view.meetings.of("jinghe") if m.state is MeetingState.CLOSED]
        items = await view.meetings.items(held.id)
    assert (held.number, held.year, held.chair, held.recorder) == (1, 2026, "陈洁", "李雷")
    assert [item.outcome for item in items] == [Outcome.RESOLVED, Outcome.DEFERRED, Outcome.LISTED]
    assert [t.number for t in await town.queue()] == [1002]
    # The date is a clock like any other: missed, it climbs to the street.
    await town.forward(hours=24 * 7)
    assert (await town.ticket()).level is Level.STREET
    assert "逾期未办" in await staff(town, "纪要")
    await town.says(town.property, "办结 1001 门机换好了", town.property.chat)
    assert "逾期办结" in await staff(town, "纪要")
    assert not town.refusals()


@pytest.mark.on_one_database
async def test_done_by_its_date_the_loop_is_closed(town: Town) -> None:
    await three_queued(town)
    await staff(town, "开会", "决议 1001 更换门机 责任人 张师傅 11月28日前", "散会")
    await town.says(town.property, "办结 1001 门机换好了", town.property.chat)
    assert "按期办结" in await staff(town, "纪要")
    await town.forward(hours=24 * 9)
    assert Act.STREET not in await town.acts()


@pytest.mark.on_one_database
async def test_what_was_put_on_the_problem_list_comes_back_on_its_day(town: Town) -> None:
    await three_queued(town)
    await staff(town, "挂账 1001 11月30日 等维修资金")
    assert set(await town.running()) == {Clock.RECALL}
    assert "挂账：等维修资金 · 11月30日周一 09:00 再议" in town.cards()[0].words
    await town.forward(hours=24 * 7 - 4)  # Sunday 13:00 + 7 days, less four hours
    await town.forward(hours=24)
    ticket = await town.ticket()
    assert ticket.queued is Reason.RECALLED
    assert town.about(town.staff_room, "#1001 已列入联席会议", "会上定的再议日到了")
    assert "到了会上定的日子还没办成" in town.last(town.mei)


@pytest.mark.on_one_database
async def test_a_reference_leaves_the_list_and_comes_back_unless_the_department_has_settled_it(
    town: Town,
) -> None:
    await three_queued(town)
    await staff(town, "转部门 1002 供电 换楼道线路 11月25日前", "转部门 1001 街道")
    assert town.about(
        town.group,
        "#1002 会议决定转供电办理",
        "换楼道线路。社区跟着问，11月25日周三 09:00 前没办成，会再上会。",
    )
    assert [t.number for t in await town.queue()] == [1003]
    referred = await town.ticket(1002)
    assert (referred.handler, referred.handler_name, referred.first_responder) == (None, "供电", "wangfang")
    await town.says(town.leader, "办结 1001 街道修好了", town.leader.chat)
    assert Clock.RECALL not in await town.running()
    await town.forward(hours=24 * 4)
    assert {t.number for t in await town.queue()} == {1002, 1003}


@pytest.mark.on_one_database
async def test_deferred_with_a_reason_it_stays_for_the_next_meeting(town: Town) -> None:
    await three_queued(town)
    assert "请写上为什么缓" in await staff(town, "缓议 1001")
    await staff(town, "开会", "缓议 1001 等物业报价")
    assert town.about(town.group, "#1001 会上没有定下来", "等物业报价。下次会议 11月27日周五 15:00 接着议")
    assert (await town.ticket()).queued is Reason.RESOLVE_MISSED
    assert (await staff(town, "会议")).startswith("联席会议正在开 · 已议 1 项，还有 2 项")
    # Decided after all, in the same meeting: the last word counts.
    await staff(town, "决议 1001 更换门机 11月28日前", "散会")
    assert "决议 1 项、缓议 2 项" in town.last(town.staff_room)
    assert "等物业报价" not in await staff(town, "纪要")


@pytest.mark.on_one_database
async def test_a_meeting_is_called_moved_and_called_off(town: Town) -> None:
    await three_queued(town)
    assert await staff(town, "开会 周三 10:00 党群服务中心") == (
        "联席会议定在 11月25日周三 10:00，党群服务中心\n现在名单上 3 件，议程提前一天发给各方。"
    )
    assert (await staff(town, "会议")).startswith("联席会议名单 3 件（下次 11月25日周三 10:00）")
    assert "请写比如：改期 周五 15:00" in await staff(town, "改期")
    await staff(town, "改期 周二 10:00")
    assert "从 11月25日周三 10:00 改到 11月24日周二 10:00" in town.last(town.staff_room)
    told = town.seen(town.property)
    assert (await staff(town, "改期 周二 10:00")).startswith(
        "会议本来就是 11月24日周二 10:00，党群服务中心，没有改动"
    )
    assert town.seen(town.property) == told
    await town.forward(hours=20)
    assert town.about(town.property, "联席会议议程 · ")
    await staff(town, "取消会议 停电了")
    assert "11月24日周二 10:00 的联席会议取消了。名单上 3 件等下次 11月27日周五 15:00。" in town.last(
        town.staff_room
    )
    assert "的会不开了：停电了。下次 11月27日周五 15:00" in town.last(town.property)
    # The calendar's own can be called off, too: the week after is planned at once.
    await staff(town, "取消会议")
    assert "等下次 12月4日周五 15:00" in town.last(town.staff_room)
    assert "没有排着的会议" not in await staff(town, "改期 12月5日 9:00")
    async with town.store.view() as view:
        lines = [e.line for e in await view.ledger.entries("jinghe", 0, 1000) if not e.line.ticket]
    assert [line.act for line in lines] == [
        Act.CALL_MEETING, Act.CALL_MEETING, Act.CANCEL_MEETING, Act.CANCEL_MEETING, Act.CALL_MEETING,
    ]  # fmt: skip
    assert lines[2].reason == "2026-11-24 10:00 停电了"


@pytest.mark.on_one_database
async def test_a_meeting_nobody_opened_is_not_forgotten(town: Town) -> None:
    await three_queued(town)
    await town.forward(hours=24 * 6)
    assert town.about(town.staff_room, "联席会议 11月27日周五 15:00 没有开", "3 件等下次 12月4日周五 15:00")
    await town.forward(hours=24)
    assert len(town.about(town.staff_room, "没有开")) == 1


@pytest.mark.on_one_database
async def test_invited_to_a_meeting_that_was_not_held_staff_hear_so_with_nothing_left_on_its_list(
    town: Town,
) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.staff, "列入会议 1001 第三次坏了", town.staff_room)
    await town.forward(hours=24 * 4 + 3)  # Thursday 16:00, the agenda is out
    await town.says(town.mei, "撤销 1001", town.mei.chat)
    await town.forward(hours=24 * 2)
    assert town.about(town.staff_room, "联席会议 11月27日周五 15:00 没有开", "下次 12月4日周五 15:00")


@pytest.mark.on_one_database
async def test_what_staff_say_to_run_a_meeting_is_talk_from_everybody_else(town: Town) -> None:
    await three_queued(town)
    seen = len(town.seen(town.group))
    for who in (town.mei, town.leader, town.property):
        await town.says(who, "开会")
        await town.says(who, "到会 张师傅")
    assert len(town.seen(town.group)) == seen
    await town.says(town.leader, "散会", town.leader.chat)
    assert town.last(town.leader) == "会议由社区人员召集和主持。"
    async with town.store.view() as view:
        assert await view.meetings.under_way("jinghe") is None


@pytest.mark.on_one_database
async def test_orders_at_the_table_without_a_meeting_say_what_is_missing(town: Town) -> None:
    for order in ("到会 张师傅", "下一项", "散会", "主持 陈洁"):
        assert "开会请发：开会" in await staff(town, order)
    assert await staff(town, "纪要") == "还没有开过会，没有纪要。"
    await staff(town, "开会")
    assert "正在开" in await staff(town, "开会")
    assert await staff(town, "下一项") == "名单上的都议完了，可以散会。"
    assert "没有议题" in await staff(town, "散会")


@pytest.mark.on_one_database
async def test_a_private_matter_is_heard_without_a_word_to_the_property_or_the_group(town: Town) -> None:
    await town.says(town.mei, "投诉 5号楼那家天天半夜拉琴", town.mei.chat)
    await town.presses(town.mei, "匿名", town.mei.chat)
    await town.says(town.leader, "上会 1001 调解不了", town.leader.chat)
    await three_more(town)
    group = len(town.seen(town.group))
    await staff(town, "开会")
    assert "另有 1 项不公开，会上说" in town.last(town.property)
    assert "拉琴" not in "".join(town.seen(town.property))
    await staff(town, "缓议 1001 双方都没来")
    assert len(town.seen(town.group)) == group
    assert "会上没有定下来" in town.last(town.mei)


async def three_more(town: Town) -> None:
    await town.says(town.lin, LAMP)
    await staff(town, "列入会议 1002")
