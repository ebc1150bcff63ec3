"""Errands: asked for in the console, done by whichever process is free, one after another."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from storage.connections import Row
from storage.media_gone import MediaGone
from storage.records import MINUTE, Errand, ErrandKind, ErrandState, Instant, Span
from storage.statements import Room, Statements, as_json, keys_json

GIVEN_UP: Span = 2 * MINUTE
"""An errand of which nothing has been heard for so long: the process that was at it has died."""


def errand_from(row: Row) -> Errand:
    return Errand(
        id=row["id"],
        kind=ErrandKind(row["kind"]),
        community=row["community"],
        person=row["person"],
        asked_at=row["asked_at"],
        wanted=json.loads(row["wanted"]),
        state=ErrandState(row["state"]),
        done=row["done"],
        total=row["total"],
        beat_at=row["beat_at"],
        said=json.loads(row["said"]),
    )


def pictures(said: Mapping[str, Any]) -> list[str]:
    """Return the hashes of what an errand has drawn."""
    return [*said.get("pictures", {}).values()]


class Errands(Room):
    """Few rows: those asked for lately, and the last proof of each community."""

    def __init__(self, statements: Statements, files: MediaGone) -> None:
        super().__init__(statements)
        self._files = files

    async def ask(self, errand: Errand) -> None:
        """Write it down to be done. One with this id that was asked for already stays as it is, unless it failed: then it
        is begun anew."""
        await self.sql.run(
            "errands_ask",
            id=errand.id,
            kind=errand.kind,
            community=errand.community,
            person=errand.person,
            wanted=as_json(dict(errand.wanted)),
            asked_at=errand.asked_at,
        )

    async def get(self, id: str) -> Errand | None:
        row = await self.sql.row("errands_get", id=id)
        return errand_from(row) if row else None

    async def of(
        self, community: str, kinds: Collection[ErrandKind], person: str | None = None
    ) -> list[Errand]:
        """Those of these kinds (of one person), the last asked for first."""
        rows = await self.sql.rows("errands_of", community=community, person=person)
        return [errand for row in rows if (errand := errand_from(row)).kind in kinds]

    async def take(self, now: Instant) -> Errand | None:
        """Take the next one nobody has begun, to do it; None when there is none."""
        rows = await self.sql.write_returning("errands_take", now=now)
        return errand_from(rows[0]) if rows else None

    async def beat(self, id: str, done: int, total: int, now: Instant) -> None:
        """Say how far it is."""
        await self.sql.run("errands_beat", id=id, done=done, total=total, now=now)

    async def end(self, id: str, state: ErrandState, said: Mapping[str, Any], now: Instant) -> None:
        """Say what came of it."""
        await self.sql.run("errands_end", id=id, state=state, said=as_json(dict(said)), now=now)

    async def void(self, communities: Collection[str], now: Instant) -> None:
        """Somebody has been erased there: exports that may hold them count as failed, and say so; whoever is at one
        finishes it for nobody. Their files go with the next tidy()."""
        await self.sql.run("errands_void", communities=keys_json(communities), now=now)

    async def tidy(self, now: Instant, keep: Span) -> list[str]:
        """Count as failed whatever its process left behind; let go what ended `keep` ago, but no community's last proof.

        The pictures that were drawn go with it: whoever was sent one has it. Return the ids of those whose files stay.
        """
        await self.sql.run("errands_give_up", before=now - GIVEN_UP)
        over = await self.sql.write_returning("errands_let_go", before=now - keep)
        await self._files.let_go({one for row in over for one in pictures(json.loads(row["said"]))}, now)
        return [row["id"] for row in await self.sql.rows("errands_ids")]
