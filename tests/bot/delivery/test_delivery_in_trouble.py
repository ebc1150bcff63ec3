"""Lost answers, broken letters, platforms and databases in trouble: repeated once, never in a loop, never lost."""

from __future__ import annotations

import asyncio

import pytest

from bot.carrying import MOST_CUT_SHORT, MOST_TRIES
from bot.delivery import LEASE, Delivery
from storage.records import HOUR, MINUTE, SECOND, Address, Fate, LetterKind
from tests.bot.post import GROUP, LEI, MEI, SOON, PaperDesk, Post, texts
from tests.storage.hand import raw
from tests.storage.things import NOON

pytestmark = pytest.mark.filterwarnings("ignore:.*retry_after")


# --- lost answers and other trouble --------------------------------------------------------------------------------


async def test_a_letter_whose_answer_was_lost_is_repeated_once(post, telegram, mei):
    telegram.faults.drop_after(method="sendMessage")
    await post.owe("一", MEI)
    await post.settled()
    await post.later(MINUTE, step=SECOND)
    assert texts(mei.chat) == ["一", "一"]
    assert post.fates() == {"一": Fate.SENT}


async def test_a_letter_whose_answer_is_lost_again_is_left_at_that(post, telegram, mei):
    telegram.faults.drop_after(times=9, method="sendMessage")
    await post.owe("一", MEI)
    await post.settled()
    await post.later(10 * MINUTE, step=10 * SECOND)
    assert texts(mei.chat) == ["一", "一"]
    assert post.fates() == {"一": Fate.SENT}


async def test_an_edit_whose_answer_was_lost_may_be_done_again_and_again(post, telegram, group):
    await post.owe("等接单", GROUP, kind=LetterKind.CARD, ticket="jinghe-1024")
    await post.settled()
    telegram.faults.drop_before(times=4, method="editMessageText")
    await post.owe("已受理", GROUP, kind=LetterKind.CARD, ticket="jinghe-1024")
    await post.later(MINUTE, step=SECOND)
    assert texts(group) == ["已受理"]


async def test_while_telegram_is_in_trouble_letters_wait_and_only_a_harmless_question_is_asked(
    post, telegram, mei, lei
):
    trouble = telegram.faults.server_error(times=1000)
    await post.owe("一", MEI)
    await post.settled()
    await post.owe("二", LEI)
    await post.later(5 * MINUTE, step=5 * SECOND)
    assert (texts(mei.chat), texts(lei.chat)) == ([], [])
    assert len(telegram.calls_of("sendMessage")) == 1
    assert 4 <= len(telegram.calls_of("getMe")) <= 16
    trouble.left = 0
    await post.later(MINUTE, step=SECOND)
    await post.later(SECOND)
    assert (texts(mei.chat), texts(lei.chat)) == (["一"], ["二"])


async def test_a_chat_with_trouble_of_its_own_waits_longer_each_time_and_others_go_on(
    post, telegram, mei, lei
):
    telegram.faults.server_error(times=1000, method="sendMessage", chat=mei)
    await post.owe("一", MEI)
    for n in range(30):
        await post.owe(f"第{n}", LEI)
    await post.later(10 * MINUTE, step=SECOND)
    assert len(texts(lei.chat)) == 30
    assert 5 <= len(telegram.calls_of("sendMessage", mei)) <= 12


async def test_a_letter_that_cannot_be_written_is_tried_thrice_and_its_error_kept(post, mei, lei):
    post.desk.broken.add("坏的")
    await post.owe("坏的", MEI)
    await post.owe("好的", MEI)
    await post.later(MINUTE, step=SECOND)
    assert texts(mei.chat) == ["好的"]
    assert post.fates() == {"坏的": Fate.UNDELIVERABLE, "好的": Fate.SENT}
    assert "KeyError" in post.desk.unreached[0][1]


async def test_a_letter_telegram_will_not_take_goes_elsewhere_after_three_tries(post, telegram, mei, lei):
    telegram.faults.refuse(400, "Bad Request: something new", times=1000, chat=mei)
    await post.owe("有人报修", MEI, LEI)
    await post.later(MINUTE, step=SECOND)
    assert texts(lei.chat) == ["有人报修"]
    assert len(telegram.calls_of("sendMessage", mei)) == MOST_TRIES


# --- stopping, and the store ---------------------------------------------------------------------------------------


async def test_what_a_killed_process_had_claimed_is_taken_again_after_its_lease(post, mei):
    await post.owe("一", MEI, not_before=NOON + 1)
    async with post.store.turn() as turn:
        assert await turn.outbox.claim(NOON + 1, lease=LEASE, limit=1, platforms=["telegram"])
    await post.later(LEASE - 1)
    assert texts(mei.chat) == []
    await post.later(3)
    assert texts(mei.chat) == ["一"]


