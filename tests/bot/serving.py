"""A small web program over real HTTP for the length of a test, on 127.0.0.1 and a free port."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn


@asynccontextmanager
async def serving(program: Any) -> AsyncIterator[str]:
    """Serve an ASGI program; gives its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(program, lifespan="off", log_level="warning", access_log=False, ws="none")
    config.load()
    # uvicorn's own serve() would take over the signals of the test process.
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    await server.shutdown()
