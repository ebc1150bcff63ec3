"""What staff do: supervise, put on the table, grant or refuse time. What the meeting decides: meeting_items.py."""

from __future__ import annotations

from handlers import clocks, escalation
from handlers.cards import button
from handlers.commands import Order, Verb
from handlers.durations import read_spoken, write_spoken
from handlers.messages import Inbound, Refused, Say
from handlers.rungs import answerable, asked, staff_everywhere
from handlers.story import limit
from handlers.wording import when
from handlers.work import Work
from storage.records import HOUR, OPEN, Act, Allowance, Clock, LetterKind, Line, Reason, State

DEFAULT_GRANT = Allowance(span=2 * HOUR)
MOVABLE = (Clock.RESOLVE, Clock.PLAN, Clock.ARRIVE)
"""Clocks that more time may be granted for. The date the meeting set is moved by another resolution alone."""

ABOUT_TIME = frozenset({Act.ASK_TIME, Act.GRANT_TIME, Act.REFUSE_TIME})


def supervise(work: Work, order: Order, inbound: Inbound) -> str:
    """督办: staff press the handler and the first responder, by name and in the ledger."""
    work.step(Act.SUPERVISE, order.rest)
    known, ticket = work.known, work.ticket
    until = next(
        (work.deadlines[c].ends_at for c in (Clock.ACCEPT, Clock.RESOLVE, Clock.PLAN) if c in work.deadlines),
        None,
    )
    say = work.say(
        "told.supervised",
        by=work.speaker_name(),
        until=limit(until),
        words=order.rest,
    )
    wanted = Verb.ACCEPT if ticket.state is State.REPORTED else Verb.RESOLVE
    for person in answerable(known, ticket):
        work.tell(person, LetterKind.ALERT, say, buttons=((button(wanted, ticket),),), holds=OPEN)
    return "toast.supervised"


def to_queue(work: Work, order: Order, inbound: Inbound) -> str:
    """列入会议: staff put it on the table themselves."""
    if work.ticket.queued is not None:
        raise Refused("queue.already", number=work.ticket.number)
    escalation.queue(work, Reason.BY_STAFF, note=order.rest)
    return "toast.queued"


def grant(work: Work, order: Order, inbound: Inbound) -> str:
    """准延: more time for what still runs, two hours unless said otherwise. A clock that ran out starts anew."""
    try:
        more = read_spoken(order.rest) if order.rest else DEFAULT_GRANT
    except ValueError as bad:
        raise Refused("time.unreadable", number=work.ticket.number, words=order.rest) from bad
    _not_answered(work, inbound)
    if clocks.SET_BY_MEETING & work.deadlines.keys():
        raise Refused("time.set_by_meeting", number=work.ticket.number)
    calendar = clocks.calendar_of(work.known.community_of(work.ticket))
    work.step(Act.GRANT_TIME, write_spoken(more))
    running = [work.deadlines[clock] for clock in MOVABLE if clock in work.deadlines]
    for deadline in running:
        work.set(clocks.extend(deadline, more, work.now, calendar))
    if not running:
        work.set(clocks.wind(work.ticket.id, Clock.RESOLVE, more, calendar, work.now))
    until = when(max(work.deadlines[clock].ends_at for clock in MOVABLE if clock in work.deadlines))
    _tell_of_time(work, work.say("told.granted", by=work.speaker_name(), until=until))
    work.tell_reporter(work.say("told.granted_reporter", until=until), mark=f"time:answered:{work.now}")
    return "toast.granted"


def refuse(work: Work, order: Order, inbound: Inbound) -> str:
    """不准延: the clocks run on as they were."""
    last = _last_about_time(work)
    if last is None:
        raise Refused("time.not_asked", number=work.ticket.number)
    if last.act is not Act.ASK_TIME:
        raise Refused("time.answered", number=work.ticket.number, person=work.known.name(last.person))
    work.step(Act.REFUSE_TIME, order.rest)
    key = "told.time_refused.noted" if order.rest else "told.time_refused"
    _tell_of_time(work, work.say(key, by=work.speaker_name(), why=order.rest))
    return "toast.time_refused"


def _not_answered(work: Work, inbound: Inbound) -> None:
    """The request went to several people: who presses after somebody else has answered it changes nothing."""
    if inbound.press is None:
        return  # typed: staff may give time unasked
    last = _last_about_time(work)
    if last is not None and last.act is not Act.ASK_TIME:
        raise Refused("time.answered", number=work.ticket.number, person=work.known.name(last.person))


def _last_about_time(work: Work) -> Line | None:
    return next((line for line in reversed(work.file.story) if line.act in ABOUT_TIME), None)


def _tell_of_time(work: Work, say: Say) -> None:
    """Tell who works on it and who asked, and the other staff, so that nobody answers twice."""
    known, ticket = work.known, work.ticket
    asker = [line.person for line in work.file.story if line.act is Act.ASK_TIME][-1:]
    for reader in dict.fromkeys([*asked(known, ticket), *asker, *staff_everywhere(known, ticket)]):
        if work.known.speaker is None or reader != work.known.speaker.id:
            work.tell(reader, LetterKind.NEWS, say, mark=f"time:answered:{work.now}")
