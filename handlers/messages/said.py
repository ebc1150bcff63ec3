"""What was said: a message, a press, an event, and what its platform is told at once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from handlers.opinion import Opinion
from storage.records import Address, Instant, Window


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
    `start`: payload of a deep link; "": the chat was opened without one. `place`: (latitude, longitude). `moved_to`: new address of a migrated group.
    `helper`: id of the person who takes this message up in its writer's place (handlers/desk/taking_up.py).
    `signed_in`: id of the person who speaks, where the door itself knows them (the console), whatever the account.
    `opinion`: the message came before and is the one this is about; nobody says anything now.
    `at_once`: how many bytes of text the channel can carry back with its answer to the platform; 0: none, everything
    goes by letter. `toasts`: the platform shows who pressed a button what they are told at once; where it does not, that
    goes by letter, too. `window`: what may be said in this chat besides, where the platform counts.
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
    signed_in: str = ""
    opinion: Opinion | None = None
    at_once: int = 0
    toasts: bool = True
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the platform may be told at once. `toast` is shown to the one who pressed; `repeat`: seen before.

    `said`: the words to carry back where the message came `at_once`, "" for none; `letters`: ids of the letters they
    are. Those are claimed: when the platform has taken the words, delivery is told, and else they go by letter.
    """

    toast: str = ""
    alert: bool = False
    repeat: bool = False
    said: str = ""
    letters: tuple[int, ...] = ()
