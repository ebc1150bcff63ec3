"""Updates come in by polling or by webhook, and none is confirmed before it is stored."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any

import httpx
import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from telegram import User

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_hook import BODY_BYTES, SECRET_HEADER, register, telegram_route
from bot.channels.telegram_intake import Intake
from bot.channels.telegram_poll import Polling
from bot.channels.telegram_probe import probe
from handlers.messages import Answer, Button, Inbound, Outgoing
from storage.errors import StorageFailed
from storage.records import Address, Instant
from tests.bot.post import GROUP, HandClock
from tests.bot.serving import serving
from tests.platforms.telegram import TOKEN, Chat, Person, TelegramServer
from tests.storage.things import NOON

SECRET = "a-secret_of-32-characters-0123456"


class NotebookDesk:
    """Writes down what comes, in order; can be told to fail."""

    def __init__(self) -> None:
        self.heard: list[Inbound] = []
        self.aside: list[tuple[str, str, str]] = []
        self.toast = ""
        self.failing = 0
        self.stumbles_over: set[str] = set()
        self.listening = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def receive(self, inbound: Inbound, now: Instant) -> Answer:
        assert now == NOON
        self.heard.append(inbound)
        self.listening.set()
        await self.gate.wait()
        if self.failing:
            self.failing -= 1
            raise StorageFailed("disk full")
        if inbound.text in self.stumbles_over:
            raise RuntimeError("a mistake in a rule")
        return Answer(self.toast, alert=bool(self.toast))

    async def set_aside(self, key: str, now: Instant, raw: str, why: str) -> None:
        if self.failing:
            self.failing -= 1
            raise StorageFailed("disk full")
        self.aside.append((key, raw, why))

    @property
    def texts(self) -> list[str]:
        return [inbound.text for inbound in self.heard]


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(clock=lambda: NOON / 1000) as server:
        yield server
        assert server.unknown_parameters == []


@pytest.fixture
async def channel(telegram: TelegramServer) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(TOKEN, telegram.api, patience=2)
    yield channel
    await channel.close()


@pytest.fixture
def desk() -> NotebookDesk:
    return NotebookDesk()


@pytest.fixture
def intake(channel: TelegramChannel, desk: NotebookDesk) -> Intake:
    return Intake(channel, desk, HandClock())


@pytest.fixture
def mei(telegram: TelegramServer) -> Person:
    return telegram.user(2001, "梅姨", started=True)


@pytest.fixture
def group(telegram: TelegramServer, mei: Person) -> Chat:
    return telegram.supergroup(-1001000001, "第一网格", members=[mei])


@pytest.fixture
async def polling(channel: TelegramChannel, intake: Intake, monkeypatch: Any) -> AsyncIterator[Polling]:
    """Running, and impatient after trouble."""
    monkeypatch.setattr("bot.channels.telegram_poll.FIRST_PAUSE", 0.01)
    monkeypatch.setattr("bot.channels.telegram_poll.LONGEST_PAUSE", 0.05)
    polling = Polling(channel, intake)
    running = asyncio.create_task(polling.run())
    yield polling
    running.cancel()
    await asyncio.wait({running})
    assert running.cancelled(), running.exception()


# --- polling -------------------------------------------------------------------------------------------------------


async def test_what_is_said_reaches_the_desk_in_order_and_is_confirmed(polling, telegram, desk, mei, group):
    for n in range(120):
        await mei.says(f"第{n}", group)
    await telegram.wait_for(lambda: telegram.pending == 0)
    assert desk.texts == [f"第{n}" for n in range(120)]


async def test_messages_of_one_batch_are_at_the_desk_together(channel, intake, telegram, desk, mei, group):
    desk.gate.clear()
    for n in range(20):
        await mei.says(f"第{n}", group)
    polling = Polling(channel, intake)
    once = asyncio.create_task(polling.once())
    await telegram.wait_for(lambda: len(desk.heard) == 20)
    assert telegram.pending == 20
    desk.gate.set()
    await once


async def test_what_could_not_be_stored_comes_again(polling, telegram, desk, mei, group):
    desk.failing = 3
    await mei.says("3号楼漏水", group)
    await telegram.wait_for(lambda: telegram.pending == 0)
    assert desk.texts == ["3号楼漏水"] * 4
    assert len({inbound.key for inbound in desk.heard}) == 1


async def test_an_update_nobody_can_read_is_set_aside_with_its_words_and_the_rest_goes_on(
    polling, telegram, desk, mei, group
):
    telegram.updates.put({"message": {"message_id": "五", "text": "坏的"}}, "odd")
    telegram.updates.put({"callback_query": 17}, "odd")
    await mei.says("好的", group)
    await telegram.wait_for(lambda: telegram.pending == 0)
    assert desk.texts == ["好的"]
    assert [json.loads(raw).keys() for _, raw, _ in desk.aside] == [
        {"update_id", "message"},
        {"update_id", "callback_query"},
    ]
    assert "坏的" in desk.aside[0][1]
    assert desk.aside[0][0].startswith("telegram:7")


async def test_a_message_the_desk_stumbles_over_is_set_aside_alone(polling, telegram, desk, mei, group):
    desk.stumbles_over.add("怪的")
    await mei.says("怪的", group)
    await mei.says("好的", group)
    await telegram.wait_for(lambda: telegram.pending == 0)
    assert desk.texts == ["怪的", "好的"]
    assert [why for _, _, why in desk.aside] == ["RuntimeError: a mistake in a rule"]


async def test_chatter_among_bots_is_confirmed_and_never_reaches_the_desk(
    polling, telegram, desk, mei, group
):
    await mei.says("/report@other_bot 漏水", group)
    await telegram.wait_for(lambda: telegram.pending == 0)
    assert (desk.heard, desk.aside) == ([], [])


async def test_a_press_is_answered_right_after_it_is_stored(polling, channel, telegram, desk, mei, group):
    await channel.send(Outgoing(GROUP, "卡", buttons=((Button("接单", "a:1024"),),)))
    desk.toast = "已受理"
    press = await mei.presses("接单", group)
    await telegram.wait_for(lambda: press.answer)
    assert (press.answer, press.alert) == ("已受理", True)
    assert desk.heard[0].press == "a:1024"


async def test_a_press_with_nothing_to_say_is_answered_too(polling, channel, telegram, desk, mei, group):
    await channel.send(Outgoing(GROUP, "卡", buttons=((Button("接单", "a:1024"),),)))
    desk.stumbles_over.add("")
    press = await mei.presses("接单", group)
    await telegram.wait_for(lambda: press.answered)
    assert press.answer == ""


@pytest.mark.parametrize("trouble", ["server_error", "bad_gateway", "drop_before", "drop_after"])
async def test_polling_goes_on_after_any_trouble(polling, telegram, desk, mei, group, trouble):
    getattr(telegram.faults, trouble)(times=2, method="getUpdates")
    getattr(telegram.faults, trouble)(times=2, method="getMe")
    getattr(telegram.faults, trouble)(times=2, method="deleteWebhook")
    await mei.says("3号楼漏水", group)
    await telegram.wait_for(lambda: telegram.pending == 0)
    assert set(desk.texts) == {"3号楼漏水"}


async def test_a_webhook_left_over_is_taken_away_and_nothing_that_waits_is_dropped(
    telegram, channel, intake, desk, mei, group
):
    await channel.bot.set_webhook("https://old.example/telegram", allowed_updates=["message"])
    await mei.says("3号楼漏水", group)
    await Polling(channel, intake).once()
    assert desk.texts == ["3号楼漏水"]


async def test_another_program_with_the_same_token_is_named_in_the_log(
    telegram, channel, intake, monkeypatch
):
    monkeypatch.setattr("bot.channels.telegram_poll.FIRST_PAUSE", 0.01)
    telegram.faults.refuse(409, "Conflict: terminated by other getUpdates request", method="getUpdates")
    with structlog.testing.capture_logs() as lines:
        running = asyncio.create_task(Polling(channel, intake).run())
        await telegram.wait_for(lambda: any(line["log_level"] == "error" for line in lines))
        running.cancel()
        await asyncio.wait({running})
    assert "same bot token" in next(line["event"] for line in lines if line["log_level"] == "error")


async def test_only_the_kinds_we_read_are_asked_for(telegram, channel, intake, mei, group):
    await mei.says("漏水", group)
    await Polling(channel, intake).once()
    assert telegram.updates.allowed == ["message", "edited_message", "callback_query", "my_chat_member"]


NOWHERE = TelegramChannel(TOKEN, "http://127.0.0.1:9")
NOWHERE._me = User(7700000001, "呼应", is_bot=True, username="huying_bot")
ODD = st.sampled_from([None, True, -1, 0, 2**70, 1e300, "", "x", "\ud800", "\0", [], {}, [None], {"id": "x"}])


def leaves(node: Any) -> list[tuple[Any, Any]]:
    """Return every place in a JSON value, as (container, key)."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else []
    return [place for key in keys for place in [(node, key), *leaves(node[key])]]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_update_however_odd_gets_past_the_door_or_breaks_it(data):
    joined = {"status": "member", "user": {"id": 7700000001, "is_bot": True, "first_name": "呼应"}}
    left = {**joined, "status": "left"}
    mei = {"id": 2001, "is_bot": False, "first_name": "梅姨"}
    group = {"id": -1001000001, "type": "supergroup", "title": "第一网格"}
    told = {
        "chat": group,
        "from": mei,
        "date": NOON // 1000,
        "old_chat_member": left,
        "new_chat_member": joined,
    }
    sizes = [{"file_id": "a", "file_unique_id": "a", "width": 90, "height": 90}]
    odd = copy.deepcopy(
        data.draw(
            st.sampled_from(
                [
                    update(),
                    {"update_id": 8, "my_chat_member": told},
                    {"update_id": 9, "edited_message": {**update()["message"], "photo": sizes, "text": None}},
                ]
            )
        )
    )
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(leaves(odd)))
        container[key] = copy.deepcopy(data.draw(ODD))

    async def one() -> None:
        desk = NotebookDesk()
        await Intake(NOWHERE, desk, HandClock()).take(odd)
        for inbound in desk.heard:
            # What a database will be asked to hold.
            json.dumps(asdict(inbound), ensure_ascii=False).encode("utf-8")
        for aside in desk.aside:
            "".join(aside).encode("utf-8")

    asyncio.run(one())


