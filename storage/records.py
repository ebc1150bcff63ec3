"""The nouns of the field: frozen records and enums, nothing about what may be done with them.

Times are integer milliseconds UTC (`Instant`), spans integer milliseconds (`Span`). An address is
`platform:id`, for a topic of a group `platform:id/topic`: `telegram:1001`, `telegram:-1001000001/17`, `web:mei`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, NewType

Instant = int
Span = int
Address = NewType("Address", str)

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def address(platform: str, chat: str | int, topic: str | int | None = None) -> Address:
    """Return the address of a chat, or of one topic in it."""
    return Address(f"{platform}:{chat}" if topic is None else f"{platform}:{chat}/{topic}")


def platform_of(where: Address) -> str:
    return where.partition(":")[0]


def chat_of(where: Address) -> Address:
    """Return the address without its topic."""
    return Address(where.partition("/")[0])


def topic_of(where: Address) -> str | None:
    return where.partition("/")[2] or None


class State(StrEnum):
    """The life of a ticket; see handlers/lifecycle.py for the steps between them."""

    REPORTED = "reported"
    ACCEPTED = "accepted"
    ON_SITE = "on_site"
    PLANNED = "planned"
    RESOLVED = "resolved"
    CLOSED = "closed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


OPEN = frozenset({State.REPORTED, State.ACCEPTED, State.ON_SITE, State.PLANNED})
"""States in which somebody still has something to do on the spot."""


class Act(StrEnum):
    """Everything that can be done to a ticket. Each one done is one line of the ledger."""

    REPORT = "report"
    ACCEPT = "accept"
    ARRIVE = "arrive"
    PLAN = "plan"
    RESOLVE = "resolve"
    RATE = "rate"
    CLOSE = "close"
    REOPEN = "reopen"
    DECLINE = "decline"
    OBJECT = "object"
    WITHDRAW = "withdraw"
    MERGE = "merge"
    FOLLOW = "follow"
    ADD = "add"
    URGE = "urge"
    TRANSFER = "transfer"
    ASK_TIME = "ask_time"
    GRANT_TIME = "grant_time"
    REFUSE_TIME = "refuse_time"
    PAUSE = "pause"
    RESUME = "resume"
    REFER = "refer"
    REASSIGN = "reassign"
    SUPERVISE = "supervise"
    DECIDE = "decide"
    REGRADE = "regrade"
    REMIND = "remind"
    ALERT = "alert"
    QUEUE = "queue"
    STREET = "street"
    UNREACHABLE = "unreachable"


class Kind(StrEnum):
    REPAIR = "repair"
    COMPLAINT = "complaint"
    CONSULTATION = "consultation"
    SERVICE_ORDER = "service_order"


class Category(StrEnum):
    ELEVATOR = "elevator"
    WATER_SUPPLY = "water_supply"
    DRAINAGE = "drainage"
    POWER = "power"
    LIGHTING = "lighting"
    GAS = "gas"
    HEATING = "heating"
    DOOR_ACCESS = "door_access"
    LEAK_WALL = "leak_wall"
    ROAD = "road"
    FIRE_SAFETY = "fire_safety"
    GREENING = "greening"
    SANITATION = "sanitation"
    NOISE = "noise"
    PARKING = "parking"
    WIRING_CHARGING = "wiring_charging"
    ENCROACHMENT = "encroachment"
    PETS = "pets"
    NEIGHBOR_DISPUTE = "neighbor_dispute"
    SECURITY = "security"
    PROPERTY_SERVICE = "property_service"
    OTHER = "other"


class Severity(StrEnum):
    ORDINARY = "ordinary"
    MAJOR = "major"
    COMPLEX = "complex"
    EMERGENCY = "emergency"


class Clock(StrEnum):
    """The clocks of a ticket. MEETING is a resolution's date; PAUSE bounds how long the others may stand still."""

    ACCEPT = "accept"
    ARRIVE = "arrive"
    RESOLVE = "resolve"
    PLAN = "plan"
    REVIEW = "review"
    MEETING = "meeting"
    PAUSE = "pause"


class Stage(StrEnum):
    """What a running deadline waits for next: the warning before, the end of the clock, or twice its span."""

    WARN = "warn"
    OUT = "out"
    TWICE = "twice"


class Level(IntEnum):
    """The ladder. A ticket carries the highest rung it has reached since it was (re)opened."""

    NONE = 0
    REMIND = 1
    ALERT = 2
    QUEUE = 3
    STREET = 4


class Reason(StrEnum):
    """Why a ticket entered the joint-meeting queue."""

    RESOLVE_MISSED = "resolve_missed"
    PLAN_MISSED = "plan_missed"
    ACCEPT_MISSED = "accept_missed"
    REOPENED_TWICE = "reopened_twice"
    REFERRED = "referred"
    FOLLOWERS = "followers"
    NOBODY_TO_ALERT = "nobody_to_alert"
    BY_STAFF = "by_staff"


class Role(StrEnum):
    RESIDENT = "resident"
    BUILDING_HEAD = "building_head"
    GRID_LEADER = "grid_leader"
    PROPERTY = "property"
    STAFF = "staff"
    LIAISON = "liaison"
    VOLUNTEER = "volunteer"
    ADMIN = "admin"


class Regime(StrEnum):
    """How a compound's property is looked after."""

    COMMERCIAL = "commercial"
    COMMUNITY = "community"
    NONE = "none"


# --- places and people ------------------------------------------------------------------------------------------


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
class Policy:
    """A community's clocks and rungs as written in its file; what is absent falls to handlers/clocks.DEFAULT."""

    clocks: Mapping[Severity, Mapping[Clock, Allowance]] = field(default_factory=dict)
    close_after: Allowance | None = None
    categories: Mapping[Category, CategoryPolicy] = field(default_factory=dict)
    meeting: str | None = None
    followers: int | None = None


