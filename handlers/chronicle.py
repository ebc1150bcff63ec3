"""A ticket's whole story in order, for a page: the ledger's lines in words, with what was said and shown at the time.

Residents are masked (handlers/masking.py): whoever has to reach one looks at them by an act of its own. Who wants to stay
unnamed is named to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from handlers import access, masking
from handlers.commands import read_text
from handlers.story import reason_words
from handlers.wording import text
from storage.records import Act, Attachment, Directory, Instant, Line, Remark, Ticket

SAID = frozenset({Act.ADD, Act.REOPEN, Act.OBJECT, Act.FOLLOW})
"""Acts that may bring words of their own."""
SHOWN = frozenset({Act.REPORT, Act.ADD, Act.REOPEN, Act.RESOLVE})
"""Acts that may bring photos."""
BARE = frozenset({"words", "photo"})
"""Reasons that only say what came along; here it is shown."""
OF_TWO = frozenset({Act.MERGE, Act.FOLLOW})
"""Acts whose reason names the other ticket; it may be one the reader must not know of."""
NUMBER = re.compile(r"#[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened. `what`: the act in words, "" for photos that came by themselves; `why`: its reason;
    `words`: what somebody said; `by_clock`: nobody did it."""

    at: Instant
    who: str
    what: str
    why: str = ""
    words: str = ""
    platform: str = ""
    by_clock: bool = False
    act: Act | None = None
    photos: tuple[Attachment, ...] = ()


class Names:
    """What people are called in front of those who need not know who the residents are."""

    def __init__(self, ticket: Ticket, directory: Directory, names: Mapping[str, str], language: str) -> None:
        self._ticket, self._directory, self._names, self.language = ticket, directory, names, language

    def of(self, person: str | None) -> str:
        """Return who somebody is: by name if they hold an office; "" for nobody."""
        if not person:
            return ""
        if person == self._ticket.reporter and self._ticket.anonymous:
            return text("reporter.anonymous", self.language)
        listed = self._directory.people.get(person)
        if listed is not None and access.works(listed):
            return listed.name
        known = listed.name if listed is not None else self._names.get(person, "")
        return masking.name(known) or text("reporter.resident", self.language)


def chronicle(
    ticket: Ticket,
    lines: Sequence[Line],
    remarks: Iterable[Remark],
    attachments: Iterable[Attachment],
    names: Names,
    seen: frozenset[int] = frozenset(),
) -> list[Happening]:
    """Return everything that happened to the ticket, oldest first. `seen`: numbers of other tickets the reader may see;
    those of all others are left out."""
    remarks, photos = list(remarks), list(attachments)
    happened: list[Happening] = []
    for line in lines:
        said = [one for one in remarks if line.act in SAID and _is_of(line, one.at, one.person)]
        remarks = [one for one in remarks if one not in said]
        shown = [one for one in photos if line.act in SHOWN and _is_of(line, one.at, one.person)]
        photos = [one for one in photos if one not in shown]
        words = [one.words for one in said] or ([ticket.words] if line.act is Act.REPORT else [])
        happened.append(_happening(ticket, line, words, shown, names, seen))
    rest = [Happening(one.at, names.of(one.person), "", words=one.words) for one in remarks]
    rest += [
        Happening(one.at, names.of(one.person), "", platform=one.platform, photos=(one,)) for one in photos
    ]
    whole = sorted([*happened, *rest], key=lambda one: one.at)
    return [replace(one, words=masking.words(one.words, ticket.place)) for one in whole]


def _is_of(line: Line, at: Instant, person: str | None) -> bool:
    return line.at == at and (person or "") == line.person


def _happening(
    ticket: Ticket,
    line: Line,
    words: Sequence[str],
    photos: Sequence[Attachment],
    names: Names,
    seen: frozenset[int],
) -> Happening:
    why = "" if line.reason in BARE and (words or photos) else reason_words(line, names.of, names.language)
    if line.act in OF_TWO:
        why = NUMBER.sub(lambda one: one[0] if int(one[0][1:]) in seen else "#…", why)
    return Happening(
        at=line.at,
        who=names.of(line.person) or text("story.clock", names.language),
        what=text(f"act.{line.act}", names.language),
        why=masking.words(why, ticket.place),
        words="\n".join(words),
        platform=line.platform,
        by_clock=not line.person,
        act=line.act,
        photos=tuple(photos),
    )


def caption_of(photo: Attachment, ticket: Ticket) -> str:
    """Return the words that came with a photo, without the order they were."""
    order = read_text(photo.caption)
    words = order.rest if order is not None and order.number is not None else photo.caption
    return masking.words(words, ticket.place)


def numbers_in(lines: Iterable[Line]) -> frozenset[int]:
    """Return the numbers of other tickets that the lines name."""
    named = (NUMBER.findall(line.reason) for line in lines if line.act in OF_TWO)
    return frozenset(int(one[1:]) for found in named for one in found)
