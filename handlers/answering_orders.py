"""Answers to the question an order had to ask: a note, a reason, a name, the words it lacked."""

from __future__ import annotations

from collections.abc import Mapping

from handlers import handover, intake, orders, places, reporting
from handlers.commands import Order, Verb
from handlers.dialogue import Step, in_words, reply
from handlers.handling import WAITING_FOR
from handlers.known import Known
from handlers.messages import Decision, Inbound, Refused
from handlers.reading import Reading, Urgency
from handlers.waiting import dropped, is_courtesy, thanks, together_closed
from handlers.wording import text
from storage.records import Dialogue, Severity

ON_TICKET: Mapping[Step, Verb] = {
    Step.NOTE: Verb.RESOLVE,
    Step.DECLINE: Verb.DECLINE,
    Step.TIME: Verb.ASK_TIME,
    Step.PLAN: Verb.PLAN,
    Step.MORE: Verb.ADD,
    Step.WHY_BAD: Verb.ADD,
    Step.OBJECT: Verb.OBJECT,
    Step.CATEGORY: Verb.RECLASS,
}
"""Steps that wait for the words an order lacked."""

STEPS_BACK = frozenset({"算了", "不用了", "不了", "先不办", "先不", "取消"})
"""Said to the question for a note, a reason or a name: nothing is done."""


# --- orders that lacked their words -------------------------------------------------------------------------------------


def words_for_order(
    known: Known, inbound: Inbound, dialogue: Dialogue, reading: Reading, replies: bool
) -> Decision | None:
    """A note, a reason, a name. In a group a fresh call stays a call, and about a place only a place is an answer."""
    if is_courtesy(inbound.text):
        return None
    if inbound.text.strip() in STEPS_BACK:
        return together_closed(dialogue, dropped(known, inbound, "cancel.done"))
    if _is_another_call(known, reading, inbound, Step(dialogue.step)):
        return None
    if dialogue.step == Step.WHOM and not replies and not handover.names_somebody(known, inbound.text):
        return None
    placed = any((reading.building, reading.unit, reading.floor, reading.room, reading.place))
    if not replies and (reading.is_report or not (inbound.text.strip() or inbound.pieces)):
        return None
    if not replies and dialogue.data.get("where") and not placed:
        return None
    return together_closed(dialogue, _to_ticket(known, inbound, Step(dialogue.step), inbound.text.strip()))


def _is_another_call(known: Known, reading: Reading, inbound: Inbound, step: Step) -> bool:
    """True for a call from another place, or an emergency cried out, while a note, a reason or a name is waited for.

    "被困人员已救出" below an emergency is a note; what is added to a ticket makes it worse by itself.
    """
    if not reading.is_report or known.file is None:
        return False
    ticket, danger = known.file.ticket, reading.urgency is Urgency.EMERGENCY
    adds = ON_TICKET.get(step) is Verb.ADD
    if not places.may_be(ticket.place, intake.spot(reading)):
        return danger or not adds
    if adds or not danger or "已" in inbound.text:
        return False
    return ticket.severity is not Severity.EMERGENCY or ticket.category is not reading.category


def _to_ticket(known: Known, inbound: Inbound, step: Step, words: str) -> Decision:
    assert known.dialogue is not None, "a question is open"
    if known.file is None:
        raise Refused("dialogue.over")
    verb = ON_TICKET.get(step) or Verb(str(known.dialogue.data["verb"]))
    order = Order(verb, ticket=known.file.ticket.id, rest=words)
    try:
        done = orders.carry_out(known, known.file, order, inbound)
    except Refused as refusal:
        if inbound.press is not None:
            raise
        # The question is over all the same: what its reader says next is no answer to it.
        return Decision(letters=(reply(inbound, in_words(refusal.say)),))
    return reporting.together(done, thanks(known))


def note(known: Known, inbound: Inbound, value: str) -> Decision:
    return _to_ticket(known, inbound, Step.NOTE, text("note.none", "zh"))


def decline(known: Known, inbound: Inbound, value: str) -> Decision:
    if value == "no_call" and known.file is not None:
        dismissed = Order(Verb.DISMISS, ticket=known.file.ticket.id)
        return reporting.together(orders.carry_out(known, known.file, dismissed, inbound), thanks(known))
    return _to_ticket(known, inbound, Step.DECLINE, text(f"decline.{value}", "zh"))


def whom(known: Known, inbound: Inbound, value: str) -> Decision:
    return _to_ticket(known, inbound, Step.WHOM, value)


def category(known: Known, inbound: Inbound, value: str) -> Decision:
    return _to_ticket(known, inbound, Step.CATEGORY, value)


def time(known: Known, inbound: Inbound, value: str) -> Decision:
    if known.file is None or value not in WAITING_FOR:
        raise Refused("dialogue.over")
    order = Order(Verb.PAUSE, ticket=known.file.ticket.id, word=WAITING_FOR[value])
    return reporting.together(orders.carry_out(known, known.file, order, inbound), thanks(known))
