"""What is stored about one person."""

from __future__ import annotations

from dataclasses import dataclass

from storage.records.places import Account, Person
from storage.records.tickets import Attachment, Remark, Ticket


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything stored about a person. `ids`: theirs and those of whoever was joined to them; `remarks`: what they
    added later; `letters`, `messages` (of the web chat), `dialogues` and `examples` are numbers."""

    person: Person
    ids: tuple[str, ...]
    accounts: tuple[Account, ...]
    reported: tuple[Ticket, ...]
    followed: tuple[Ticket, ...]
    remarks: tuple[Remark, ...]
    attachments: tuple[Attachment, ...]
    letters: int
    messages: int
    dialogues: int
    examples: int
