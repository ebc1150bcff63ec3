"""What is decided: everything one message, one deadline or one failure leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers.messages.letters import Letter, Say
from handlers.messages.said import Answer, Inbound
from storage.records import (
    Address,
    Attachment,
    Clock,
    Community,
    Deadline,
    Dialogue,
    Example,
    Line,
    Meeting,
    MeetingItem,
    Person,
    Remark,
    Ticket,
)


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
    `doubts` are asked about after the commit. `meetings`: new or changed ones, `items`: what they decided.
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
    meetings: tuple[Meeting, ...] = ()
    items: tuple[MeetingItem, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    onto: Onto | None = None
    answer: Answer = field(default_factory=Answer)


class Refused(Exception):
    """The act is not theirs to do, or not now. `say` is what they are told."""

    def __init__(self, key: str, **args: Any) -> None:
        super().__init__(key)
        self.say = Say(key, args)
