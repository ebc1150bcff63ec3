"""When nobody who could take a ticket can be reached: the next rung is told now, not when the clock has run out."""

from __future__ import annotations

from collections.abc import Collection

from handlers import escalation, rungs, street, to_the_street
from handlers.known import File, Known
from handlers.messages import Decision
from handlers.work import Work
from storage.records import OPEN, Act, Address, Clock, LetterKind, Level, Reason, State, Ticket, chat_of

CALLS = frozenset({LetterKind.PAGE, LetterKind.ALERT, LetterKind.CARD})
"""Letters by which somebody is called to a ticket."""


def nobody_asked(known: Known, ticket: Ticket) -> bool:
    """True when a fresh ticket can be taken by nobody it is shown to: whoever is asked has no account at all, or one
    that cannot be written to and no group to see it in."""
    people = rungs.asked(known, ticket)
    shown = bool(rungs.shown_to(known, ticket))
    return not any(known.has_account(p) or (shown and known.directory.accounts.get(p)) for p in people)


def alert_at_once(work: Work) -> None:
    """Rung 2 before its time."""
    until = work.deadlines.get(Clock.ACCEPT)
    escalation.alert(work, Clock.ACCEPT, until.ends_at if until else work.now)


def letter_failed(
    known: Known, file: File, reader: str, kind: LetterKind, coming: Collection[Address] = ()
) -> Decision:
    """A letter to `reader` (a person's id, or a chat) can be delivered nowhere: whoever comes next is told instead.

    `coming`: chats for which letters still wait, so that a card may yet appear there.
    """
    if file.ticket.state not in OPEN:
        return Decision()
    work = Work(known, file)
    _call_the_next(work, reader, kind, coming)
    return work.decision(cards_too=False)


def letter_untold(
    known: Known, file: File, reader: str, kind: LetterKind, reason: str, coming: Collection[Address] = ()
) -> Decision:
    """Nothing may be said to `reader` now; the letter is kept for when they speak.

    The ledger has the `reason`, the crew's card says so. Where they were called to act, nobody waits for them.
    """
    work = Work(known, file)
    work.by_the_clock(Act.UNTOLD, reason)
    if file.ticket.state in OPEN and kind in CALLS:
        _call_the_next(work, reader, kind, coming)
    return work.decision()


def _call_the_next(work: Work, reader: str, kind: LetterKind, coming: Collection[Address]) -> None:
    known, ticket = work.known, work.ticket
    if kind is LetterKind.ALERT and reader in street.chats(known, ticket):
        to_the_street.unreachable(work, reader)
    elif kind is LetterKind.ALERT and rungs.is_staff(known, ticket, reader):
        _staff_unreachable(work, reader)
    elif ticket.state is State.REPORTED and _cannot_be_taken(work, reader, coming):
        work.by_the_clock(Act.UNREACHABLE, reader)
        alert_at_once(work)


def _cannot_be_taken(work: Work, failed: str, coming: Collection[Address]) -> bool:
    """True when neither the one who is asked nor their group can see the ticket any more, nor is about to."""
    known, ticket = work.known, work.ticket
    waited_for = [person for person in rungs.asked(known, ticket) if person != failed]
    own = [account.address for person in waited_for for account in known.directory.accounts.get(person, ())]
    places = {chat_of(chat) for chat in (*rungs.shown_to(known, ticket), *own)} - {failed}
    # Whether an account is shut may not be written down yet: only where a card stands or is on its way counts.
    return not places & ({chat_of(card.chat) for card in work.file.cards} | {chat_of(c) for c in coming})


def _staff_unreachable(work: Work, failed: str) -> None:
    """The staff chat is gone: what it was to hear of the queue goes to each of the staff. Nobody left on rung 2:
    the queue."""
    known, ticket = work.known, work.ticket
    people = tuple(p for p in rungs.staff_people(known, ticket) if p != failed)
    if ticket.queued is not None and ":" in failed:
        escalation.tell_of_the_queue(work, people, work.say(f"queued.{ticket.queued}"))
    elif ticket.level < Level.QUEUE and not [r for r in rungs.alarmed(known, ticket) if r != failed]:
        until = work.deadlines.get(Clock.ACCEPT) or work.deadlines.get(Clock.ARRIVE)
        escalation.queue(work, Reason.NOBODY_TO_ALERT, until.ends_at if until else work.now)
