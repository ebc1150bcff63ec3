"""Letters in the outbox, and the cards they became."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from storage.records.basics import Address, Instant


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
    UNTOLD = "untold"
    """Nothing may be said to its reader until they speak again; it is kept for then."""


PAUSED = "paused"
"""The note of letters that are kept because their platform lets nothing be said to anybody for a while."""


class Weight(IntEnum):
    """How much a letter matters to its reader, where a platform lets only a few be said."""

    LITTLE = 0
    SOME = 1
    MUCH = 2


@dataclass(frozen=True, slots=True)
class Window:
    """What a platform lets be said in a chat because somebody there has just spoken: at most `letters`, before `until`.

    `kind`: "talk" after a message, "touch" after a menu click, a scan or a follow, "reply" where `data` is an address
    that takes one answer. A new window of a kind takes the place of the chat's last one; of "reply" each stands for itself.
    """

    kind: str
    until: Instant
    letters: int
    data: str = ""


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
    """The living card of a ticket in one chat. `print` is the hash of what it shows now, `news` that of it which was worth
    a message of its own (handlers/cards.py).

    `message` is empty after the chat has moved: it is shown there, but nobody knows as which message.
    """

    ticket: str
    chat: Address
    message: str
    print: str
    news: str = ""


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
