"""The minutes 会议纪要 as they were fixed when the meeting closed, and how far each resolution has come since (闭环)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers import agenda
from handlers.agenda import Quorum
from handlers.meeting import next_time
from handlers.messages import Say
from handlers.wording import Tongue, matter, piece, render, text, word
from storage.records import (
    OPEN,
    Directory,
    Instant,
    Meeting,
    MeetingItem,
    Outcome,
    Remark,
    Seat,
    State,
    Ticket,
)


class Loop(StrEnum):
    """How far what was resolved has come. LATE was done after its date; OVERDUE is not done and its date has passed."""

    RUNNING = "running"
    DONE = "done"
    LATE = "late"
    OVERDUE = "overdue"
    ENDED = "ended"
    """Withdrawn, merged or declined: nothing is left to be done."""


@dataclass(frozen=True, slots=True)
class MinuteItem:
    """One matter of the minutes, in words. `number`: its place in them, from 1; `ticket`: the number people see.

    `summary`: what was reported, how long it is open, who follows. `opinions`: what was said about it at the table.
    `words`: the measure of a resolution, or the reason of anything else. `until`: its date, or when it comes back.
    `loop` is None for what was not resolved.
    """

    number: int
    ticket: int
    ticket_id: str
    matter: str
    summary: str
    opinions: tuple[str, ...]
    outcome: Outcome
    words: str
    responsible: str
    helpers: tuple[str, ...]
    until: Instant | None
    loop: Loop | None
    private: bool


@dataclass(frozen=True, slots=True)
class Minutes:
    """Everything the document needs, in one language. `heading` is 第3次; `ended_at` is None while it is under way."""

    title: str
    heading: str
    year: int
    number: int
    community: str
    zone: str
    begun_at: Instant
    ended_at: Instant | None
    place: str
    chair: str
    recorder: str
    seats: tuple[Seat, ...]
    quorum: Quorum
    items: tuple[MinuteItem, ...]
    next_at: Instant | None

    @property
    def present(self) -> tuple[Seat, ...]:
        return tuple(seat for seat in self.seats if seat.here)

    @property
    def absent(self) -> tuple[Seat, ...]:
        return tuple(seat for seat in self.seats if not seat.here)

    def with_outcome(self, outcome: Outcome) -> tuple[MinuteItem, ...]:
        return tuple(item for item in self.items if item.outcome is outcome)


def minutes(
    meeting: Meeting,
    items: Sequence[MeetingItem],
    tickets: Mapping[str, Ticket],
    directory: Directory,
    tongue: Tongue,
    remarks: Mapping[str, Sequence[Remark]] | None = None,
    *,
    private: bool = False,
) -> Minutes:
    """Return the minutes of a meeting that has begun. `tickets`: those of the items, by id; `remarks`: what was added to
    them, by ticket; what people of the community file said while it was under way are opinions.

    Without `private` a complaint about people is only counted: no word of it is in what is returned.
    """
    assert meeting.begun_at is not None, "a meeting that never began has no minutes"
    assert meeting.year is not None, "a meeting that has begun has its number"
    assert meeting.number is not None, "a meeting that has begun has its number"
    community = directory.communities[meeting.community]
    told = [
        _item(place, item, tickets[item.ticket], meeting, directory, tongue, remarks or {}, private=private)
        for place, item in enumerate((one for one in items if one.ticket in tickets), start=1)
    ]
    return Minutes(
        title=render(Say("minutes.title", {"community": community.name}), tongue),
        heading=render(Say("minutes.number", {"year": meeting.year, "number": meeting.number}), tongue),
        year=meeting.year,
        number=meeting.number,
        community=community.name,
        zone=community.timezone,
        begun_at=meeting.begun_at,
        ended_at=meeting.closed_at,
        place=meeting.place,
        chair=meeting.chair,
        recorder=meeting.recorder,
        seats=meeting.seats,
        quorum=agenda.quorum(community, meeting.seats),
        items=tuple(told),
        next_at=next_time(directory, community, meeting.closed_at or tongue.now),
    )


def _item(
    place: int,
    item: MeetingItem,
    ticket: Ticket,
    meeting: Meeting,
    directory: Directory,
    tongue: Tongue,
    remarks: Mapping[str, Sequence[Remark]],
    *,
    private: bool,
) -> MinuteItem:
    hidden = ticket.private and not private
    closed = text("minutes.private", tongue.language)
    return MinuteItem(
        number=place,
        ticket=ticket.number,
        ticket_id=ticket.id,
        matter=closed if hidden else piece(matter(ticket), tongue),
        summary="" if hidden else _summary(ticket, item, tongue),
        opinions=() if hidden else _opinions(remarks.get(ticket.id, ()), meeting, directory, tongue),
        outcome=item.outcome,
        words=closed if hidden else item.words,
        responsible="" if hidden else item.responsible,
        helpers=() if hidden else item.helpers,
        until=item.until,
        loop=loop_of(item, ticket, tongue.now),
        private=ticket.private,
    )


def _summary(ticket: Ticket, item: MeetingItem, tongue: Tongue) -> str:
    pieces = {
        "words": ticket.words,
        "reported": {"when": ticket.reported_at},
        "days": Say("minutes.days", {"days": days}) if (days := agenda.days_open(ticket, item.at)) else "",
        "followers": Say("queue.followers", {"count": ticket.followers}) if ticket.followers else "",
    }
    return render(Say("minutes.summary", pieces), tongue)


def _opinions(
    remarks: Sequence[Remark], meeting: Meeting, directory: Directory, tongue: Tongue
) -> tuple[str, ...]:
    """Return what people of the community file added while it was under way, each with their name."""
    until = meeting.closed_at if meeting.closed_at is not None else tongue.now
    return tuple(
        render(Say("minutes.opinion", {"person": speaker.name, "words": remark.words}), tongue)
        for remark in remarks
        if (meeting.begun_at or 0) <= remark.at <= until
        and (speaker := directory.people.get(remark.person or "")) is not None
    )


def loop_of(item: MeetingItem, ticket: Ticket, now: Instant) -> Loop | None:
    """Return how far a resolution has come by `now`; None for an item that was not resolved."""
    if item.outcome is not Outcome.RESOLVED or item.until is None:
        return None
    if ticket.state in (State.RESOLVED, State.CLOSED):
        done_at = ticket.resolved_at or ticket.closed_at or now
        return Loop.DONE if done_at <= item.until else Loop.LATE
    if ticket.state not in OPEN:
        return Loop.ENDED
    return Loop.RUNNING if now <= item.until else Loop.OVERDUE


def in_words(told: Minutes) -> Say:
    """Return the minutes as a message: what the document holds, in a few lines."""
    lines = [
        Say(
            "minutes.head",
            {
                "begun": {"when": told.begun_at},
                "ended": {"when": told.ended_at} if told.ended_at else word("minutes.not_over"),
                "place": told.place or "—",
                "chair": told.chair or "—",
                "recorder": told.recorder or "—",
                "present": {"names": [seat.name for seat in told.present]} if told.present else "—",
            },
        )
    ]
    lines += [_line(item) for item in told.items]
    if told.next_at is not None:
        lines.append(Say("minutes.next", {"at": {"when": told.next_at}}))
    return Say("minutes.whole", {"title": told.title, "heading": told.heading, "lines": lines})


def _line(item: MinuteItem) -> Say:
    who: list[object] = []
    if item.responsible:
        who.append(Say("minutes.responsible", {"person": item.responsible}))
    if item.helpers:
        who.append(Say("minutes.helpers", {"people": {"names": list(item.helpers)}}))
    if item.until is not None:
        key = "minutes.by" if item.outcome is Outcome.RESOLVED else "minutes.again"
        who.append(Say(key, {"until": {"when": item.until}}))
    if item.loop is not None and item.loop is not Loop.RUNNING:
        who.append(word(f"loop.{item.loop}"))
    return Say(
        "minutes.line",
        {
            "place": item.number,
            "number": item.ticket,
            "matter": item.matter,
            "outcome": word(f"outcome.{item.outcome}"),
            "words": item.words,
            "who": Say("minutes.who", {"parts": {"clauses": who}}) if who else "",
        },
    )
