"""Files nothing speaks of any more. That they shall go is written in the turn that let them go: a process that dies before
they are deleted leaves the deleting to the next."""

from __future__ import annotations

import json
from collections.abc import Collection

from storage.records import Instant
from storage.statements import Room, keys_json


class MediaGone(Room):
    """`turn.media_gone`."""

    async def let_go(self, files: Collection[str], now: Instant) -> None:
        """Of these hashes, those nothing speaks of any more shall go. The same picture twice is one file."""
        kept = await self.spoken_of(files)
        rows = [{"sha256": sha256, "at": now} for sha256 in sorted(set(files) - kept)]
        await self.sql.run_many("media_let_go", rows)

    async def spoken_of(self, files: Collection[str]) -> set[str]:
        """Return which of these an attachment has, or a message of the web chat shows."""
        if not files:
            return set()
        await self.sql.flush()
        found = {row["sha256"] for row in await self.sql.rows("media_spoken_of", files=keys_json(files))}
        if found == set(files):
            return found
        # A picture in mere talk has no attachment. Those that show any are few, and a quarter's.
        shown = [json.loads(row["photos"]) for row in await self.sql.rows("media_shown")]
        return found | ({sha256 for photos in shown for sha256 in photos} & set(files))

    async def waiting(self, limit: int) -> list[str]:
        """Hashes of what shall go, the oldest first."""
        return [row["sha256"] for row in await self.sql.rows("media_to_go", limit=limit)]

    async def went(self, files: Collection[str]) -> None:
        """They are deleted, or are spoken of again."""
        await self.sql.run_many("media_went", [{"sha256": sha256} for sha256 in files])
