"""The ladder: what a deadline that ran out leads to. Remind, alert, queue, street."""

from __future__ import annotations

from handlers import clocks, duty, meeting, rungs, story, to_the_street
from handlers.cards import button
from handlers.commands import Verb
from handlers.known import File, Known
from handlers.messages import Decision, Rows, Say
from handlers.wording import when, word
from handlers.work import Work
from storage.records import (
    LENIENT,
    OPEN,
    Act,
    Clock,
    Deadline,
    Instant,
    LetterKind,
    Level,
    Reason,
    Stage,
    State,
)

WAITS_IN: dict[Clock, frozenset[State]] = {
    Clock.ACCEPT: frozenset({State.REPORTED}),
    Clock.ARRIVE: frozenset({State.ACCEPTED}),
    Clock.RESOLVE: OPEN,
    Clock.PLAN: frozenset({State.REPORTED, State.ACCEPTED, State.ON_SITE}),
    Clock.MEETING: OPEN,
    Clock.RECALL: OPEN,
    Clock.REVIEW: frozenset({State.RESOLVED}),
    Clock.PAUSE: OPEN,
}
"""A clock says something only while the ticket stands in one of these states."""

STEP_WANTED = {
    Clock.ACCEPT: (Verb.ACCEPT,),
    Clock.ARRIVE: (Verb.ARRIVE, Verb.ASK_TIME),
    Clock.PLAN: (Verb.PLAN, Verb.ASK_TIME),
    Clock.RESOLVE: (Verb.RESOLVE, Verb.ASK_TIME),
    Clock.MEETING: (Verb.RESOLVE,),
}
"""What a reminder offers. The date the meeting set is the meeting's to move."""

BY_PEOPLE = frozenset({Reason.REFERRED, Reason.BY_STAFF})
"""Reasons somebody gave. They may put a ticket on the table again after the meeting has decided; the clocks may not."""

GRANTED_SINCE = frozenset({Reason.RESOLVE_MISSED, Reason.PLAN_MISSED})
"""The meeting stops these clocks: when one runs out after its date, somebody has given time once more."""


def act_on(known: Known, file: File, deadline: Deadline) -> Decision:
    """Return what a due deadline leads to. A clock that no longer matters is simply stopped."""
    work = Work(known, file)
    if file.ticket.state not in WAITS_IN[deadline.clock]:
        work.stop(deadline.clock)
        return work.decision(cards_too=False)
    following = clocks.advance(deadline, known.community_of(file.ticket), known.now)
    if following is None and deadline.clock in LENIENT:
        work.stop(deadline.clock)
    elif following is None:
        work.ran_out(deadline)
    else:
        work.set(following)
    if deadline.stage is Stage.WARN:
        remind(work, deadline)
        return work.decision(cards_too=False)
    _run_out(work, deadline)
    return work.decision()


def _run_out(work: Work, deadline: Deadline) -> None:
    clock, ended = deadline.clock, deadline.ends_at
    if clock is Clock.ACCEPT and deadline.stage is Stage.TWICE:
        queue(work, Reason.ACCEPT_MISSED, ended)
    elif clock in (Clock.ACCEPT, Clock.ARRIVE):
        alert(work, clock, ended)
    elif clock is Clock.RESOLVE:
        queue(work, Reason.RESOLVE_MISSED, ended)
    elif clock is Clock.PLAN:
        queue(work, Reason.PLAN_MISSED, ended)
    elif clock is Clock.MEETING:
        to_the_street.climb(work, ended)
    elif clock is Clock.RECALL:
        queue(work, Reason.RECALLED, ended)
    elif clock is Clock.PAUSE:
        resume(work, by_clock=True)
    else:
        close_in_silence(work)


def remind(work: Work, deadline: Deadline) -> None:
    """Rung 1: tell the one of whom it is expected that the clock is about to run out. Nobody there: rung 2 at once.

    Who cannot be written to but sees the card in their group is not reminded, and not passed over before the clock
    has run out either.

    After an outage the clock may have run out already; then that is what they are told.
    """
    clock, ended = deadline.clock, deadline.ends_at
    asked = rungs.asked(work.known, work.ticket)
    people = [p for p in asked if work.known.has_account(p)]
    if not people:
        in_group = rungs.shown_to(work.known, work.ticket)
        sees_it = in_group and any(work.known.directory.accounts.get(p) for p in asked)
        if clock in (Clock.ACCEPT, Clock.ARRIVE) and not sees_it:
            alert(work, clock, ended)
        return
    work.by_the_clock(Act.REMIND, clock, level=max(work.ticket.level, Level.REMIND))
    key = f"remind.{clock}" if work.now < ended else f"remind.late.{clock}"
    buttons = (tuple(button(verb, work.ticket) for verb in STEP_WANTED[clock]),)
    for person in people:
        work.tell(
            person,
            LetterKind.REMIND,
            work.say(key, until=when(ended)),
            buttons=buttons,
            holds=WAITS_IN[clock],
            mark=f"remind:{clock}:{ended}",
        )


