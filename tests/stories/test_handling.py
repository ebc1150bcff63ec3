"""Working on a ticket: taking it, handing it on, waiting, asking for time, declining, finishing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from storage.records import Act, Clock, Deadline, State
from tests.stories.town import TOWN, Town
from tests.stories.town import town as build

LAMP = "3号楼2单元楼道灯坏了"
LIFT = "3号楼2单元电梯停了"

SECOND_GRID = """
[[grid]]
id = "xinhai-east-2"
compound = "xinhai-east"
name = "第二网格"
buildings = ["13-20"]
leader = "zhaomin"
[[person]]
id = "zhaomin"
name = "赵敏"
roles = ["grid_leader"]
accounts = ["telegram:1005"]
"""


async def acts(town: Town, number: int = 1001) -> list[Act]:
    return [entry.line.act for entry in await town.ledger(number)]


async def reasons(town: Town, act: Act, number: int = 1001) -> list[str]:
    return [entry.line.reason for entry in await town.ledger(number) if entry.line.act is act]


async def running(town: Town, number: int = 1001) -> dict[Clock, Deadline]:
    async with town.store.view() as view:
        return {d.clock: d for d in await view.deadlines.of(f"jinghe-{number}")}


# --- taking it ---------------------------------------------------------------------------------------------------------


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
    assert (await acts(town)).count(Act.ACCEPT) == 1


async def test_a_button_pressed_twice_acts_once(town: Town) -> None:
    await town.says(town.mei, LAMP)
    card = town.cards()[0]
    take = card.buttons[0][0]
    for _ in range(2):
        await town.leader.press(card, take)
    await town.settle()
    assert await town.presses(town.leader, "到场") == "已记到场"
    await town.settle()
    assert (await acts(town)) == [Act.REPORT, Act.ACCEPT, Act.ARRIVE]
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
    assert (await acts(town)) == [Act.REPORT]
    assert (await town.ticket()).state is State.REPORTED


async def test_a_resident_who_presses_the_leaders_button_is_told_and_nothing_changes(town: Town) -> None:
    await town.says(town.mei, LAMP)
    before = town.cards()[0].words
    assert await town.presses(town.chen, "接单") == "#1001 要由负责的人来办，您可以点“我也遇到”或者“催办”。"
    assert town.cards()[0].words == before
    assert (await acts(town)) == [Act.REPORT]


async def test_a_deputy_cannot_decline_and_a_leader_cannot_press_their_colleagues_or_grant_time(
    town: Town,
) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.deputy, "不予受理 1001 不归我们", town.deputy.chat)
    await town.says(town.leader, "督办 1001", town.leader.chat)
    await town.says(town.leader, "准延 1001 1d", town.leader.chat)
    await town.says(town.leader, "列入会议 1001", town.leader.chat)
    assert (await acts(town)) == [Act.REPORT]


async def test_an_act_by_an_anonymous_administrator_is_refused_kindly(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.leader, "接单 1001", as_anonymous=True)
    assert town.last(town.group) == "请用您本人的身份来操作，匿名管理员只能报修。"
    assert (await acts(town)) == [Act.REPORT]


async def test_what_is_typed_in_private_is_answered_and_in_the_group_seen_on_the_card(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.leader, "接单 1001", town.leader.chat)
    assert "#1001 已接单，请按时到场。" in town.seen(town.leader)
    seen = len(town.seen(town.group))
    await town.says(town.leader, "到场 1001")
    assert "王芳已到场" in town.cards()[0].words
    assert len(town.seen(town.group)) == seen


# --- done in one go ----------------------------------------------------------------------------------------------------


async def test_resolved_in_one_go_straight_from_reported(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.leader, "办结 1001 换了灯泡")
    assert (await acts(town)) == [Act.REPORT, Act.ACCEPT, Act.RESOLVE]
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


# --- handing on ----------------------------------------------------------------------------------------------------------


async def test_handed_to_the_property_the_first_one_asked_still_answers_for_it(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "接单")
    await town.presses(town.leader, "转办", town.leader.chat)
    await town.presses(town.leader, "张师傅", town.leader.chat)
    ticket = await town.ticket()
    assert (ticket.handler, ticket.first_responder) == ("zhang", "wangfang")
    assert "张师傅在办，王芳负责到底" in town.cards()[0].words
    assert town.cards(where=town.property.chat)[0].labels[:2] == ["到场", "办结"]
    assert town.last(town.mei) == "#1001 已交给张师傅办，王芳负责到底。"
    await town.presses(town.property, "到场", town.property.chat)
    await town.says(town.property, "办结 1001 换了门机", town.property.chat)
    assert "#1001 说是办好了（张师傅 13:00）：换了门机" in town.last(town.leader)
    assert (await town.ticket()).first_responder == "wangfang"


async def test_the_reason_for_handing_on_reaches_the_one_who_gets_it_and_the_ledger(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.leader, "转办 1001 张师傅 要换门机", town.leader.chat)
    assert any("王芳转给您办：电梯 · 3号楼2单元，要换门机" in words for words in town.seen(town.property))
    assert await reasons(town, Act.TRANSFER) == ["张师傅：要换门机"]
    assert (await town.ticket()).first_responder == "wangfang"


async def test_handed_to_another_grid_it_is_that_grids_leader_who_works(tmp_path: Path) -> None:
    async with build(tmp_path, text=TOWN.replace("[meeting]", SECOND_GRID + "[meeting]")) as town:
        zhao = town.telegram.user(1005, "赵敏", started=True)
        await town.says(town.mei, LIFT)
        await town.says(town.leader, "转办 1001 第二网格", town.leader.chat)
        ticket = await town.ticket()
        assert (ticket.handler, ticket.first_responder) == ("zhaomin", "wangfang")
        await town.presses(zhao, "到场", zhao.chat)
        assert (await town.ticket()).state is State.ON_SITE


async def test_handed_to_a_department_the_first_one_asked_is_reminded_for_it(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.deputy, "接单")
    await town.says(town.deputy, "转办 1001 市场监管局 特种设备科来看", town.deputy.chat)
    ticket = await town.ticket()
    assert (ticket.handler, ticket.handler_name, ticket.first_responder) == (None, "市场监管局", "lilei")
    assert "市场监管局在办，李雷负责到底" in town.cards()[0].words
    await town.forward(hours=3, minutes=12)
    assert "17:00 前要解决" in town.last(town.deputy)


async def test_reassigned_by_staff_the_new_one_has_a_fresh_clock_and_the_old_one_knows(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.forward(minutes=5)
    await town.presses(town.staff, "改派", town.staff_room)
    assert town.staff_room.last.labels
    await town.presses(town.staff, "李雷", town.staff_room)
    assert "等李雷接单 · 13:10 前" in town.cards()[0].words
    assert town.cards(where=town.deputy.chat)
    assert town.last(town.leader) == "#1001 已请李雷来办。"
    assert town.last(town.mei) == "#1001 已请李雷来办。"
    await town.forward(minutes=5)
    # His silence is alerted like anybody's.
    assert "李雷 13:10 前应接单" in town.last(town.staff_room)
    assert "李雷 13:10 前应接单" in town.last(town.leader)
    await town.presses(town.deputy, "接单", town.deputy.chat)
    assert (await town.ticket()).first_responder == "lilei"


async def test_reassigning_what_somebody_took_keeps_who_answers_for_it(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "接单")
    await town.says(town.staff, "改派 1001 李雷", town.staff_room)
    ticket = await town.ticket()
    assert (ticket.handler, ticket.first_responder) == ("lilei", "wangfang")
    assert town.last(town.leader) == "#1001 已交给李雷办，王芳负责到底。"
    assert await town.presses(town.deputy, "到场", town.deputy.chat) == "已记到场"


async def test_a_deputy_who_was_alerted_may_find_somebody_else(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.deputy, "改派 1001 张师傅", town.deputy.chat)
    assert (await town.ticket()).handler is None, "nobody called for a deputy yet"
    await town.forward(minutes=5)
    await town.presses(town.deputy, "改派", town.deputy.chat)
    await town.presses(town.deputy, "张师傅", town.deputy.chat)
    assert (await town.ticket()).handler == "zhang"


# --- waiting -----------------------------------------------------------------------------------------------------------


async def test_waiting_for_parts_stops_the_clocks_and_going_on_starts_them_with_what_was_left(
    town: Town,
) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "接单")
    await town.presses(town.leader, "到场")
    await town.forward(hours=1)
    await town.says(town.leader, "等配件 1001 门机后天到", town.leader.chat)
    assert "等配件：门机后天到，14:00 起暂停计时" in town.cards()[0].words
    assert town.last(town.mei) == "#1001 等配件：门机后天到，先暂停计时。有进展会告诉您。"
    await town.forward(hours=48)
    assert not await town.queue()
    await town.says(town.leader, "继续 1001", town.leader.chat)
    assert "11月24日" not in town.cards()[0].words
    assert "17:00 前解决" in town.cards()[0].words
    await town.forward(hours=3)
    assert await town.queue()
    assert await reasons(town, Act.PAUSE) == ["等配件：门机后天到"]


async def test_a_pause_nobody_ends_ends_after_three_days_and_the_handler_hears_it(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "接单")
    await town.presses(town.leader, "延期", town.leader.chat)
    await town.presses(town.leader, "等天气", town.leader.chat)
    assert (await town.ticket()).pause_reason == "等天气"
    await town.forward(hours=71)
    assert (await town.ticket()).paused_at is not None
    await town.forward(hours=1)
    assert (await town.ticket()).paused_at is None
    assert any("暂停满三天了（等天气），从现在起继续计时" in words for words in town.seen(town.leader))
    await town.forward(hours=4)
    assert await town.queue()


async def test_pausing_twice_is_refused_and_going_on_without_a_pause_too(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.leader, "继续 1001", town.leader.chat)
    await town.says(town.leader, "等居民 1001", town.leader.chat)
    await town.says(town.leader, "等配件 1001", town.leader.chat)
    assert (await town.ticket()).pause_reason == "等居民"
    assert (await acts(town)).count(Act.PAUSE) == 1


# --- more time -----------------------------------------------------------------------------------------------------------


async def test_time_asked_for_is_granted_by_one_of_the_staff_once(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "接单")
    await town.says(town.leader, "延期 1001 厂家下午才能来", town.leader.chat)
    for reader in (town.staff, town.staff_room):
        assert "王芳：厂家下午才能来" in town.last(reader)
        assert "17:00" in town.last(reader)
    assert town.staff_room.last.labels == ["准延 2 小时", "准延 1 天", "不准延"]
    assert await town.presses(town.staff, "准延 2 小时", town.staff_room) == "已准延"
    assert (await running(town))[Clock.RESOLVE].ends_at - town.clock.now() == 6 * 3_600_000
    assert town.last(town.leader) == "#1001 陈洁准了延期，19:00 前办好就行。"
    assert "19:00" in town.last(town.mei)
    # Nobody grants it a second time from the same request.
    assert await town.presses(town.staff, "准延 1 天", town.staff.chat) == "#1001 陈洁已经答复过了。"
    assert (await acts(town)).count(Act.GRANT_TIME) == 1
    assert await reasons(town, Act.GRANT_TIME) == ["2 小时"]


@pytest.mark.parametrize("said", ["1d", "1天", "一天", "24小时"])
async def test_time_is_granted_in_the_words_people_use(town: Town, said: str) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "接单")
    await town.says(town.staff, f"准延 1001 {said}", town.staff_room)
    assert "11月23日周一 17:00 前解决" in town.cards()[0].words


async def test_a_span_nobody_can_read_is_answered_with_an_example(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.staff, "准延 1001 一阵子", town.staff_room)
    assert "准延 1001 2小时" in town.last(town.staff_room)
    assert Act.GRANT_TIME not in await acts(town)


async def test_time_refused_is_told_with_the_reason_and_the_clocks_run_on(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "接单")
    before = await running(town)
    await town.says(town.leader, "延期 1001 太忙", town.leader.chat)
    await town.says(town.staff, "不准延 1001 电梯不能等", town.staff_room)
    assert town.last(town.leader) == "#1001 陈洁没有准延期：电梯不能等。请按原时限办。"
    assert (await running(town))[Clock.RESOLVE] == before[Clock.RESOLVE]


async def test_without_staff_to_ask_the_leader_is_told_so(tmp_path: Path) -> None:
    text = TOWN.replace('staff_chats = ["telegram:-1009000001"]\n', "").replace(
        'accounts = ["telegram:1004"]\n', ""
    )
    async with build(tmp_path, text=text) as town:
        await town.says(town.mei, LIFT)
        await town.says(town.leader, "延期 1001 等人", town.leader.chat)
        assert "没有能批延期的人" in town.last(town.leader)
        assert (await acts(town)) == [Act.REPORT]


# --- pressing ------------------------------------------------------------------------------------------------------------


async def test_staff_press_the_handler_and_the_one_who_answers_for_it(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.leader, "转办 1001 张师傅", town.leader.chat)
    await town.says(town.staff, "督办 1001 老人下不了楼", town.staff_room)
    for reader in (town.property, town.leader):
        assert town.last(reader).startswith("#1001 社区督办 · 电梯 · 3号楼2单元")
        assert "陈洁请您尽快办，时限 17:00。老人下不了楼" in town.last(reader)
    assert town.last(town.staff_room) == "#1001 已督办。"
    assert await reasons(town, Act.SUPERVISE) == ["老人下不了楼"]


# --- not ours ------------------------------------------------------------------------------------------------------------


async def test_declining_needs_a_reason_and_the_reporter_hears_it_with_where_to_go(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.presses(town.leader, "不予受理", town.leader.chat)
    assert (await town.ticket()).state is State.REPORTED
    await town.presses(town.leader, "不归社区和物业管", town.leader.chat)
    assert (await town.ticket()).state is State.DECLINED
    assert town.last(town.mei) == (
        "#1001 没能受理：不归社区和物业管。需要帮忙请打服务电话 027-83000000。"
        "不同意的话，可以提一次异议，由社区复核。"
    )
    assert town.mei.chat.last.labels == ["有异议"]
    assert not await running(town)


async def test_an_objection_goes_to_staff_once_and_the_second_refusal_is_final(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.leader, "不予受理 1001 是自家的灯", town.leader.chat)
    assert await town.presses(town.mei, "有异议", town.mei.chat) == "已转社区复核"
    for reader in (town.staff, town.staff_room):
        assert "居民对不予受理有异议" in town.last(reader)
        assert "原来的答复：是自家的灯" in town.last(reader)
    assert town.staff_room.last.labels == ["改派", "列入会议", "不予受理", "看全程"]
    assert Clock.ACCEPT in await running(town)
    # The leader has answered already; now it is the staff's.
    await town.says(town.leader, "不予受理 1001 真是自家的", town.leader.chat)
    assert "居民有异议，由社区来定" in town.last(town.leader)
    await town.says(town.staff, "不予受理 1001 核实过，是户内灯", town.staff_room)
    assert town.last(town.mei).startswith(
        "#1001 社区复核后仍不能受理：核实过，是户内灯。需要帮忙请打服务电话"
    )
    assert not town.mei.chat.last.labels
    await town.says(town.mei, "有异议 1001", town.mei.chat)
    assert "已经复核过一次了" in town.last(town.mei)
    assert not await running(town)


async def test_an_objection_can_be_upheld_and_worked_on(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.leader, "不予受理 1001 是自家的灯", town.leader.chat)
    await town.presses(town.mei, "有异议", town.mei.chat)
    await town.says(town.staff, "改派 1001 李雷", town.staff_room)
    await town.presses(town.deputy, "接单", town.deputy.chat)
    await town.says(town.deputy, "办结 1001 换了", town.deputy.chat)
    assert "说是办好了" in town.last(town.mei)


# --- the same matter, and taken back -------------------------------------------------------------------------------------


async def test_merged_the_reporter_and_followers_follow_the_other_one(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.chen, "7号楼3单元电梯停了")
    await town.says(town.lin, "7号楼停电了")
    await town.presses(town.mei, "我也遇到", containing="#1003")
    await town.says(town.leader, "并案 1003 1002")
    assert (await town.ticket(1003)).state is State.MERGED
    assert "已并入 #1002" in town.cards(1003)[0].words
    assert "我也遇到 2" in town.cards(1002)[0].labels
    for reader in (town.lin, town.mei):
        assert town.last(reader) == "#1003 和 #1002 是同一件事，以后看 #1002。"
    await town.says(town.leader, "办结 1002 电力抢修完了")
    for reader in (town.lin, town.mei):
        assert "#1002 说是办好了" in town.last(reader)
    assert not await running(town, 1003)


async def test_nothing_is_merged_into_itself_or_into_what_has_ended(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.chen, "7号楼3单元电梯停了")
    await town.says(town.leader, "并案 1001 1001", town.leader.chat)
    await town.says(town.leader, "并案 1001", town.leader.chat)
    await town.says(town.mei, "撤销 1001", town.mei.chat)
    await town.says(town.leader, "并案 1002 1001", town.leader.chat)
    assert "已经结束" in town.last(town.leader)
    assert (await town.ticket(1002)).state is State.REPORTED


async def test_enough_households_brought_together_put_it_on_the_table(tmp_path: Path) -> None:
    async with build(tmp_path, text=TOWN + "[escalation]\nfollowers = 2\n") as town:
        await town.says(town.mei, "7号楼3单元电梯停了")
        await town.says(town.chen, "7号楼停电了")
        await town.presses(town.lin, "我也遇到", containing="#1002")
        assert not await town.queue()
        await town.says(town.leader, "并案 1002 1001")
        assert [t.number for t in await town.queue()] == [1001]
        assert any("2 户跟进" in words for words in town.seen(town.staff_room))


async def test_taken_back_by_its_reporter_and_by_nobody_else(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.presses(town.chen, "我也遇到")
    await town.says(town.chen, "撤销 1001", town.chen.chat)
    assert (await town.ticket()).state is State.REPORTED
    await town.forward(minutes=5)
    await town.says(town.mei, "撤销 1001", town.mei.chat)
    assert (await town.ticket()).state is State.WITHDRAWN
    assert "报修人已撤销" in town.cards()[0].words
    assert not town.cards()[0].labels
    for reader in (town.leader, town.deputy, town.property, town.staff, town.staff_room):
        assert "#1001 报修人已撤销" in town.last(reader)
    assert "报修人撤销了" in town.last(town.chen)
    assert not await running(town)


# --- the story -------------------------------------------------------------------------------------------------------------


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
