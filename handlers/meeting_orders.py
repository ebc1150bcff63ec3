"""Holding the joint meeting from the staff chat: 到会, 主持, 下一项, 散会, 纪要. Calling it: meeting_calls.py."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from handlers import (
    access,
    agenda,
    invitations,
    meeting,
    meeting_calls,
    meeting_items,
    meeting_minutes,
    story,
)
from handlers.commands import Order
from handlers.handover import DEPARTMENTS
from handlers.known import File, Known
from handlers.meeting_chair import Chair, answer
from handlers.messages import Decision, Inbound, Refused, Say
from handlers.reporting import together
from handlers.verbs import Verb
from handlers.wording import matter, names, when, word
from handlers.work import Work
from storage.records import Act, Community, Meeting, MeetingState, Outcome, Party, Seat

Rule = Callable[[Chair, Inbound, Order], Decision]

_RESIDENTS = r"(?:residents?(?:['’]s?)?|representatives?|reps?|owners?)"
_NAMES = re.compile(rf"(?:{_RESIDENTS}\s{{1,3}}){{0,3}}[^、，,;；\s]{{1,200}}", re.IGNORECASE)
"""Names stand apart by a blank or a comma; the English words for a side go with the name behind them."""
_ON_THEIR_SIDE = re.compile(rf"{_RESIDENTS}(?:\s|$)", re.IGNORECASE)


def carry_out(known: Known, inbound: Inbound, order: Order) -> Decision | None:
    """Do what the order says; None when it is ordinary talk: of somebody who runs no meeting, or where others read along.

    Raises Refused.
    """
    community, speaker, table = known.community, known.speaker, known.table
    if community is None or speaker is None or table is None or known.overheard(inbound):
        return None
    if not access.may_run_the_meeting(speaker, community.id, known.directory):
        if access.works(speaker) and inbound.private and not order.rest:
            raise Refused("meeting.staff_run_it")
        return None
    return RULES[order.verb](Chair(known, speaker, community, table), inbound, order)


# --- at the table ---------------------------------------------------------------------------------------------------


def here(chair: Chair, inbound: Inbound, order: Order) -> Decision:
    """到会, 没到: who has come. Whoever has no seat yet takes one: somebody of the community file on their own side, a
    department, or by the side their words begin with."""
    its, present = chair.held, order.verb is Verb.HERE
    wanted = _NAMES.findall(order.rest)
    if not wanted:
        return answer(inbound, _attendance(chair, its))
    seats = list(its.seats)
    for name in wanted:
        place = next((n for n, seat in enumerate(seats) if name in (seat.person, seat.name)), None)
        if place is None and not present:
            raise Refused("meeting.no_seat", name=name)
        if place is None:
            seats.append(_new_seat(chair.known, chair.community, name))
        else:
            seats[place] = replace(seats[place], here=present)
    its = replace(its, seats=tuple(seats))
    return answer(inbound, _attendance(chair, its), meetings=(its,))


def _new_seat(known: Known, community: Community, name: str) -> Seat:
    for person in known.directory.people.values():
        if person.community == community.id and name in (person.id, person.name):
            return Seat(agenda.party_of(person.roles), person.name, person.id, here=True)
    begins = {"物业": Party.PROPERTY, "社区": Party.COMMUNITY}
    begins |= dict.fromkeys(("居民", "业主", "业委会", "物委会"), Party.RESIDENTS)
    begins |= dict.fromkeys(DEPARTMENTS, Party.DEPARTMENT)
    if _ON_THEIR_SIDE.match(name):
        return Seat(Party.RESIDENTS, name[:40], here=True)
    party = next((its for start, its in begins.items() if name.startswith(start)), Party.DEPARTMENT)
    return Seat(party, name[:40], here=True)


def _attendance(chair: Chair, its: Meeting) -> Say:
    enough = agenda.quorum(chair.community, its.seats)
    missing = names([word(f"party.{party}") for party in enough.missing])
    verdict = Say("quorum.reached") if enough.reached else Say("quorum.missing", {"missing": missing})
    return Say("meeting.here", {"seats": invitations.attendance(its.seats), "verdict": verdict})


def office(chair: Chair, inbound: Inbound, order: Order) -> Decision:
    """主持, 记录: who chairs, who writes it down."""
    its, name = chair.held, order.rest[:40]
    if not name:
        raise Refused("meeting.no_name", word=order.word)
    its = replace(its, chair=name) if order.verb is Verb.CHAIR else replace(its, recorder=name)
    say = Say("meeting.offices", {"chair": its.chair or "—", "recorder": its.recorder or "—"})
    return answer(inbound, say, meetings=(its,))


def next_item(chair: Chair, inbound: Inbound, order: Order) -> Decision:
    """下一项: what is to be talked about now, behind the one before; orders without a number are about it."""
    its, left = chair.held, chair.left()
    if not left:
        return answer(inbound, Say("meeting.all_heard"), meetings=(replace(its, item=None),))
    ids = [ticket.id for ticket in left]
    after = ids.index(its.item) + 1 if its.item in ids else 0
    ticket = left[after % len(left)]
    say = Say(
        "meeting.item",
        {
            "number": ticket.number,
            "matter": matter(ticket),
            "place": len(chair.table.items) + after % len(left) + 1,
            "count": len(chair.table.items) + len(left),
            "words": ticket.words,
            "reason": word(f"queued.{ticket.queued}"),
            "days": Say("agenda.days", {"days": agenda.days_open(ticket, chair.now)}),
            "followers": Say("queue.followers", {"count": ticket.followers}) if ticket.followers else "",
            "story": story.in_a_line(Work(chair.known, File(ticket))),
        },
    )
    return answer(inbound, say, meetings=(replace(its, item=ticket.id),))


# --- after ----------------------------------------------------------------------------------------------------------


def close(chair: Chair, inbound: Inbound, order: Order) -> Decision:
    """散会: what was not heard is deferred by name, and the minutes stand."""
    its, known = chair.held, chair.known
    deferred = []
    for file in chair.table.files:
        work = Work(known, file)
        meeting_items.put_off(work, meeting_items.NOT_REACHED)
        deferred.append(work.decision())
    new = [item for decision in deferred for item in decision.items]
    outcomes = {item.ticket: item.outcome for item in (*chair.table.items, *new)}
    counts = {one: list(outcomes.values()).count(one) for one in Outcome}
    over = replace(its, state=MeetingState.CLOSED, closed_at=chair.now, item=None)
    enough = agenda.quorum(chair.community, its.seats)
    missing = names([word(f"party.{party}") for party in enough.missing])
    at = meeting.next_time(known.directory, chair.community, chair.now)
    say = Say(
        "meeting.closed",
        {
            "number": its.number,
            "outcomes": names(
                [Say("meeting.count", {"outcome": word(f"outcome.{one}"), "count": count}) for one, count in counts.items() if count]
            )
            if any(counts.values())
            else word("meeting.nothing_heard"),
            "verdict": "" if enough.reached else Say("quorum.was_missing", {"missing": missing}),
            "next": when(at) if at else word("meeting.soon"),
        },
    )  # fmt: skip
    reason = f"{its.year}年第{its.number}次：" + "，".join(
        f"{label} {counts[one]}" for one, label in LABELS.items() if counts[one]
    )
    lines = (chair.line(Act.CLOSE_MEETING, reason.rstrip("：")),)
    return together(*deferred, answer(inbound, say, meetings=(over,), lines=lines))


LABELS: Mapping[Outcome, str] = {
    Outcome.RESOLVED: "决议",
    Outcome.DEFERRED: "缓议",
    Outcome.REFERRED: "转部门",
    Outcome.LISTED: "挂账",
}
"""As the ledger has them: they mean the same for ever."""


def minutes(chair: Chair, inbound: Inbound, order: Order) -> Decision:
    """纪要: the minutes of the meeting under way, or of the last one, in words."""
    table = chair.table
    if table.last is None:
        raise Refused("meeting.no_minutes")
    whole = meeting_minutes.minutes(
        table.last,
        table.items,
        table.tickets,
        chair.known.directory,
        chair.known.tongue,
        table.remarks,
        private=True,
    )
    return answer(inbound, meeting_minutes.in_words(whole))


RULES: Mapping[Verb, Rule] = {
    Verb.MEET: meeting_calls.meet,
    Verb.MOVE_MEETING: meeting_calls.move,
    Verb.CALL_OFF: meeting_calls.call_off,
    Verb.HERE: here,
    Verb.NOT_HERE: here,
    Verb.CHAIR: office,
    Verb.RECORDER: office,
    Verb.NEXT_ITEM: next_item,
    Verb.CLOSE_MEETING: close,
    Verb.MINUTES: minutes,
}
"""Each verb of the meeting with the rule that carries it out."""
