"""What the notice boards tell: how the grids stand, what was done lately; and what staff have chosen to show."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from storage.connections import Row
from storage.records import Instant, Posted, Result, Span, Standing
from storage.statements import Room, as_json, keys_json

LATELY: Span = 180 * 24 * 3600 * 1000
"""How far back results are looked for."""


def posted_from(row: Row) -> Posted:
    return Posted(**json.loads(row["choices"]))


class Notices(Room):
    """`turn.notices`."""

    async def choose(self, compound: str, posted: Posted) -> None:
        """Let the board of this compound show what is chosen. Who reads it finds it in the directory."""
        await self.sql.run("notices_choose", compound=compound, choices=as_json(asdict(posted)))
        await self.sql.run("directory_bump")

    async def standing(
        self, grids: Collection[str], week: Instant, month: Instant, now: Instant
    ) -> Mapping[str, Standing]:
        """Return how each of the grids stands, with what was done since `week` and since `month` began."""
        await self.sql.flush()
        asked: dict[str, Any] = {"week": week, "month": month}
        rows = await self.sql.rows("notices_alive", grids=keys_json(grids), now=now, **asked)
        alive = {str(row["grid"]): row for row in rows}
        each = [{"grid": grid, "since": min(week, month), **asked} for grid in grids]
        closed = await self.sql.rows_of_each("notices_closed", each)
        return {
            grid: _standing(grid, alive.get(grid), over) for grid, (over,) in zip(grids, closed, strict=True)
        }

    async def results(self, grids: Collection[str], now: Instant, limit: int) -> list[tuple[str, Result]]:
        """Return what was done lately in these grids, the latest first, each with its grid. Never what is private or
        was said without a name."""
        await self.sql.flush()
        found: list[tuple[str, Result]] = []
        each = [{"grid": grid, "limit": limit} for grid in grids]
        for query, asked in (
            ("notices_results", [one | {"since": now - LATELY} for one in each]),
            ("notices_results_fresh", each),
        ):
            answers = await self.sql.rows_of_each(query, asked)
            for one, rows in zip(each, answers, strict=True):
                found += [(str(one["grid"]), _result(row)) for row in rows]
        return sorted(found, key=lambda one: one[1].resolved_at, reverse=True)[:limit]


def _standing(grid: str, alive: Row | None, over: Row) -> Standing:
    week, month = int(over["week"]), int(over["month"])
    if alive is None:
        return Standing(grid, 0, 0, week, month)
    fresh_week, fresh_month = int(alive["week"]), int(alive["month"])
    return Standing(grid, int(alive["open"]), int(alive["overdue"]), week + fresh_week, month + fresh_month)


def _result(row: Row) -> Result:
    return Result(row["category"], row["building"], row["reported_at"], row["resolved_at"])
