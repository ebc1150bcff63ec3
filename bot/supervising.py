"""Tasks that run beside each other as long as the program does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

log = structlog.get_logger(__name__)

Running = Callable[[], Awaitable[None]]

RESTART_SECONDS = 1.0


def start(name: str, run: Running) -> asyncio.Task[None]:
    """Have it run, once."""

    async def whole() -> None:
        await run()

    return asyncio.create_task(whole(), name=name)


def keep_running(name: str, run: Running) -> asyncio.Task[None]:
    """Have it run as long as the program does."""
    return start(name, partial(supervise, name, run))


async def supervise(name: str, run: Running) -> None:
    """Keep a task running: what it fails of is logged, and it starts again after a pause."""
    pause = RESTART_SECONDS
    while True:
        started = asyncio.get_running_loop().time()
        try:
            await run()
            return
        except Exception as failed:
            # Whatever it is: a program that answers calls does not go on without one of its parts.
            log.exception("%s failed and starts again", name, why=str(failed))
        if asyncio.get_running_loop().time() - started > 60:
            pause = RESTART_SECONDS
        await asyncio.sleep(pause)
        pause = min(pause * 2, 30.0)
