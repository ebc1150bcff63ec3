"""The closed lists of the field: states, acts, kinds, clocks, rungs, roles."""

from __future__ import annotations

from enum import IntEnum, StrEnum


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
    """Everything that can be done to a ticket or to the community itself. Each one done is one line of the ledger."""

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
    DEFER = "defer"
    REFER_OUT = "refer_out"
    LIST = "list"
    REGRADE = "regrade"
    RECLASS = "reclass"
    RETIME = "retime"
    DISMISS = "dismiss"
    REMIND = "remind"
    ALERT = "alert"
    QUEUE = "queue"
    STREET = "street"
    UNREACHABLE = "unreachable"
    UNTOLD = "untold"
    TOLD = "told"
    SEE = "see"
    DISCLOSE = "disclose"
    ERASE = "erase"
    EXPIRE = "expire"
    EXPORT = "export"
    CALL_MEETING = "call_meeting"
    CLOSE_MEETING = "close_meeting"
    CANCEL_MEETING = "cancel_meeting"
    CHANGE_DIRECTORY = "change_directory"
    CHANGE_POLICY = "change_policy"
    CHANGE_ROSTER = "change_roster"
    SWAP_DUTY = "swap_duty"
    CHANGE_NOTICE = "change_notice"
    CHANGE_RETENTION = "change_retention"


OF_PERSONS = frozenset({Act.SEE, Act.DISCLOSE, Act.ERASE})
"""What was done with a resident's data: looked at, given out, erased. On a ticket, or on the community."""

QUIET = OF_PERSONS | {Act.REMIND, Act.UNREACHABLE, Act.UNTOLD, Act.TOLD}
"""Acts that change nothing a list of tickets shows."""

OF_COMMUNITY = frozenset(
    {
        Act.EXPIRE,
        Act.EXPORT,
        Act.CALL_MEETING,
        Act.CLOSE_MEETING,
        Act.CANCEL_MEETING,
        Act.CHANGE_DIRECTORY,
        Act.CHANGE_POLICY,
        Act.CHANGE_ROSTER,
        Act.SWAP_DUTY,
        Act.CHANGE_NOTICE,
        Act.CHANGE_RETENTION,
    }
)
"""What is done to the community itself and to no ticket: such a line has neither ticket nor state."""


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
    """The clocks of a ticket. MEETING is a resolution's date; RECALL is the day on which what the meeting put on the problem
    list, or referred to a department, comes back to its table; PAUSE bounds how long the others may stand still."""

    ACCEPT = "accept"
    ARRIVE = "arrive"
    RESOLVE = "resolve"
    PLAN = "plan"
    REVIEW = "review"
    MEETING = "meeting"
    RECALL = "recall"
    PAUSE = "pause"


LENIENT = frozenset({Clock.REVIEW, Clock.RECALL, Clock.PAUSE})
"""Clocks by whose end nobody is late."""


class Stage(StrEnum):
    """What a running deadline waits for next: the warning before, the end of the clock, or twice its span.

    OVER: for nothing. It ran out, and what it was there for has not happened yet.
    """

    WARN = "warn"
    OUT = "out"
    TWICE = "twice"
    OVER = "over"


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
    RECALLED = "recalled"


class Role(StrEnum):
    RESIDENT = "resident"
    BUILDING_HEAD = "building_head"
    GRID_LEADER = "grid_leader"
    PROPERTY = "property"
    STAFF = "staff"
    LIAISON = "liaison"
    VOLUNTEER = "volunteer"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Regime(StrEnum):
    """How a compound's property is looked after."""

    COMMERCIAL = "commercial"
    COMMUNITY = "community"
    NONE = "none"
