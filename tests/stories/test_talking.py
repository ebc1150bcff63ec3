"""Orders and look-ups as people type them, urging, languages, invites, and whatever else is thrown at the bot."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.invites import code_hash
from storage.records import HOUR, Act, Level, Role, State
from tests.stories.town import NOON, Town
from tests.stories.town import town as build


@pytest.fixture
async def reported(town: Town) -> Town:
    """梅姨 has reported #1001."""
    await town.says(town.mei, "3号楼2单元电梯停了")
    return town


# --- typed orders ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "接单 1001",
        "接单1001",
        "#1001 接单",
        "1001接单",
        "接单 #1001",
        "接单 １００１",
        "＃１００１接单",
        "接单，1001",
        "接单",
    ],
)
async def test_a_leader_accepts_in_words(reported: Town, words: str) -> None:
    await reported.says(reported.leader, words)
    assert (await reported.ticket()).state is State.ACCEPTED


async def test_orders_typed_in_private_are_answered(reported: Town) -> None:
    await reported.says(reported.leader, "接单 1001", reported.leader.chat)
    assert "1001" in reported.last(reported.leader)
    assert (await reported.ticket()).state is State.ACCEPTED


async def test_a_note_goes_with_the_order(reported: Town) -> None:
    await reported.says(reported.leader, "办结 1001 换了门机，试了三遍")
    ticket = await reported.ticket()
    assert (ticket.state, ticket.note) == (State.RESOLVED, "换了门机，试了三遍")


async def test_a_wrong_number_is_told_and_nothing_happens(reported: Town) -> None:
    await reported.says(reported.leader, "接单 1999")
    assert reported.last(reported.group) == "没有 #1999 这个工单，请看看号码。"
    assert (await reported.ticket()).state is State.REPORTED


async def test_a_number_of_twenty_digits_breaks_nothing(reported: Town) -> None:
    await reported.says(reported.leader, "接单 99999999999999999999")
    await reported.says(reported.leader, "接单 1001")
    assert (await reported.ticket()).state is State.ACCEPTED


async def test_a_resident_may_not_accept(reported: Town) -> None:
    await reported.says(reported.chen, "接单 1001")
    assert "由网格长和物业来办" in reported.last(reported.group)
    assert (
        await reported.presses(reported.chen, "接单")
        == "#1001 由网格长和物业来办。您家也这样的话，请点“我也遇到”。"
    )
    assert (await reported.ticket()).state is State.REPORTED


async def test_only_the_reporter_withdraws(reported: Town) -> None:
    await reported.says(reported.chen, "撤销 1001")
    assert (await reported.ticket()).state is State.REPORTED
    await reported.says(reported.mei, "撤销 1001")
    assert (await reported.ticket()).state is State.WITHDRAWN
    assert "报修人已撤销" in reported.cards()[0].words


async def test_an_order_that_may_mean_two_tickets_is_asked_with_a_button_for_each(reported: Town) -> None:
    await reported.says(reported.chen, "5号楼停水了")
    await reported.says(reported.leader, "接单", reported.leader.chat)
    assert reported.last(reported.leader) == "是哪一件？"
    assert sorted(reported.leader.chat.last.labels) == ["接单 #1001", "接单 #1002"]
    await reported.presses(reported.leader, "接单 #1002", reported.leader.chat)
    assert (await reported.ticket(1002)).state is State.ACCEPTED


async def test_an_order_word_that_fits_nothing_is_answered_in_private_and_left_alone_in_the_group(
    town: Town,
) -> None:
    await town.says(town.mei, "满意")
    assert town.seen(town.group) == []
    await town.says(town.mei, "满意", town.mei.chat)
    assert "没有可以“满意”的工单" in town.last(town.mei)


async def test_a_building_or_a_room_after_an_order_is_no_ticket_number(reported: Town) -> None:
    await reported.says(reported.mei, "补充 3号楼2单元 有异响")
    await reported.says(reported.mei, "补充 1202室门口也听得到")
    async with reported.store.view() as view:
        words = [remark.words for remark in await view.tickets.remarks("jinghe-1001")]
    assert words == ["3号楼2单元 有异响", "1202室门口也听得到"]


async def test_sentences_that_only_begin_like_orders_are_talk(reported: Town) -> None:
    for words in ("接单的师傅人呢", "满意度调查在哪填", "到场的时候叫我一声", "撤销了吗那个事"):
        await reported.says(reported.mei, words)
    assert (await reported.ticket()).state is State.REPORTED


async def test_a_note_is_asked_and_what_the_leader_says_when_it_is_too_late_is_no_note(
    reported: Town,
) -> None:
    await reported.presses(reported.leader, "接单")
    await reported.presses(reported.leader, "办结")
    await reported.says(reported.deputy, "办结 1001 我顺手换了")
    await reported.says(reported.leader, "好的谢谢", reported.group)
    await reported.says(reported.leader, "晚上开会别忘了", reported.group)
    ticket = await reported.ticket()
    assert (ticket.state, ticket.note) == (State.RESOLVED, "我顺手换了")
    assert sum("不能这样做" in words for words in reported.seen(reported.group)) <= 1


