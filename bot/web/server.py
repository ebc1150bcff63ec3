"""The server that runs the web application inside our event loop."""

from __future__ import annotations

import asyncio
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from bot.channels.webchat import WebChannel
from bot.web.patience import PatientProtocol

MOST_CONNECTIONS = 6_000
"""Open pages hold one each. Beyond it the answer is 503."""
PATIENCE_AT_STOP = 5
"""Seconds that requests under way have to finish when the server stops."""


class CannotListen(Exception):
    """The address to serve on is taken or not ours; the message is one clear line."""


class HttpServer(uvicorn.Server):
    """A server inside a loop that belongs to somebody else: it takes no signals and ends no process."""

    def __init__(self, app: ASGIApp, webchat: WebChannel, listening: socket.socket) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="off",
                # Addresses here may hold secrets (a seat, a link to a chat): none is ever logged.
                access_log=False,
                log_config=None,
                log_level="warning",
                server_header=False,
                http=PatientProtocol,
                limit_concurrency=_room(),
                timeout_graceful_shutdown=PATIENCE_AT_STOP,
            )
        )
        self._webchat = webchat
        self._listening = listening
        self.port: int = listening.getsockname()[1]
        self._running: asyncio.Task[None] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def begin(self) -> None:
        """Serve until stop(); return when requests are answered."""
        self._running = asyncio.create_task(self.serve(sockets=[self._listening]), name="http server")
        while not self.started and not self._running.done():  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        if self._running.done():
            await self._running

    async def stop(self) -> None:
        """Take no more requests, end the open pages' streams, let what is under way finish."""
        self._webchat.close()
        self.should_exit = True
        if self._running is not None:
            await self._running


def _room() -> int:
    """Return for how many connections there is room: a part of the files this process may open stays for others."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS * 4 // 3
    if allowed < wanted <= most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
        allowed = wanted
    return min(MOST_CONNECTIONS, allowed * 3 // 4)


async def serve_http(app: ASGIApp, webchat: WebChannel, host: str, port: int) -> HttpServer:
    """Serve the application and return its server; `port` 0 takes a free one. Raises CannotListen."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        opened = socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise CannotListen(f"cannot serve on {host}:{port}: {error.strerror or error}") from error
    # asyncio spares small answers the wait for an acknowledgement only where a socket says that it is TCP.
    listening = socket.socket(opened.family, opened.type, socket.IPPROTO_TCP, opened.detach())
    server = HttpServer(app, webchat, listening)
    await server.begin()
    return server
