"""Who looks after the open pages of one kind: one task for all of them, as long as there are any.

What a turn of this process wrote is told by the store. What nobody told of (other processes' turns, sessions that have ended,
a new directory) is found by one look now and then, however many pages are open. stirring.py draws the boards, following.py
the pages that are drawn for each reader alone.
"""

from __future__ import annotations

import asyncio
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request

from bot.web.console.office import Office
from storage.database import StorageFailed
from storage.records import Directory

log = logging.getLogger(__name__)

LOOK_EVERY = 10.0
"""Seconds between looks for what nobody told of."""
GATHER = 0.1
"""Seconds in which changes come together."""
REST = 4
"""Looking takes at most a fifth of the time: after each look so many times as long as it took nothing is looked at."""
OVER = ServerSentEvent("over", event="over", sep="\n")
"""The page is nothing for its reader any more: it loads itself anew, and shows the way to the door, or that there is nothing."""


class Watch(ABC):
    """Looks after all pages of a kind that are open in this process. `kind` is what they are called in the log."""

    kind: str

    def __init__(self, office: Office) -> None:
        self._office = office
        self._open = 0
        self._woken = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    @abstractmethod
    async def look(self, *, thorough: bool) -> None:
        """See what is to be told to whom. `thorough`: nobody has looked for LOOK_EVERY. Raises StorageFailed."""

    @abstractmethod
    def begin_anew(self) -> None:
        """Something went wrong that nobody thought of: let all pages come again."""

    @contextmanager
    def looked_after(self) -> Iterator[None]:
        """Look, as long as this page or another one is open."""
        self._open += 1
        if self._looking is None:
            self._looking = asyncio.create_task(self._keep_looking(), name=self.kind)
        try:
            yield
        finally:
            self._open -= 1
            if not self._open and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def _keep_looking(self) -> None:
        looked = time.monotonic()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(looked + LOOK_EVERY - time.monotonic()):
                    await self._woken.wait()
                await asyncio.sleep(GATHER)
            self._woken.clear()
            began = time.monotonic()
            if thorough := began - looked >= LOOK_EVERY:
                looked = began
            try:
                await self.look(thorough=thorough)
            except StorageFailed as failed:
                log.warning("open %s cannot be told what changed: %s", self.kind, failed)
            except Exception:
                # Whatever one page stumbles over, the others of this process go on being told.
                log.exception("open %s could not be told what changed; they begin anew", self.kind)
                self.begin_anew()
            await asyncio.sleep(REST * (time.monotonic() - began))


def same_to_see(one: Directory, other: Directory) -> bool:
    """Tell whether both say the same of what pages show and what their readers may see. A directory's revision moves oftener:
    by what was learned, or with the account from which somebody spoke last."""
    return one is other or (
        one.people == other.people
        and one.grids == other.grids
        and one.compounds == other.compounds
        and one.communities == other.communities
    )


def since_of(request: Request) -> str:
    """Return what a page that opens a stream has seen, by the id of an event, or as it was drawn."""
    return request.headers.get("last-event-id") or request.query_params.get("since", "")


def streamed(events: AsyncIterator[ServerSentEvent]) -> EventSourceResponse:
    return EventSourceResponse(events, sep="\n", ping=20, send_timeout=30)