def aside(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if "set aside" in record.message]


# --- buttons nobody knows ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    ["", "x", "accept", "accept:", "accept:nowhere-1", "=building", "=building:3", "=more:x", "=nonsense:1", "=:",
     "accept:jinghe-1999", "显:示", "a" * 64],
)  # fmt: skip
async def test_a_foreign_button_is_answered_with_a_toast_and_changes_nothing(
    reported: Town, data: str, caplog: pytest.LogCaptureFixture
) -> None:
    telegram = reported.telegram
    card = reported.cards()[0]
    query = {
        "id": "77",
        "from": reported.chen.json(),
        "chat_instance": "1",
        "data": data,
        "message": card.json(),
    }
    telegram.injects({"callback_query": query})
    await reported.settle()
    await reported.telegram.wait_for(lambda: reported.telegram.calls_of("answerCallbackQuery"), timeout=5)
    assert (await reported.ticket()).state is State.REPORTED
    assert not aside(caplog), "understood as nothing, not set aside as a fault"


async def test_another_tickets_button_is_judged_by_that_ticket(reported: Town) -> None:
    await reported.says(reported.chen, "5号楼停水了")
    mine, his = reported.cards(1001)[0], reported.cards(1002)[0]
    press = await reported.mei.press(his, next(b for row in his.buttons for b in row if b.reads("我也遇到")))
    await reported.settle()
    assert press.answer == "已跟进，有消息会告诉您"
    assert (await reported.ticket(1002)).followers == 1
    assert (await reported.ticket(1001)).followers == 0
    assert mine.words != his.words


# --- urging -----------------------------------------------------------------------------------------------------------------


async def test_still_nobody_here_is_answered_with_how_it_stands_and_nudges_once(reported: Town) -> None:
    await reported.says(reported.mei, "还没人来啊")
    assert reported.last(reported.group) == "#1001 还在等王芳接单。已替您催了一次。"
    nudges = [words for words in reported.seen(reported.leader) if "在催" in words]
    assert len(nudges) == 1
    await reported.says(reported.mei, "怎么还没人来")
    assert reported.last(reported.group) == "#1001 还在等王芳接单。刚催过，办的人知道了。"
    assert [words for words in reported.seen(reported.leader) if "在催" in words] == nudges


async def test_urging_with_a_number_or_a_matter_finds_the_one_meant(reported: Town) -> None:
    await reported.says(reported.mei, "9号楼2单元楼道灯不亮")
    await reported.says(reported.mei, "#1001 到底什么时候修")
    assert reported.last(reported.group).startswith("#1001 ")


async def test_a_neighbour_who_urges_below_the_card_is_told_how_it_stands_and_how_to_join(
    reported: Town,
) -> None:
    await reported.says(reported.chen, "还没人来吗", reply_to=reported.cards()[0])
    assert reported.last(reported.group) == "#1001 还在等王芳接单。您家也这样的话，请点“我也遇到”。"


async def test_urging_without_a_ticket_is_talk_in_the_group_and_a_hint_in_private(town: Town) -> None:
    await town.says(town.mei, "还没人来啊")
    assert town.seen(town.group) == []
    await town.says(town.mei, "还没人来啊", town.mei.chat)
    assert "我的工单" in town.last(town.mei)


# --- looking up ---------------------------------------------------------------------------------------------------------------


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


# --- languages ----------------------------------------------------------------------------------------------------------------


async def test_english_once_asked_for_stays(town: Town) -> None:
    await town.says(town.mei, "/language en", town.mei.chat)
    assert town.last(town.mei) == "All right, English from now on."
    await town.says(town.mei, "Building 3 elevator broken", town.mei.chat)
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


# --- invites ------------------------------------------------------------------------------------------------------------------


async def invite(town: Town, code: str, role: Role, grid: str | None = "xinhai-east-1") -> None:
    async with town.store.turn() as turn:
        await turn.invites.create(code_hash(code), role, grid, "jinghe", town.clock.now() + HOUR)


async def test_an_invited_leader_may_act_at_once(tmp_path: Path) -> None:
    from tests.stories.town import TOWN

    async with build(tmp_path, text=TOWN.replace('accounts = ["telegram:1001"]', "")) as town:
        await invite(town, "ABCD2345EFGH7", Role.GRID_LEADER)
        await town.leader.starts("ABCD2345EFGH7")
        await town.settle()
        assert town.last(town.leader).startswith("王芳，您好。您现在是第一网格的网格长。")
        await town.says(town.mei, "3号楼电梯停了")
        await town.says(town.leader, "接单 1001")
        assert (await town.ticket()).first_responder == "wangfang"


@pytest.mark.parametrize(
    "words", ["绑定 ABCD2345EFGH7", "绑定abcd-2345-efgh-7", "绑定：ＡＢＣＤ２３４５ＥＦＧＨ７"]
)
async def test_a_code_may_be_typed(town: Town, words: str) -> None:
    await invite(town, "ABCD2345EFGH7", Role.STAFF, None)
    await town.says(town.lin, words, town.lin.chat)
    assert town.last(town.lin).startswith("小林，您好。您现在是径河社区的社区工作人员。")
    await town.says(town.lin, "会议", town.lin.chat)
    assert "名单" in town.last(town.lin)


