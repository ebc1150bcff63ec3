"""又坏了: what was said to be done comes again within days. The same ticket goes on, with fresh clocks."""

from __future__ import annotations

from handlers import access, clocks, escalation, following, hints, review
from handlers.cards import button
from handlers.commands import Verb
from handlers.known import File, Known
from handlers.messages import Decision, Inbound
from handlers.reading import Reading
from handlers.rungs import asked
from handlers.wording import word
from handlers.work import Work
from storage.records import DAY, Act, Instant, LetterKind, Reason, Span, State, Ticket

RECUR = "recur"
"""As Onto.verb."""

RECURRENCE: Span = 3 * DAY
"""How long after a ticket has ended the same fault is the same matter; later it is a new one."""


def recurs(ticket: Ticket, now: Instant) -> bool:
    """True while the same fault at the same spot would be this ticket's."""
    ended = ticket.closed_at or ticket.resolved_at
    over = ticket.state in (State.RESOLVED, State.CLOSED)
    return over and not ticket.private and ended is not None and now - ended < RECURRENCE


def said(words: str, reading: Reading) -> bool:
    """True for words that may say that something has come again."""
    return reading.follow_up == "again" or hints.says_again(words)


def reopen(known: Known, file: File, inbound: Inbound, words: str) -> Decision:
    """Open it again at the word of whoever has the fault again: its reporter, or a neighbour, who then follows it."""
    may_say_so = access.may(known.speaker, Act.ADD, file.ticket, known.directory, file.followers)
    if known.speaker is None or not may_say_so or not recurs(file.ticket, known.now):
        return Decision()
    work = Work(known, file)
    work.remark(words)
    work.attach(inbound)
    work.step(Act.REOPEN, "again")
    work.run(clocks.at_reopen(work.ticket, known.community_of(work.ticket), work.now))
    if known.speaker.id != work.ticket.reporter and known.speaker.id not in file.followers:
        following.joined(work, [known.speaker.id])
    if work.ticket.reopened >= review.REOPENINGS_TO_QUEUE and work.ticket.queued is None:
        escalation.queue(work, Reason.REOPENED_TWICE, None)
    for person in asked(known, work.ticket):
        work.tell(
            person,
            LetterKind.ALERT,
            work.say("told.again", words=words),
            buttons=((button(Verb.ARRIVE, work.ticket), button(Verb.RESOLVE, work.ticket)),),
            mark="reopened",
        )
    work.answer(inbound, work.say("done", what=word("toast.reopened")))
    return work.decision("toast.reopened")
