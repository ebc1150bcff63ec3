"""Open pages that are drawn for their reader alone, for tests: what each is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from sse_starlette import ServerSentEvent
from starlette.requests import Request

from bot.web.login import SESSION_COOKIE
from tests.patience import PATIENCE


def request_of(session: str, query: str = "") -> Request:
    """The request of a browser that is signed in."""
    cookie = f"{SESSION_COOKIE}={session}".encode()
    return Request({"type": "http", "headers": [(b"cookie", cookie)], "query_string": query.encode()})


class Follower:
    """Hears what comes by a stream. `seen`: the id of the last event."""

    def __init__(self, events: AsyncIterator[ServerSentEvent]) -> None:
        self.seen, self.told = "", asyncio.Queue[str]()
        self.watching = asyncio.create_task(self._watch(events))

    async def _watch(self, events: AsyncIterator[ServerSentEvent]) -> None:
        async for event in events:
            self.seen = event.id or ""
            self.told.put_nowait(str(event.data))

    async def next(self) -> str:
        async with asyncio.timeout(PATIENCE):
            return await self.told.get()

    async def ended(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.watching

    async def close(self) -> None:
        self.watching.cancel()
        await asyncio.gather(self.watching, return_exceptions=True)
