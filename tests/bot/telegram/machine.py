"""A machine that listens in Telegram's place, or a proxy's, and behaves as a test tells it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Behaviour = Callable[[bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
YES = b'{"ok": true, "result": {"id": 1, "is_bot": true, "first_name": "b", "username": "huying_bot"}}'


class Machine:
    """Something that listens, behaves as it is told, and writes down the heads of the requests it read."""

    def __init__(self, behave: Behaviour) -> None:
        self.behave = behave
        self.heads: list[bytes] = []
        self.asked = asyncio.Event()
        self.port = 0

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.heads.append(head)
                self.asked.set()
                await self.behave(head, reader, writer)
        writer.close()


@asynccontextmanager
async def machine(behave: Behaviour) -> AsyncIterator[Machine]:
    here = Machine(behave)
    server = await asyncio.start_server(here.meet, "127.0.0.1", 0)
    here.port = server.sockets[0].getsockname()[1]
    try:
        yield here
    finally:
        server.close()


def says(body: bytes, status: str = "200 OK", *headers: str) -> Behaviour:
    async def behave(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if b"ontent-" in head and b"ength: " in head:
            await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
        writer.write("\r\n".join(lines).encode() + body)
        await writer.drain()

    return behave


async def hangs(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(-1)
    raise ConnectionResetError


async def drops(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    raise ConnectionResetError
