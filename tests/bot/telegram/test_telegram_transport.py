"""The way to Telegram: what is said of every break on it, and what never comes through."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram.error import InvalidToken, NetworkError, TelegramError, TimedOut

from bot.channels import telegram_transport
from bot.channels.telegram import RawBot
from bot.channels.telegram_errors import refusal
from bot.channels.telegram_transport import (
    NotConnected,
    NotConnectedInTime,
    TooMany,
    TooMuch,
    Transport,
    Unanswered,
)
from tests.bot.telegram.machine import YES, drops, hangs, machine, says
from tests.platforms.telegram import TOKEN

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    transport = Transport(4, patience=10)
    yield transport
    await transport.shutdown()


async def failure(api: str, transport: Transport, **photo: bytes) -> TelegramError:
    """Return how a call fails. In no case may its words carry the token."""
    bot = RawBot(TOKEN, base_url=f"{api}/bot", request=transport, get_updates_request=transport)
    with pytest.raises(TelegramError) as caught:
        await (bot.send_photo(5, photo["photo"]) if photo else bot.get_me())
    links = [caught.value, caught.value.__cause__]
    assert not any(TOKEN.partition(":")[2] in f"{link!r} {link}" for link in links)
    return caught.value


# --- never sent: may be repeated at will ---------------------------------------------------------------------------


async def test_where_nobody_listens_nothing_was_sent(transport, unused_tcp_port):
    failed = await failure(f"http://127.0.0.1:{unused_tcp_port}", transport)
    assert isinstance(failed, NotConnected)
    assert (refusal(failed).everywhere, refusal(failed).unsure) == (True, False)


async def test_a_handshake_that_fails_has_sent_nothing(transport):
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 no TLS is spoken here\r\n")
        await reader.read()
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    api = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    assert isinstance(await failure(api, transport), NotConnected)
    server.close()


@pytest.mark.parametrize("api", ["htp://127.0.0.1:1", "http://", "127.0.0.1:1"])
async def test_an_address_that_is_none_has_sent_nothing(transport, api):
    assert isinstance(await failure(api, transport), NotConnected)


async def test_when_every_connection_is_taken_nothing_was_sent():
    transport = Transport(1, patience=0.4)
    async with machine(hangs) as silent:
        api = f"http://127.0.0.1:{silent.port}"
        first = asyncio.create_task(transport.do_request(f"{api}/first", "GET", read_timeout=30))
        await silent.asked.wait()
        failed = await failure(api, transport)
        assert isinstance(failed, NotConnectedInTime)
        assert (refusal(failed).everywhere, refusal(failed).unsure) == (True, False)
        assert len(silent.heads) == 1
        first.cancel()
        await asyncio.wait({first})
    await transport.shutdown()


# --- perhaps sent: repeated once -----------------------------------------------------------------------------------


async def test_a_connection_that_breaks_leaves_us_unsure(transport):
    async with machine(drops) as rude:
        failed = await failure(f"http://127.0.0.1:{rude.port}", transport)
    assert isinstance(failed, Unanswered)
    assert (refusal(failed).unsure, refusal(failed).everywhere) == (True, False)


async def test_an_answer_that_breaks_off_leaves_us_unsure(transport):
    async def half(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + YES)
        await writer.drain()
        raise ConnectionResetError

    async with machine(half) as rude:
        assert isinstance(await failure(f"http://127.0.0.1:{rude.port}", transport), Unanswered)


async def test_an_answer_that_never_comes_leaves_us_unsure():
    transport = Transport(4, patience=0.2)
    async with machine(hangs) as silent:
        failed = await failure(f"http://127.0.0.1:{silent.port}", transport)
    assert (type(failed), refusal(failed).unsure) == (TimedOut, True)
    await transport.shutdown()


async def test_an_answer_that_drips_for_ever_is_given_up():
    async def drips(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)

    transport = Transport(4, patience=0.1)
    async with machine(drips) as slow:
        assert type(await failure(f"http://127.0.0.1:{slow.port}", transport)) is TimedOut
    await transport.shutdown()


async def test_an_upload_that_nobody_reads_is_given_up():
    async def deaf(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    transport = Transport(4, patience=0.1, upload=0.2)
    async with machine(deaf) as wall:
        failed = await failure(f"http://127.0.0.1:{wall.port}", transport, photo=bytes(30_000_000))
    assert (type(failed), refusal(failed).unsure) == (TimedOut, True)
    await transport.shutdown()


# --- answers that are none -----------------------------------------------------------------------------------------


async def test_an_answer_without_end_is_not_read_to_its_end(transport, monkeypatch):
    monkeypatch.setattr(telegram_transport, "LARGEST", 100_000)

    async def endless(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"1000\r\n" + bytes(4096) + b"\r\n")
            await writer.drain()

    async with machine(endless) as flood:
        failed = await failure(f"http://127.0.0.1:{flood.port}", transport)
    assert isinstance(failed, TooMuch)
    assert refusal(failed).unsure


@pytest.mark.parametrize("body", [b"<html>" + b"x" * 100_000, b"[]", b"7", b'"no"', b"\xff\xfe", b""])
async def test_a_page_in_telegrams_place_is_no_answer_and_is_not_quoted_at_length(transport, body, caplog):
    async with machine(says(body, "502 Bad Gateway")) as gateway:
        failed = await failure(f"http://127.0.0.1:{gateway.port}", transport)
    assert isinstance(failed, NetworkError)
    assert (refusal(failed).everywhere, refusal(failed).unsure) == (True, False)
    assert len(str(failed)) < 1000
    assert len(caplog.text) < 1000


async def test_a_page_that_claims_success_is_not_quoted_at_length_either(transport, caplog):
    async with machine(says(b"<html>" + b"x" * 100_000)) as portal:
        failed = await failure(f"http://127.0.0.1:{portal.port}", transport)
    assert refusal(failed).everywhere
    assert len(str(failed)) + len(caplog.text) < 1000


async def test_nobody_is_sent_elsewhere_with_the_token(transport):
    async with machine(says(YES)) as elsewhere:
        there = f"Location: http://127.0.0.1:{elsewhere.port}/"
        async with machine(says(b"", "307 Temporary Redirect", there)) as sly:
            await failure(f"http://127.0.0.1:{sly.port}", transport)
        assert elsewhere.heads == []


@pytest.mark.filterwarnings("ignore:.*retry_after")
async def test_a_429_keeps_telegrams_own_words(transport):
    body = b'{"ok": false, "description": "Too Many Requests: slow mode", "parameters": {"retry_after": 9}}'
    async with machine(says(body, "429 Too Many Requests")) as strict:
        failed = await failure(f"http://127.0.0.1:{strict.port}", transport)
    assert isinstance(failed, TooMany)
    assert (refusal(failed).wait, "slow mode" in str(refusal(failed))) == (9_000, True)


async def test_a_429_without_a_pause_is_everybodys_trouble(transport):
    body = b'{"ok": false, "description": "Too Many Requests"}'
    async with machine(says(body, "429 Too Many Requests")) as strict:
        assert refusal(await failure(f"http://127.0.0.1:{strict.port}", transport)).everywhere


async def test_a_refused_token_is_named_as_one(transport):
    async with machine(says(b'{"ok": false, "description": "Unauthorized"}', "401 Unauthorized")) as strict:
        assert isinstance(await failure(f"http://127.0.0.1:{strict.port}", transport), InvalidToken)


# --- proxies -------------------------------------------------------------------------------------------------------


async def test_the_proxy_of_the_environment_is_used(transport, monkeypatch):
    async with machine(says(YES)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://li:geheim@127.0.0.1:{proxy.port}")
        bot = RawBot(
            TOKEN, base_url="http://api.example.org/bot", request=transport, get_updates_request=transport
        )
        assert (await bot.get_me()).username == "huying_bot"
        (head,) = proxy.heads
    assert head.startswith(b"POST http://api.example.org/bot")
    assert b"Proxy-Authorization: Basic " in head


@pytest.mark.parametrize("behave", [says(b"", "407 Proxy Authentication Required"), drops])
async def test_a_proxy_that_does_not_let_us_through_has_passed_nothing_on(transport, monkeypatch, behave):
    async with machine(behave) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        failed = await failure("https://api.example.org", transport)
        (head,) = proxy.heads
    assert isinstance(failed, NotConnected)
    assert head.startswith(b"CONNECT api.example.org:443 ")
    assert TOKEN.encode() not in head


async def test_what_no_proxy_names_is_reached_directly(transport, monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with machine(says(YES)) as direct:
        bot = RawBot(
            TOKEN,
            base_url=f"http://127.0.0.1:{direct.port}/bot",
            request=transport,
            get_updates_request=transport,
        )
        assert (await bot.get_me()).username == "huying_bot"


async def test_a_proxy_of_a_kind_nobody_here_speaks_is_named(transport, monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks5://li:geheim@127.0.0.1:9")
    failed = await failure("https://api.example.org", transport)
    assert isinstance(failed, NotConnected)
    assert "socks5" in str(failed)
    assert "geheim" not in str(failed)


# --- the end -------------------------------------------------------------------------------------------------------


async def test_a_closed_transport_leaves_no_connection_and_opens_again_when_asked(transport):
    async with machine(says(YES)) as server:
        bot = RawBot(
            TOKEN,
            base_url=f"http://127.0.0.1:{server.port}/bot",
            request=transport,
            get_updates_request=transport,
        )
        for _ in range(2):
            assert (await bot.get_me()).username == "huying_bot"
            await transport.shutdown()
        await transport.shutdown()
