"""What has been taken from the platforms, by their own keys, so that a repeat is known and answered the same."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from storage.records import Instant
from storage.statements import Room, Statements, as_json, keys_json


class Inbox(Room):
    """A key is kept in the same transaction as everything its message led to."""

    def __init__(self, statements: Statements) -> None:
        super().__init__(statements)
        self._kept: dict[str, tuple[Instant, Mapping[str, Any]]] = {}

    async def seen(self, keys: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """Return the answers of those keys that were already taken."""
        rows = await self.sql.rows("inbox_seen", keys=keys_json(keys))
        found: dict[str, Mapping[str, Any]] = {row["key"]: json.loads(row["answer"]) for row in rows}
        return found | {key: self._kept[key][1] for key in keys if key in self._kept}

    def keep(self, key: str, at: Instant, answer: Mapping[str, Any]) -> None:
        """Buffered. Keeping a key twice fails the turn with Contradiction: two processes took the same message."""
        self.sql.may_write()
        self._kept[key] = (at, answer)

    async def set_aside(self, key: str, at: Instant, raw: str, why: str) -> None:
        """Keep a message that could not be dealt with, with its text, for a person to look at."""
        await self.sql.run("inbox_set_aside", key=key, at=at, raw=raw, why=why)

    async def flush(self) -> None:
        kept, self._kept = self._kept, {}
        rows = [{"key": key, "at": at, "answer": as_json(answer)} for key, (at, answer) in kept.items()]
        await self.sql.run_many("inbox_keep", rows)
