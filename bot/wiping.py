"""Photos and voices nothing speaks of any more are deleted: of whoever was erased, and what was kept long enough.

What shall go stands in the database (storage/media_gone.py), so that a process that dies in between leaves it to the next.
"""

from __future__ import annotations

import asyncio

import structlog

from storage.database import Store
from storage.errors import StorageFailed
from storage.media import MediaFolder

log = structlog.get_logger(__name__)

LOOK_EVERY = 60.0
"""Seconds between looks."""
AT_ONCE = 100
"""Files deleted in one turn."""


class Wiper:
    """`run` is a supervised task."""

    def __init__(self, store: Store, media: MediaFolder) -> None:
        self._store, self._media = store, media

    async def run(self) -> None:
        while True:
            try:
                while await self.look():
                    pass
            except StorageFailed as failed:
                log.error("files that shall go have to wait", why=str(failed))
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> int:
        """Delete some of what shall go, and return how many that were. Raises StorageFailed."""
        async with self._store.view() as view:
            if not await view.media_gone.waiting(1):
                return 0
        # In a turn: nobody shall begin to speak of a file while it is deleted.
        async with self._store.turn() as turn:
            files = await turn.media_gone.waiting(AT_ONCE)
            spoken_of = await turn.media_gone.spoken_of(files)
            await asyncio.to_thread(self._remove, [one for one in files if one not in spoken_of])
            await turn.media_gone.went(files)
        log.info("files were deleted", count=len(files) - len(spoken_of))
        return len(files)

    def _remove(self, files: list[str]) -> None:
        for sha256 in files:
            self._media.remove(sha256)
