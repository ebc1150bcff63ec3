"""Letters as rows of the outbox."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from storage.connections import Row
from storage.plain import as_json
from storage.records import MINUTE, Address, Fate, Instant, LetterKind, Owed, Span, chat_of, platform_of

BUNDLED = frozenset({LetterKind.REMIND, LetterKind.ALERT})
"""Kinds of which several for one chat become one message."""

LONGEST_PAUSE: Span = 6 * MINUTE
"""Longer than any pause of ours, and than a lease: what seems to wait longer was written down by a clock that has been set
back since. (A platform may ask for more; that its chat rests is known to whoever asks for letters.)"""


def owed_from(row: Row) -> Owed:
    return Owed(
        id=row["id"],
        at=row["at"],
        kind=LetterKind(row["kind"]),
        rank=row["rank"],
        routes=tuple(Address(route) for route in json.loads(row["routes"])),
        reader=row["reader"],
        ticket=row["ticket"],
        body=json.loads(row["body"]),
        once=row["once"],
        not_before=row["not_before"],
        fate=Fate(row["fate"]),
        attempts=row["attempts"],
        note=row["note"],
    )


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter and what became of it: where it stands since when, and as which message, if it was sent."""

    letter: Owed
    sent_at: Instant | None
    chat: Address | None
    message: str


def posted_from(row: Row) -> Posted:
    chat = row["sent_chat"]
    return Posted(owed_from(row), row["sent_at"], chat and Address(chat), row["sent_message"] or "")


def fate_of(routes: Sequence[str]) -> Fate:
    return Fate.WAITING if routes else Fate.UNDELIVERABLE


def routed(id: int, routes: Sequence[str]) -> dict[str, object]:
    first = Address(routes[0] if routes else "")
    return {
        "id": id,
        "routes": as_json(routes),
        "route": first,
        "chat": chat_of(first),
        "platform": platform_of(first),
    }


def row_of(id: int, letter: Owed) -> dict[str, object]:
    return routed(id, letter.routes) | {
        "at": letter.at,
        "kind": letter.kind,
        "rank": letter.rank,
        "reader": letter.reader,
        "ticket": letter.ticket,
        "body": as_json(letter.body),
        "once": letter.once,
        "not_before": letter.not_before,
        "fate": fate_of(letter.routes),
        "note": letter.note,
    }


def like(letter: Owed) -> tuple[Address, int, LetterKind, int]:
    """Return what letters that go together have in common. Attempts, because together they arrive or are given up."""
    return letter.routes[0], letter.rank, letter.kind, taken(letter).attempts


def taken(letter: Owed) -> Owed:
    """Return it as the next claim makes it."""
    # A letter that is still claimed here had its lease run out: nobody knows whether that try arrived.
    lost = letter.fate is Fate.CLAIMED
    return replace(letter, fate=Fate.CLAIMED, attempts=letter.attempts + lost)


def bundled(letters: Iterable[Owed]) -> list[list[Owed]]:
    """Return the messages they make, each in the place of its first letter."""
    bundles: list[list[Owed]] = []
    begun: dict[tuple[Address, int, LetterKind, int], list[Owed]] = {}
    for letter in letters:
        if letter.kind in BUNDLED and like(letter) in begun:
            begun[like(letter)].append(letter)
        else:
            bundles.append([letter])
            begun[like(letter)] = bundles[-1]
    return bundles
