"""The duty roster, and what of a compound is shown to everybody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from storage.records.basics import Instant


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of a community's duty roster: who is on duty, when. `grid`: None for the whole community.

    `day`: `mon` … `sun` for every week, or one date, `2026-11-28`. `begins`, `ends`: clock times of the community's zone,
    `08:00`; one that ends no later than it begins ends on the next day, so that 08:00 to 08:00 is a whole day.
    `instead`: on that date they stand in for this person, whose own line has the same grid and hours.
    """

    community: str
    person: str
    day: str
    begins: str
    ends: str
    grid: str | None = None
    instead: str = ""

    @property
    def id(self) -> str:
        """Short, and always the same for the same line: for forms and buttons."""
        told = (self.community, self.person, self.day, self.begins, self.ends, self.grid or "", self.instead)
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Swap:
    """One shift that `giver` asks `taker` to do: the line `duty` of the roster on `date`, over at `ends`.

    `answer`: "" while it waits, then `taken` or `refused`.
    """

    id: str
    community: str
    duty: str
    date: str
    giver: str
    taker: str
    asked_at: Instant
    ends: Instant
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """What a compound's notice board shows to everybody; what staff have not chosen stays as it is here.

    `phones`: the own numbers of leaders, deputies and property; the community's service phone stands there in any case.
    `head_phones`: those of building heads, who are neighbours. `notice`: a line of staff's own.
    """

    phones: bool = True
    heads: bool = True
    head_phones: bool = False
    duty: bool = True
    counts: bool = True
    results: bool = True
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How many tickets of one grid are open, of those overdue, and how many were done since two moments."""

    grid: str
    open: int
    overdue: int
    week: int
    month: int


@dataclass(frozen=True, slots=True)
class Result:
    """One matter that was dealt with, as everybody may know it: no person, no room, no word anybody wrote."""

    category: str
    building: str
    reported_at: Instant
    resolved_at: Instant
