"""A platform's side of a webhook as fast as it can be played: requests made ready, connections kept open, a process of
its own, so that what is measured is the program that answers.

`python -m benchmarks.posting PORT SECRET FILE` posts every line of FILE to 127.0.0.1:PORT/telegram, or, where the line
has a tab, what stands behind it to the path before it, and prints, as JSON, how many seconds passed between the first
request and the last answer, and the processor seconds it took itself.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

CONNECTIONS = 40
"""What Telegram opens unless it is told otherwise, and what we tell it."""

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


def requests(lines: list[bytes], secret: str) -> list[bytes]:
    """Return the whole requests, written as Telegram and WeChat write them."""
    host = b" HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
    telegram = host + b"application/json\r\nX-Telegram-Bot-Api-Secret-Token: " + secret.encode()
    whole = []
    for line in lines:
        path, tab, body = line.partition(b"\t")
        head = path + host + b"text/xml" if tab else b"/telegram" + telegram
        body = body if tab else line
        whole.append(b"POST " + head + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    return whole


class Connection(asyncio.Protocol):
    """Sends a request, waits for its answer, sends the next. Any other answer than 200 ends it all."""

    def __init__(self, waiting: Iterator[bytes]) -> None:
        self._waiting = waiting
        self._answer = b""
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def begin(self) -> None:
        if (request := next(self._waiting, None)) is not None:
            self._transport.write(request)
        elif not self.done.done():
            self.done.set_result(None)

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head = self._answer.find(b"\r\n\r\n")
        if head < 0:
            return
        length = LENGTH.search(self._answer)
        if len(self._answer) < head + 4 + (int(length[1]) if length else 0):
            return
        if not self._answer.startswith(b"HTTP/1.1 200 "):
            self.done.set_exception(ConnectionError(self._answer[:200].decode(errors="replace")))
            return
        self._answer = b""
        self.begin()

    def connection_lost(self, why: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(why or ConnectionError("closed before the answer"))


async def post(port: int, waiting: list[bytes]) -> tuple[float, float]:
    """Post all of it; return the seconds and the processor seconds it took."""
    loop, queue = asyncio.get_running_loop(), iter(waiting)
    opened = [
        (await loop.create_connection(lambda: Connection(queue), "127.0.0.1", port))[1]
        for _ in range(CONNECTIONS)
    ]
    began, busy = time.perf_counter(), time.process_time()
    for connection in opened:
        connection.begin()
    await asyncio.gather(*(connection.done for connection in opened))
    return time.perf_counter() - began, time.process_time() - busy


if __name__ == "__main__":
    port, secret, file = sys.argv[1:]
    ready = requests(Path(file).read_bytes().splitlines(), secret)
    seconds, busy = asyncio.run(post(int(port), ready))
    print(json.dumps({"seconds": seconds, "busy": busy}))