async def test_a_code_works_once(town: Town) -> None:
    await invite(town, "ABCD2345EFGH7", Role.STAFF, None)
    await town.says(town.lin, "绑定 ABCD2345EFGH7", town.lin.chat)
    await town.says(town.chen, "绑定 ABCD2345EFGH7", town.chen.chat)
    assert town.last(town.chen) == "邀请码不对、用过了或者过期了。请向社区再要一个。"


async def test_a_code_of_yesterday_does_not_work(town: Town) -> None:
    await invite(town, "ABCD2345EFGH7", Role.STAFF, None)
    await town.forward(hours=2)
    await town.says(town.lin, "绑定 ABCD2345EFGH7", town.lin.chat)
    assert "过期" in town.last(town.lin)


async def test_guessing_is_slowed_down(town: Town) -> None:
    await invite(town, "ABCD2345EFGH7", Role.STAFF, None)
    for n in range(5):
        await town.says(town.lin, f"绑定 WRONG{n}", town.lin.chat)
    await town.says(town.lin, "绑定 ABCD2345EFGH7", town.lin.chat)
    assert town.last(town.lin) == "试得太多了，请一小时后再试。"
    await town.forward(minutes=30)
    await invite(town, "ABCD2345EFGH8", Role.STAFF, None)
    await town.forward(minutes=31)
    await town.says(town.lin, "绑定 ABCD2345EFGH8", town.lin.chat)
    assert town.last(town.lin).startswith("小林，您好。")


async def test_an_invited_property_worker_gets_the_pages(tmp_path: Path) -> None:
    from tests.stories.town import TOWN

    async with build(tmp_path, text=TOWN.replace('accounts = ["telegram:1003"]', "")) as town:
        await invite(town, "ABCD2345EFGH7", Role.PROPERTY)
        await town.property.starts("ABCD2345EFGH7")
        await town.settle()
        await town.says(town.mei, "3号楼电梯里困了个老人")
        assert any("#1001" in words for words in town.seen(town.property))


async def test_bind_without_a_code_says_how(town: Town) -> None:
    await town.says(town.lin, "绑定", town.lin.chat)
    assert "绑定 ABCD2345" in town.last(town.lin)


# --- whatever is thrown at it ---------------------------------------------------------------------------------------------------


async def test_markup_is_shown_as_it_was_written(town: Town) -> None:
    nasty = "<b>&*_[]()`~>#+-=|{}.!\\ {person} %s {0}"
    mallory = town.telegram.user(6666, "<i>{until}&_*", started=True)
    await town.says(mallory, f"3号楼电梯停了 {nasty}", mallory.chat)
    assert nasty in town.cards(1001, town.leader.chat)[0].words
    await town.forward(minutes=6)
    assert any("<i>{until}&_*" in words for words in town.seen(town.deputy))
    await town.says(town.leader, f"办结 1001 修好 {nasty}")
    assert f"修好 {nasty}" in town.last(mallory)
    assert not town.refusals()


async def test_a_message_as_long_as_telegram_allows_is_one_ticket_with_a_card_that_shows_its_buttons(
    town: Town,
) -> None:
    long = "3号楼2单元电梯停了，" + "没有人管，" * 1000
    await town.says(town.mei, long[:4096])
    assert (await town.ticket()).words == long[:4096].strip()
    assert "接单 · 13:05 前" in town.cards(1001, town.leader.chat)[0].words, "the clock is not cut off"
    assert not town.refusals()
    await town.says(town.mei, ("补充 1001 " + "很急，" * 2000)[:4096])
    await town.forward(minutes=40)
    assert (await town.ticket()).level >= Level.ALERT
    assert not town.refusals()


async def test_invisible_and_turning_characters_do_not_reach_the_card(town: Town) -> None:
    await town.says(town.mei, "\u202e3号楼\u200b电梯停了\u2066")
    ticket = await town.ticket()
    assert ticket.words == "3号楼电梯停了"
    assert ticket.place.building == "3"


async def test_a_name_that_shows_as_nothing_is_called_a_resident(town: Town) -> None:
    ghost = town.telegram.user(7777, "\u200b\u202e", started=True)
    await town.says(ghost, "3号楼电梯停了", ghost.chat)
    await town.forward(minutes=6)
    assert any("居民 13:00 报" in words for words in town.seen(town.deputy))


async def test_the_same_update_twice_is_one_ticket(town: Town) -> None:
    town.telegram.repeats_updates(1)
    await town.says(town.mei, "3号楼电梯停了")
    assert len(await town.tickets()) == 1
    assert [entry.line.act for entry in await town.ledger()] == [Act.REPORT]


async def test_a_clock_set_back_answers_all_the_same(town: Town) -> None:
    await town.says(town.mei, "3号楼电梯停了")
    await town.clock.turn_to(NOON - HOUR)
    await town.says(town.leader, "接单 1001")
    assert (await town.ticket()).state is State.ACCEPTED
