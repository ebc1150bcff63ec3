"""The ladder: what a deadline that ran out leads to. Remind, alert, queue, street."""

from __future__ import annotations

from handlers import access, clocks, meeting
from handlers.cards import asked, button
from handlers.commands import Verb
from handlers.known import File, Known
from handlers.messages import Button, Decision
from handlers.wording import names, when, word
from handlers.work import Work
from storage.records import (
    OPEN,
    Act,
    Clock,
    Deadline,
    LetterKind,
    Level,
    Reason,
    Severity,
    Stage,
    State,
)

WAITS_IN: dict[Clock, frozenset[State]] = {
    Clock.ACCEPT: frozenset({State.REPORTED}),
    Clock.ARRIVE: frozenset({State.ACCEPTED}),
    Clock.RESOLVE: OPEN,
    Clock.PLAN: frozenset({State.REPORTED, State.ACCEPTED, State.ON_SITE}),
    Clock.MEETING: OPEN,
    Clock.REVIEW: frozenset({State.RESOLVED}),
    Clock.PAUSE: OPEN,
}
"""A clock says something only while the ticket stands in one of these states."""


def act_on(known: Known, file: File, deadline: Deadline) -> Decision:
    """Return what a due deadline leads to. A clock that no longer matters is simply stopped."""
    work = Work(known, file)
    if file.ticket.state not in WAITS_IN[deadline.clock]:
        work.stop(deadline.clock)
        return work.decision(cards_too=False)
    following = clocks.advance(deadline, known.community_of(file.ticket), known.now)
    if following is None:
        work.stop(deadline.clock)
    else:
        work.set(following)
    if deadline.stage is Stage.WARN:
        remind(work, deadline)
        return work.decision(cards_too=False)
    _run_out(work, deadline)
    return work.decision()


def _run_out(work: Work, deadline: Deadline) -> None:
    clock = deadline.clock
    if clock is Clock.ACCEPT and deadline.stage is Stage.TWICE:
        queue(work, Reason.ACCEPT_MISSED, deadline)
    elif clock in (Clock.ACCEPT, Clock.ARRIVE):
        alert(work, clock, deadline.ends_at)
    elif clock is Clock.RESOLVE:
        queue(work, Reason.RESOLVE_MISSED, deadline)
    elif clock is Clock.PLAN:
        queue(work, Reason.PLAN_MISSED, deadline)
    elif clock is Clock.MEETING:
        street(work, deadline)
    elif clock is Clock.PAUSE:
        resume(work, by_clock=True)
    else:
        close_in_silence(work)


def remind(work: Work, deadline: Deadline) -> None:
    """Rung 1: tell the one of whom it is expected that the clock is about to run out. Nobody there: rung 2 at once."""
    people = [person for person in asked(work.known, work.ticket) if work.known.has_account(person)]
    if not people:
        if deadline.clock in (Clock.ACCEPT, Clock.ARRIVE):
            alert(work, deadline.clock, deadline.ends_at)
        return
    work.by_the_clock(Act.REMIND, deadline.clock, level=max(work.ticket.level, Level.REMIND))
    verb = {Clock.ACCEPT: Verb.ACCEPT, Clock.ARRIVE: Verb.ARRIVE}.get(deadline.clock, Verb.RESOLVE)
    for person in people:
        work.tell(
            person,
            LetterKind.REMIND,
            work.say(f"remind.{deadline.clock}", until=when(deadline.ends_at)),
            buttons=((button(verb, work.ticket), button(Verb.ASK_TIME, work.ticket)),)
            if verb is not Verb.ACCEPT
            else ((button(verb, work.ticket),),),
            holds=WAITS_IN[deadline.clock],
            mark=f"remind:{deadline.clock}:{deadline.ends_at}",
        )


def alarm_rung(work: Work) -> tuple[str, ...]:
    """Return whom rung 2 alerts: deputies, property and duty staff who can be written to, and the staff chats."""
    grid = work.known.grid_of(work.ticket)
    known = work.known
    people: list[str] = []
    if grid is not None:
        crew = access.crew(known.directory, grid.id)
        people += [*crew.deputies, *([crew.property] if crew.property else []), *crew.staff]
    else:
        people += known.staff(work.ticket.community)
    reachable = dict.fromkeys(person for person in people if known.has_account(person))
    return (*reachable, *known.community_of(work.ticket).staff_chats)


