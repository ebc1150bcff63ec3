"""Letters owed become letters sent: the order, the pauses, the ways around, and never twice without need."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.carrying import MOST_TRIES
from bot.channels.telegram import TelegramChannel
from bot.delivery import LEASE, Delivery
from bot.line import AT_ONCE
from bot.pacing import TELEGRAM, Pace
from handlers.messages import NotDelivered, Outgoing
from storage.database import Store, open_store
from storage.records import HOUR, MINUTE, SECOND, Account, Address, Fate, LetterKind
from tests.bot.post import GROUP, LEI, MEI, SOON, HandClock, PaperDesk, Post
from tests.platforms.telegram import TOKEN, Chat, Person, TelegramServer, a_photo
from tests.storage.things import NOON, a_person, raw, report, url

pytestmark = pytest.mark.filterwarnings("ignore:.*retry_after")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(url(tmp_path / "huying.db"), patience=0)
    await store.migrate()
    async with store.turn() as turn:
        report(turn, 1024)
    yield store
    await store.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def telegram(clock: HandClock) -> AsyncIterator[TelegramServer]:
    async with TelegramServer(clock=lambda: clock.now() / 1000) as server:
        yield server


@pytest.fixture
async def channel(telegram: TelegramServer) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(TOKEN, telegram.api, patience=0.3)
    yield channel
    await channel.close()


@pytest.fixture
async def post(
    store: Store, telegram: TelegramServer, clock: HandClock, channel: TelegramChannel
) -> AsyncIterator[Post]:
    """The post with Telegram's limits planned for and kept by the server."""
    desk = PaperDesk(store)
    delivery = Delivery(store, desk, {"telegram": channel}, clock, {"telegram": Pace(TELEGRAM)})
    running = asyncio.create_task(delivery.run())
    yield Post(store, telegram, clock, desk, delivery)
    running.cancel()
    await asyncio.wait({running})
    assert running.cancelled(), running.exception()


@pytest.fixture
def mei(telegram: TelegramServer) -> Person:
    return telegram.user(2001, "梅姨", started=True)


@pytest.fixture
def lei(telegram: TelegramServer) -> Person:
    return telegram.user(2002, "李雷", started=True)


@pytest.fixture
def group(telegram: TelegramServer, mei: Person, lei: Person) -> Chat:
    return telegram.supergroup(-1001000001, "第一网格", members=[mei, lei])


def texts(chat: Chat) -> list[str]:
    return [message.text for message in chat.messages]


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


async def test_only_so_many_letters_are_under_way_at_once(post, telegram):
    people = [telegram.user(3000 + n, f"居民{n}", started=True) for n in range(AT_ONCE + 4)]
    hang = telegram.faults.hang(times=len(people))
    for person in people:
        await post.owe(person.name, f"telegram:{person.id}")
    await telegram.wait_for(lambda: hang.met == AT_ONCE)
    hang.release()
    await post.settled()
    await post.later(MINUTE, step=SECOND)
    assert [texts(person.chat) for person in people] == [[person.name] for person in people]


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


# --- ways around ---------------------------------------------------------------------------------------------------


async def test_who_blocked_the_bot_is_passed_over_and_remembered(post, mei, lei):
    async with post.store.turn() as turn:
        await turn.people.save(a_person())
        await turn.people.bind(Account(MEI, "meiyi", NOON, reachable=True))
    await mei.blocks_bot()
    await post.owe("有人报修", MEI, LEI)
    await post.settled()
    assert texts(lei.chat) == ["有人报修"]
    assert post.fates() == {"有人报修": Fate.SENT}
    async with post.store.view() as view:
        assert [account.reachable for account in await view.people.accounts("meiyi")] == [False]


async def test_when_no_way_is_left_the_desk_is_told_once(post, mei, lei):
    await mei.blocks_bot()
    await lei.blocks_bot()
    await post.owe("有人报修", MEI, LEI)
    await post.settled()
    await post.later(HOUR, step=10 * MINUTE)
    assert [text for text, _ in post.desk.unreached] == ["有人报修"]
    assert "blocked" in post.desk.unreached[0][1]
    assert post.fates() == {"有人报修": Fate.UNDELIVERABLE}


async def test_a_route_to_another_platform_is_taken_by_that_platform(store, telegram, clock, channel, mei):
    class Shelf:
        platform = "web"
        said: list[str]

        def __init__(self) -> None:
            self.said = []

        async def send(self, out: Outgoing) -> str:
            self.said.append(out.text)
            return "1"

        async def fetch(self, ref: str) -> bytes:
            raise NotDelivered(ref, forever=True)

    shelf, desk = Shelf(), PaperDesk(store)
    delivery = Delivery(store, desk, {"telegram": channel, "web": shelf}, clock)
    running = asyncio.create_task(delivery.run())
    await mei.blocks_bot()
    post = Post(store, telegram, clock, desk, delivery)
    await post.owe("有人报修", MEI, "web:mei")
    await post.settled()
    assert shelf.said == ["有人报修"]
    running.cancel()
    await asyncio.wait({running})


async def test_a_letter_that_became_untrue_is_dropped_at_the_door(post, mei):
    post.desk.untrue.add("没人接单")
    await post.owe("没人接单", MEI)
    await post.settled()
    assert texts(mei.chat) == []
    assert post.fates() == {"没人接单": Fate.DROPPED}


async def test_a_group_that_became_a_supergroup_gets_its_letters_at_the_new_address(post, telegram, mei):
    old = telegram.group(-5001, "旧群", admins=[mei])
    new = await mei.upgrades(old, -1005001)
    await post.owe("还在吗", "telegram:-5001")
    await post.settled()
    assert texts(new)[-1] == "还在吗"
    await post.owe("在的", f"telegram:{new.id}")
    await post.later(SOON)
    assert texts(new)[-2:] == ["还在吗", "在的"]


async def test_a_card_is_edited_and_comes_anew_when_its_message_is_gone(post, group):
    await post.owe("等接单", GROUP, kind=LetterKind.CARD, ticket="jinghe-1024")
    await post.later(SOON)
    await post.owe("已受理", GROUP, kind=LetterKind.CARD, ticket="jinghe-1024")
    await post.later(SOON)
    assert texts(group) == ["已受理"]
    group.last.deleted = True
    await post.owe("已办结", GROUP, kind=LetterKind.CARD, ticket="jinghe-1024")
    await post.later(SOON)
    assert texts(group) == ["已办结"]
    assert set(post.fates().values()) == {Fate.SENT}


async def test_an_answer_that_should_replace_a_message_that_is_gone_comes_as_a_new_one(post, group):
    await post.owe("几号楼？", GROUP)
    await post.settled()
    number = group.last.id
    group.last.deleted = True
    await post.owe("3号楼，收到", GROUP, ticket="jinghe-1024", body={"edit": str(number)})
    await post.later(5 * SECOND, step=SECOND)
    assert texts(group) == ["3号楼，收到"]


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


async def test_a_letter_two_killed_processes_had_in_hand_is_not_sent_a_third_time(post, mei):
    await post.owe("一", MEI, not_before=NOON + 1)
    for n in range(2):
        async with post.store.turn() as turn:
            assert await turn.outbox.claim(NOON + 1 + n * LEASE, lease=LEASE, limit=1, platforms=["telegram"])
    await post.later(3 * LEASE)
    assert texts(mei.chat) == []
    assert post.fates() == {"一": Fate.SENT}


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
