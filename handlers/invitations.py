"""What the parties are told about a meeting: its agenda, that it is now, that it was moved, called off, or forgotten."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers import agenda, meeting
from handlers.agenda import Agenda, Group
from handlers.known import Known
from handlers.messages import Decision, Letter, Say
from handlers.places import called
from handlers.wording import matter, names, when, word
from storage.records import Instant, LetterKind, Meeting, MeetingState, Party, Seat, Ticket

MOST_LINES = 20
"""Matters named one by one in a message; the console shows all."""


def sent(known: Known, its: Meeting) -> Decision:
    """The agenda goes to everybody who is to come, and to the staff chats."""
    community = known.community
    assert community is not None, "a meeting is a community's"
    seats = agenda.joined(its.seats, agenda.invited(community, known.queue, known.directory))
    its = replace(its, seats=seats, agenda_at=known.now)
    return Decision(meetings=(its,), letters=told(known, its, "agenda.whole", mark="agenda"))


def lapsed(known: Known, its: Meeting) -> Decision:
    """Its day has passed and nobody opened it. Where something is on its list, or was when the parties were invited, staff
    hear that it was not held, what waits on, and when the next one is."""
    over = replace(its, state=MeetingState.CANCELLED, why=LAPSED, closed_at=known.now)
    assert known.community is not None, "a meeting is a community's"
    if not known.queue and its.agenda_at is None:
        return Decision(meetings=(over,))
    at = meeting.next_time(known.directory, known.community, known.now)
    say = Say(
        "meeting.lapsed" if known.queue else "meeting.lapsed_empty",
        {
            "at": when(its.starts_at),
            "count": len(known.queue),
            "next": when(at) if at else word("meeting.soon"),
        },
    )
    readers = known.community.staff_chats or known.staff(known.community.id)
    letters = tuple(
        Letter(reader, LetterKind.ALERT, say, once=f"lapsed:{its.id}:{reader}") for reader in readers
    )
    return Decision(meetings=(over,), letters=letters)


LAPSED = "lapsed"


def told(
    known: Known, its: Meeting, key: str, *, mark: str, but: str | None = None, **more: Any
) -> tuple[Letter, ...]:
    """Return the letters to everybody who is to come and to the staff chats: each sees what is theirs to see. `but`: a
    chat or a person who knows already."""
    assert known.community is not None, "a meeting is a community's"
    staff = {seat.person for seat in its.seats if seat.party is Party.COMMUNITY}
    readers = [seat.person for seat in its.seats if seat.person]
    everybody = dict.fromkeys([*known.community.staff_chats, *readers])
    return tuple(
        Letter(
            reader,
            LetterKind.NEWS if mark == "agenda" else LetterKind.ALERT,
            Say(key, {**pieces(known, its, private=":" in reader or reader in staff), **more}),
            once=f"{mark}:{its.id}:{its.starts_at}:{reader}",
        )
        for reader in everybody
        if reader != but and (":" in reader or known.has_account(reader))
    )


def pieces(known: Known, its: Meeting, *, private: bool) -> dict[str, Any]:
    """Return what the words about a meeting need. Without `private` complaints about people are only counted."""
    shown = tuple(t for t in known.queue if private or not t.private)
    whole = agenda.agenda(shown, known.directory)
    lines = [line(t, place, known.now) for place, t in enumerate(whole.tickets[:MOST_LINES], start=1)]
    if len(whole.tickets) > MOST_LINES:
        lines.append(Say("agenda.more", {"count": len(whole.tickets) - MOST_LINES}))
    if len(shown) < len(known.queue):
        lines.append(Say("agenda.private", {"count": len(known.queue) - len(shown)}))
    return {
        "at": when(its.starts_at),
        "place": Say("agenda.place", {"place": its.place}) if its.place else "",
        "count": len(known.queue),
        "notable": notable(whole, known),
        "lines": lines,
    }


def line(ticket: Ticket, place: int, now: Instant) -> Say:
    """One matter of an agenda: 1. #1024 电梯 · 3号楼 · 超时未解决 · 12 天 · 4 户跟进."""
    return Say(
        "agenda.line",
        {
            "place": place,
            "number": ticket.number,
            "matter": matter(ticket),
            "reason": word(f"queued.{ticket.queued}"),
            "days": Say("agenda.days", {"days": days}) if (days := agenda.days_open(ticket, now)) else "",
            "followers": Say("queue.followers", {"count": ticket.followers}) if ticket.followers else "",
        },
    )


def notable(whole: Agenda, known: Known) -> Say | str:
    """其中电梯 2 项（3号楼、7号楼，建议一并议）、最久未决 #987（12 天）、跟进最多 #1001（23 户）; "" where nothing stands out."""
    said: list[object] = [
        Say("agenda.alike", {"kind": word(f"category.{group.category}"), **_where(group, known)})
        for group in whole.groups
        if len(group.tickets) > 1
    ]
    if len(whole.tickets) > 1:
        oldest, most = whole.oldest, whole.most_followed
        if oldest is not None and (days := agenda.days_open(oldest, known.now)):
            said.append(Say("agenda.oldest", {"number": oldest.number, "days": days}))
        if most is not None:
            said.append(Say("agenda.most", {"number": most.number, "count": most.followers}))
    return Say("agenda.notable", {"parts": names(said)}) if said else ""


def _where(group: Group, known: Known) -> dict[str, Any]:
    buildings = dict.fromkeys(
        called(t.place.building, known.grid_of(t)) for t in group.tickets if t.place.building
    )
    numbers = [f"#{ticket.number}" for ticket in group.tickets]
    return {"count": len(group.tickets), "where": names(list(buildings) or numbers)}


def attendance(seats: tuple[Seat, ...]) -> list[Say]:
    """Return a line per party: who is there, and who not yet."""
    lines = []
    for party in Party:
        own = [seat for seat in seats if seat.party is party]
        here, absent = ([seat.name for seat in own if seat.here is there] for there in (True, False))
        if not own:
            continue
        key = "party.some" if here and absent else "party.all" if here else "party.none"
        pieces: dict[str, Any] = {"party": word(f"party.{party}"), "here": names(list(here))}
        lines.append(Say(key, pieces | {"absent": names(list(absent))}))
    return lines
