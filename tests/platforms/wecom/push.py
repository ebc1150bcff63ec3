"""Pushes what people do to the program's callback address, as WeCom does: five seconds, then three times more.

Every push of a message carries the same MsgId; a repeat is the very same sealed body, or (`reseals`) the same words
sealed anew. Source: developer.work.weixin.qq.com/document/path/90930 (接收消息与事件), /101033 (the robot).
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from tests.platforms.telegram.webhook import NoAnswer, read_body, read_head
from tests.platforms.wecom.seal import Seal
from tests.platforms.wecom.world import Message

REPEATS = 3
Wrap = Callable[[str], bytes]  # puts the encrypted words into XML or JSON


@dataclass(eq=False)
class Push:
    """One thing the program is told. `words`: what stands inside the seal. `statuses`: HTTP's, 0 for no answer in time.

    `answer`: the words of its passive answer, opened; "" for none. `took`: seconds (real ones) until the last answer.
    `wrong`: what was wrong with the answer; nobody saw it then.
    """

    kind: str
    words: str
    message: Message | None = None
    statuses: list[int] = field(default_factory=list)
    answer: str = ""
    wrong: str = ""
    took: float = 0.0
    over: bool = False  # answered, or given up
    taken: bool = False  # answered with 200 in time

    def __repr__(self) -> str:
        return f"{self.kind} {self.statuses} → {self.answer or self.wrong or '—'}"


@dataclass
class Line:
    """The way to one callback address. `patience`: how long an answer may take, `pause`: between repeats; real seconds."""

    seal: Seal
    wrap: Wrap
    changed: Callable[[], None]
    content_type: str = "text/xml"
    url: str = ""
    patience: float = 5.0
    pause: float = 0.0
    reseals: bool = False
    to_repeat: int = 0
    wall: Callable[[], float] = time.time
    pushes: list[Push] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def send(self, push: Push, taken: Callable[[Push, bytes, str], None], repeats: int = REPEATS) -> Push:
        """Push in the background; `taken(push, body, nonce)` reads the answer. Without an address nothing goes out."""
        self.pushes.append(push)
        if not self.url:
            push.over = True
            return push
        task = asyncio.create_task(self.deliver(push, taken, repeats))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return push

    async def deliver(self, push: Push, taken: Callable[[Push, bytes, str], None], repeats: int) -> None:
        query, body, nonce = self.sealed(push.words)
        for attempt in range(1 + repeats):
            if attempt:
                await asyncio.sleep(self.pause)
                if self.reseals:
                    query, body, nonce = self.sealed(push.words)
            if await self.attempt(push, query, body, nonce, taken):
                break
        push.over = True
        while push.taken and self.to_repeat > 0:
            self.to_repeat -= 1
            await self.attempt(push, query, body, nonce, None)
        self.changed()

    async def attempt(
        self,
        push: Push,
        query: dict[str, str],
        body: bytes,
        nonce: str,
        taken: Callable[[Push, bytes, str], None] | None,
    ) -> bool:
        started = time.monotonic()
        try:
            async with asyncio.timeout(self.patience):
                status, answer = await self.request("POST", query, body)
        except (OSError, NoAnswer, TimeoutError):
            status, answer = 0, b""
        push.statuses.append(status)
        push.took = time.monotonic() - started
        if status == 200 and taken:
            push.taken = True
            taken(push, answer, nonce)
        self.changed()
        return status == 200

    def sealed(self, words: str) -> tuple[dict[str, str], bytes, str]:
        encrypted = self.seal.close(words)
        query, nonce = self.signed(encrypted)
        return query, self.wrap(encrypted), nonce

    def signed(self, encrypted: str) -> tuple[dict[str, str], str]:
        # The timestamp is the machine's: a story may turn the field's clock, and the program's door must not mind.
        timestamp, nonce = str(int(self.wall())), str(secrets.randbelow(10**10))
        signature = self.seal.signature(timestamp, nonce, encrypted)
        return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}, nonce

    async def verify(self) -> bool:
        """Check the address as the admin's page does on saving: it must give back the opened echostr within a second."""
        echo = str(secrets.randbits(63))
        encrypted = self.seal.close(echo)
        try:
            async with asyncio.timeout(min(self.patience, 1.0)):
                status, answer = await self.request(
                    "GET", {**self.signed(encrypted)[0], "echostr": encrypted}, b""
                )
        except (OSError, NoAnswer, TimeoutError):
            return False
        return status == 200 and answer == echo.encode()

    async def request(self, method: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Send one request of any kind and return (status, body). Raises OSError, NoAnswer."""
        url = urlsplit(self.url)
        reader, writer = await asyncio.open_connection(url.hostname or "", url.port or 80)
        head = (
            f"{method} {url.path or '/'}?{urlencode(query)} HTTP/1.1\r\nHost: {url.netloc}\r\n"
            f"Content-Type: {self.content_type}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        try:
            writer.write(head.encode() + body)
            # A door that refuses early closes before it has read all; its answer is what counts.
            with contextlib.suppress(ConnectionError):
                await writer.drain()
            status, headers = await read_head(reader)
            return status, await read_body(reader, headers)
        finally:
            writer.close()

    async def stop(self) -> None:
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
