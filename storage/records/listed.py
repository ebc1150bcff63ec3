"""How the console finds tickets: what must happen next with each, what a reader asks for, and the row that answers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter

from storage.records.basics import Instant
from storage.records.states import Category, Clock, Kind, Severity, State
from storage.records.tickets import Ticket

NEVER: Instant = 2**62
"""When a ticket is due on which no clock runs."""


class Lane(StrEnum):
    """What must happen next: the columns of the board. OVER: nothing any more."""

    ACCEPT = "accept"
    ARRIVE = "arrive"
    WORK = "work"
    PAUSED = "paused"
    MEETING = "meeting"
    RATE = "rate"
    OVER = "over"


NEXT_OF = {
    State.REPORTED: Lane.ACCEPT,
    State.ACCEPTED: Lane.ARRIVE,
    State.ON_SITE: Lane.WORK,
    State.PLANNED: Lane.WORK,
    State.RESOLVED: Lane.RATE,
}


def lane_of(ticket: Ticket, running: Collection[Clock] = ()) -> Lane:
    """Return what must happen next. What stands in the joint-meeting queue waits for the meeting, whatever its state;
    what the meeting put off (`running`: its clocks) waits like what is paused."""
    if ticket.queued is not None:
        return Lane.MEETING
    if ticket.paused_at is not None or Clock.RECALL in running:
        return Lane.PAUSED
    if ticket.state is State.ACCEPTED and ticket.decision:
        # The meeting has set a date for the work; nobody asks any more who comes first.
        return Lane.WORK
    return NEXT_OF.get(ticket.state, Lane.OVER)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asks for; None and empty: whatever it is. All of it must hold.

    `grids`: in one of these. `handler`: whose work it is now, "" nobody's. `late`: a clock has run out by this instant;
    `missed`: it is not done, and by this instant it had missed a time to be accepted or done by, as the figures count it.
    `since` is included, `until` is not; both are when it was reported; in the same way `done_since` and `done_until` when it
    was resolved, and not reopened. `words`: each must be found, see storage/searching.py.
    """

    grids: tuple[str, ...] | None = None
    category: Category | None = None
    handler: str | None = None
    lane: Lane | None = None
    state: State | None = None
    severity: Severity | None = None
    kind: Kind | None = None
    late: Instant | None = None
    missed: Instant | None = None
    since: Instant | None = None
    until: Instant | None = None
    done_since: Instant | None = None
    done_until: Instant | None = None
    words: tuple[str, ...] = ()

    def takes(self, ticket: Ticket) -> bool:
        """Tell whether a ticket is asked for, as far as its own fields say: not its clocks, nor its words."""
        return (
            (self.grids is None or ticket.grid in self.grids)
            and self.category in (None, ticket.category)
            and (self.handler is None or (ticket.handler or "") == self.handler)
            and self.lane in (None, lane_of(ticket))
            and self.state in (None, ticket.state)
            and self.severity in (None, ticket.severity)
            and self.kind in (None, ticket.kind)
            and _within(ticket.reported_at, self.since, self.until)
            and _within(ticket.resolved_at, self.done_since, self.done_until)
        )


def _within(at: Instant | None, since: Instant | None, until: Instant | None) -> bool:
    """Tell whether it was then; what never was is within no limits."""
    if at is None:
        return since is None and until is None
    return (since is None or at >= since) and (until is None or at < until)


listed_by = attrgetter(
    "grid", "state", "kind", "category", "severity", "place", "words", "reported_at", "heading", "private",
    "first_responder", "handler", "handler_name", "queued", "resolved_at", "paused_at", "plan", "decision", "note",
)  # fmt: skip
"""What of a ticket its row is made of."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A ticket's row: `clock` is the one that ends first or has run out, at `due_at` (NEVER: none). `calm` is 0 for an
    emergency, else 1. `told` and `added`: its words, folded; empty where they were not asked for."""

    ticket: str
    number: int
    lane: Lane
    calm: int
    clock: Clock | None
    due_at: Instant
    told: str = ""
    added: str = ""


@dataclass(frozen=True, slots=True)
class LaneCount:
    """How many stand in a lane, how many of them are late, and how many are emergencies."""

    count: int = 0
    late: int = 0
    urgent: int = 0
