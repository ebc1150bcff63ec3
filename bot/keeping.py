"""A line kept by one process at a time: whoever has it knows what was sent before, and sends alone."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

import structlog

from bot.clock import WallClock
from bot.holding import LOOK_AGAIN, alone
from bot.line import Line, storage_pause
from storage.database import Store
from storage.errors import StorageFailed

log = structlog.get_logger(__name__)


async def keep(store: Store, line: Line, clock: WallClock, wake: Callable[[], None]) -> None:
    """Make the line ours whenever no other process has it; ends only by being cancelled.

    `wake` is called when it became ours, and when another turned out to have it.
    """

    async def hold() -> None:
        try:
            await _take_over(store, line, clock)
            wake()
            await asyncio.Event().wait()
        finally:
            line.ours = False

    def elsewhere() -> None:
        line.ours = False
        wake()

    while True:
        try:
            await alone(store, f"line/{line.channel.platform}", hold, elsewhere)
        except Exception:
            # Whoever ends here sends nothing for ever, and nobody else may: try again, loudly.
            log.exception("a line could not be taken over", platform=line.channel.platform)
            await asyncio.sleep(LOOK_AGAIN)


async def _take_over(store: Store, line: Line, clock: WallClock) -> None:
    for tries in itertools.count(1):
        try:
            async with store.turn() as turn:
                await line.take_over(turn, clock.now())
        except StorageFailed as failed:
            log.error("letters have to wait for the database", why=str(failed))
            await storage_pause(tries)
        else:
            line.ours = True
            return