def alert(work: Work, clock: Clock, ends_at: Instant) -> None:
    """Rung 2, once for each run of a clock. An empty rung is skipped at once: straight to the queue."""
    known, mark = work.known, f"alert:{clock}:{ends_at}"
    if work.was_told(mark):
        return
    readers = rungs.alarmed(known, work.ticket)
    if not readers:
        queue(work, Reason.NOBODY_TO_ALERT, ends_at)
        return
    work.by_the_clock(Act.ALERT, clock, level=max(work.ticket.level, Level.ALERT))
    ticket = work.ticket
    person = next(iter(rungs.asked(known, ticket)), None)
    say = work.say(
        f"alert.{clock}" if work.now >= ends_at or clock is not Clock.ACCEPT else "alert.unreachable",
        person=story.worker_name(known, ticket) or known.name(person) or word("role.on_duty"),
        until=when(ends_at),
        reported=when(ticket.reported_at),
        reporter=story.reporter_name(known, ticket),
        phone=story.phone_of(known, person),
    )
    watches = rungs.watches(known, ticket)
    with_watch = Say("alert.on_duty", {"alert": say, "watch": duty.named(known, watches)}) if watches else say
    for reader in readers:
        words = with_watch if rungs.is_staff(known, ticket, reader) else say
        buttons = _alert_buttons(work, reader)
        work.tell(reader, LetterKind.ALERT, words, buttons=buttons, holds=WAITS_IN[clock], mark=mark)


def _alert_buttons(work: Work, reader: str) -> Rows:
    """Everyone alerted may take it while nobody has; staff may also press, hand on, or put it on the table."""
    ticket, known = work.ticket, work.known
    grid = known.grid_of(ticket)
    first: tuple[Verb, ...] = (Verb.ACCEPT,) if ticket.state is State.REPORTED else ()
    if rungs.is_staff(known, ticket, reader):
        first, second = (*first, Verb.REASSIGN), (Verb.SUPERVISE, Verb.QUEUE)
        return tuple(tuple(button(verb, ticket) for verb in row) for row in (first, second))
    if first and grid is not None and reader in grid.deputies:
        first = (*first, Verb.REASSIGN)
    return (tuple(button(verb, ticket) for verb in first or (Verb.ARRIVE, Verb.RESOLVE)),)


def queue(work: Work, reason: Reason, ends_at: Instant | None = None, *, note: str = "") -> None:
    """Rung 3: into the joint-meeting queue, told to staff with the whole story and to the reporter honestly.

    Told exactly once: a ticket that stands in the queue stays as it is, and one the meeting has dealt with comes
    back by itself only after it was reopened, when the day has come for which the meeting put it off, or when the
    meeting's date and more time granted since have passed.
    """
    by_people = reason in BY_PEOPLE
    granted_since = reason in GRANTED_SINCE and Clock.MEETING not in work.deadlines
    again = by_people or granted_since or reason is Reason.RECALLED
    been_there = work.ticket.level >= Level.QUEUE and not again
    if work.ticket.queued is not None or been_there:
        return
    work.step(
        Act.REFER if reason is Reason.REFERRED else Act.QUEUE,
        note or reason,
        by=None if by_people else "",
        queued=reason,
        queued_at=work.now,
        level=max(work.ticket.level, Level.QUEUE),
    )
    why = work.say(
        f"reason.{reason}.noted" if note else f"reason.{reason}",
        until=when(work.now if ends_at is None else ends_at),
        by=work.speaker_name(),
        note=note,
    )
    tell_of_the_queue(work, rungs.told_of_the_queue(work.known, work.ticket), why)
    meets = meeting.when_next(work.known, work.ticket, work.now)
    honestly = work.say("queue.reporter", why=word(f"honestly.{reason}"), meeting=meets)
    work.tell_reporter(honestly, mark=f"queue:reporter:{work.now}")
    if reason in (Reason.REFERRED, Reason.REOPENED_TWICE):
        return  # the one who works on it did that, or has just been told what is still wrong
    wanted = Verb.ACCEPT if work.ticket.state is State.REPORTED else Verb.RESOLVE
    for person in rungs.answerable(work.known, work.ticket):
        work.tell(
            person,
            LetterKind.REMIND,
            work.say("queue.handler", reason=why, meeting=meets),
            buttons=((button(wanted, work.ticket),),),
            holds=OPEN,
            mark=f"queue:handler:{work.now}",
        )


def tell_of_the_queue(work: Work, readers: tuple[str, ...], why: object) -> None:
    """Tell staff that the ticket stands in the queue, with its whole story."""
    ticket = work.ticket
    say = work.say(
        "queue.staff",
        reason=why,
        story=story.in_a_line(work),
        followers=work.say("queue.followers", count=ticket.followers) if ticket.followers else "",
        meeting=meeting.when_next(work.known, ticket, work.now),
    )
    verbs = (Verb.SUPERVISE, Verb.REASSIGN, Verb.STORY)
    buttons = (tuple(button(verb, ticket) for verb in verbs),)
    for reader in readers:
        mark = f"queue:{ticket.queued_at}"
        work.tell(reader, LetterKind.ALERT, say, buttons=buttons, holds=OPEN, mark=mark)


def resume(work: Work, *, by_clock: bool = False) -> None:
    """The paused clocks run on; each has as much left as when it stopped."""
    calendar = clocks.calendar_of(work.known.community_of(work.ticket))
    why = work.ticket.pause_reason
    if by_clock:
        work.by_the_clock(Act.RESUME, "pause_over")
    else:
        work.step(Act.RESUME, why)
    work.stop(Clock.PAUSE)
    for deadline in clocks.resume(tuple(work.deadlines.values()), work.now, calendar):
        work.set(deadline)
    if by_clock:
        for person in rungs.asked(work.known, work.ticket):
            work.tell(person, LetterKind.NEWS, work.say("pause.over", why=why), mark=f"resume:{work.now}")


def close_in_silence(work: Work) -> None:
    """The review time passed without a word: the ticket is closed."""
    work.by_the_clock(Act.CLOSE, "review_over")
    work.run(clocks.at_end(work.ticket, work.known.community_of(work.ticket), work.now))
