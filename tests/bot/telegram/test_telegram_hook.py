"""The webhook: done is said only when it is stored, and only to who shows the secret."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse

from bot.channels.telegram_hook import BODY_BYTES, SECRET_HEADER, TelegramHook, register
from bot.channels.telegram_intake import Intake
from tests.bot.serving import serving
from tests.bot.telegram.around import update

# --- webhook -------------------------------------------------------------------------------------------------------


SECRET = "a-secret_of-32-characters-0123456"


@pytest.fixture
async def hook(intake: Intake) -> AsyncIterator[str]:
    """The webhook over real HTTP; gives its public address."""
    async with serving(TelegramHook(intake, SECRET, PlainTextResponse("a page"))) as address:
        yield address


async def posted(hook: str, body: Any, secret: str | None = SECRET) -> int:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {} if secret is None else {SECRET_HEADER: secret.encode()}
    async with httpx.AsyncClient() as client:
        return (await client.post(f"{hook}/telegram", content=content, headers=headers)).status_code


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
        TelegramHook(intake, "", PlainTextResponse("a page"))


async def test_everything_but_telegrams_posts_is_for_the_pages(hook, desk):
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{hook}/telegram")).status_code == 405
        assert (await client.get(f"{hook}/")).text == "a page"
        assert (await client.post(f"{hook}/telegram/", headers={SECRET_HEADER: SECRET})).text == "a page"
    assert desk.heard == []


async def test_who_hangs_up_in_the_middle_has_said_nothing(hook, desk):
    address = httpx.URL(hook)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    head = f"POST /telegram HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: 900\r\n\r\n"
    writer.write(head.encode() + json.dumps(update()).encode())
    await writer.drain()
    writer.close()
    assert await reader.read() == b""
    assert await posted(hook, update(2, "3号楼漏水")) == 200
    assert desk.texts == ["3号楼漏水"]


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


async def test_what_comes_before_the_bot_knows_its_name_still_comes_in_order(telegram, channel, intake, desk):
    hang = telegram.faults.hang(method="getMe")
    first = asyncio.create_task(intake.take(update(1, "3号楼漏水")))
    await telegram.wait_for(lambda: hang.met)
    second = asyncio.create_task(intake.take(update(2, "是2单元")))
    await asyncio.sleep(0.05)
    hang.release()
    await asyncio.gather(first, second)
    assert desk.texts == ["3号楼漏水", "是2单元"]
    assert len(telegram.calls_of("getMe")) == 1
