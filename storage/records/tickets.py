"""A ticket and everything that hangs on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage.records.basics import Address, Instant
from storage.records.places import Allowance, Place
from storage.records.states import Act, Category, Clock, Kind, Level, Reason, Severity, Stage, State


def in_log(ticket: str | None) -> dict[str, str]:
    """Return what a line of the log says about a ticket, given its id: `{"ticket": "#1024", "community": "jinghe"}`.

    Nothing for None and "". Everybody who logs about a ticket uses this, so that one search finds its whole story.
    """
    if not ticket:
        return {}
    community, _, number = ticket.rpartition("-")
    return {"ticket": f"#{number}", "community": community}


@dataclass(frozen=True, slots=True)
class Ticket:
    """One matter. `id` is `community-number`; `number` is what people see as #1024.

    `private`: never shown in the group (a complaint about people). `anonymous`: the reporter is named to nobody.
    `origin`/`origin_message`: where it was said, so that the card can stand below it; `origin_private`: that was the
    reporter's own chat. `first_responder` is
    answerable to the end; `handler` does the work now and may be a department's name in `handler_name` instead.
    `queued`: why it stands in the joint-meeting queue; None when it does not. `accept_late_at`, `solve_late_at`: from when
    on it was or will be late (handlers/lateness.py). `version` counts saves.
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
    accept_late_at: Instant | None = None
    solve_late_at: Instant | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock of one ticket. The row is gone when what the clock is there for has happened.

    `due_at`: when something must be done next (None while paused, and when it has run out). `stage`: what then.
    `ends_at`: when the clock itself runs out. `started_at`: when it began; `left`: what was left at the pause, and also
    the allowance of a working-time clock while it runs (handlers/clocks.py); paused is told by `due_at` alone.
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
    short cause or the handler's note, never a resident's own words, name or number: it stays for ever, but for what an erasure
    takes out of it.

    An act on the community itself, as a meeting called, has `ticket` "", `number` 0 and `state` None.
    """

    community: str
    ticket: str
    number: int
    at: Instant
    act: Act
    state: State | None
    person: str
    platform: str
    reason: str


@dataclass(frozen=True, slots=True)
class Anew:
    """That words were taken out of a line's reason: which line's, and its seal since (storage/sealing.py). An erasure in the
    ledger says so as its reason, `anew 12 3f9a…`."""

    seq: int
    seal: str

    def __str__(self) -> str:
        return f"anew {self.seq} {self.seal}"


ANEW = re.compile(r"anew (?P<seq>[1-9][0-9]{0,17}) (?P<seal>[0-9a-f]{64})")


def anew_in(act: str, ticket: str | None, reason: str) -> Anew | None:
    """Return what a line (by its act, its ticket and its reason) says was written anew; None for any other.

    Only a line of a ticket says it: the reason of an erasure about the community itself is typed by staff.
    """
    said = ANEW.fullmatch(reason) if ticket and act == Act.ERASE else None
    return Anew(int(said["seq"]), said["seal"]) if said else None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line as it stands in the ledger: `seq` counts from 1 in its community, `hash` covers `previous` and all
    fields of the line (see storage/sealing.py)."""

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
