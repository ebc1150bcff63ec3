"""Counting tickets, whatever their number:
each question is one walk along an index (migration 0035).

Every method takes a Scope, whose `person` does not matter here: figures are those of places, and what somebody handles
elsewhere belongs to the figures of elsewhere. `since` is included, `until` is not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from functools import cache
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
    State,
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
        told = await self.sql.value("figures_tallies", now=now, **_asked(scope, stretch, category)) or ""
        # Thousands of kinds, each in half a dozen numbers: lists are added up in a third of the time named ones take.
        tallies: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * len(TALLY))
        for kind, times in Counter(told.split()).items():
            state, letters, category_, grid = kind.split("/")
            tally = tallies[grid, category_]
            for at in _counts_in(state, letters):
                tally[at] += times
        return [Counted(*place, Tally(*tally)) for place, tally in tallies.items()]

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
    ) -> dict[str, Mapping[int, int]]:
        """Return for each of STAGES how many of the tickets reported then came to it in how many whole minutes from their
        report: minutes to tickets. Where a clock was set back meanwhile the minutes may be negative."""
        await self.sql.flush()
        row = await self.sql.row("figures_spans", **_asked(scope, stretch, category))
        # Counted as they are written, and read once each: many tickets took the same few hundred different minutes.
        counts = {stage: Counter((row[stage] or "").split() if row else ()) for stage in STAGES}
        return {
            stage: {int(minutes): times for minutes, times in took.items()} for stage, took in counts.items()
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
        told = await self.sql.value("figures_done", **_asked(scope, stretch, category)) or ""
        return dict(Counter(told.split()))


_ASIDE = frozenset({State.DECLINED, State.WITHDRAWN, State.MERGED})


@cache
def _counts_in(state: str, letters: str) -> tuple[int, ...]:
    """Return in which numbers of TALLY a ticket counts. Of `letters` two say how taking it went, and solving it: `i` in
    time, `l` late, `o` not yet though its limit has run out; the third what was said: `s` satisfied, `u` not (yet)."""
    if state in _ASIDE:
        return TALLY.index("reported"), TALLY.index(state)
    taking, solving, said = letters[0], letters[1], letters[2]
    found = {
        "reported": True,
        "to_accept": taking != "-",
        "accepted": taking == "i",
        "to_solve": solving != "-",
        "solved_in_time": solving == "i",
        "solved": solving in "il",
        "silent": solving in "il" and said == "-",
        "rated": said != "-",
        "satisfied": said == "s",
    }
    return tuple(TALLY.index(name) for name, counts in found.items() if counts)


def _asked(scope: Scope, stretch: Stretch, category: Category | None) -> dict[str, Any]:
    since, until = stretch
    return {"since": since, "until": until, "category": category, **scoped(scope)}
