"""What tells one state of a ticket's page from another, without reading all that stands on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from storage.statements import Room, keys_json

Mark = frozenset[tuple[str, int, int, int]]
"""The same as long as nothing was written about the ticket: to it, its lines, clocks, words, photos or letters."""


class Marks(Room):
    """`turn.marks`. Nothing is kept for it: it is read from what there is."""

    async def of(self, tickets: Collection[str]) -> dict[str, Mark]:
        """Return the mark of each ticket that there is; no tickets cost nothing."""
        if not tickets:
            return {}
        found: defaultdict[str, set[tuple[str, int, int, int]]] = defaultdict(set)
        for row in await self.sql.rows("marks_of", tickets=keys_json(tickets)):
            found[row["ticket"]].add((row["what"], row["one"], row["other"], row["third"]))
        return {ticket: frozenset(said) for ticket, said in found.items()}
