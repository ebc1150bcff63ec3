"""Who speaks on a platform that lets little be said is answered in the same breath, with all that waited for them."""

from __future__ import annotations

import asyncio

from bot.delivery import Delivery
from handlers.desk import MOST_AT_ONCE
from handlers.desk.at_once import AFTERWARDS, LEASE
from storage.database import open_store
from storage.records import DAY, HOUR, SECOND, Act, Attachment
from tests.bot.quiet.community import LEADER, MEI, Town
from tests.bot.quiet.crowd import listened_to, often, spoken

CARD = "#1001 电梯 · 3号楼2单元\n等王芳（网格长）接单 · 16:05 前\n回复：补充 1001 / 催办 1001 / 撤销 1001"


async def test_a_report_is_answered_with_its_card_at_once_and_nothing_else_is_sent(town: Town) -> None:
    answer = await town.says(MEI, "3号楼2单元电梯停了")
    assert answer.said == CARD
    await town.later(HOUR // 60)
    assert town.quiet.sent == []
    assert await town.lines() == [(Act.REPORT, "repair"), (Act.TOLD, "passive reporter")]


async def test_a_repeat_gets_the_first_answer_and_nobody_is_told_twice(town: Town) -> None:
    first = await town.says(MEI, "3号楼2单元电梯停了", key="wechat:1", taken=False)
    again = await town.says(MEI, "3号楼2单元电梯停了", key="wechat:1")
    assert (again.said, again.letters, again.repeat) == (first.said, first.letters, True)
    town.delivery.handed_over(MEI, again.letters, "passive:wechat:1")
    await town.later(2 * LEASE)
    assert town.told(MEI) == [CARD]
    assert [act for act, _ in await town.lines()].count(Act.TOLD) == 1


async def test_the_same_message_twice_at_once_has_one_answer(town: Town) -> None:
    both = await asyncio.gather(
        *(town.says(MEI, "3号楼2单元电梯停了", key="wechat:1", taken=False) for _ in range(2))
    )
    assert both[0] == both[1]
    assert both[0].said == CARD


async def test_an_answer_that_did_not_arrive_goes_as_a_letter_when_its_time_is_over(town: Town) -> None:
    await town.says(MEI, "3号楼2单元电梯停了", taken=False)
    await town.later(LEASE - SECOND)
    assert town.quiet.sent == []
    await town.later(2 * SECOND)
    assert town.quiet.words(MEI) == [CARD]
    await town.later(HOUR // 60)
    assert town.quiet.words(MEI) == [CARD]


async def test_an_answer_said_to_have_arrived_too_late_is_counted_once(town: Town) -> None:
    answer = await town.says(MEI, "3号楼2单元电梯停了", taken=False)
    await town.later(LEASE + SECOND)
    town.delivery.handed_over(MEI, answer.letters, "passive:late")
    await town.delivery.settled()
    assert (Act.TOLD, "kefu reporter") in await town.lines()
    assert (Act.TOLD, "passive reporter") not in await town.lines()


async def test_another_process_may_take_the_answer_down(town: Town) -> None:
    answer = await town.says(MEI, "3号楼2单元电梯停了", taken=False)
    store = await open_store(town.url)
    delivery = Delivery(store, town.desk, {}, town.clock)
    running = asyncio.create_task(delivery.run())
    delivery.handed_over(MEI, answer.letters, "passive:1")
    await delivery.settled()
    running.cancel()
    await asyncio.wait({running})
    await store.close()
    await town.later(2 * LEASE)
    assert town.quiet.sent == []
    async with town.store.view() as view:
        card = await view.cards.get("jinghe-1001", MEI)
    assert card is not None
    assert card.message == "passive:1"


async def test_the_card_that_was_carried_is_known_and_not_said_again_while_nothing_changed(
    town: Town,
) -> None:
    await town.says(MEI, "3号楼2单元电梯停了")
    answer = await town.says(MEI, "补充 1001 里面没有人")
    assert "#1001" in answer.said
    assert CARD not in answer.said
    await town.later(10 * SECOND)
    assert town.quiet.sent == []


async def test_what_does_not_fit_comes_afterwards_as_letters_in_order(town: Town) -> None:
    await town.says(MEI, "3号楼2单元电梯停了", letters=0)
    await town.says(LEADER, "接单 1001")
    await town.says(LEADER, "等配件 1001")
    await town.later(SECOND)
    assert town.quiet.sent == []
    room = len("不客气，有事随时说。".encode()) + 2
    answer = await town.says(MEI, "谢谢", at_once=room)
    assert answer.said == "不客气，有事随时说。"
    assert town.quiet.sent == []
    await town.later(AFTERWARDS)
    assert ["等配件" in words for words in town.quiet.words(MEI)][:1] == [True]


async def test_an_answer_longer_than_the_platform_carries_goes_as_a_letter(town: Town) -> None:
    answer = await town.says(MEI, "3号楼2单元电梯停了", at_once=20)
    assert (answer.said, answer.letters) == ("已登记 #1001", ())
    await town.later(AFTERWARDS)
    assert town.quiet.words(MEI) == [CARD]


async def test_words_are_carried_and_their_photos_follow(town: Town) -> None:
    await town.says(MEI, "3号楼2单元电梯停了")
    await town.says(LEADER, "接单 1001")
    await town.later(3 * DAY, DAY)
    async with town.store.turn() as turn:
        await turn.media.add(
            Attachment(
                0, "jinghe-1001", town.clock.now(), "telegram", "photo", "r", sha256="ab" * 32, after=True
            )
        )
    await town.says(LEADER, "办结 1001 换了门机")
    answer = await town.says(MEI, "你好")
    assert "说是办好了" in answer.said
    assert [(out.text, out.photos) for out in town.quiet.sent[-1:]] == [("#1001 的照片", ("ab" * 32,))]


async def test_two_quick_messages_are_both_answered_and_nothing_is_said_twice(town: Town) -> None:
    one, two = await asyncio.gather(
        town.says(MEI, "3号楼2单元电梯停了", taken=False), town.says(MEI, "我的工单", taken=False)
    )
    assert one.said.startswith(CARD)
    assert not set(one.letters) & set(two.letters)


async def test_a_press_without_any_letter_is_answered_with_its_toast(town: Town) -> None:
    await town.says(MEI, "3号楼2单元电梯停了")
    await town.says(LEADER, "接单 1001")
    await town.says(LEADER, "办结 1001 好了")
    answer = await town.says(MEI, "满意")
    assert answer.said


async def test_a_batch_costs_a_few_statements_however_many_speak(town: Town) -> None:
    asked = listened_to(town)
    # No delivery beside it, whose turns would count as well.
    town.running.cancel()
    await asyncio.wait({town.running})
    for count, first in ((8, 0), (MOST_AT_ONCE, 100)):
        asked.clear()
        now = town.clock.now()
        answers = await asyncio.gather(*(town.desk.receive(one, now) for one in spoken(town, count, first)))
        assert all(answer.said.startswith("#10") for answer in answers)
        assert not {sql for sql in often(asked) if "attachments" not in sql}
