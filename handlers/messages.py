"""What passes between the floors: what was said (Inbound), what shall be said (Letter, Outgoing), what happens (Decision).

Nothing here knows a platform's words or a database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from handlers.opinion import Opinion
from storage.records import (
    Address,
    Attachment,
    Clock,
    Community,
    Deadline,
    Dialogue,
    Example,
    Instant,
    LetterKind,
    Line,
    Owed,
    Person,
    Remark,
    State,
    Ticket,
)

# --- in ----------------------------------------------------------------------------------------------------------


class Event(StrEnum):
    """What happened to a chat rather than in it."""

    ADDED = "added"
    REMOVED = "removed"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    MIGRATED = "migrated"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who spoke, in the platform's words. `account` is also the address of their private chat."""

    account: Address
    name: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A photo, voice or file of a message. `kind`: photo voice video file. `ref` is the platform's handle; `sha256`
    is set instead where the channel has already put the bytes into the media folder. `size` in bytes, 0 unknown."""

    kind: str
    ref: str
    size: int = 0
    sha256: str | None = None
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The message somebody answers, where the platform shows it. `sender` as in Inbound."""

    sender: Sender | None
    text: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing said or done on a platform.

    `key`: the platform's own unique key, with its name (`telegram:7001`), so that a repeat is known.
    `chat`: where, with the topic; `private`: only the sender and the bot are there. `sender` is None where the
    platform hides who it was (an anonymous administrator). `press`: a button's data. `message`: the platform's id
    of this message (of the message under the pressed button). `reply_to`: id of the message it answers, `answers` that
    message itself, where the platform shows it and a person wrote it;
    `to_bot`: the bot was mentioned, commanded or replied to. `text` has neither command prefix nor mention removed,
    except that a Telegram command comes as `/name rest` without `@bot`. `album`: key shared by photos sent together.
    `start`: payload of a deep link. `place`: (latitude, longitude). `moved_to`: new address of a migrated group.
    `helper`: id of the person who takes this message up in its writer's place (handlers/desk/taking_up.py).
    `opinion`: the message came before and is the one this is about; nobody says anything now.
    """

    key: str
    at: Instant
    chat: Address
    private: bool
    sender: Sender | None
    text: str = ""
    pieces: tuple[Piece, ...] = ()
    press: str | None = None
    message: str | None = None
    reply_to: str | None = None
    to_bot: bool = False
    edited: bool = False
    album: str | None = None
    location: tuple[float, float] | None = None
    start: str | None = None
    event: Event | None = None
    moved_to: Address | None = None
    answers: Earlier | None = None
    helper: str = ""
    opinion: Opinion | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the platform may be told at once. `toast` is shown to the one who pressed; `repeat`: seen before."""

    toast: str = ""
    alert: bool = False
    repeat: bool = False


# --- out ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Button:
    """`press` (at most 64 bytes) comes back in Inbound.press; or `url` opens a page."""

    label: str
    press: str = ""
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Say:
    """A text of the catalogue with its pieces: `Say("card.waiting", {"person": "王芳", "until": "14:05"})`.

    Values are strings, numbers, other Says, or lists of Says (one per line).
    """

    key: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Letter:
    """Something that will be said, decided but not yet written.

    `to`: a person's id, or an address. `fallback`: where it is said when the person cannot be reached.
    `holds`: states of the ticket in which it is still true at the door; empty: always.
    `once`: a mark; a second letter with the same mark is never owed. `reply_to` counts only at `fallback`/`to` chat.
    `shows`: "before" or "after", the ticket's photos that go with it, as far as they are here when it is sent.
    `asks`: the account whose open dialogue it is the question of, so that a reply to it is known as the answer.
    `edit`: the platform's id of an earlier message in chat `to` that this one replaces.
    """

    to: str
    kind: LetterKind
    say: Say
    ticket: str | None = None
    buttons: Rows = ()
    holds: frozenset[State] = frozenset()
    once: str | None = None
    fallback: Address | None = None
    reply_to: str | None = None
    shows: str = ""
    not_before: Instant = 0
    edit: str | None = None
    asks: Address | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter written out for one address: what a channel's send() gets.

    `heading` is shown bold on a line of its own, `text` below it; both plain, channels escape. `mentions` names
    people in the text who shall be pinged. `edit`: the platform's id of the message this replaces.
    `photos`: hashes of files in the media folder. `ask`: the platform may open the reply field for `mentions`.
    """

    to: Address
    text: str
    heading: str = ""
    buttons: Rows = ()
    photos: tuple[str, ...] = ()
    edit: str | None = None
    reply_to: str | None = None
    mentions: Mapping[str, Address] = field(default_factory=dict)
    loud: bool = False


# --- decided -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Onto:
    """A ticket that was not named but is meant: what is to be done to it. `draft`: the report that is its twin."""

    ticket: str
    verb: str = ""
    rest: str = ""
    draft: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A message the reader is unsure of, and whose community wants a second opinion on it."""

    inbound: Inbound
    community: Community


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything one message, one deadline or one failure leads to. The desk saves it whole or not at all.

    `tickets`: new (version 0) or changed ones, as they shall stand. `deadlines` replace those of the same
    (ticket, clock); `stopped` end. `open`/`close`: dialogues. `attachments`: new ones (id 0), or loose ones that now
    belong to a ticket. `cards`: the living cards to write anew. `onto`: it turned out which ticket is meant:
    the desk reads it whole and goes on with conversation.carry_onto. `examples`: what the reader was put right about.
    `doubts` are asked about after the commit.
    """

    tickets: tuple[Ticket, ...] = ()
    lines: tuple[Line, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    stopped: tuple[tuple[str, Clock], ...] = ()
    letters: tuple[Letter, ...] = ()
    remarks: tuple[Remark, ...] = ()
    followers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    people: tuple[Person, ...] = ()
    open: tuple[Dialogue, ...] = ()
    close: tuple[tuple[Address, Address], ...] = ()
    cards: tuple[tuple[str, Address], ...] = ()
    examples: tuple[Example, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    onto: Onto | None = None
    answer: Answer = field(default_factory=Answer)


@dataclass(frozen=True, slots=True)
class Arrived:
    """Letters that stand in a chat now, sent together as `out`, since `at` as the platform's `message`."""

    letters: Sequence[Owed]
    out: Outgoing
    message: str
    at: Instant


class Refused(Exception):
    """The act is not theirs to do, or not now. `say` is what they are told."""

    def __init__(self, key: str, **args: Any) -> None:
        super().__init__(key)
        self.say = Say(key, args)


class NotDelivered(Exception):
    """The platform did not take the letter.

    `forever`: no retry to this address can help (blocked, left, gone). `wait`: the pause in ms it asked for, for
    this chat, or for the whole platform when `everywhere`. `unsure`: the answer was lost, it may have arrived.
    `moved_to`: the chat has a new address. `gone`: the message to edit or reply to is not there any more.
    """

    def __init__(
        self,
        why: str,
        *,
        forever: bool = False,
        wait: int = 0,
        everywhere: bool = False,
        unsure: bool = False,
        gone: bool = False,
        moved_to: Address | None = None,
    ) -> None:
        super().__init__(why)
        self.forever = forever
        self.wait = wait
        self.everywhere = everywhere
        self.unsure = unsure
        self.gone = gone
        self.moved_to = moved_to
