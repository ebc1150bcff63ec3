"""The joint meeting: who sat at the table, and what became of each matter on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from storage.records.basics import Instant


class MeetingState(StrEnum):
    """PLANNED has a time, UNDER_WAY is at the table now (one at a time in a community), the others are over."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Party(StrEnum):
    """On whose side somebody sits. The first three are the parties 三方 that decide; departments are invited."""

    COMMUNITY = "community"
    PROPERTY = "property"
    RESIDENTS = "residents"
    DEPARTMENT = "department"


class Outcome(StrEnum):
    """What became of an item. DEFERRED stays in the queue; LISTED (挂账) and REFERRED come back on their date unless done."""

    RESOLVED = "resolved"
    DEFERRED = "deferred"
    REFERRED = "referred"
    LISTED = "listed"


@dataclass(frozen=True, slots=True)
class Seat:
    """One who is invited or came. `person` is the id of somebody in the community file, "" for others; `here`: they came."""

    party: Party
    name: str
    person: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting. `id` is `community-mN`. `number` and `year` (第N次 of the community's year) are given when it begins.

    `called_by` is a person's id, "" for the calendar. `seats` are filled when the agenda goes out, again when it begins,
    and with whoever comes besides. `chair` and `recorder` are names. `agenda_at`: when the agenda was sent. `why`: why
    it was cancelled; "lapsed" when its day passed and nobody opened it. `item`: id of the ticket being talked about.
    """

    id: str
    community: str
    called_by: str
    called_at: Instant
    starts_at: Instant
    place: str = ""
    state: MeetingState = MeetingState.PLANNED
    year: int | None = None
    number: int | None = None
    seats: tuple[Seat, ...] = ()
    chair: str = ""
    recorder: str = ""
    agenda_at: Instant | None = None
    begun_at: Instant | None = None
    closed_at: Instant | None = None
    why: str = ""
    item: str | None = None


@dataclass(frozen=True, slots=True)
class MeetingItem:
    """What a meeting decided about one ticket; there is none while nothing has been decided.

    `words`: the measure of a resolution, why it was deferred or listed, what is asked of the department. `responsible`
    is a name, `person` its id in the community file if it is somebody's there; for a reference, the department.
    `until`: the resolution's date, or the day a listed or referred matter comes back. `decided_by`: id of who wrote it
    down. A later outcome of the same meeting takes the place of an earlier one.
    """

    meeting: str
    ticket: str
    outcome: Outcome
    words: str
    at: Instant
    decided_by: str
    responsible: str = ""
    person: str = ""
    helpers: tuple[str, ...] = field(default=())
    until: Instant | None = None
