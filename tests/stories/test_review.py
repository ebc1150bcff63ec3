"""After the work: the resident is asked, answers or stays silent, and what is not right is opened again."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.records import Act, Clock, State
from tests.stories.town import TOWN, Town
from tests.stories.town import town as build

LAMP = "3号楼2单元楼道灯坏了"


async def resolved(town: Town, note: str = "换了灯泡") -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.leader, f"办结 1001 {note}")


@pytest.mark.parametrize(("label", "rating"), [("满意", "good"), ("基本满意", "fair")])
async def test_a_satisfied_reporter_closes_it_and_the_worker_hears_so(
    town: Town, label: str, rating: str
) -> None:
    await resolved(town)
    assert await town.presses(town.mei, label, town.mei.chat) == "谢谢您的评价"
    ticket = await town.ticket()
    assert (ticket.state, ticket.rating) == (State.CLOSED, rating)
    assert f"已结案（{label}）" in town.cards()[0].words
    assert not town.cards()[0].labels
    assert town.last(town.leader) == f"#1001 报修人评价：{label}，已结案。"
    assert not set(await town.running())


async def test_the_same_words_typed_do_the_same(town: Town) -> None:
    await resolved(town)
    await town.says(town.mei, "基本满意", town.mei.chat)
    assert (await town.ticket()).rating == "fair"
    assert town.last(town.mei) == "#1001 谢谢您的评价。"


async def test_a_rating_pressed_twice_counts_once(town: Town) -> None:
    await resolved(town)
    good, fair, _ = town.mei.chat.last.buttons[0]
    message = town.mei.chat.last
    for button in (good, fair):  # the second was on its way before the buttons went
        press = await town.mei.press(message, button)
        await town.settle()
    assert press.answer == "#1001 已经评价过了，谢谢。"
    assert (await town.ticket()).rating == "good"
    assert (await town.acts()).count(Act.RATE) == 1


async def test_not_satisfied_opens_it_with_fresh_clocks_and_the_words_reach_the_worker(town: Town) -> None:
    await resolved(town)
    await town.forward(hours=2)
    assert await town.presses(town.mei, "不满意", town.mei.chat) == "已重新打开"
    assert "哪里还不行" in town.last(town.mei)
    assert "居民不满意，已重新打开：照明 · 3号楼2单元" in town.last(town.leader)
    assert "王芳已受理 13:00 · 15:05 前到场 · 15:30 前解决" in town.cards()[0].words
    await town.says(town.mei, "换的灯又灭了", town.mei.chat)
    assert town.last(town.leader) == "#1001 有补充：换的灯又灭了"
    assert set(await town.running()) == {Clock.ARRIVE, Clock.RESOLVE}
    assert (await town.ticket()).reopened == 1


async def test_a_reopened_ticket_climbs_again_when_nobody_comes(town: Town) -> None:
    await resolved(town)
    await town.says(town.mei, "不满意 1001 没修", town.mei.chat)
    await town.forward(minutes=30)
    assert [t.number for t in await town.queue()] == [1001]
    assert any("没人到场" in words for words in town.seen(town.staff_room))
    assert any("已列入联席会议（超过解决时限" in words for words in town.seen(town.staff_room))


async def test_what_is_asked_of_the_reporter_is_answered_by_nobody_else(tmp_path: Path) -> None:
    async with build(tmp_path, started=False) as town:
        await resolved(town)
        asked = town.group.last
        assert "说是办好了" in asked.words, "she never opened the private chat: asked below her own message"
        assert asked.reply_to is not None
        assert await town.presses(town.chen, "满意") == "#1001 只有报修人自己能这样做。"
        assert (await town.ticket()).state is State.RESOLVED
        await town.presses(town.mei, "满意")
        assert (await town.ticket()).state is State.CLOSED


async def test_silence_past_the_review_time_closes_it(town: Town) -> None:
    await resolved(town)
    await town.forward(hours=71, minutes=59)
    assert (await town.ticket()).state is State.RESOLVED
    await town.forward(minutes=1)
    assert (await town.ticket()).state is State.CLOSED
    assert "已结案（没有异议）" in town.cards()[0].words
    assert (await town.acts())[-1] is Act.CLOSE
    assert not set(await town.running())


async def test_the_community_says_how_long_the_answer_is_waited_for(tmp_path: Path) -> None:
    async with build(tmp_path, text=TOWN + '[policy.review]\nclose_after = "2h"\n') as town:
        await resolved(town)
        assert "15:00 前没有回复就结案" in town.last(town.mei)
        await town.forward(hours=2)
        assert (await town.ticket()).state is State.CLOSED


async def test_too_late_to_reopen_is_said_with_what_to_do(town: Town) -> None:
    await resolved(town)
    await town.forward(hours=72)
    await town.says(town.mei, "不满意 1001 又灭了", town.mei.chat)
    assert town.last(town.mei) == "#1001 已经过了评价时间。还有问题请重新报。"
    assert (await town.ticket()).state is State.CLOSED


async def test_followers_hear_that_it_is_done(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.presses(town.chen, "我也遇到")
    await town.says(town.leader, "办结 1001 换了灯泡")
    assert town.last(town.chen) == "#1001 说是办好了（王芳 13:00）：换了灯泡"
    assert not town.chen.chat.last.labels


async def test_a_question_about_a_ticket_that_was_reopened_meanwhile_is_not_asked(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.presses(town.leader, "接单")
    await town.presses(town.leader, "办结")
    await town.says(town.leader, "", photo=True)
    # The question waits some seconds for the photo; she does not.
    await town.says(town.mei, "不满意 1001 没修", town.mei.chat)
    await town.clock.turn_to(town.clock.now() + 5_000)
    await town.settle()
    assert not any("您看行吗" in words for words in town.seen(town.mei))


async def test_typed_dissatisfaction_is_answered_with_one_question_and_nothing_else(town: Town) -> None:
    await resolved(town)
    seen = len(town.seen(town.mei))
    await town.says(town.mei, "不满意 1001", town.mei.chat)
    (question,) = town.seen(town.mei)[seen:]
    assert "哪里还不行" in question
