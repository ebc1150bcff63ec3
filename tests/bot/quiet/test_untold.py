"""What may not be said now is kept, seen by those who can phone, and told as soon as its reader speaks."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from handlers.desk import uniting
from handlers.messages import Inbound, Sender
from storage.records import DAY, HOUR, MINUTE, SECOND, Account, Act, Address, Window
from tests.bot.quiet.community import CHEN, DEPUTY, LEADER, MEI, STAFF, Town
from tests.databases import rows

LEADER_ON_WECHAT = Address("wechat:wangfang")


async def accepted_in_silence(town: Town) -> None:
    """梅姨 reported three days ago; what came of it may not be said to her any more."""
    await town.says(MEI, "3号楼2单元电梯停了")
    await town.says(LEADER, "接单 1001")
    assert "王芳已受理" in town.told(MEI)[-1]
    await town.says(LEADER, "等天气 1001")
    await town.later(2 * DAY + HOUR, 6 * HOUR)
    await town.says(LEADER, "转办 1001 物业")


async def test_what_may_not_be_said_is_kept_and_the_leader_sees_whom_to_phone(town: Town) -> None:
    await accepted_in_silence(town)
    assert town.quiet.words(MEI)[-1].startswith("#1001 等天气")
    assert (Act.UNTOLD, "window_over reporter") in await town.lines()
    assert "还没告诉 梅姨" in await town.card()
    fates = await rows(town.url, "SELECT fate FROM outbox WHERE fate = 'untold'")
    assert len(fates) == 1


async def test_the_phone_stands_beside_the_name_where_it_is_known(town: Town) -> None:
    await town.says(MEI, "3号楼2单元电梯停了", letters=0)
    async with town.store.turn() as turn:
        person = await turn.people.by_account(MEI)
        assert person is not None
        await turn.people.save(replace(person, phone="13912345678"))
    await town.says(LEADER, "接单 1001")
    await town.says(LEADER, "转办 1001 物业")
    assert "还没告诉 梅姨（电话 13912345678）" in await town.card()


async def test_who_stays_unnamed_is_not_named_there_either(town: Town) -> None:
    await town.says(MEI, "投诉 3号楼502天天半夜拉琴")
    await town.says(MEI, "匿名转")
    async with town.store.turn() as turn:
        person = await turn.people.by_account(MEI)
    assert person is not None
    await town.later(3 * DAY, 6 * HOUR)
    await town.says(LEADER, "接单 1001")
    await town.says(LEADER, "不予受理 1001 不归我们管")
    story = await town.story()
    assert any(line.act is Act.UNTOLD for line in story)
    assert not any(person.id in line.reason for line in story)
    assert "还没告诉 报修人" in await town.card()
    assert "梅姨" not in await town.card()


async def test_it_is_told_with_the_readers_next_message_and_the_card_says_so_no_more(town: Town) -> None:
    await accepted_in_silence(town)
    answer = await town.says(MEI, "你好")
    assert "#1001 已交给" in answer.said
    assert await rows(town.url, "SELECT COUNT(*) FROM outbox WHERE fate = 'untold'") == [(0,)]
    assert (await town.lines())[-1] == (Act.TOLD, "passive reporter")
    assert "还没告诉" not in await town.card()
    assert await town.says(MEI, "你好") != answer
    async with town.store.view() as view:
        ledger = await view.ledger.of("jinghe-1001")
    assert [entry.seq for entry in ledger] == [*range(1, len(ledger) + 1)]


async def test_what_is_not_true_any_more_is_told_to_nobody_and_the_card_forgets_it(town: Town) -> None:
    await town.says(MEI, "3号楼2单元电梯停了", letters=0)
    await town.says(LEADER, "接单 1001")
    await town.says(LEADER, "办结 1001 好了")
    await town.later(8 * DAY, DAY)  # closed in silence: nobody is asked whether it is done any more
    assert "还没告诉 梅姨" in await town.card()
    answer = await town.says(MEI, "你好")
    assert "您看行吗" not in answer.said
    await town.later(SECOND)
    assert "还没告诉" not in await town.card()


async def test_an_open_window_lets_go_by_letter_what_waited_where_nothing_goes_back_at_once(
    town: Town,
) -> None:
    await accepted_in_silence(town)
    before = len(town.quiet.sent)
    await town.says(MEI, "你好", at_once=0)
    await town.later(SECOND)
    words = [out.text for out in town.quiet.sent[before:]]
    assert any("已交给" in text for text in words)
    assert (Act.TOLD, "kefu reporter") in await town.lines()


async def test_news_waits_while_only_a_little_may_be_said_and_what_matters_most_gets_through(
    town: Town,
) -> None:
    await town.says(MEI, "3号楼2单元电梯停了", letters=1)
    await town.says(LEADER, "接单 1001")
    await town.says(LEADER, "等配件 1001")
    assert town.quiet.sent == []
    await town.says(LEADER, "办结 1001 换了门机")
    assert [out.gist.number if out.gist else 0 for out in town.quiet.sent] == [1001]
    assert "您看行吗" in town.quiet.sent[0].text


async def test_another_route_is_tried_first_and_what_was_shut_is_kept_when_that_one_fails(town: Town) -> None:
    await town.says(MEI, "3号楼2单元电梯停了", letters=0)
    async with town.store.turn() as turn:
        person = await turn.people.by_account(MEI)
        assert person is not None
        await turn.people.bind(Account(Address("telegram:77"), person.id, 1, reachable=True))
    await town.says(LEADER, "接单 1001")
    await town.says(LEADER, "转办 1001 物业")
    assert any("已交给" in words for words in town.loud.words(Address("telegram:77")))
    town.loud.blocked.add(Address("telegram:77"))
    await town.says(LEADER, "等配件 1001")
    kept = await rows(town.url, "SELECT routes FROM outbox WHERE fate = 'untold' AND kind = 'news'")
    assert kept == [('["wechat:mei"]',)]
    assert (Act.UNTOLD, "window_over reporter") in await town.lines()
    answer = await town.says(MEI, "你好")
    assert "等配件" in answer.said


async def test_who_speaks_while_a_letter_is_on_its_way_is_told_all_the_same(town: Town) -> None:
    await town.says(MEI, "3号楼2单元电梯停了", letters=0)
    on_its_way, spoken = asyncio.Event(), asyncio.Event()

    async def late() -> None:
        on_its_way.set()
        await spoken.wait()

    town.quiet.before_refusing = late
    accepting = asyncio.create_task(town.says(LEADER, "接单 1001"))
    await on_its_way.wait()
    now = town.clock.now()
    await town.desk.receive(
        Inbound("wechat:9", now, MEI, True, Sender(MEI, "梅姨"), "好的", window=Window("talk", now + DAY, 5)),
        now,
    )
    spoken.set()
    await accepting
    assert any("王芳已受理" in words for words in town.quiet.words(MEI))
    assert not any(act is Act.UNTOLD for act, _ in await town.lines())


@pytest.mark.leader_at(LEADER_ON_WECHAT)
async def test_a_call_nobody_may_hear_goes_on_to_the_next_and_waits_for_them_as_well(town: Town) -> None:
    await town.says(CHEN, "投诉 3号楼502天天半夜拉琴")
    await town.says(CHEN, "匿名转")
    acts = [(act, reason) for act, reason in await town.lines() if act is not Act.TOLD]
    assert acts == [
        (Act.REPORT, "complaint"),
        (Act.UNTOLD, "window_over wangfang"),
        (Act.UNREACHABLE, "wangfang"),
        (Act.ALERT, "accept"),
    ]
    assert any("#1001" in words for words in town.loud.words(DEPUTY) + town.loud.words(STAFF))
    answer = await town.says(LEADER_ON_WECHAT, "你好")
    assert "#1001" in answer.said
    assert "接单 1001" in answer.said
    await town.says(LEADER_ON_WECHAT, "接单 1001")
    assert (Act.ACCEPT, "") in await town.lines()


@pytest.mark.leader_at(LEADER_ON_WECHAT)
async def test_an_emergency_calls_everybody_else_though_the_leader_may_not_be_told(town: Town) -> None:
    await town.says(CHEN, "3号楼2单元电梯里困了个老人")
    assert any("电梯困人" in words for words in town.loud.words(DEPUTY))
    assert (Act.UNTOLD, "window_over wangfang") in await town.lines()
    answer = await town.says(LEADER_ON_WECHAT, "在")
    assert "电梯困人" in answer.said


async def test_who_was_joined_to_another_account_meanwhile_stays_unnamed(town: Town) -> None:
    await town.says(MEI, "投诉 3号楼502天天半夜拉琴", letters=0)
    await town.says(MEI, "匿名转", letters=0)

    async def joined() -> None:
        async with town.store.turn() as turn:
            gone = await turn.people.by_account(MEI)
            assert gone is not None
            if gone.id != "r-kept":
                kept = replace(gone, id="r-kept")
                await turn.people.save(kept)
                await uniting.join(turn, kept, gone)

    await town.says(LEADER, "接单 1001")
    town.quiet.before_refusing = joined
    await town.says(LEADER, "不予受理 1001 不归我们管")
    told = [reason for act, reason in await town.lines() if act is Act.UNTOLD]
    assert told
    assert {reason.partition(" ")[2] for reason in told} == {"reporter"}
    assert "还没告诉 报修人" in await town.card()


@pytest.mark.parametrize("silent", [MINUTE, 3 * DAY])
@pytest.mark.leader_at(LEADER_ON_WECHAT)
async def test_two_who_hear_nothing_do_not_wake_each_other_for_ever(town: Town, silent: int) -> None:
    await town.says(MEI, "3号楼2单元电梯停了", letters=0)
    await town.later(silent, HOUR)
    letters = await rows(town.url, "SELECT COUNT(*) FROM outbox")
    await town.later(MINUTE)
    assert (await rows(town.url, "SELECT COUNT(*) FROM outbox"))[0][0] - letters[0][0] < 10
