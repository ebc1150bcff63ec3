"""Places, people, and the community file they come from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from storage.records.basics import Address, Instant, Span
from storage.records.examples import Lesson
from storage.records.roster import Duty, Posted
from storage.records.states import Category, Clock, Regime, Role, Severity


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is. Every field may be empty; `landmark` is in the writer's words."""

    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    landmark: str = ""

    def __bool__(self) -> bool:
        return any((self.building, self.unit, self.floor, self.room, self.landmark))


@dataclass(frozen=True, slots=True)
class Allowance:
    """How long a clock gives: `span` ms around the clock, or `span` ms of working time, or whole working days.

    Exactly one of `span` (with or without `working`) and `working_days` is non-zero. Written `90s 5m 4h 1d`,
    `2wh`, `5wd` in community files.
    """

    span: Span = 0
    working: bool = False
    working_days: int = 0


@dataclass(frozen=True, slots=True)
class CategoryPolicy:
    """What one category overrides: default severity, who handles it, and clocks."""

    severity: Severity | None = None
    handler: str | None = None
    clocks: Mapping[Clock, Allowance] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Holidays:
    """A year's days off and make-up days (调休) as a community has them from the State Council's notice.

    Each is a day or a run of days, in order and apart from each other: `2027-05-09`, `2027-01-01..2027-01-03`.
    """

    year: int
    off: tuple[str, ...] = ()
    work: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """A community's clocks and rungs as written in its file; what is absent falls to handlers/clocks.DEFAULT.

    `meeting` is the calendar text of the joint meeting, `representatives` are ids of those who sit there for the
    residents (none: the building heads), `quorum` how many of the three parties must be there (None: all three).
    `holidays`: years that are laid over the calendar everybody has, in order.
    """

    clocks: Mapping[Severity, Mapping[Clock, Allowance]] = field(default_factory=dict)
    close_after: Allowance | None = None
    categories: Mapping[Category, CategoryPolicy] = field(default_factory=dict)
    meeting: str | None = None
    followers: int | None = None
    meeting_place: str = ""
    representatives: tuple[str, ...] = ()
    quorum: int | None = None
    holidays: tuple[Holidays, ...] = ()


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """Who is asked about messages the reader is unsure of: `POST {address}/chat/completions` with `model`.

    `address` has no trailing slash. What that server wants as its key is a secret of the installation.
    """

    address: str
    model: str


@dataclass(frozen=True, slots=True)
class Community:
    """`calendar_text` of the meeting, zone name and phone as in the file. `words` extend the reader's lists.

    `street_chats`: where the subdistrict hears of what a meeting decided and nobody has done by its date.

    `second_opinion`: None, as nearly everywhere: what people write is read in the house alone.
    """

    id: str
    name: str
    timezone: str = "Asia/Shanghai"
    service_phone: str = ""
    staff_chats: tuple[Address, ...] = ()
    policy: Policy = field(default_factory=Policy)
    words: Mapping[str, Any] = field(default_factory=dict)
    second_opinion: SecondOpinion | None = None
    street_chats: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Compound:
    """`property` is a person's id, or the name of an office that has no account, or None."""

    id: str
    community: str
    name: str
    regime: Regime
    property: str | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """`buildings` are expanded names ("1", "2", "A座"), in file order; `chats` the groups bound to it.

    `heads`: (building, person) for each building head.
    """

    id: str
    community: str
    compound: str
    name: str
    buildings: tuple[str, ...]
    leader: str
    deputies: tuple[str, ...] = ()
    chats: tuple[Address, ...] = ()
    heads: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """One building's place id, as it stands in QR codes and deep links: ASCII, at most 48 characters."""

    id: str
    grid: str
    building: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody known: named in a community file, or a resident who reported, followed or asked.

    `home_grid`, `home` are what a resident told us and we remember. `language` is "zh" or "en".
    `listed` tells people of the community file from residents who came by themselves.
    """

    id: str
    community: str
    name: str
    roles: frozenset[Role] = frozenset({Role.RESIDENT})
    phone: str = ""
    language: str = "zh"
    home_grid: str | None = None
    home: Place = field(default_factory=Place)
    listed: bool = False


OWN_ID = "r-"
"""How the ids begin that the program gives to people who came by themselves; those of community files are the files'."""


def resident_id(account: Address, since: Instant | None = None) -> str:
    """Return the id of somebody who came by themselves: steady per account, and telling nothing of it.

    `since`: when the account became a person's of its own, where it was another's before.
    """
    told = account if since is None else f"{account} {since}"
    return OWN_ID + hashlib.sha256(told.encode()).hexdigest()[:16]


def fresh_id(account: Address, erased: Mapping[str, Instant]) -> str:
    """Return the id of somebody who speaks for the first time: another one than before they were erased."""
    id = resident_id(account)
    while id in erased:
        id = resident_id(account, erased[id])
    return id


def came_alone(person: Person) -> bool:
    """True for who came by themselves, though they may hold an office by now: no community file made them."""
    return person.id.startswith(OWN_ID)


@dataclass(frozen=True, slots=True)
class Account:
    """One way to reach a person. `reachable` is None until a letter was tried or they wrote privately."""

    address: Address
    person: str
    last_used_at: Instant = 0
    reachable: bool | None = None


@dataclass(frozen=True, slots=True)
class Directory:
    """Everything a community file says, of every community, held in memory and replaced when `revision` moves."""

    revision: int
    communities: Mapping[str, Community]
    compounds: Mapping[str, Compound]
    grids: Mapping[str, Grid]
    people: Mapping[str, Person]
    """Listed people only; residents who came by themselves are read when they speak."""
    accounts: Mapping[str, tuple[Account, ...]]
    """Accounts of listed people, the one used last first."""
    spots: Mapping[str, Spot]
    erased: Mapping[str, Instant] = field(default_factory=dict)
    """Ids of whoever was erased, and when: they mean nobody, and are given to nobody again."""
    lessons: Mapping[str, Lesson] = field(default_factory=dict)
    """What the reader of each community, by its id, has learned; no community file says this."""
    meetings: Mapping[str, tuple[Instant, ...]] = field(default_factory=dict)
    """When each community's planned meetings begin, the next first; no community file says this either."""
    duties: Mapping[str, tuple[Duty, ...]] = field(default_factory=dict)
    """The duty roster of each community. One that is to be written down without it keeps the roster it has."""
    posted: Mapping[str, Posted] = field(default_factory=dict)
    """What the notice board of each compound shows, where staff have chosen; no community file says this."""
