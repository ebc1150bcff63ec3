"""Which tickets somebody may see, as the queries need it; handlers/sight.py decides it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """Tickets of one community: those of `grids` (None: of all, those among them whose grid is gone), without the private
    ones unless `private`; and whatever its order, those `person` handles or took first.
    """

    community: str
    grids: tuple[str, ...] | None
    private: bool
    person: str
