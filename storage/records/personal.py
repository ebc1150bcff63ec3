"""What is stored about one person."""

from __future__ import annotations

from dataclasses import dataclass

from storage.records.places import Account, Person
from storage.records.tickets import Attachment, Remark, Ticket


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything stored about a person. `ids`: theirs and those of whoever was joined to them; `remarks`: what they
    added later; `dialogues` and `examples` are numbers, and `letters` and `messages` (of the web chat) where they were counted."""

    person: Person
    ids: tuple[str, ...]
    accounts: tuple[Account, ...]
    reported: tuple[Ticket, ...]
    followed: tuple[Ticket, ...]
    remarks: tuple[Remark, ...]
    attachments: tuple[Attachment, ...]
    dialogues: int
    examples: int
    letters: int = 0
    messages: int = 0