# --- webhook -------------------------------------------------------------------------------------------------------


@pytest.fixture
async def hook(intake: Intake) -> AsyncIterator[str]:
    """The webhook over real HTTP; gives its public address."""
    async with serving(Starlette(routes=[telegram_route(intake, SECRET)])) as address:
        yield address


async def posted(hook: str, body: Any, secret: str | None = SECRET) -> int:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {} if secret is None else {SECRET_HEADER: secret.encode()}
    async with httpx.AsyncClient() as client:
        return (await client.post(f"{hook}/telegram", content=content, headers=headers)).status_code


def update(number: int = 7001, text: str = "3号楼漏水") -> dict[str, Any]:
    mei = {"id": 2001, "is_bot": False, "first_name": "梅姨"}
    chat = {"id": 2001, "type": "private", "first_name": "梅姨"}
    message = {"message_id": 5, "date": NOON // 1000, "chat": chat, "from": mei, "text": text}
    return {"update_id": number, "message": message}


async def test_the_webhook_takes_what_telegram_posts(hook, telegram, channel, desk, mei, group):
    telegram.pusher.pause = 0
    await register(channel, hook, SECRET)
    await mei.says("3号楼漏水", group)
    await telegram.wait_for(lambda: telegram.pending == 0)
    assert desk.texts == ["3号楼漏水"]


async def test_the_webhook_says_done_only_when_it_is_stored(hook, desk):
    desk.gate.clear()
    posting = asyncio.create_task(posted(hook, update()))
    await desk.listening.wait()
    assert not posting.done()
    desk.gate.set()
    assert await posting == 200


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", "密"])
async def test_who_does_not_show_the_secret_is_not_listened_to(hook, desk, secret):
    assert await posted(hook, update(), secret) == 403
    assert desk.heard == []


async def test_a_webhook_without_a_secret_is_a_mistake(intake):
    with pytest.raises(ValueError):
        telegram_route(intake, "")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[]", b"7", b'{"update_id": "x"}', b'{"message": {}}', b"[" * 100_000],
    ids=["empty", "half", "no text", "list", "number", "odd number", "no number", "deep"],
)
async def test_what_is_no_update_is_a_bad_request(hook, desk, body):
    assert await posted(hook, body) == 400
    assert (desk.heard, desk.aside) == ([], [])


async def test_a_body_larger_than_any_update_is_refused(hook, desk):
    assert await posted(hook, b" " * (BODY_BYTES + 1)) == 413


async def test_the_webhook_asks_telegram_to_come_again_when_nothing_could_be_stored(hook, desk):
    desk.failing = 1
    assert [await posted(hook, update()), await posted(hook, update())] == [503, 200]


async def test_the_webhook_sets_aside_what_it_cannot_read_and_says_done(hook, desk):
    assert await posted(hook, {"update_id": 7002, "message": {"message_id": 1}}) == 200
    assert desk.aside[0][0] == "telegram:7002"
    desk.failing = 1
    assert await posted(hook, {"update_id": 7002, "message": {"message_id": 1}}) == 503


# --- check ---------------------------------------------------------------------------------------------------------


async def test_check_says_who_the_bot_is_what_it_hears_and_where_it_stands(telegram, channel, mei, group):
    telegram.supergroup(-1001000002, "第二网格", members=[mei], bot_admin=True)
    telegram.supergroup(-1001000003, "第三网格", members=[mei], bot_in=False)
    numbers = [-1001000001, -1001000002, -1001000003, -1009999999]
    chats = [Address(f"telegram:{number}") for number in numbers]
    findings = await probe(
        channel, [*chats, GROUP, Address("web:demo"), Address(f"{GROUP}/17"), Address("telegram:x")]
    )
    assert [finding.fine for finding in findings] == [True, True, True, True, False, False, False]
    assert "@huying_bot" in findings[0].words
    assert "privacy mode is off" in findings[1].words
    assert "administrator" in findings[3].words


async def test_check_says_when_privacy_mode_is_on(telegram, channel):
    telegram.world.privacy = True
    assert "privacy mode is on" in (await probe(channel, []))[1].words


async def test_check_says_that_a_token_is_wrong_and_nothing_else(telegram):
    channel = TelegramChannel("7700000001:wrong", telegram.api)
    findings = await probe(channel, [GROUP])
    assert [finding.fine for finding in findings] == [False]
    assert "HUYING_TELEGRAM_TOKEN" in findings[0].words
    await channel.close()
