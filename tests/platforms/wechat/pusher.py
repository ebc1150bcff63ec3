"""Pushes what residents do to the program and reads its answer, as WeChat does.

An answer must be there within five seconds; none, or one that is not 200, and the same push comes again, three times in
all, five seconds apart. An answer that cannot be read is not asked for again: the resident sees at once that
the account is out of order.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp
from yarl import URL

from tests.platforms.wechat.envelope import Envelope
from tests.platforms.wechat.xml import Fields, written

LARGEST_ANSWER = 1 << 20


@dataclass(frozen=True)
class Delivery:
    """One attempt. `status`: HTTP status, 0 when no answer came; `trouble`: why it does not count, "" when it does."""

    status: int
    body: bytes = b""
    trouble: str = ""


@dataclass(eq=False)
class Push:
    """One thing a resident did, on its way to the program. `answer`: the body that counted, None when none came."""

    openid: str
    fields: Fields
    deliveries: list[Delivery] = field(default_factory=list)
    answer: bytes | None = None

    @property
    def troubles(self) -> list[str]:
        return [delivery.trouble for delivery in self.deliveries if delivery.trouble]

    def __repr__(self) -> str:
        what = self.fields.get("Event") or self.fields["MsgType"]
        return f"{what} of {self.openid}: {[delivery.trouble or delivery.status for delivery in self.deliveries]}"


class Pusher:
    """Delivers. `url`: the program's address; `limit`: seconds an answer may take; `deliveries`: attempts in all; a
    repeat goes out `pause` seconds after the attempt before it began, or when that is given up.

    `signs_anew`: a repeat has a timestamp, nonce and signature of its own; False repeats the request byte by byte.
    `loses`: of so many answers to come, each is lost on the way although the program gave it. `wall` gives seconds
    since 1970 for the signature; programs compare it with their own machine's clock.
    """

    def __init__(self, envelope: Envelope, original_id: str, wall: Callable[[], float]) -> None:
        self.envelope = envelope
        self.original_id = original_id
        self.wall = wall
        self.url = ""
        self.limit = 5.0
        self.pause = 5.0
        self.deliveries = 3
        self.signs_anew = True
        self.loses = 0
        self.gone = asyncio.Event()  # WeChat itself is down, and does not remember what it was pushing
        self._session: aiohttp.ClientSession | None = None

    def start(self) -> None:
        self.gone.clear()
        # A kept connection to a program that was restarted would fail once for a reason of this server's own.
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        self._session = aiohttp.ClientSession(connector=connector, trust_env=False)

    async def stop(self) -> None:
        self.gone.set()
        if self._session:
            await self._session.close()
        self._session = None

    async def verify(self) -> None:
        """Ask for the echo, as when the address is saved. Raises AssertionError when the platform would not take it."""
        echo = str(int(self.wall() * 1e6))
        query = {**self.envelope.signed(int(self.wall())), "echostr": echo}
        got = await self._deliver("GET", query, b"")
        assert got.status == 200, f"the address answers {got.status or got.trouble} to the verification"
        assert got.body == echo.encode(), f"the address answers {got.body[:100]!r}, not the echostr {echo}"

    def request(self, openid: str, xml: str, timestamp: int | None = None) -> tuple[dict[str, str], bytes]:
        """Return what a push of these words carries: the address's query and the body."""
        query = self.envelope.signed(int(self.wall()) if timestamp is None else timestamp)
        query["openid"] = openid
        if not self.envelope.key:
            return query, xml.encode()
        encrypted = self.envelope.seal(xml)
        query["encrypt_type"] = "aes"
        query["msg_signature"] = self.envelope.msg_signature(query["timestamp"], query["nonce"], encrypted)
        return query, written({"ToUserName": self.original_id, "Encrypt": encrypted}).encode()

    async def push(self, openid: str, fields: Fields) -> Push:
        """Deliver until an answer counts or the attempts are used up."""
        push = Push(openid, fields)
        xml = written(fields)
        query, body = self.request(openid, xml)
        loop = asyncio.get_running_loop()
        while True:
            next_at = loop.time() + self.pause
            got = await self._deliver("POST", query, body)
            push.deliveries.append(got)
            if not got.trouble:
                push.answer = got.body
                return push
            if len(push.deliveries) >= self.deliveries:
                return push
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(next_at):
                    await self.gone.wait()
            if self.gone.is_set():
                return push
            if self.signs_anew:
                query, body = self.request(openid, xml)

    async def _deliver(self, method: str, query: dict[str, str], body: bytes) -> Delivery:
        assert self._session, "the server is not running"
        assert self.url, "the address to push to is not set (WeChatServer.url)"
        url = URL(self.url).with_query(query)
        headers = {"User-Agent": "Mozilla/4.0", "Accept": "*/*"} | (
            {"Content-Type": "text/xml"} if body else {}
        )
        try:
            async with (
                asyncio.timeout(self.limit),
                self._session.request(
                    method, url, data=body, headers=headers, allow_redirects=False
                ) as answer,
            ):
                said = await answer.content.read(LARGEST_ANSWER)
                while len(said) < LARGEST_ANSWER and (more := await answer.content.read(LARGEST_ANSWER)):
                    said += more
        except TimeoutError:
            return Delivery(0, trouble=f"no answer within {self.limit:g} s")
        except (OSError, aiohttp.ClientError) as failure:
            return Delivery(0, trouble=f"no answer: {failure!r}")
        if self.loses > 0 and method == "POST":
            self.loses -= 1
            return Delivery(answer.status, said, "the answer was lost on the way")
        if answer.status != 200:
            return Delivery(answer.status, said, f"answered {answer.status}")
        return Delivery(200, said)