def alert(work: Work, clock: Clock, ran_out: int) -> None:
    """Rung 2. An empty rung is skipped at once: straight to the queue."""
    readers = alarm_rung(work)
    if not readers:
        queue(work, Reason.NOBODY_TO_ALERT, None)
        return
    work.by_the_clock(Act.ALERT, clock, level=max(work.ticket.level, Level.ALERT))
    ticket, known = work.ticket, work.known
    who = known.name(ticket.handler or ticket.first_responder) or known.name(
        next(iter(asked(known, ticket)), None)
    )
    say = work.say(
        f"alert.{clock}",
        person=who or word("role.on_duty"),
        until=when(ran_out),
        reported=when(ticket.reported_at),
        reporter=reporter_name(known, work.file),
        phone=phone_of(known, ticket.handler or next(iter(asked(known, ticket)), None)),
    )
    own: tuple[Button, ...] = (button(Verb.ACCEPT, ticket),) if ticket.state is State.REPORTED else ()
    buttons = ((*own, button(Verb.REASSIGN, ticket), button(Verb.SUPERVISE, ticket)),)
    holds = WAITS_IN[clock]
    for reader in readers:
        work.tell(reader, LetterKind.ALERT, say, buttons=buttons, holds=holds, mark=f"alert:{clock}")


def page(work: Work) -> None:
    """An emergency: everyone on duty at once, before anything else."""
    known, ticket = work.known, work.ticket
    grid = known.grid_of(ticket)
    leaders = [grid.leader] if grid else []
    readers = dict.fromkeys([*[p for p in leaders if known.has_account(p)], *alarm_rung(work)])
    say = work.say(
        "page",
        words=ticket.words,
        reporter=reporter_name(known, work.file),
        reported=when(ticket.reported_at),
    )
    for reader in readers:
        work.tell(
            reader,
            LetterKind.PAGE,
            say,
            buttons=((button(Verb.ACCEPT, ticket), button(Verb.STORY, ticket)),),
            holds={State.REPORTED},
            mark="page",
        )


def paged_names(work: Work) -> list[str]:
    """Return the names of those an emergency is told to, for its card."""
    grid = work.known.grid_of(work.ticket)
    people = ([grid.leader] if grid else []) + [r for r in alarm_rung(work) if ":" not in r]
    return [work.known.name(person) for person in dict.fromkeys(people)]


def queue(work: Work, reason: Reason, deadline: Deadline | None, *, note: str = "") -> None:
    """Rung 3: into the joint-meeting queue, told to staff with the whole story and to the reporter honestly.

    A ticket that stands in the queue already stays as it is: entering is told exactly once.
    """
    if work.ticket.queued is not None:
        return
    act = Act.REFER if reason is Reason.REFERRED else Act.QUEUE
    by = None if reason in (Reason.REFERRED, Reason.BY_STAFF) else ""
    level = max(work.ticket.level, Level.QUEUE)
    work.step(act, note or reason, by=by, queued=reason, queued_at=work.now, level=level)
    known, ticket = work.known, work.ticket
    ended = deadline.ends_at if deadline is not None else work.now
    meets = meeting.when_next(known, ticket, work.now)
    say = work.say(
        "queue.staff",
        reason=work.say(f"reason.{reason}", until=when(ended), note=note),
        story=story_line(work),
        followers=ticket.followers,
        meeting=meets,
    )
    buttons = ((button(Verb.SUPERVISE, ticket), button(Verb.REASSIGN, ticket), button(Verb.STORY, ticket)),)
    chats: tuple[str, ...] = known.community_of(ticket).staff_chats
    readers = chats or tuple(p for p in known.staff(ticket.community) if known.has_account(p))
    for reader in readers:
        work.tell(reader, LetterKind.ALERT, say, buttons=buttons, holds=OPEN, mark="queue")
    work.tell_reporter(work.say("queue.reporter", meeting=meets), mark="queue:reporter")


def street(work: Work, deadline: Deadline) -> None:
    """Rung 4: the date the meeting set has passed. The subdistrict is told through staff."""
    work.by_the_clock(Act.STREET, work.ticket.decision, level=Level.STREET)
    known, ticket = work.known, work.ticket
    say = work.say(
        "street.staff", until=when(deadline.ends_at), decision=ticket.decision, story=story_line(work)
    )
    people = tuple(p for p in known.staff(ticket.community) if known.has_account(p))
    for reader in (*people, *known.community_of(ticket).staff_chats):
        work.tell(reader, LetterKind.ALERT, say, holds=OPEN, mark=f"street:{deadline.ends_at}")
    work.tell_reporter(work.say("street.reporter"), mark=f"street:reporter:{deadline.ends_at}")


