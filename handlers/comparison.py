"""Two policies compared over many tickets: how many each would have found late, in all, by category and by grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers.what_if import Late, Step, as_graded, would_be
from storage.records import Community, Instant, Ticket

MOST_EXAMPLES = 12
Group = tuple[str, str]
"""("", "") for all; ("category", its name); ("grid", its id)."""
Example = tuple[str, frozenset[Late], frozenset[Late]]
"""A ticket that the two policies judge differently, by its id, and what each finds late."""


@dataclass(slots=True)
class Comparison:
    """How many tickets there were, and how many of them either policy finds late, by group. Grows only with the groups.

    It goes into the database and comes back, so it names tickets and tells nothing of them.
    """

    tickets: Counter[Group] = field(default_factory=Counter)
    present: Counter[tuple[Group, Late]] = field(default_factory=Counter)
    other: Counter[tuple[Group, Late]] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)

    def count(
        self, ticket: Ticket, steps: Sequence[Step], present: Community, other: Community, now: Instant
    ) -> None:
        """Run one ticket through both."""
        was = would_be(ticket, steps, present, now)
        shall = would_be(as_graded(ticket, present, other), steps, other, now)
        groups: tuple[Group, ...] = (("", ""), ("category", ticket.category.value), ("grid", ticket.grid))
        for group in groups:
            self.tickets[group] += 1
            self.present.update((group, late) for late in was)
            self.other.update((group, late) for late in shall)
        if was != shall and len(self.examples) < MOST_EXAMPLES:
            self.examples.append((ticket.id, was, shall))

    def rows(self, kind: str) -> list[tuple[str, int, Mapping[Late, tuple[int, int]]]]:
        """Return (name, tickets, present and other by what is late) of each group of a kind, the largest first."""
        named = [(group, n) for group, n in self.tickets.most_common() if group[0] == kind]
        return [
            (
                group[1],
                n,
                {late: (self.present[group, late], self.other[group, late]) for late in Late},
            )
            for group, n in named
        ]

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON has it, for comparison_from."""
        return {
            "tickets": [[*group, n] for group, n in self.tickets.items()],
            "present": [[*group, late, n] for (group, late), n in self.present.items()],
            "other": [[*group, late, n] for (group, late), n in self.other.items()],
            "examples": [[id, sorted(was), sorted(shall)] for id, was, shall in self.examples],
        }


def comparison_from(data: Mapping[str, Any]) -> Comparison:
    def lates(rows: Sequence[tuple[str, str, str, int]]) -> Counter[tuple[Group, Late]]:
        return Counter({((kind, name), Late(late)): n for kind, name, late, n in rows})

    return Comparison(
        Counter({(kind, name): n for kind, name, n in data["tickets"]}),
        lates(data["present"]),
        lates(data["other"]),
        [(id, frozenset(map(Late, was)), frozenset(map(Late, shall))) for id, was, shall in data["examples"]],
    )
