"""What one message leads to: an order, an answer, a report, an addition, or silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from handlers import answering, commands, intake, lists, orders, reporting
from handlers.cards import button
from handlers.commands import Order, Verb
from handlers.dialogue import reply
from handlers.intake import Draft
from handlers.known import File, Known
from handlers.messages import Answer, Decision, Inbound, Onto, Refused, Say
from handlers.reading import Reading, Urgency, Words, read
from handlers.wording import render, word
from handlers.work import Work
from storage.records import MINUTE, OPEN, Kind, Role, State, Ticket, chat_of

SURE = 0.75
"""From here on a message is taken for a call without asking."""

UNSURE = 0.45
"""Below this a group hears nothing; between the two its writer is asked."""

ME_TOO_SPAN = 30 * MINUTE
"""How long a bare "我家也是" can mean the last report in the chat."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message understood as far as it can be without knowing anything: see hear()."""

    order: Order | None = None
    choice: tuple[str, str] | None = None
    reading: Reading | None = None

    def idle(self, inbound: Inbound) -> bool:
        """True for chatter: nothing but an open dialogue with its writer could give it a meaning."""
        if (
            self.order
            or self.choice
            or inbound.private
            or inbound.to_bot
            or inbound.pieces
            or inbound.location
        ):
            return False
        if inbound.reply_to is not None or inbound.edited:
            return False
        return self.reading is not None and not self.reading.follow_up and self.reading.sure < UNSURE


def hear(inbound: Inbound, words: Words | None = None) -> Heard:
    """Understand a message by itself: a pressed button, an order, or free text read."""
    if inbound.press is not None:
        return Heard(order=commands.read_press(inbound.press), choice=commands.read_choice(inbound.press))
    text = inbound.text
    order = None if inbound.edited else commands.read_text(text)
    if order is not None and order.verb in (Verb.REPORT, Verb.COMPLAIN, Verb.SERVICES):
        text = order.rest
    return Heard(order=order, reading=read(text) if words is None else read(text, words))


def decide(known: Known, inbound: Inbound, heard: Heard) -> Decision:
    """Return everything this message leads to. Raises Refused with what its writer is told."""
    if inbound.press is not None:
        return _pressed(known, inbound, heard)
    assert heard.reading is not None
    if inbound.edited:
        return _edited(known, inbound, heard.reading)
    if heard.order is not None:
        done = _ordered(known, inbound, heard.order, heard.reading)
        if done is not None:
            return done
    answer = answering.said(known, inbound, heard.reading)
    if answer is not None:
        return answer
    return _talk(known, inbound, heard.reading)


def _pressed(known: Known, inbound: Inbound, heard: Heard) -> Decision:
    if heard.choice is not None:
        return answering.chosen(known, inbound, *heard.choice)
    if heard.order is None or known.file is None:
        raise Refused("press.unknown")
    return orders.carry_out(known, known.file, heard.order, inbound)


def _ordered(known: Known, inbound: Inbound, order: Order, reading: Reading) -> Decision | None:
    if order.verb in LOOK_UPS:
        return LOOK_UPS[order.verb](known, inbound)
    if order.verb in OPENINGS:
        return _opened(known, inbound, order, reading)
    if order.verb is Verb.CANCEL:
        return _cancelled(known, inbound)
    if order.verb is Verb.LANGUAGE:
        return _language(known, inbound, order)
    if order.verb not in orders.RULES and order.verb is not Verb.MERGE:
        return None
    if known.file is None:
        if order.number is not None:
            raise Refused("order.no_such", number=order.number)
        return _without_number(known, inbound, order)
    if order.verb is Verb.MERGE:
        return orders.join(known, known.file, known.target)
    return orders.carry_out(known, known.file, order, inbound)


def _without_number(known: Known, inbound: Inbound, order: Order) -> Decision | None:
    """Several tickets fit, or none. In a group a word that may be talk is left alone."""
    fitting = orders.meant(known, order)
    crew = known.speaker is not None and bool(known.speaker.roles - {Role.RESIDENT, Role.VOLUNTEER})
    if len(fitting) > 1 and (inbound.private or (crew and not order.rest)):
        return orders.which_one(known, order, fitting, inbound)
    if inbound.private and known.dialogue is None:
        raise Refused("order.none_fits", word=order.word)
    return None


