"""`huying serve`: open the store, run the program on it until somebody tells it to stop."""

from __future__ import annotations

import gc
import sys
import time
from typing import Any

import structlog

from bot.app import house
from bot.clock import SystemClock
from bot.config import Settings
from bot.opening import zone_of
from bot.platforms import openers
from bot.process import leave_in_time, listening, notify
from bot.terminal import note
from bot.web.pages import Site
from storage.database import open_store
from storage.media import MediaFolder

log = structlog.get_logger(__name__)


async def serve(settings: Settings) -> int:
    """`huying serve`: run until told to stop."""
    store = await open_store(settings.database)
    try:
        await store.migrate()
        directory = await store.directory()
        if not directory.communities:
            say("还没有社区，先运行 huying import · no community yet: run huying import FILE")
        site = Site(settings.public_url or "", zone_of(directory))
        media = MediaFolder(settings.media)
        clock = SystemClock()
        open_house = house(
            store,
            media,
            clock,
            host=settings.host,
            port=settings.port,
            site=site,
            platforms=openers(settings),
            backups=settings.backups,
            opinion_key=settings.opinion_key,
        )
        # Heard from before the doors open: whoever is told to stop while it starts does not leave letters lying.
        with listening() as told:
            async with open_house as running:
                at = settings.public_url or f"http://{settings.host}:{running.port}"
                say(f"在运行 · serving {at}", port=running.port, platforms=sorted(running.platforms))
                settle_memory()
                notify("READY=1")
                await told.wait()
                stopping = time.monotonic()
                notify("STOPPING=1")
                leave_in_time()
                say("正在停下 · stopping")
    finally:
        await store.close()
    say("停下了 · stopped", seconds=round(time.monotonic() - stopping, 1))
    return 0


def settle_memory() -> None:
    """What is loaded by now stays until the end: the collector need not go through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def say(words: str, **more: Any) -> None:
    """Tell whoever started it: a person in words, a machine in a line like all others."""
    if sys.stderr.isatty():
        note(f"huying: {words}")
    else:
        log.info(words, **more)
