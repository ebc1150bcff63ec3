"""A platform's server on loopback that can be gone and come back on the same port."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import uvicorn


class Listening:
    """One ASGI program at 127.0.0.1:`port` (0: any free one, known once it listens)."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._server: uvicorn.Server | None = None

    async def start(self, app: Any, **settings: Any) -> None:
        """Listen; after `stop` on the same port as before. `settings` are uvicorn's own, beside ours."""
        # Without the protocol named, asyncio leaves TCP_NODELAY off and every answer waits 40 ms for an acknowledgement.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            app,
            lifespan="off",
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            ws="none",
            **settings,
        )
        config.load()
        # uvicorn's own serve() would take over the signals of the test process.
        self._server = uvicorn.Server(config)
        self._server.lifespan = config.lifespan_class(config)
        await self._server.startup(sockets=[listener])

    async def stop(self) -> None:
        """Be gone: nothing listens, open calls end."""
        assert self._server is not None, "it listens"
        for listening in self._server.servers:
            listening.close()
        # Long polls and hanging calls would keep a polite shutdown waiting.
        tasks = list(self._server.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for connection in list(self._server.server_state.connections):
            connection.transport.abort()
