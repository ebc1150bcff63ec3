"""Trouble of the machine that people must know of, because until it is over somebody has to listen in another way.

What lasts is told once, and once more when it is over. Who is told while a platform is away is told on another one;
whoever has no other way hears of it when it is back, and sees it on the console meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from handlers.known import people_with, routes
from handlers.messages import Letter, Say
from handlers.wording import when, word
from storage.records import (
    MINUTE,
    Address,
    Community,
    Directory,
    Instant,
    LetterKind,
    Role,
    Span,
    platform_of,
)

LEFT: Span = 5 * MINUTE
"""A trouble whose finder has not confirmed it for so long has none any more: another process may say it is over."""

Why = str | Mapping[str, Any]
"""What is known of the cause, as a piece of a text: foreign words as they are, our own as a word of the catalogue."""


class Trouble(StrEnum):
    """AWAY: a platform does not answer. DEAF: it answers, but what people say there does not reach us. BACKUP: the
    night's backup could not be made or does not stand the test. LEDGER: a community's ledger does not prove untouched."""

    AWAY = "away"
    DEAF = "deaf"
    BACKUP = "backup"
    LEDGER = "ledger"


OF_PLATFORM = frozenset({Trouble.AWAY, Trouble.DEAF})


@dataclass(frozen=True, slots=True)
class Lasting:
    """A trouble as it is written down while it lasts. `where`: the platform, the community, or empty. `by`: the process that found
    it, which was last sure of it at `seen_at`."""

    kind: Trouble
    where: str
    since: Instant
    why: Why
    by: str
    seen_at: Instant

    def concerns(self, community: str) -> bool:
        """Whether people of this community have to know of it."""
        return self.kind is not Trouble.LEDGER or self.where == community

    def may_end(self, by: str, now: Instant) -> bool:
        """Whether this process may say that it is over: others may still have a trouble that this one has not."""
        return self.by == by or now - self.seen_at > LEFT


def say(trouble: Lasting, until: Instant | None = None) -> Say:
    """Return what is said of it, or what is said at its end."""
    pieces: dict[str, Any] = {"since": when(trouble.since), "why": trouble.why}
    if trouble.kind in OF_PLATFORM:
        pieces["platform"] = word(f"platform.{trouble.where}")
    if until is None:
        return Say(f"trouble.{trouble.kind}", pieces)
    return Say(f"trouble.{trouble.kind}_over", pieces | {"until": when(until)})


def began(directory: Directory, community: Community, trouble: Lasting) -> tuple[Letter, ...]:
    """Return who of a community is told that it has begun."""
    return _letters(trouble, _reached(directory, community, trouble), say(trouble), "began")


def over(directory: Directory, community: Community, trouble: Lasting, now: Instant) -> tuple[Letter, ...]:
    """Return who is told that it is over: the same, and whoever could not be told before."""
    readers = (*_reached(directory, community, trouble), *_readers(directory, community, trouble))
    seen = {address for address in readers if ":" in address}
    # Somebody who was told at another address of theirs is not told a second time here.
    again = [
        reader
        for reader in readers
        if ":" in reader or not seen & set(routes(directory.accounts.get(reader, ())))
    ]
    return _letters(trouble, again, say(trouble, now), "over")


def _letters(trouble: Lasting, readers: Any, words: Say, which: str) -> tuple[Letter, ...]:
    return tuple(
        Letter(
            reader,
            LetterKind.NEWS,
            words,
            once=f"trouble:{trouble.kind}:{trouble.where}:{trouble.since}:{which}:{reader}",
        )
        for reader in dict.fromkeys(readers)
    )


def _readers(directory: Directory, community: Community, trouble: Lasting) -> tuple[str, ...]:
    """Return chats and ids of people: who keeps watch, and who looks after the machine."""
    admins = _with_account(directory, community, Role.ADMIN)
    duty = tuple(community.staff_chats) or _with_account(directory, community, Role.STAFF)
    if trouble.kind is Trouble.BACKUP:
        return admins or duty
    if not trouble.concerns(community.id):
        return ()
    return (*duty, *admins)


def _with_account(directory: Directory, community: Community, role: Role) -> tuple[str, ...]:
    people = people_with(directory, community.id, role)
    return tuple(person for person in people if routes(directory.accounts.get(person, ())))


def _reached(directory: Directory, community: Community, trouble: Lasting) -> tuple[str, ...]:
    """Return who can be told while it lasts: while a platform is away, everybody on duty who has another one."""
    if trouble.kind is not Trouble.AWAY:
        return _readers(directory, community, trouble)
    people = people_with(directory, community.id, Role.STAFF, Role.ADMIN)
    ways: list[Address] = list(community.staff_chats)
    for person in people:
        elsewhere = [
            way for way in routes(directory.accounts.get(person, ())) if platform_of(way) != trouble.where
        ]
        ways += elsewhere[:1]
    return tuple(way for way in ways if platform_of(way) != trouble.where)