OPENINGS: Mapping[Verb, Kind] = {
    Verb.REPORT: Kind.REPAIR,
    Verb.COMPLAIN: Kind.COMPLAINT,
    Verb.SERVICES: Kind.SERVICE_ORDER,
}
LOOK_UPS = {
    Verb.MINE: lists.mine,
    Verb.TODO: lists.todo,
    Verb.MEETING: lists.queue,
    Verb.BOARD: lists.board,
    Verb.HELP: lists.help_text,
    Verb.START: lists.help_text,
}


def _opened(known: Known, inbound: Inbound, order: Order, reading: Reading) -> Decision:
    """报修…, 投诉…, 点单…: said to be a call, so it is one, whatever the reader thinks of its words."""
    kind = OPENINGS[order.verb]
    if not order.rest:
        return reporting.ask_what(known, inbound, kind)
    spoken = replace(inbound, text=order.rest)
    what = intake.draft(known, spoken, reading, kind=reading.kind if kind is Kind.REPAIR else kind)
    if kind is Kind.SERVICE_ORDER:
        what = replace(what, touchy=False)
    return reporting.go_on(known, what, spoken)


def _cancelled(known: Known, inbound: Inbound) -> Decision:
    if known.dialogue is None:
        return Decision(letters=(reply(inbound, Say("cancel.nothing")),)) if inbound.private else Decision()
    close = ((known.dialogue.chat, known.dialogue.account),)
    return Decision(close=close, letters=(reply(inbound, Say("cancel.done")),))


def _language(known: Known, inbound: Inbound, order: Order) -> Decision:
    if known.speaker is None:
        return Decision()
    english = order.word in ("英文", "English") or order.rest.lower() in ("en", "english")
    speaker = replace(known.speaker, language="en" if english else "zh")
    return Decision(people=(speaker,), letters=(reply(inbound, Say("language.set")),))


def _edited(known: Known, inbound: Inbound, reading: Reading) -> Decision:
    """A corrected message: its ticket learns the new words; a message that only now is a call becomes a report."""
    if known.file is not None:
        mine = known.speaker is not None and known.speaker.id == known.file.ticket.reporter
        if not mine or inbound.text.strip() == known.file.ticket.words.strip():
            return Decision()
        return orders.carry_out(
            known, known.file, Order(Verb.ADD, rest=inbound.text), replace(inbound, pieces=())
        )
    if reading.is_report and reading.sure >= SURE and known.grid is not None:
        return reporting.go_on(known, intake.draft(known, inbound, reading), inbound)
    return Decision()


def _talk(known: Known, inbound: Inbound, reading: Reading) -> Decision:
    if inbound.location is not None and not inbound.text:
        return _location(known, inbound)
    if not inbound.text.strip():
        return _photo(known, inbound)
    if known.file is not None:
        about = _about_ticket(known, known.file, inbound, reading)
        if about is not None:
            return about
    if known.grid is None and not inbound.private:
        return Decision()  # a staff chat or a group nobody bound: orders only
    if reading.follow_up:
        return _follow_up(known, inbound, reading)
    if reading.is_report and (reading.sure >= SURE or reading.urgency is Urgency.EMERGENCY):
        return reporting.go_on(known, intake.draft(known, inbound, reading), inbound)
    addressed = inbound.private or inbound.to_bot
    if reading.sure >= UNSURE and known.account is not None:
        return reporting.confirm(known, intake.draft(known, inbound, reading), inbound)
    if not addressed:
        return intake.keep_for_later(known, inbound) if inbound.pieces else Decision()
    if inbound.pieces and known.account is not None:
        return reporting.confirm(known, intake.draft(known, inbound, reading), inbound)
    return Decision(letters=(reply(inbound, Say("talk.not_understood")),))


def _about_ticket(known: Known, file: File, inbound: Inbound, reading: Reading) -> Decision | None:
    """A reply below a ticket's card or its first message. None: it is talk among neighbours."""
    ticket = file.ticket
    if reading.follow_up == "urge":
        return orders.carry_out(known, file, Order(Verb.URGE), inbound)
    if reading.follow_up == "me_too":
        return orders.carry_out(known, file, Order(Verb.FOLLOW), inbound)
    if reading.follow_up == "done":
        return _offer_done(known, file, inbound)
    if reading.follow_up == "again" and ticket.state in (State.RESOLVED, State.CLOSED):
        return orders.carry_out(known, file, Order(Verb.UNSATISFIED, rest=inbound.text), inbound)
    own = known.speaker is not None and known.speaker.id == ticket.reporter
    placed = any((reading.building, reading.unit, reading.floor, reading.room, reading.place))
    if not (own or placed or reading.is_report) or ticket.state not in OPEN | {State.RESOLVED}:
        return None
    return orders.carry_out(known, file, Order(Verb.ADD, rest=inbound.text), inbound)


