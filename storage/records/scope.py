"""Which tickets and lines of the ledger somebody may see and looks for, as the queries need it; handlers/sight.py decides it."""

from __future__ import annotations

from dataclasses import dataclass

from storage.records.basics import Instant


@dataclass(frozen=True, slots=True)
class Scope:
    """Tickets of one community: those of `grids` (None: of all, those among them whose grid is gone), without the private
    ones unless `private`; and whatever its order, those `person` handles or took first.
    """

    community: str
    grids: tuple[str, ...] | None
    private: bool
    person: str


@dataclass(frozen=True, slots=True)
class Sought:
    """Lines of the ledger: of tickets in the scope, and of the community itself for a scope of all grids.

    `since` included, `until` not; grid, compound and category are those the ticket has now. `persons`: ids of one person,
    whose acts are looked for; what they reported without their name is not among them. None: all.
    """

    scope: Scope
    since: Instant | None = None
    until: Instant | None = None
    grid: str | None = None
    compound: str | None = None
    category: str | None = None
    act: str | None = None
    persons: tuple[str, ...] | None = None
