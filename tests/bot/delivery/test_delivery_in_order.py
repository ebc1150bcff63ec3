"""In one chat letters keep their order and the platform's limits are planned for; emergencies overtake."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.telegram import TelegramChannel
from bot.delivery import Delivery
from bot.line import AT_ONCE
from bot.pacing import MARGIN, TELEGRAM, Pace
from storage.records import HOUR, MINUTE, SECOND, Fate, LetterKind
from tests.bot.post import GROUP, MEI, PaperDesk, Post, texts
from tests.platforms.telegram import TOKEN, a_photo
from tests.storage.things import NOON

pytestmark = pytest.mark.filterwarnings("ignore:.*retry_after")


# --- order ---------------------------------------------------------------------------------------------------------


async def test_a_letter_owed_is_sent_and_recorded(post, mei):
    await post.owe("你好", MEI)
    await post.settled()
    assert texts(mei.chat) == ["你好"]
    assert post.fates() == {"你好": Fate.SENT}
    assert post.desk.arrived == [(MEI, "你好")]


async def test_in_one_chat_letters_keep_their_order_a_second_apart(post, group):
    for text in ("一", "二", "三"):
        await post.owe(text, GROUP)
    await post.settled()
    assert texts(group) == ["一"]
    await post.later(3 * SECOND, step=100)
    assert texts(group) == ["一", "二", "三"]
    assert post.telegram.refusals == []


async def test_an_emergency_overtakes_what_waits_for_its_chat(post, group):
    for text in ("一", "二", "三"):
        await post.owe(text, GROUP)
    await post.settled()
    await post.owe("电梯困人", GROUP, rank=0)
    await post.later(4 * SECOND, step=100)
    assert texts(group) == ["一", "电梯困人", "二", "三"]


async def test_a_chat_that_hangs_holds_up_no_other(post, telegram, mei, group):
    hang = telegram.faults.hang(chat=mei)
    await post.owe("挂起", MEI)
    await post.owe("群里", GROUP)
    await telegram.wait_for(lambda: texts(group) == ["群里"])
    hang.release()
    await post.settled()


async def test_only_so_many_letters_are_under_way_at_once(store, telegram, channel, clock):
    telegram.limits.on = False
    delivery = Delivery(store, PaperDesk(store), {"telegram": channel}, clock)
    running = asyncio.create_task(delivery.run())
    post = Post(store, telegram, clock, PaperDesk(store), delivery)
    people = [telegram.user(3000 + n, f"居民{n}", started=True) for n in range(AT_ONCE + 4)]
    hang = telegram.faults.hang(times=len(people))
    for person in people:
        await post.owe(person.name, f"telegram:{person.id}")
    await telegram.wait_for(lambda: hang.met == AT_ONCE)
    hang.release()
    await post.settled()
    assert [texts(person.chat) for person in people] == [[person.name] for person in people]
    running.cancel()
    await asyncio.wait({running})


async def test_reminders_for_one_chat_that_fall_together_are_one_message(post, group):
    await post.owe("#1031 快到时间了", GROUP, kind=LetterKind.REMIND)
    await post.settled()
    for number in (1033, 1034):
        await post.owe(f"#{number} 快到时间了", GROUP, kind=LetterKind.REMIND)
    await post.later(5 * SECOND, step=SECOND)
    assert texts(group)[-1] == "#1033 快到时间了\n#1034 快到时间了"
    assert set(post.fates().values()) == {Fate.SENT}


async def test_a_letter_waits_for_its_time(post, mei):
    await post.owe("早上好", MEI, not_before=NOON + HOUR)
    await post.later(HOUR - 1)
    assert texts(mei.chat) == []
    await post.later(1)
    assert texts(mei.chat) == ["早上好"]


# --- limits --------------------------------------------------------------------------------------------------------


async def test_the_limits_of_a_group_are_kept_without_a_single_refusal(post, group):
    for n in range(25):
        await post.owe(f"第{n}", GROUP)
    await post.later(85 * SECOND, step=500)
    said = post.said_at(group.id)
    assert [text for _, text in said] == [f"第{n}" for n in range(25)]
    assert post.telegram.refusals == []
    assert said[20][0] - said[0][0] >= MINUTE


async def test_a_hundred_people_are_told_within_the_time_the_limits_require(post, telegram):
    people = [telegram.user(3000 + n, f"居民{n}", started=True) for n in range(100)]
    for person in people:
        await post.owe("停水通知", f"telegram:{person.id}")
    await post.later(4 * SECOND, step=50)
    assert all(texts(person.chat) == ["停水通知"] for person in people)
    assert telegram.refusals == []


async def test_the_pause_telegram_asks_for_is_kept_to_the_letter_in_that_chat_only(
    post, telegram, mei, group
):
    telegram.faults.too_many(retry_after=35, chat=group)
    await post.owe("一", GROUP)
    await post.settled()
    await post.owe("紧急", GROUP, rank=0)
    await post.owe("你好", MEI)
    await post.later(34 * SECOND + 999, step=3 * SECOND)
    assert (texts(mei.chat), texts(group)) == (["你好"], [])
    assert len(telegram.calls_of("sendMessage", group)) == 1
    await post.later(3 * SECOND, step=SECOND)
    assert texts(group) == ["紧急", "一"]


async def test_an_album_counts_with_every_picture(store, telegram, channel, clock, group, tmp_path):
    class Folder:
        def open(self, name: str) -> bytes:
            return a_photo()

    channel = TelegramChannel(TOKEN, telegram.api, Folder(), patience=2)
    desk = PaperDesk(store)
    delivery = Delivery(store, desk, {"telegram": channel}, clock, {"telegram": Pace(TELEGRAM)})
    running = asyncio.create_task(delivery.run())
    post = Post(store, telegram, clock, desk, delivery)
    for n in range(4):
        await post.owe(f"相册{n}", GROUP, body={"photos": [str(m) for m in range(9)]})
    await post.later(2 * MINUTE, step=SECOND)
    assert sum(message.kind == "photo" for message in group.messages) == 36
    assert telegram.refusals == []
    running.cancel()
    await asyncio.wait({running})
    await channel.close()


async def test_an_emergency_beside_a_letter_that_has_no_answer_yet_keeps_the_chats_limit(
    post, telegram, group, mei
):
    hang = telegram.faults.hang(chat=group)
    await post.owe("一", GROUP)
    await telegram.wait_for(lambda: hang.met)
    await post.owe("电梯困人", GROUP, rank=0)
    # A whole round goes by with the emergency waiting.
    await post.owe("你好", MEI)
    await telegram.wait_for(lambda: texts(mei.chat))
    assert texts(group) == []
    post.clock.turn(SECOND + MARGIN)
    await telegram.wait_for(lambda: texts(group) == ["电梯困人"])
    hang.release()
    await post.settled()


async def test_every_chat_has_its_turn_before_the_first_one_has_its_second(post, telegram):
    groups = [telegram.supergroup(-1002000000 - n, f"第{n}网格", []) for n in range(60)]
    for chat in groups:
        for n in range(3):
            await post.owe(f"第{n}", f"telegram:{chat.id}")
    await post.later(SECOND + SECOND // 2 + 100, step=50)
    assert [len(texts(chat)) for chat in groups] == [1] * 60
    assert post.telegram.refusals == []


async def test_an_emergency_finds_a_place_in_a_group_that_is_flooded(post, group):
    for n in range(25):
        await post.owe(f"第{n}", GROUP)
    await post.later(25 * SECOND, step=250)
    assert len(texts(group)) == 18
    await post.owe("电梯困人", GROUP, rank=0)
    await post.settled()
    assert texts(group)[-1] == "电梯困人"
    await post.later(5 * SECOND + 500, step=500)
    assert len(texts(group)) == 20
    assert post.telegram.refusals == []
