"""我的信息, 删除我的信息: what a person is told of what is stored about them, and what a matter is without its reporter.

Nothing here decides who is asked or when it happens: that is the desk's (handlers/desk/erasing.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers import masking
from handlers.accounts import platform
from handlers.commands import choose
from handlers.dialogue import Step, ask
from handlers.known import Known
from handlers.messages import Button, Decision, Inbound, Say
from handlers.places import words as place_words
from handlers.verbs import ON_TICKET
from handlers.wording import matter, names, text, when, word
from storage.records import (
    OPEN,
    Category,
    Days,
    Directory,
    Kept,
    Meeting,
    Person,
    Place,
    Role,
    State,
    Ticket,
    came_alone,
)

UNFINISHED = OPEN | {State.RESOLVED}
"""While a ticket stands in one of these, somebody still needs to know what it is about."""
LONGEST_LIST = 10
SHORTEST_NAME = 2
SHORTEST_ROOM = 3
SHORTEST_TRACE = 6
LONGEST_TRACE = 12
"""Signs of somebody's words by which an answer that was kept is known as theirs."""
OFFICES = (
    "书记", "主任", "站长", "所长", "经理", "委员", "代表", "组长", "队长", "楼长", "师傅", "老师", "医生", "警官", "民警",
    "社区", "街道", "物业", "网格", "居委", "居委会", "业委会", "派出所", "城管", "消防", "业主", "住户", "住建局",
)  # fmt: skip
"""By what people of an office and parties are called at a meeting."""
NOBODYS_NAME = "居民"
"""What somebody is called whose platform names them not."""


def is_in_office(person: Person) -> bool:
    """True for whom the community file names, or did: what is stored about them is its staff's to change."""
    return person.listed or not came_alone(person)


def called(person: Person) -> tuple[str, ...]:
    """Return what the person is known by in others' words, the longest first."""
    known_by = [one for one in {person.name, person.phone} if len(one) >= SHORTEST_NAME]
    return tuple(sorted((one for one in known_by if one != NOBODYS_NAME), key=len, reverse=True))


def traces(kept: Kept) -> tuple[str, ...]:
    """Return words by which a kept answer is known as theirs: what they are called, and how what they said begins."""
    begun = {words.strip()[:LONGEST_TRACE] for words in _said(kept) if len(words.strip()) >= SHORTEST_TRACE}
    return (*called(kept.person), *sorted(begun))


def _said(kept: Kept) -> list[str]:
    return [
        *(ticket.words for ticket in kept.reported),
        *(remark.words for remark in kept.remarks),
        *(one.caption for one in kept.attachments),
    ]


@dataclass(frozen=True, slots=True)
class Marks:
    """By what somebody is known in others' words. `names`: what they are called and their accounts, the longest first;
    `numbers`: digits of their phone, and of those in their own words; `rooms`: their doors, of three signs or more. `spared`: words
    that stay though a name is part of them (spoken_for)."""

    names: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()
    rooms: frozenset[str] = frozenset()
    spared: frozenset[str] = frozenset()


def spoken_for(directory: Directory) -> frozenset[str]:
    """Return words that name somebody or something else, and others' phones. A resident chooses what they are called and
    what they say; whoever calls themselves 王芳, as the grid's leader, or 电梯, or says the community's phone, takes nothing
    of it out of what others wrote by having themselves erased."""
    named = (directory.people, directory.communities, directory.compounds, directory.grids)
    own = [one.name for several in named for one in several.values()]
    own += [one.phone for one in directory.people.values()]
    own += [one.service_phone for one in directory.communities.values()]
    kinds = [text(f"category.{one}", "zh") for one in Category]
    offices = [text(f"role.{one}", "zh") for one in Role]
    return frozenset({*own, *kinds, *offices, *ON_TICKET, *OFFICES} - {""})


def named_by(person: Person, spared: Collection[str]) -> Marks:
    """Return what the person is called as the only thing by which they are known."""
    return Marks(tuple(one for one in called(person) if one not in spared), spared=frozenset(spared))


def marks(kept: Kept, spared: Collection[str]) -> Marks:
    """Return by what the person is known, as far as we know. `spared`: see spoken_for()."""
    addresses = [account.address for account in kept.accounts]
    bare = [address.partition(":")[2] for address in addresses]
    own = named_by(kept.person, spared).names
    names = {*own, *addresses, *(one for one in bare if len(one) >= SHORTEST_TRACE)}
    said = "\n".join((kept.person.phone, *_said(kept)))
    rooms = {kept.person.home.room, *(ticket.place.room for ticket in kept.reported)}
    return Marks(
        tuple(sorted(names, key=len, reverse=True)),
        frozenset(masking.numbers(said) - masking.numbers("\n".join(spared))),
        frozenset(room for room in rooms if len(room) >= SHORTEST_ROOM),
        frozenset(spared),
    )


def without(words: str, marks: Marks, at: Place) -> str:
    """Return what others wrote about a matter of somebody's, without who it was and from which door: whatever number
    stands there may be theirs."""
    return masking.taken_out(words, marks.names, {at.room, *marks.rooms} - {""}, spared=marks.spared)


