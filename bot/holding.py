"""What at most one process on a database does at a time: whoever holds its name does it, the others wait their turn."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from storage.claims import Claim
from storage.database import Store
from storage.errors import StorageFailed

log = structlog.get_logger(__name__)

LOOK_AGAIN = 1.0
"""Seconds after which a process that waits asks again: as long as nobody does it after the other has died."""


async def alone(
    store: Store, name: str, run: Callable[[], Awaitable[None]], on_wait: Callable[[], None] = lambda: None
) -> None:
    """Do it for as long as this process holds the name, and wait for the name otherwise; says so when it begins to.

    Ends only when `run` does, with its error if it has one. When the name is lost (another process may hold it by
    now) `run` is cancelled and starts again once the name is held again. `on_wait` is called each time another has it.
    """
    waited = False
    while True:
        claim = await _claimed(store, name)
        if claim is None:
            if not waited:
                log.warning("another program on this database does this; we wait until it ends", what=name)
            waited = True
            on_wait()
            await asyncio.sleep(LOOK_AGAIN)
            continue
        if waited:
            log.info("our turn has come", what=name)
        if await _until_lost(claim, run):
            return
        waited = False
        log.warning("lost what was held; waiting to hold it again", what=name)


async def _claimed(store: Store, name: str) -> Claim | None:
    while True:
        try:
            return await store.claim(name)
        except StorageFailed as failed:
            log.error("nobody can be asked whether it is our turn", what=name, why=str(failed))
            await asyncio.sleep(LOOK_AGAIN)


async def _until_lost(claim: Claim, run: Callable[[], Awaitable[None]]) -> bool:
    """True when it came to its own end, False when the name was lost."""
    running, lost = asyncio.ensure_future(run()), asyncio.ensure_future(claim.lost.wait())
    try:
        await asyncio.wait({running, lost}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
            return True
        return False
    finally:
        for task in (running, lost):
            task.cancel()
        await asyncio.wait({running, lost})
        await claim.release()
