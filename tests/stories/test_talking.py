"""Orders as people type them, and urging."""

from __future__ import annotations

import pytest

from storage.records import State
from tests.stories.town import Town


@pytest.fixture
async def reported(town: Town) -> Town:
    """梅姨 has reported #1001."""
    await town.says(town.mei, "3号楼2单元电梯停了")
    return town


# --- typed orders ---
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
        == "#1001 由网格长和物业来办。您家也这样的话，请选“我也遇到”。"
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
    assert sum("这一步不用做" in words for words in reported.seen(reported.group)) <= 1


# --- urging ---
async def test_still_nobody_here_is_answered_with_how_it_stands_and_nudges_once(reported: Town) -> None:
    await reported.says(reported.mei, "还没人来啊")
    assert reported.last(reported.group) == "#1001 还在等王芳接单，13:05 前。已替您催了一次。"
    nudges = [words for words in reported.seen(reported.leader) if "在催" in words]
    assert len(nudges) == 1
    await reported.says(reported.mei, "怎么还没人来")
    assert reported.last(reported.group) == "#1001 还在等王芳接单，13:05 前。刚催过，办的人知道了。"
    assert [words for words in reported.seen(reported.leader) if "在催" in words] == nudges


async def test_urging_with_a_number_or_a_matter_finds_the_one_meant(reported: Town) -> None:
    await reported.says(reported.mei, "9号楼2单元楼道灯不亮")
    await reported.says(reported.mei, "#1001 到底什么时候修")
    assert reported.last(reported.group).startswith("#1001 ")


async def test_a_neighbour_who_urges_below_the_card_is_told_how_it_stands_and_how_to_join(
    reported: Town,
) -> None:
    await reported.says(reported.chen, "还没人来吗", reply_to=reported.cards()[0])
    assert reported.last(reported.group) == "#1001 还在等王芳接单，13:05 前。您家也这样的话，请选“我也遇到”。"


async def test_urging_without_a_ticket_is_talk_in_the_group_and_a_hint_in_private(town: Town) -> None:
    await town.says(town.mei, "还没人来啊")
    assert town.seen(town.group) == []
    await town.says(town.mei, "还没人来啊", town.mei.chat)
    assert "我的工单" in town.last(town.mei)


async def test_thanks_in_the_group_are_no_note(reported: Town) -> None:
    await reported.presses(reported.leader, "接单")
    await reported.presses(reported.leader, "办结")
    await reported.says(reported.leader, "好的谢谢")
    assert (await reported.ticket()).state is State.ACCEPTED
    await reported.says(reported.leader, "换了门机")
    assert (await reported.ticket()).note == "换了门机"


@pytest.mark.on_one_database
async def test_a_number_alone_or_asked_after_in_private_says_how_it_stands(reported: Town) -> None:
    await reported.says(reported.mei, "5号楼停水了")
    for words in ("#1001", "1001", "1001号工单怎么样了"):
        await reported.says(reported.mei, words, reported.mei.chat)
        assert reported.last(reported.mei).startswith("#1001 还在等王芳接单，13:05 前。"), words
    await reported.says(reported.mei, "1001室漏水 水往下流", reported.mei.chat)
    assert "还在等王芳" not in reported.last(reported.mei)


@pytest.mark.on_one_database
async def test_what_is_not_understood_says_whom_to_phone_and_the_crew_what_to_send(town: Town) -> None:
    await town.says(town.mei, "医保卡怎么办", town.mei.chat)
    assert "027-83000000" in town.last(town.mei)
    await town.says(town.leader, "累死了", town.leader.chat)
    assert town.last(town.leader) == "没听明白。要办哪一件，发“待办”；怎么写，发“帮助”。"


@pytest.mark.on_one_database
async def test_staff_choose_whose_notice_board_they_look_at(town: Town) -> None:
    await town.says(town.staff, "公示牌", town.staff_room)
    assert town.last(town.staff_room) == "要看哪个小区的公示牌？"