@dataclass(frozen=True, slots=True)
class Community:
    """`calendar_text` of the meeting, zone name and phone as in the file. `words` extend the reader's lists."""

    id: str
    name: str
    timezone: str = "Asia/Shanghai"
    service_phone: str = ""
    staff_chats: tuple[Address, ...] = ()
    policy: Policy = field(default_factory=Policy)
    words: Mapping[str, Any] = field(default_factory=dict)


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
    """`buildings` are expanded names ("1", "2", "A座"), in file order; `chats` the groups bound to it."""

    id: str
    community: str
    compound: str
    name: str
    buildings: tuple[str, ...]
    leader: str
    deputies: tuple[str, ...] = ()
    chats: tuple[Address, ...] = ()


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


# --- tickets -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ticket:
    """One matter. `id` is `community-number`; `number` is what people see as #1024.

    `private`: never shown in the group (a complaint about people). `anonymous`: the reporter is named to nobody.
    `origin`/`origin_message`: where it was said, so that the card can stand below it; `origin_private`: that was the
    reporter's own chat. `first_responder` is
    answerable to the end; `handler` does the work now and may be a department's name in `handler_name` instead.
    `queued`: why it stands in the joint-meeting queue; None when it does not. `version` counts saves.
    """

    id: str
    community: str
    number: int
    grid: str
    state: State
    kind: Kind
    category: Category
    severity: Severity
    place: Place
    words: str
    reporter: str | None
    reported_at: Instant
    heading: str = ""
    private: bool = False
    anonymous: bool = False
    origin: Address | None = None
    origin_message: str | None = None
    origin_private: bool = False
    first_responder: str | None = None
    handler: str | None = None
    handler_name: str = ""
    level: Level = Level.NONE
    queued: Reason | None = None
    queued_at: Instant | None = None
    followers: int = 0
    reopened: int = 0
    objected: bool = False
    accepted_at: Instant | None = None
    arrived_at: Instant | None = None
    resolved_at: Instant | None = None
    closed_at: Instant | None = None
    paused_at: Instant | None = None
    pause_reason: str = ""
    plan: str = ""
    decision: str = ""
    note: str = ""
    rating: str = ""
    merged_into: str | None = None
    last_urged_at: Instant | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock of one ticket. The row is gone when the clock has nothing more to say.

    `due_at`: when something must be done next (None while paused). `stage`: what then. `ends_at`: when the clock
    itself runs out. `started_at`: when it began; `left`: ms between the pause and `ends_at` while paused.
    """

    ticket: str
    clock: Clock
    stage: Stage
    due_at: Instant | None
    ends_at: Instant
    started_at: Instant
    left: Allowance | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger, as written by an act. `person` is an id ("" for the clock itself); `reason` is a
    short cause or the handler's note, never a resident's own words."""

    community: str
    ticket: str
    number: int
    at: Instant
    act: Act
    state: State
    person: str
    platform: str
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line as it stands in the ledger: `seq` counts from 1 in its community, `hash` covers `previous` and all
    fields of the line (see storage/ledger.py)."""

    seq: int
    line: Line
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Words added to a ticket after its first ones, by whom and when."""

    ticket: str
    at: Instant
    person: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo, voice or other file of a ticket or of a message waiting for its words.

    `ref` is the platform's handle while the bytes are not here yet; `sha256` names the stored file afterwards.
    `failed` says in words why the bytes could not be kept (too large, not an image, gone). `after`: a photo of the
    finished work. `caption` are the words that came with it.
    """

    id: int
    ticket: str | None
    at: Instant
    platform: str
    kind: str
    ref: str
    person: str | None = None
    size: int = 0
    sha256: str | None = None
    failed: str = ""
    after: bool = False
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """An unfinished exchange with one account in one chat. `data` is JSON; at `expires_at` it ends kindly."""

    chat: Address
    account: Address
    step: str
    data: Mapping[str, Any]
    expires_at: Instant
    question: str | None = None
    """The platform's id of the message that asks, so that a reply to it is known as the answer."""


# --- messages in store ------------------------------------------------------------------------------------------


class LetterKind(StrEnum):
    PAGE = "page"
    ANSWER = "answer"
    ASK = "ask"
    CARD = "card"
    ALERT = "alert"
    REMIND = "remind"
    NEWS = "news"


class Fate(StrEnum):
    """What became of a letter."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    DROPPED = "dropped"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True)
class Owed:
    """A letter in the outbox. `routes` are tried in order; `body` is what handlers/wording needs to write it.

    `once`: a second letter with the same mark is never owed. A card letter carries no text: it is written from the
    ticket as it stands when it is sent, and at most one waits per (ticket, chat). `rank` 0 goes first.
    """

    id: int
    at: Instant
    kind: LetterKind
    rank: int
    routes: tuple[Address, ...]
    reader: str
    ticket: str | None
    body: Mapping[str, Any]
    once: str | None = None
    not_before: Instant = 0
    fate: Fate = Fate.WAITING
    attempts: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """The living card of a ticket in one chat. `print` is the hash of what it shows now."""

    ticket: str
    chat: Address
    message: str
    print: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A message on the web chat's shelf as it stands now. `account` is None for what the program itself says.

    `change` is the number of its last change, growing over the whole shelf. `buttons` and `photos` are plain data.
    """

    id: str
    change: int
    chat: Address
    from_name: str
    account: Address | None
    heading: str
    text: str
    buttons: Any
    photos: Any
    reply_to: str | None
    at: Instant
    edited_at: Instant | None
