"""The nouns of the field: frozen records and enums, nothing about what may be done with them.

Times are integer milliseconds UTC (`Instant`), spans integer milliseconds (`Span`). An address is
`platform:id`, for a topic of a group `platform:id/topic`: `telegram:1001`, `telegram:-1001000001/17`, `web:mei`.
"""

from storage.records.basics import (
    DAY as DAY,
)
from storage.records.basics import (
    HOUR as HOUR,
)
from storage.records.basics import (
    MINUTE as MINUTE,
)
from storage.records.basics import (
    SECOND as SECOND,
)
from storage.records.basics import (
    Address as Address,
)
from storage.records.basics import (
    Instant as Instant,
)
from storage.records.basics import (
    Span as Span,
)
from storage.records.basics import (
    address as address,
)
from storage.records.basics import (
    chat_of as chat_of,
)
from storage.records.basics import (
    platform_of as platform_of,
)
from storage.records.basics import (
    topic_of as topic_of,
)
from storage.records.errands import (
    Errand as Errand,
)
from storage.records.errands import (
    ErrandKind as ErrandKind,
)
from storage.records.errands import (
    ErrandState as ErrandState,
)
from storage.records.examples import (
    Example as Example,
)
from storage.records.examples import (
    Lesson as Lesson,
)
from storage.records.figures import (
    Counted as Counted,
)
from storage.records.figures import (
    Overdue as Overdue,
)
from storage.records.figures import (
    Rates as Rates,
)
from storage.records.figures import (
    Repeat as Repeat,
)
from storage.records.figures import (
    Tally as Tally,
)
from storage.records.letters import (
    PAUSED as PAUSED,
)
from storage.records.letters import (
    Card as Card,
)
from storage.records.letters import (
    Fate as Fate,
)
from storage.records.letters import (
    LetterKind as LetterKind,
)
from storage.records.letters import (
    Owed as Owed,
)
from storage.records.letters import (
    Shown as Shown,
)
from storage.records.letters import (
    Weight as Weight,
)
from storage.records.letters import (
    Window as Window,
)
from storage.records.listed import (
    NEVER as NEVER,
)
from storage.records.listed import (
    Lane as Lane,
)
from storage.records.listed import (
    LaneCount as LaneCount,
)
from storage.records.listed import (
    Listed as Listed,
)
from storage.records.listed import (
    Wanted as Wanted,
)
from storage.records.listed import (
    lane_of as lane_of,
)
from storage.records.listed import (
    listed_by as listed_by,
)
from storage.records.meetings import (
    Meeting as Meeting,
)
from storage.records.meetings import (
    MeetingItem as MeetingItem,
)
from storage.records.meetings import (
    MeetingState as MeetingState,
)
from storage.records.meetings import (
    Outcome as Outcome,
)
from storage.records.meetings import (
    Party as Party,
)
from storage.records.meetings import (
    Seat as Seat,
)
from storage.records.personal import (
    Kept as Kept,
)
from storage.records.places import (
    Account as Account,
)
from storage.records.places import (
    Allowance as Allowance,
)
from storage.records.places import (
    CategoryPolicy as CategoryPolicy,
)
from storage.records.places import (
    Community as Community,
)
from storage.records.places import (
    Compound as Compound,
)
from storage.records.places import (
    Directory as Directory,
)
from storage.records.places import (
    Grid as Grid,
)
from storage.records.places import (
    Holidays as Holidays,
)
from storage.records.places import (
    Person as Person,
)
from storage.records.places import (
    Place as Place,
)
from storage.records.places import (
    Policy as Policy,
)
from storage.records.places import (
    SecondOpinion as SecondOpinion,
)
from storage.records.places import (
    Spot as Spot,
)
from storage.records.places import (
    came_alone as came_alone,
)
from storage.records.places import (
    fresh_id as fresh_id,
)
from storage.records.places import (
    resident_id as resident_id,
)
from storage.records.retention import (
    TERMS as TERMS,
)
from storage.records.retention import (
    Days as Days,
)
from storage.records.retention import (
    Ended as Ended,
)
from storage.records.retention import (
    Keep as Keep,
)
from storage.records.retention import (
    Term as Term,
)
from storage.records.roster import (
    Duty as Duty,
)
from storage.records.roster import (
    Posted as Posted,
)
from storage.records.roster import (
    Result as Result,
)
from storage.records.roster import (
    Standing as Standing,
)
from storage.records.roster import (
    Swap as Swap,
)
from storage.records.scope import (
    Scope as Scope,
)
from storage.records.scope import (
    Sought as Sought,
)
from storage.records.states import (
    LENIENT as LENIENT,
)
from storage.records.states import (
    OF_COMMUNITY as OF_COMMUNITY,
)
from storage.records.states import (
    OF_PERSONS as OF_PERSONS,
)
from storage.records.states import (
    OPEN as OPEN,
)
from storage.records.states import (
    QUIET as QUIET,
)
from storage.records.states import (
    Act as Act,
)
from storage.records.states import (
    Category as Category,
)
from storage.records.states import (
    Clock as Clock,
)
from storage.records.states import (
    Kind as Kind,
)
from storage.records.states import (
    Level as Level,
)
from storage.records.states import (
    Reason as Reason,
)
from storage.records.states import (
    Regime as Regime,
)
from storage.records.states import (
    Role as Role,
)
from storage.records.states import (
    Severity as Severity,
)
from storage.records.states import (
    Stage as Stage,
)
from storage.records.states import (
    State as State,
)
from storage.records.tickets import (
    Anew as Anew,
)
from storage.records.tickets import (
    Attachment as Attachment,
)
from storage.records.tickets import (
    Deadline as Deadline,
)
from storage.records.tickets import (
    Dialogue as Dialogue,
)
from storage.records.tickets import (
    Entry as Entry,
)
from storage.records.tickets import (
    Line as Line,
)
from storage.records.tickets import (
    Remark as Remark,
)
from storage.records.tickets import (
    Ticket as Ticket,
)
from storage.records.tickets import (
    anew_in as anew_in,
)
from storage.records.tickets import (
    in_log as in_log,
)
