"""Calling the joint meeting from the staff chat: 开会 now or for a time, 改期, 取消会议."""

from __future__ import annotations

from dataclasses import replace

from handlers import agenda, invitations
from handlers.commands import Order
from handlers.meeting_chair import Chair, answer
from handlers.messages import Decision, Inbound, Refused, Say
from handlers.reporting import together
from handlers.weekly import next_meeting
from handlers.wording import when, word
from storage.records import DAY, Act, Meeting, MeetingState


def meet(chair: Chair, inbound: Inbound, order: Order) -> Decision:
    """开会: now, which opens today's meeting where one is planned; or for the time that is named."""
    if order.rest:
        return _call(chair, inbound, order)
    if chair.table.under_way is not None:
        raise Refused("meeting.under_way", number=chair.table.under_way.number)
    known, table = chair.known, chair.table
    today = next((one for one in table.to_come if chair.is_today(one.starts_at)), None)
    place = chair.community.policy.meeting_place
    its = today or Meeting(table.coming_id, chair.community.id, chair.speaker.id, chair.now, chair.now, place)
    seats = agenda.joined(its.seats, agenda.invited(chair.community, known.queue, known.directory))
    here = tuple(replace(seat, here=True) if seat.person == chair.speaker.id else seat for seat in seats)
    its = replace(
        its,
        state=MeetingState.UNDER_WAY,
        year=table.coming_year,
        number=table.coming_number,
        seats=here,
        chair=its.chair or chair.speaker.name,
        begun_at=chair.now,
    )
    say = Say(
        "meeting.begun",
        {
            **invitations.pieces(known, its, private=True),
            "number": its.number,
            "seats": invitations.attendance(its.seats),
        },
    )
    if today is not None:
        return answer(inbound, say, meetings=(its,))
    # Nobody knew of it: whoever is to come hears of it now.
    letters = invitations.told(known, its, "agenda.now", mark="now", but=inbound.chat)
    its = replace(its, agenda_at=chair.now)
    lines = (chair.line(Act.CALL_MEETING, f"{chair.clock_time(chair.now)} {place}".strip()),)
    return together(answer(inbound, say, meetings=(its,), lines=lines), Decision(letters=letters))


def _call(chair: Chair, inbound: Inbound, order: Order) -> Decision:
    place, at = chair.time(order)
    if any(one.starts_at == at for one in chair.table.to_come):
        raise Refused("meeting.planned_already", at=when(at))
    place = place or chair.community.policy.meeting_place
    its = Meeting(chair.table.coming_id, chair.community.id, chair.speaker.id, chair.now, at, place)
    lines = (chair.line(Act.CALL_MEETING, f"{chair.clock_time(at)} {place}".strip()),)
    decision = Decision(meetings=(its,))
    if at - chair.now <= DAY and chair.known.queue:
        decision = invitations.sent(chair.known, its)
    pieces = invitations.pieces(chair.known, its, private=True)
    key = "meeting.called_soon" if decision.letters else "meeting.called"
    return together(answer(inbound, Say(key, pieces), lines=lines), decision)


def move(chair: Chair, inbound: Inbound, order: Order) -> Decision:
    """改期: the next meeting is held at another time, perhaps elsewhere; who had its agenda is told."""
    its = chair.planned()
    place, at = chair.time(order)
    if at == its.starts_at and place in ("", its.place):
        where = Say("agenda.place", {"place": its.place}) if its.place else ""
        raise Refused("meeting.then_already", at=when(at), place=where)
    moved = replace(its, starts_at=at, place=place or its.place, called_by=chair.speaker.id)
    told = {"before": when(its.starts_at)}
    reason = f"{chair.clock_time(its.starts_at)} → {chair.clock_time(at)} {place}".strip()
    letters = invitations.told(
        chair.known, moved, "meeting.moved_told", mark="moved", but=inbound.chat, **told
    )
    say = Say("meeting.moved", {**invitations.pieces(chair.known, moved, private=True), **told})
    lines = (chair.line(Act.CALL_MEETING, reason),)
    return together(answer(inbound, say, meetings=(moved,), lines=lines), Decision(letters=letters))


def call_off(chair: Chair, inbound: Inbound, order: Order) -> Decision:
    """取消会议: what is on its list waits for the next one, which of the calendar's is planned at once."""
    its = chair.planned()
    over = replace(its, state=MeetingState.CANCELLED, why=order.rest[:200], closed_at=chair.now)
    others = [one.starts_at for one in chair.table.to_come if one.id != its.id and one.starts_at > chair.now]
    policy, meetings = chair.community.policy, [over]
    if not others and policy.meeting is not None:
        at = next_meeting(policy.meeting, chair.community.timezone, max(chair.now, its.starts_at))
        meetings.append(
            Meeting(chair.table.coming_id, its.community, "", chair.now, at, policy.meeting_place)
        )
        others = [at]
    told = {
        "next": when(others[0]) if others else word("meeting.soon"),
        "why": Say("meeting.why", {"why": order.rest}) if order.rest else "",
    }
    letters = invitations.told(chair.known, its, "meeting.off_told", mark="off", but=inbound.chat, **told)
    say = Say("meeting.off", {**invitations.pieces(chair.known, its, private=True), **told})
    reason = f"{chair.clock_time(its.starts_at)} {order.rest}".strip()
    lines = (chair.line(Act.CANCEL_MEETING, reason),)
    return together(answer(inbound, say, meetings=tuple(meetings), lines=lines), Decision(letters=letters))
