"""An emergency: everyone on duty is called at once, whatever the ticket was before."""

from __future__ import annotations

from handlers import clocks, escalation, rungs, story
from handlers.cards import button
from handlers.commands import Verb
from handlers.wording import when
from handlers.work import Work
from storage.records import OPEN, Act, Clock, LetterKind, Severity, State


def page(work: Work) -> None:
    """Call everyone of rungs 1 and 2, before anything else is sent."""
    known, ticket = work.known, work.ticket
    free = ticket.state is State.REPORTED
    say = work.say(
        "page" if free else "page.taken",
        words="\n".join([ticket.words, *(remark.words for remark in work.remarks)]),
        person=story.worker_name(known, ticket),
        reporter=story.reporter_name(known, ticket),
        reported=when(ticket.reported_at),
    )
    verbs = (Verb.ACCEPT, Verb.STORY) if free else (Verb.STORY,)
    for reader in rungs.paged(known, ticket):
        work.tell(
            reader,
            LetterKind.PAGE,
            say,
            buttons=(tuple(button(verb, ticket) for verb in verbs),),
            holds={State.REPORTED} if free else OPEN,
            mark="page",
        )


def raise_to(work: Work, heading: str) -> None:
    """What was added shows danger to life: page everyone now, with the clocks of an emergency where they are shorter."""
    if work.ticket.paused_at is not None:
        escalation.resume(work)
    work.step(Act.REGRADE, heading, severity=Severity.EMERGENCY, heading=heading or work.ticket.heading)
    community = work.known.community_of(work.ticket)
    for clock in (Clock.ACCEPT, Clock.ARRIVE, Clock.RESOLVE):
        running = work.deadlines.get(clock)
        fresh = clocks.start(work.ticket, clock, community, work.now)
        if running is not None and fresh is not None and fresh.ends_at < running.ends_at:
            work.set(fresh)
    page(work)