def _offer_done(known: Known, file: File, inbound: Inbound) -> Decision:
    """The handler writes "修好了" below a ticket: offered as 办结, never done silently."""
    work = Work(known, file)
    if known.speaker is None or not known.speaker.roles - {Role.RESIDENT, Role.VOLUNTEER}:
        return Decision()
    if file.ticket.state not in OPEN:
        return Decision()
    work.answer(inbound, work.say("offer.done"), buttons=((button(Verb.RESOLVE, file.ticket),),))
    return work.decision(cards_too=False)


def _follow_up(known: Known, inbound: Inbound, reading: Reading) -> Decision:
    """还没人来, 我家也是, 又坏了: without a ticket named, the one it can only mean."""
    if reading.follow_up == "me_too":
        recent = _last_here(known, inbound)
        return Decision(onto=Onto(recent.id, Verb.FOLLOW)) if recent else _nothing(inbound)
    own = [t for t in known.mine if known.speaker is not None and t.reporter == known.speaker.id]
    if reading.follow_up == "urge":
        open_ones = [t for t in own if t.state in OPEN]
        return Decision(onto=Onto(open_ones[0].id, Verb.URGE)) if open_ones else _nothing(inbound)
    if reading.follow_up == "again":
        done = [t for t in own if t.state is State.RESOLVED]
        return Decision(onto=Onto(done[0].id, Verb.UNSATISFIED, inbound.text)) if done else _nothing(inbound)
    return _nothing(inbound)


def _nothing(inbound: Inbound) -> Decision:
    return Decision(letters=(reply(inbound, Say("follow.no_ticket")),)) if inbound.private else Decision()


def _last_here(known: Known, inbound: Inbound) -> Ticket | None:
    for ticket in known.here:
        here = ticket.origin is not None and chat_of(ticket.origin) == chat_of(inbound.chat)
        if (
            here
            and not ticket.private
            and known.now - ticket.reported_at <= ME_TOO_SPAN
            and ticket.state in OPEN
        ):
            return ticket
    return None


def _photo(known: Known, inbound: Inbound) -> Decision:
    """A photo or voice without words: with its album, with the report just made, or waiting for its words."""
    if not inbound.pieces:
        return Decision()
    if known.file is not None:
        return orders.carry_out(known, known.file, Order(Verb.ADD), inbound)
    ticket = intake.late_photo(known, inbound)
    if ticket is not None:
        return Decision(onto=Onto(ticket, Verb.ADD))
    waiting = intake.keep_for_later(known, inbound)
    if inbound.private or inbound.to_bot:
        return replace(waiting, letters=(reply(inbound, Say("photo.what_is_it")),))
    return waiting


def _location(known: Known, inbound: Inbound) -> Decision:
    """A location pin belongs to the report just made; alone it says nothing."""
    ticket = intake.late_photo(known, inbound)
    if ticket is None or inbound.location is None:
        return _nothing(inbound)
    latitude, longitude = inbound.location
    return Decision(onto=Onto(ticket, Verb.ADD, f"位置 {latitude:.5f},{longitude:.5f}"))


def carry_onto(known: Known, inbound: Inbound, onto: Onto) -> Decision:
    """Go on with the ticket that turned out to be meant; `known.file` is it."""
    if known.file is None:
        return Decision()
    if onto.draft is not None:
        return reporting.join_twin(known, Draft.from_data(onto.draft), known.file, inbound)
    return orders.carry_out(known, known.file, Order(Verb(onto.verb), rest=onto.rest), inbound)


def refused(known: Known, inbound: Inbound, refusal: Refused) -> Decision:
    """Tell the writer why not: as a toast to the one who pressed, as a short answer to the one who typed."""
    args = dict(refusal.say.args)
    if "state" in args:
        args["state"] = word(f"state.{args['state']}")
    say = Say(refusal.say.key, args)
    if inbound.press is not None:
        return Decision(answer=Answer(toast=render(say, known.tongue), alert=True))
    return Decision(letters=(reply(inbound, say),))
