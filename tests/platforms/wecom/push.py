"""Pushes what people do to the program's callback address, as WeCom does: five seconds for an answer, then three times more.

Every push of a message carries the same MsgId. Repeats come in time slots as long as the patience, each sealed anew or
(`signs_anew = False`) byte by byte the same; which of the two the real one does is not documented.
Source: developer.work.weixin.qq.com/document/path/90930 (接收消息与事件), /101033 (the robot).
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
Wrap = Callable[[str], bytes]  # puts the sealed words into XML or JSON
Taken = Callable[[bytes, str], None]  # reads an answer: its body, and the nonce of the push


@dataclass(eq=False)
class Push:
    """One thing the program is told. `words`: what stands inside the seal. `statuses`: HTTP's, 0 for no answer in time.

    `answer`: the words of its passive answer, opened; "" for none. `took`: seconds (real ones) until the last answer.
    `wrong`: what was wrong with the answer; nobody saw it then. `taken`: answered with 200 in time.
    """

    kind: str
    words: str
    message: Message | None = None
    statuses: list[int] = field(default_factory=list)
    answer: str = ""
    wrong: str = ""
    took: float = 0.0
    taken: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def over(self) -> bool:
        """Whether it was taken or given up."""
        return self.ended.is_set()

    def __repr__(self) -> str:
        return f"{self.kind} {self.statuses} → {self.answer or self.wrong or '—'}"


@dataclass
class Line:
    """The way to one callback address. `limit`: seconds (real ones) an answer may take, and how far apart repeats are.

    `loses`: of so many answers to come, each is lost on the way although the program gave it. `to_repeat`: so many more
    times what was taken comes again. `wall` gives seconds since 1970 for the signature; programs compare it with their own.
    """

    seal: Seal
    wrap: Wrap
    changed: Callable[[], None]
    content_type: str = "text/xml"
    url: str = ""
    limit: float = 5.0
    signs_anew: bool = True
    loses: int = 0
    to_repeat: int = 0
    wall: Callable[[], float] = time.time
    pushes: list[Push] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def send(self, push: Push, taken: Taken, repeats: int = REPEATS) -> Push:
        """Push in the background. Without an address nothing goes out."""
        self.pushes.append(push)
        if not self.url:
            push.ended.set()
            return push
        task = asyncio.create_task(self.deliver(push, taken, repeats))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return push

    async def deliver(self, push: Push, taken: Taken, repeats: int) -> None:
        loop = asyncio.get_running_loop()
        query, body = self.request(push.words)
        try:
            for attempt in range(1 + repeats):
                slot_over = loop.time() + self.limit
                if await self.attempt(push, query, body, taken):
                    break
                if attempt < repeats:
                    await asyncio.sleep(max(0.0, slot_over - loop.time()))
                    query, body = self.request(push.words) if self.signs_anew else (query, body)
        finally:
            push.ended.set()
            self.changed()
        while push.taken and self.to_repeat > 0:
            self.to_repeat -= 1
            await self.attempt(push, query, body, None)

    async def attempt(self, push: Push, query: dict[str, str], body: bytes, taken: Taken | None) -> bool:
        started = time.monotonic()
        try:
            async with asyncio.timeout(self.limit):
                status, answer = await self.ask("POST", query, body)
        except (OSError, NoAnswer, TimeoutError):
            status, answer = 0, b""
        push.took = time.monotonic() - started
        if self.loses > 0:
            self.loses -= 1
            status = 0
        push.statuses.append(status)
        if status == 200 and taken:
            push.taken = True
            taken(answer, query["nonce"])
        self.changed()
        return status == 200

    def request(self, words: str, timestamp: int | None = None) -> tuple[dict[str, str], bytes]:
        """Return what a push of these words carries, the address's query and the body: to push, or to forge with."""
        sealed = self.seal.close(words)
        return self.signed(sealed, timestamp), self.wrap(sealed)

    def signed(self, sealed: str, timestamp: int | None = None) -> dict[str, str]:
        # The time is the machine's: a story may turn the field's clock, and the program's door must not mind.
        at, nonce = str(int(self.wall()) if timestamp is None else timestamp), str(secrets.randbelow(10**10))
        return {"msg_signature": self.seal.signature(at, nonce, sealed), "timestamp": at, "nonce": nonce}

    async def verify(self) -> None:
        """Ask for the echo within a second, as when the address is saved. Raises AssertionError when it would not be taken."""
        echo = str(secrets.randbits(63))
        sealed = self.seal.close(echo)
        try:
            async with asyncio.timeout(min(self.limit, 1.0)):
                status, answer = await self.ask("GET", {**self.signed(sealed), "echostr": sealed}, b"")
        except (OSError, NoAnswer, TimeoutError) as failure:
            raise AssertionError(f"{self.url} does not answer the verification: {failure!r}") from failure
        assert status == 200, f"{self.url} answers {status} to the verification"
        assert answer == echo.encode(), f"{self.url} answers {answer[:100]!r}, not the echo {echo}"

    async def ask(self, method: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
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
