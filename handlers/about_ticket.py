"""Words below a ticket's card or its first message, and what is done to a ticket that turned out to be meant."""

from __future__ import annotations

from handlers import (
    access,
    correcting,
    following,
    hints,
    intake,
    orders,
    places,
    recurring,
    reporting,
    settling,
    waiting,
)
from handlers.commands import Order, Verb
from handlers.dialogue import Step
from handlers.intake import Draft
from handlers.known import File, Known
from handlers.messages import Decision, Inbound, Onto, Refused
from handlers.reading import Reading, Urgency, read
from handlers.wording import word
from handlers.work import Work
from storage.records import OPEN, Act, Place, Severity, State, Ticket


def below(known: Known, file: File, inbound: Inbound, reading: Reading) -> Decision | None:
    """A reply below a ticket's card or its first message. None: it is talk among neighbours."""
    ticket = file.ticket
    own = known.speaker is not None and known.speaker.id == ticket.reporter
    if waiting.is_courtesy(inbound.text) or (hints.courteous(inbound.text) and not reading.is_report):
        return None
    if known.dialogue is not None and known.dialogue.step == Step.AFTER:
        talk = reading.is_report or (reading.follow_up and reading.follow_up != "done")
        return None if talk else orders.carry_out(known, file, Order(Verb.ADD, rest=inbound.text), inbound)
    meant = hints.corrected(inbound.text) if own else None
    if meant is not None and ticket.state in OPEN and correcting.changes(ticket, meant):
        return correcting.put_right(known, file, inbound, meant)
    if reading.follow_up == "urge":
        return _urged(known, file, inbound)
    if reading.follow_up == "me_too":
        return orders.carry_out(known, file, Order(Verb.FOLLOW), inbound)
    if reading.follow_up == "done" or (hints.says_done(inbound.text) and not reading.is_report and not own):
        return settling.call_off(known, file, inbound) if own else settling.offer_done(known, file, inbound)
    if reading.follow_up == "again" and ticket.state in (State.RESOLVED, State.CLOSED):
        return orders.carry_out(known, file, Order(Verb.UNSATISFIED, rest=inbound.text), inbound)
    place = intake.spot(reading)
    another = reading.is_report and reading.category is not ticket.category and not own
    if another or not places.may_be(ticket.place, place):
        return None
    worse = hints.points_back(inbound.text) and is_danger_now(ticket, inbound)
    if not (own or place != Place() or reading.is_report or worse) or ticket.state not in OPEN | {
        State.RESOLVED
    }:
        return None
    if reading.is_report and not own and ticket.state in OPEN and not ticket.private:
        return reporting.join_twin(known, intake.draft(known, inbound, reading), file, inbound)
    return orders.carry_out(known, file, Order(Verb.ADD, rest=inbound.text), inbound)


def is_danger_now(ticket: Ticket, inbound: Inbound) -> bool:
    """味道越来越大了 我头晕, below a smell of gas."""
    if ticket.severity is Severity.EMERGENCY:
        return False
    before, now = read(ticket.words), read(f"{ticket.words} {inbound.text}")
    return now.urgency is Urgency.EMERGENCY and before.urgency is not Urgency.EMERGENCY


def _urged(known: Known, file: File, inbound: Inbound) -> Decision:
    """还没人来: the reporter and those who joined nudge; a neighbour is told how it stands and how to join."""
    if access.may(known.speaker, Act.URGE, file.ticket, known.directory, file.followers):
        return orders.carry_out(known, file, Order(Verb.URGE), inbound)
    if file.ticket.state not in OPEN or file.ticket.private:
        return Decision()
    work = Work(known, file)
    work.answer(inbound, work.say("urge.answer", story=following.status(work), nudged=word("urge.join")))
    return work.decision(cards_too=False)


def onto(known: Known, file: File, inbound: Inbound, onto: Onto) -> Decision:
    """Go on with the ticket that turned out to be meant. Nobody in a group is told that what they did not ask for is
    not theirs to do."""
    try:
        return _onto(known, file, inbound, onto)
    except Refused:
        if inbound.private or inbound.to_bot:
            raise
        return Decision()


def _onto(known: Known, file: File, inbound: Inbound, onto: Onto) -> Decision:
    if onto.draft is not None:
        return reporting.join_twin(known, Draft.from_data(onto.draft), file, inbound)
    if onto.verb == correcting.PUT_RIGHT:
        return correcting.put_right(known, file, inbound, onto.rest)
    if onto.verb == recurring.RECUR:
        return recurring.reopen(known, file, inbound, onto.rest)
    if onto.verb == following.INSIDE:
        return following.inside(known, file, onto.rest)
    if onto.verb == settling.OFFER_DONE:
        return settling.offer_done(known, file, inbound)
    if onto.verb == settling.CALL_OFF:
        return settling.call_off(known, file, inbound)
    return orders.carry_out(known, file, Order(Verb(onto.verb), rest=onto.rest), inbound)
