"""Counting tickets, whatever their number:
each question is one walk along an index (migration 0035).

Every method takes a Scope, whose `person` does not matter here: figures are those of places, and what somebody handles
elsewhere belongs to the figures of elsewhere. `since` is included, `until` is not.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from typing import Any

from storage.records import (
    Category,
    Counted,
    Instant,
    Overdue,
    Place,
    Rates,
    Repeat,
    Scope,
    Span,
    Tally,
    Ticket,
)
from storage.scoping import scoped
from storage.statements import Room, keys_json
from storage.ticket_rows import ticket_from

RATES = tuple(field.name for field in fields(Rates))
TALLY = tuple(field.name for field in fields(Tally))
STAGES = ("accepted", "on_site", "resolved", "closed")
"""As figures_spans names them."""

Stretch = tuple[Instant, Instant]
"""From, and up to before."""


class Figures(Room):
    """Reads only; what the turn itself has not written out yet is written out first."""

    async def tallies(
        self, scope: Scope, stretch: Stretch, now: Instant, category: Category | None = None
    ) -> list[Counted]:
        """Return a tally for each grid and category of which anything was reported."""
        await self.sql.flush()
        rows = await self.sql.rows("figures_tallies", now=now, **_asked(scope, stretch, category))
        return [
            Counted(row["grid"], row["category"], Tally(**{name: row[name] for name in TALLY}))
            for row in rows
        ]

    async def rates(
        self, scope: Scope, stretches: Sequence[Stretch], now: Instant, category: Category | None = None
    ) -> list[Rates]:
        """Return the rates of several stretches of time."""
        await self.sql.flush()
        each = [{"now": now, **_asked(scope, stretch, category)} for stretch in stretches]
        found = await self.sql.rows_of_each("figures_rates", each)
        return [Rates(**{name: row[name] for name in RATES}) for (row,) in found]

    async def spans(
        self, scope: Scope, stretch: Stretch, category: Category | None = None
    ) -> dict[str, list[Span]]:
        """Return for each of STAGES how long the tickets reported then that came to it took from their report, the
        shortest first. Where a clock was set back meanwhile a span may be negative."""
        await self.sql.flush()
        rows = await self.sql.rows("figures_spans", **_asked(scope, stretch, category))
        # By position, and all of a stage at once: a year has tens of thousands.
        columns = zip(*map(tuple, rows), strict=True) if rows else [()] * len(STAGES)
        return {
            stage: sorted(span for span in column if span is not None)
            for stage, column in zip(STAGES, columns, strict=True)
        }

    async def overdue(
        self, scope: Scope, grids: Collection[str], now: Instant, category: Category | None = None
    ) -> dict[str, Overdue]:
        """Return what is open and late in each of these grids, by grid; those where nothing is open are absent."""
        await self.sql.flush()
        seen = [grid for grid in grids if scope.grids is None or grid in scope.grids]
        rows = await self.sql.rows(
            "figures_overdue", grids=keys_json(seen), private=int(scope.private), now=now, category=category
        )
        return {row["grid"]: Overdue(**{f.name: row[f.name] for f in fields(Overdue)}) for row in rows}

    async def oldest(self, grids: Collection[str], now: Instant) -> Ticket | None:
        """Return what has been overdue the longest in these grids; never a private matter: it is to be named."""
        await self.sql.flush()
        row = await self.sql.row("figures_oldest", grids=keys_json(grids), now=now)
        return ticket_from(row) if row else None

    async def begun(self, community: str) -> Instant | None:
        """Return when the community's first ticket was reported; None when it has none yet."""
        await self.sql.flush()
        first: Instant | None = await self.sql.value("figures_begun", community=community)
        return first

    async def repeats(
        self,
        scope: Scope,
        stretch: Stretch,
        category: Category | None = None,
        *,
        least: int = 3,
        most: int = 50,
    ) -> list[Repeat]:
        """Return the places where the same category was reported `least` times or more, the most often first."""
        await self.sql.flush()
        rows = await self.sql.rows(
            "figures_repeats", least=least, most=most, **_asked(scope, stretch, category)
        )
        return [
            Repeat(
                row["grid"],
                row["category"],
                Place(building=row["building"], unit=row["unit"], landmark=row["landmark"]),
                row["times"],
                row["last_at"],
            )
            for row in rows
        ]

    async def done(self, scope: Scope, stretch: Stretch, category: Category | None = None) -> dict[str, int]:
        """Return how many of each category were solved then, whenever they were reported."""
        await self.sql.flush()
        rows = await self.sql.rows("figures_done", **_asked(scope, stretch, category))
        return {row["category"]: row["solved"] for row in rows}


def _seen(scope: Scope) -> dict[str, object]:
    return scoped(replace(scope, person=""))


def _asked(scope: Scope, stretch: Stretch, category: Category | None) -> dict[str, Any]:
    since, until = stretch
    return {"since": since, "until": until, "category": category, **_seen(scope)}
