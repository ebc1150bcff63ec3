"""What was counted of tickets. What counts as what: handlers/figures.py."""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import add, attrgetter

from storage.records.basics import Instant
from storage.records.places import Place


@dataclass(frozen=True, slots=True)
class Rates:
    """The three rates' numerators and denominators: `accepted` of `to_accept`, `solved_in_time` of `to_solve`, `satisfied`
    of `rated`."""

    to_accept: int = 0
    accepted: int = 0
    to_solve: int = 0
    solved_in_time: int = 0
    rated: int = 0
    satisfied: int = 0


@dataclass(frozen=True, slots=True)
class Tally(Rates):
    """The same, with what was `reported` at all, what of it is `solved`, of how many of those nobody said how it was
    (`silent`), and what was set aside: `declined`, `withdrawn`, `merged`."""

    reported: int = 0
    declined: int = 0
    withdrawn: int = 0
    merged: int = 0
    solved: int = 0
    silent: int = 0

    def __add__(self, other: Tally) -> Tally:
        # A page adds up a thousand of them, and dataclasses.astuple() copies each number with care.
        return Tally(*map(add, _values(self), _values(other)))


_values = attrgetter(*(field.name for field in fields(Tally)))


@dataclass(frozen=True, slots=True)
class Counted:
    """The tally of one category in one grid."""

    grid: str
    category: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is open in a grid now, and late: not accepted by its limit, not solved by its limit, either of them."""

    grid: str
    open: int = 0
    unaccepted: int = 0
    unsolved: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Repeat:
    """A place where the same kind of thing was reported `times`, last at `last_at`."""

    grid: str
    category: str
    place: Place
    times: int
    last_at: Instant