def resume(work: Work, *, by_clock: bool = False) -> None:
    """The paused clocks run on; each has as much left as when it stopped."""
    calendar = clocks.calendar_of(work.known.community_of(work.ticket))
    why = work.ticket.pause_reason
    if by_clock:
        work.by_the_clock(Act.RESUME, "pause_over", paused_at=None, pause_reason="")
    else:
        work.step(Act.RESUME, why, paused_at=None, pause_reason="")
    work.stop(Clock.PAUSE)
    for deadline in clocks.resume(tuple(work.deadlines.values()), work.now, calendar):
        work.set(deadline)
    if by_clock:
        for person in asked(work.known, work.ticket):
            work.tell(person, LetterKind.NEWS, work.say("pause.over", why=why), mark=f"resume:{work.now}")


def close_in_silence(work: Work) -> None:
    """The review time passed without a word: the ticket is closed."""
    work.by_the_clock(Act.CLOSE, "review_over")
    work.run(clocks.at_end(work.ticket, work.known.community_of(work.ticket), work.now))


def unreachable(known: Known, file: File, person: str) -> Decision:
    """A letter that asked `person` to act cannot reach them anywhere: the next on the ladder is told at once.

    Nothing happens when the ticket was taken meanwhile, or its card stands in a group where they can see it, or
    the alert has been given already.
    """
    work = Work(known, file)
    ticket = file.ticket
    expected = person in asked(known, ticket)
    grid = known.grid_of(ticket)
    in_group = not ticket.private and grid is not None and bool(file.cards or grid.chats)
    if not expected or ticket.state is not State.REPORTED or ticket.level >= Level.ALERT or in_group:
        return Decision()
    work.by_the_clock(Act.UNREACHABLE, person)
    alert_at_once(work)
    return work.decision()


def alert_at_once(work: Work) -> None:
    """Nobody who could take it can be asked: the next rung is told now, not when the clock has run out."""
    until = work.deadlines.get(Clock.ACCEPT)
    alert(work, Clock.ACCEPT, until.ends_at if until else work.now)


def without_group(known: Known, file: File) -> Decision:
    """The card could not be shown in its group any more: whoever should take it is alerted about at once."""
    work = Work(known, file)
    if file.ticket.state is not State.REPORTED or file.ticket.level >= Level.ALERT:
        return Decision()
    if any(known.has_account(person) for person in asked(known, file.ticket)):
        return Decision()
    alert_at_once(work)
    return work.decision()


def nobody_asked(known: Known, file: File) -> bool:
    """True when a fresh ticket can be shown to nobody who could take it: no group, and no account of those asked."""
    grid = known.grid_of(file.ticket)
    shown = not file.ticket.private and grid is not None and bool(grid.chats)
    return not shown and not any(known.has_account(person) for person in asked(known, file.ticket))


def raise_to_emergency(work: Work, heading: str) -> None:
    """What was added shows danger to life: page everyone now, with the clocks of an emergency."""
    work.step(Act.REGRADE, heading, severity=Severity.EMERGENCY, heading=heading or work.ticket.heading)
    if work.ticket.state is State.REPORTED:
        for deadline in clocks.at_report(work.ticket, work.known.community_of(work.ticket), work.now):
            current = work.deadlines.get(deadline.clock)
            if current is None or deadline.ends_at < current.ends_at:
                work.set(deadline)
    page(work)


def reporter_name(known: Known, file: File) -> object:
    """Return the reporter as crew may know them: anonymous ones stay so."""
    if file.ticket.anonymous or file.ticket.reporter is None:
        return word("reporter.anonymous")
    return known.name(file.ticket.reporter) or word("reporter.resident")


def phone_of(known: Known, person: str | None) -> str:
    listed = known.directory.people.get(person or "")
    return listed.phone if listed else ""


def story_line(work: Work) -> object:
    """Return the ticket's story in one line: 王芳 14:09 受理，14:31 到场，等配件."""
    ticket, known = work.ticket, work.known
    reporter = reporter_name(known, work.file)
    parts: list[object] = [work.say("story.reported", reporter=reporter, at=when(ticket.reported_at))]
    worker = known.name(ticket.first_responder)
    if ticket.accepted_at is not None:
        parts.append(work.say("story.accepted", worker=worker, at=when(ticket.accepted_at)))
    else:
        parts.append(word("story.nobody"))
    if ticket.arrived_at is not None:
        parts.append(work.say("story.arrived", at=when(ticket.arrived_at)))
    if ticket.paused_at is not None:
        parts.append(ticket.pause_reason)
    return names([part for part in parts if part])  # type: ignore[misc]