def without_mention(words: str, marks: Marks) -> str:
    """Return what others wrote about a matter somebody followed, without them; others' numbers stay."""
    return masking.taken_out(words, marks.names, marks.rooms, marks.numbers, marks.spared)


def sign(written: str, left: str) -> str:
    """Return a piece of what was written, from around where it was taken out, by which copies of it are known."""
    at = next((n for n, (was, now) in enumerate(zip(written, left, strict=False)) if was != now), len(left))
    return written[max(0, at - LONGEST_TRACE // 2) : at + LONGEST_TRACE // 2]


def without_seat(meeting: Meeting, name: str) -> Meeting:
    """Return the meeting with its list of attendance as long as it was: who sat at the table for the residents, typed in by
    name, is a representative and nobody any more. Whoever is of the community file stays."""
    seats = tuple(
        replace(seat, name=text("privacy.seat", "zh")) if not seat.person and name in seat.name else seat
        for seat in meeting.seats
    )
    return replace(meeting, seats=seats)


def unnamed(ticket: Ticket, reporter: Marks) -> Ticket:
    """Return a ticket that does not tell any more who reported it and from which door: not in its words either."""

    def clean(words: str) -> str:
        return without(words, reporter, ticket.place)

    place = replace(ticket.place, room="", landmark=clean(ticket.place.landmark))
    said_alone = ticket.origin_private
    return replace(
        ticket,
        reporter=None,
        words=clean(ticket.words),
        place=place,
        origin=None if said_alone else ticket.origin,
        origin_message=None if said_alone else ticket.origin_message,
        note=clean(ticket.note),
        plan=clean(ticket.plan),
        decision=clean(ticket.decision),
        pause_reason=clean(ticket.pause_reason),
    )


def unmentioned(ticket: Ticket, follower: Marks) -> Ticket:
    """Return a ticket without somebody who followed it: there is one less, and staff's words name them no more."""
    return replace(
        ticket,
        followers=max(0, ticket.followers - 1),
        note=without_mention(ticket.note, follower),
        plan=without_mention(ticket.plan, follower),
        decision=without_mention(ticket.decision, follower),
        pause_reason=without_mention(ticket.pause_reason, follower),
    )


def without_reporter(ticket: Ticket, reporter: Marks) -> Ticket:
    """Return a ticket of somebody erased: an open matter keeps what it is about, an ended one only that it was."""
    ticket = unnamed(ticket, reporter)
    return ticket if ticket.state in UNFINISHED else replace(ticket, words="")


# --- what they are told -----------------------------------------------------------------------------------------------


def told(kept: Kept, directory: Directory, days: Days, language: str) -> Say:
    """Say everything in a few lines, and how long it stays."""
    person = kept.person
    home = directory.grids.get(person.home_grid or "")
    compound = directory.compounds[home.compound].name if home is not None else ""
    where = " ".join(part for part in (compound, place_words(person.home, language)) if part)
    nothing = text("privacy.none", language)
    lines = [
        Say("privacy.name", {"name": person.name or nothing, "phone": person.phone or nothing}),
        Say("privacy.accounts", {"platforms": names([platform(one.address) for one in kept.accounts])}),
        Say("privacy.home", {"where": where or nothing, "language": word(f"privacy.in_{person.language}")}),
        *_tickets("privacy.reported", kept.reported),
        *_tickets("privacy.followed", kept.followed),
        Say("privacy.counts", _counts(kept)),
        Say("privacy.how_long", {kind.value: number for kind, number in days.items()}),
        Say("privacy.how_to_erase"),
    ]
    return Say("privacy.told", {"lines": lines})


def _tickets(key: str, tickets: Sequence[Ticket]) -> list[Say]:
    """The newest of them by number, and how many there are."""
    if not tickets:
        return []
    newest = sorted(tickets, key=lambda one: one.reported_at, reverse=True)[:LONGEST_LIST]
    lines = [
        Say("privacy.ticket", {"number": t.number, "matter": matter(t), "at": when(t.reported_at)})
        for t in newest
    ]
    return [Say(key, {"count": len(tickets), "lines": lines})]


def _counts(kept: Kept) -> Mapping[str, Any]:
    return {
        "photos": len(kept.attachments),
        "remarks": len(kept.remarks),
        "dialogues": kept.dialogues,
        "examples": kept.examples,
    }


def confirm(known: Known, inbound: Inbound, kept: Kept, holds: Sequence[str]) -> Decision:
    """Say what goes and what stays, and ask once more. `holds`: see handlers/desk/holding.py."""
    unfinished = [ticket for ticket in kept.reported if ticket.state in UNFINISHED]
    lines = [Say("privacy.goes"), Say("privacy.stays")]
    if unfinished:
        numbers = names([f"#{ticket.number}" for ticket in unfinished[:LONGEST_LIST]])
        lines.append(Say("privacy.unfinished", {"count": len(unfinished), "numbers": numbers}))
    row = tuple(
        Button(text(f"button.erase_{value}", known.tongue.language), choose(Step.ERASE, value))
        for value in ("yes", "no")
    )
    say = Say("privacy.sure", {"lines": lines})
    dialogue, letter = ask(known, inbound, Step.ERASE, {"holds": list(holds)}, say, (row,))
    return Decision(open=(dialogue,), letters=(letter,))
