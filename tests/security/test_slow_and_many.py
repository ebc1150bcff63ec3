"""Who dawdles is sent away, who comes too thick from one address waits; nobody else does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message

from bot.web import patience
from bot.web.crowd import LOOKS, MOST_AT_ONCE, SAYS, Crowd, network_of
from bot.web.patience import LARGEST_HEAD, LARGEST_REST, PatientProtocol
from bot.web.security import BodyLimit
from bot.web.server import HttpServer, serve_http
from storage.records import SECOND
from tests.bot.web.house import TurnedClock
from tests.patience import PATIENCE


async def echo(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


class NoChat:
    def close(self) -> None:
        pass


@pytest.fixture
async def server() -> AsyncIterator[HttpServer]:
    app = Starlette(
        routes=[Route("/", echo, methods=["GET", "POST"])],
        middleware=[Middleware(BodyLimit, largest=5 * 1024 * 1024, by_path={})],
    )
    served = await serve_http(app, NoChat(), "127.0.0.1", 0)  # type: ignore[arg-type]
    yield served
    await served.stop()


async def connect(server: HttpServer) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", server.port)


async def everything(reader: asyncio.StreamReader) -> bytes:
    """Return what comes until the server ends the connection."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await reader.read()
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_a_head_that_never_ends_is_waited_for_only_so_long(
    server: HttpServer, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(PatientProtocol, "head_seconds", 0.05)
    reader, writer = await connect(server)
    writer.write(begun)
    assert await everything(reader) == b""
    writer.close()


async def test_a_second_request_on_the_same_connection_may_not_dawdle_either(
    server: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PatientProtocol, "head_seconds", 0.05)
    reader, writer = await connect(server)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await reader.readuntil(b"\r\n\r\n0")).startswith(b"HTTP/1.1 200")
    writer.write(b"GET / HTTP/1.1\r\nHost: ")
    assert await everything(reader) == b""
    writer.close()


async def test_a_head_without_end_is_cut_off(server: HttpServer) -> None:
    reader, writer = await connect(server)
    writer.write(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * (LARGEST_HEAD // 3))
    assert b" 200 " not in await everything(reader)
    writer.close()


async def test_the_rest_of_a_refused_request_is_not_read_for_ever(server: HttpServer) -> None:
    reader, writer = await connect(server)
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
    assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 413")
    writer.write(b"x" * (2 * LARGEST_REST))
    await everything(reader)
    writer.close()


async def test_an_ordinary_request_takes_the_time_it_takes(
    server: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PatientProtocol, "head_seconds", 0.05)
    reader, writer = await connect(server)
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab")
    # The head is here: what the body takes is another limit's matter, and that one is half a minute.
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.2)
    writer.write(b"cd")
    assert (await reader.readuntil(b"\r\n\r\n4")).startswith(b"HTTP/1.1 200")
    writer.close()


async def test_a_body_that_trickles_is_given_up(server: HttpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BodyLimit, "patience", 0.05)
    reader, writer = await connect(server)
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\na")
    assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 408")
    writer.close()


async def test_a_large_body_has_time_by_its_size() -> None:
    parts = [b"x" * 1_000_000] * 3

    async def receive() -> Message:
        return {"type": "http.request", "body": parts.pop(), "more_body": bool(parts)}

    async def read_all(scope: object, receive_counted: object, send: object) -> None:
        while (await receive_counted())["more_body"]:  # type: ignore[operator]
            pass

    limit = BodyLimit(read_all, largest=5_000_000, by_path={})  # type: ignore[arg-type]
    limit.patience = 0.0
    scope = {"type": "http", "path": "/", "headers": []}
    with pytest.raises(Exception, match="408"):
        await asyncio.wait_for(limit(scope, _after_a_while, _nothing), PATIENCE)  # type: ignore[arg-type]
    limit.patience = 30.0
    await limit(scope, receive, _nothing)


async def _after_a_while() -> Message:
    await asyncio.sleep(0.01)
    return {"type": "http.request", "body": b"x", "more_body": True}


async def _nothing(message: Message) -> None:
    pass


async def test_one_address_has_only_so_many_connections(
    server: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "network_of", lambda host: "192.0.2.1")
    monkeypatch.setattr(patience, "MOST_OF_ONE", 3)
    held = [await connect(server) for _ in range(3)]
    reader, writer = await connect(server)
    assert await everything(reader) == b""
    held[0][1].close()
    held[0][1].write(b"")
    for _, one in [*held, (reader, writer)]:
        one.close()


# --- by address -------------------------------------------------------------------------------------------------------


class Visitors:
    """Requests from addresses that a proxy forwards, against an application that only counts."""

    def __init__(self) -> None:
        self.clock = TurnedClock()
        self.app = Crowd(
            Starlette(routes=[Route("/{any}", echo, methods=["GET", "POST"])]),
            wall=self.clock,
        )

    async def ask(self, host: str, method: str = "POST") -> int:
        transport = httpx.ASGITransport(self.app, client=(host, 1))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return (await client.request(method, "/chat")).status_code


async def test_a_refusal_is_logged_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    visitors = Visitors()
    for _ in range(SAYS.burst + 50):
        await visitors.ask("192.0.2.1")
    assert [record.getMessage() for record in caplog.records if "too much" in record.getMessage()] == [
        "one address asks for too much: 192.0.2.1"
    ]


async def test_who_says_too_much_from_one_address_waits_and_the_next_address_does_not() -> None:
    visitors = Visitors()
    codes = [await visitors.ask("192.0.2.1") for _ in range(SAYS.burst + 1)]
    assert codes == [200] * SAYS.burst + [429]
    assert await visitors.ask("192.0.2.2") == 200
    visitors.clock.forward(SECOND)
    assert await visitors.ask("192.0.2.1") == 200


async def test_looking_has_a_wider_limit_than_saying() -> None:
    visitors = Visitors()
    codes = [await visitors.ask("192.0.2.1", "GET") for _ in range(LOOKS.burst + 1)]
    assert codes.count(429) == 1


async def test_a_household_of_ipv6_is_one_address() -> None:
    visitors = Visitors()
    codes = [await visitors.ask(f"2001:db8::{n:x}") for n in range(1, SAYS.burst + 2)]
    assert codes[-1] == 429
    assert await visitors.ask("2001:db8:0:1::1") == 200


async def test_the_machine_itself_is_not_counted() -> None:
    visitors = Visitors()
    assert {await visitors.ask("127.0.0.1") for _ in range(SAYS.burst * 2)} == {200}
    assert [network_of(host) for host in ("::1", "::ffff:192.0.2.1", "unix", "2001:db8::1")] == [
        None,
        "192.0.2.1",
        None,
        "2001:db8::/64",
    ]


async def test_streams_that_are_left_open_are_counted_and_given_back() -> None:
    inside, go = asyncio.Semaphore(0), asyncio.Event()

    async def linger(scope: object, receive: object, send: object) -> None:
        inside.release()
        await go.wait()

    crowd = Crowd(linger, wall=TurnedClock())  # type: ignore[arg-type]
    scope = {"type": "http", "path": "/chat/live", "method": "GET", "client": ("192.0.2.1", 1), "headers": []}
    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    pages = [asyncio.create_task(crowd(scope, _after_a_while, send)) for _ in range(MOST_AT_ONCE)]
    for _ in pages:
        await inside.acquire()
    await crowd(scope, _after_a_while, send)
    assert said[0]["status"] == 429
    go.set()
    await asyncio.gather(*pages)
    assert not crowd._inside
