"""What shall be said: a letter as it is decided, as it is written out, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from storage.records import Address, Instant, LetterKind, Owed, State, Weight


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
    `sits`: id of the meeting that must be under way still, or it is not true any more.
    `opens`: id of the person for whom it opens the console (with `own:` before it, what is stored about them); the way in is
    made when it is sent (handlers/desk/opening.py).
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
    opens: str = ""
    sits: str = ""


@dataclass(frozen=True, slots=True)
class Gist:
    """What a letter is about, in fields: for platforms that take no free text. `at`: when it was written; `state` and
    `matter` are words of its reader's language; `news`: the letter's own first words."""

    number: int
    matter: str
    state: str
    at: Instant
    news: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter written out for one address: what a channel's send() gets.

    `heading` is shown bold on a line of its own, `text` below it; both plain, channels escape. `edit`: the platform's id of the message this replaces.
    `photos`: hashes of files in the media folder. `loud`: people are to notice it. `anew`: where nothing can be
    replaced, the change is worth a message of its own. `weight` and `gist` (None: it is about no ticket) matter where
    little can be said. `language` is its reader's, for what a channel adds in words of its own. `mark`: what of a card
    was worth a message, kept with it (handlers/cards.py). `caption`: the words only name the photos, and are nothing
    without them.
    """

    to: Address
    text: str
    heading: str = ""
    buttons: Rows = ()
    photos: tuple[str, ...] = ()
    edit: str | None = None
    reply_to: str | None = None
    loud: bool = False
    anew: bool = True
    weight: Weight = Weight.SOME
    gist: Gist | None = None
    language: str = "zh"
    mark: str = ""
    caption: bool = False


@dataclass(frozen=True, slots=True)
class Arrived:
    """Letters that stand in a chat now, sent together as `out`, since `at` as the platform's `message`."""

    letters: Sequence[Owed]
    out: Outgoing
    message: str
    at: Instant


class NotDelivered(Exception):
    """The platform did not take the letter.

    `forever`: no retry to this address can help (blocked, left, gone). `wait`: the pause in ms it asked for, for
    this chat, or for the whole platform when `everywhere`. `unsure`: the answer was lost, it may have arrived.
    `anew`: and it would stand there as a message of its own, though one that stands already was to be changed.
    `moved_to`: the chat has a new address. `gone`: the message to edit or reply to is not there any more.
    `untold`: the platform lets nothing be said to them until they speak again; the letter is kept for then, and `why`
    is one word of story.UNTOLD_WHY.
    """

    def __init__(
        self,
        why: str,
        *,
        forever: bool = False,
        wait: int = 0,
        everywhere: bool = False,
        unsure: bool = False,
        anew: bool = False,
        gone: bool = False,
        untold: bool = False,
        moved_to: Address | None = None,
    ) -> None:
        super().__init__(why)
        self.forever = forever
        self.wait = wait
        self.everywhere = everywhere
        self.unsure = unsure
        self.anew = anew
        self.gone = gone
        self.untold = untold
        self.moved_to = moved_to