async def killed_with_it_in_hand(post: Post, times: int) -> None:
    for n in range(times):
        async with post.store.turn() as turn:
            assert await turn.outbox.claim(NOON + 1 + n * LEASE, lease=LEASE, limit=1, platforms=["telegram"])
    await post.later((times + 1) * LEASE)


@pytest.mark.parametrize("killed", [1, 2, MOST_CUT_SHORT - 1])
async def test_a_letter_killed_processes_had_in_hand_is_sent(post, mei, killed):
    await post.owe("一", MEI, not_before=NOON + 1)
    await killed_with_it_in_hand(post, killed)
    assert texts(mei.chat) == ["一"]


async def test_a_letter_every_process_dies_of_is_left_at_that(post, mei):
    await post.owe("一", MEI, not_before=NOON + 1)
    await killed_with_it_in_hand(post, MOST_CUT_SHORT)
    assert texts(mei.chat) == []
    assert post.fates() == {"一": Fate.SENT}
    assert post.delivery.lines["telegram"].doubtful == 1


async def test_a_call_every_process_dies_of_goes_on_to_whoever_comes_next(post, mei, lei):
    await post.owe("3号楼漏水", MEI, LEI, not_before=NOON + 1, kind=LetterKind.PAGE)
    await killed_with_it_in_hand(post, MOST_CUT_SHORT)
    assert (texts(mei.chat), texts(lei.chat)) == ([], ["3号楼漏水"])
    await post.owe("5号楼漏水", MEI, not_before=post.clock.now() + 1, kind=LetterKind.ALERT)
    telegram = post.telegram.faults.drop_after(times=9, method="sendMessage")
    await post.later(MINUTE, step=SECOND)
    assert telegram.met == 2
    assert [text for text, _ in post.desk.unreached] == ["5号楼漏水"]


async def test_a_clock_that_leaps_does_not_make_us_send_what_is_still_under_way(post, telegram, mei, lei):
    hang = telegram.faults.hang(chat=mei)
    await post.owe("一", MEI)
    await telegram.wait_for(lambda: hang.met)
    post.clock.turn(HOUR)
    await post.owe("二", LEI)
    await telegram.wait_for(lambda: texts(lei.chat))
    hang.release()
    await post.settled()
    assert texts(mei.chat) == ["一"]
    assert post.fates() == {"一": Fate.SENT, "二": Fate.SENT}


async def test_stopping_lets_what_is_under_way_arrive_and_records_it(store, telegram, clock, channel, mei):
    desk = PaperDesk(store)
    delivery = Delivery(store, desk, {"telegram": channel}, clock)
    running = asyncio.create_task(delivery.run())
    post = Post(store, telegram, clock, desk, delivery)
    hang = telegram.faults.hang(chat=mei)
    await post.owe("一", MEI)
    await telegram.wait_for(lambda: hang.met)
    running.cancel()
    await asyncio.sleep(0)
    hang.release()
    await asyncio.wait({running})
    assert post.fates() == {"一": Fate.SENT}


async def test_while_the_database_is_locked_nothing_sent_is_sent_again(post, telegram, mei):
    hang = telegram.faults.hang(chat=mei)
    await post.owe("一", MEI)
    await telegram.wait_for(lambda: hang.met)
    intruder = raw(post.store)
    intruder.execute("BEGIN IMMEDIATE")
    hang.release()
    await telegram.wait_for(lambda: texts(mei.chat) == ["一"])
    post.clock.turn(HOUR)
    post.delivery.nudge()
    await asyncio.sleep(0.25)
    intruder.execute("ROLLBACK")
    intruder.close()
    await post.settled()
    assert texts(mei.chat) == ["一"]
    assert post.fates() == {"一": Fate.SENT}


async def test_a_result_that_cannot_be_recorded_does_not_stop_the_others(post, mei, lei, group):
    async def never(*what: object) -> None:
        raise ValueError("a mistake in the desk")

    post.desk.delivered = never
    await post.owe("一", MEI)
    await post.owe("二", LEI)
    await post.settled()
    assert (texts(mei.chat), texts(lei.chat)) == (["一"], ["二"])
    assert set(post.fates().values()) == {Fate.SENT}


async def test_a_topic_is_a_place_of_its_own_in_the_same_chat(post, telegram, mei):
    forum = telegram.supergroup(-1001000002, "论坛", members=[mei], forum=True)
    topic = await mei.opens_topic("报修", forum)
    await post.owe("话题里", Address(f"telegram:{forum.id}/{topic}"))
    await post.owe("大厅里", Address(f"telegram:{forum.id}"))
    await post.later(SOON)
    assert [(m.text, m.topic) for m in forum.messages[1:]] == [("话题里", topic), ("大厅里", None)]
