"""What one message leads to: an order, an answer, a report, an addition, or silence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from handlers import (
    about_ticket,
    answering,
    answering_typed,
    commands,
    correcting,
    follow_ups,
    hints,
    intake,
    lists,
    matters,
    meeting_orders,
    orders,
    photos,
    questions,
    reporting,
    righting,
    second,
    waiting,
)
from handlers.commands import Order, Verb
from handlers.dialogue import ASIDE, Step, in_words, reply
from handlers.known import Known
from handlers.matters import Matter
from handlers.messages import Answer, Decision, Inbound, Letter, Onto, Refused, Say
from handlers.reading import DEFAULT, Reading, Words, read
from handlers.sureness import UNSURE, perhaps_report, surely_report, taken_for_report
from handlers.wording import render, text
from storage.records import Kind, LetterKind, Place


@dataclass(frozen=True, slots=True)
class Heard:
    """A message understood as far as it can be without knowing anything: see hear().

    `words`: what it was read with. `matters`: what it is about, when that is several things at once. `own`: what may be
    about a report of its writer's, or a ticket they have to do with.
    """

    order: Order | None = None
    choice: tuple[str, str] | None = None
    reading: Reading | None = None
    words: Words = DEFAULT
    matters: tuple[Matter, ...] = ()
    own: bool = False

    def idle(self, inbound: Inbound) -> bool:
        """True for chatter: nothing but an open dialogue with its writer could give it a meaning."""
        if (
            self.own
            or self.order
            or self.choice
            or inbound.private
            or inbound.to_bot
            or inbound.pieces
            or inbound.location
        ):
            return False
        if inbound.reply_to is not None or inbound.edited:
            return False
        if self.reading is None or self.reading.follow_up or surely_report(self.reading):
            return False
        return self.reading.sure < UNSURE

    def doubtful(self, inbound: Inbound) -> bool:
        """True in the unsure middle, where somebody else may be asked. What has words of danger is nobody else's."""
        if self.order or self.reading is None or self.reading.follow_up or inbound.edited:
            return False
        if self.reading.alarming:
            return False
        return perhaps_report(inbound, self.reading) and not taken_for_report(inbound, self.reading)


def may_be_own(inbound: Inbound, reading: Reading) -> bool:
    """True for talk that could be about a ticket its writer has to do with; most talk could not."""
    placed = intake.spot(reading) != Place()
    return bool(placed or reading.category) or hints.of_a_ticket(inbound.text)


def hear(inbound: Inbound, words: Words = DEFAULT) -> Heard:
    """Understand a message by itself: a pressed button, an order, or free text read.

    登记 and 报修 below a neighbour's message are about that message: it is what is read then.
    """
    if inbound.press is not None:
        return Heard(commands.read_press(inbound.press), commands.read_choice(inbound.press), words=words)
    if inbound.opinion is not None:
        return Heard(choice=(Step.CONFIRM, "yes"))  # what it may lead to
    words_said = inbound.text
    order = None if inbound.edited else commands.read_text(words_said)
    if order == Order(Verb.FOLLOW, word=order.word if order else ""):
        order = None  # 我也遇到 alone is 我家也是: of what has just been said here
    if (
        order is not None
        and commands.may_be_talk(order, inbound.text)
        and not inbound.private
        and not inbound.to_bot
    ):
        order = None  # among neighbours: its words say whether something is the matter
    if order is not None and order.verb in OPENINGS:
        words_said = order.rest
    bare = words_said.strip() in TAKING_UP or (
        order == Order(Verb.REPORT, word=order.word) if order else False
    )
    if bare and inbound.answers is not None and not inbound.edited:
        order, words_said = Order(Verb.TAKE_UP), inbound.answers.text
    reading = read(words_said, words)
    several = () if order is not None else matters.apart(words_said, reading, lambda said: read(said, words))
    return Heard(order=order, reading=reading, words=words, matters=several)


def decide(known: Known, inbound: Inbound, heard: Heard) -> Decision:
    """Return everything this message leads to. Raises Refused with what its writer is told."""
    if inbound.press is not None:
        return _pressed(known, inbound, heard)
    if inbound.opinion is not None:
        return second.told(known, inbound)
    assert heard.reading is not None
    if inbound.edited:
        return _edited(known, inbound, heard.reading)
    if heard.order is not None and not answering_typed.answers(known.dialogue, inbound):
        done = _ordered(known, inbound, heard.order, heard.reading)
        if done is not None:
            return done
    answer = answering.said(known, inbound, heard.reading) if photos.may_answer(known, inbound) else None
    if answer is not None:
        return answer
    return _talk(known, inbound, heard.reading, heard.matters)


def _pressed(known: Known, inbound: Inbound, heard: Heard) -> Decision:
    if heard.choice is not None:
        return answering.chosen(known, inbound, *heard.choice)
    # Data of buttons comes from outside: a verb that has nothing to do with tickets is no button of ours.
    if heard.order is None or known.file is None or heard.order.verb not in {*orders.RULES, Verb.MERGE}:
        raise Refused("press.unknown")
    return orders.carry_out(known, known.file, heard.order, inbound)


def _ordered(known: Known, inbound: Inbound, order: Order, reading: Reading) -> Decision | None:
    if order.verb in lists.LOOK_UPS:
        return lists.LOOK_UPS[order.verb](known, inbound)
    if order.verb in OPENINGS:
        return _opened(known, inbound, order, reading)
    if order.verb is Verb.TAKE_UP:
        if known.file is not None:
            raise Refused("take_up.already", number=known.file.ticket.number)
        raise Refused("take_up.asked")
    if order.verb is Verb.CANCEL:
        return _cancelled(known, inbound)
    if order.verb is Verb.LANGUAGE:
        return _language(known, inbound, order)
    if order.verb in meeting_orders.RULES:
        return meeting_orders.carry_out(known, inbound, order)
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
    if len(fitting) > 1 and (inbound.private or not order.rest):
        return orders.which_one(known, order, fitting, inbound)
    if inbound.private and (known.dialogue is None or known.dialogue.step in ASIDE):
        raise Refused("order.none_fits", word=order.word)
    return None


OPENINGS: Mapping[Verb, Kind] = {
    Verb.REPORT: Kind.REPAIR,
    Verb.COMPLAIN: Kind.COMPLAINT,
    Verb.SERVICES: Kind.SERVICE_ORDER,
}
TAKING_UP = frozenset({"登记", "报修", "报事"})
"""Said below a neighbour's message by who takes it up."""


def _opened(known: Known, inbound: Inbound, order: Order, reading: Reading) -> Decision:
    """报修…, 投诉…, 点单…: said to be a call, so it is one, whatever the reader thinks of its words."""
    kind = OPENINGS[order.verb]
    if inbound.helper and order.rest:
        return righting.taken_up(known, inbound, reading)
    if not order.rest:
        return reporting.afresh(known, lambda known: questions.what(known, inbound, kind))
    spoken = replace(inbound, text=order.rest)
    said = reading.kind if kind is Kind.REPAIR else kind
    what = intake.draft(known, spoken, reading, kind=said, said_so=True)
    again = reporting.asked_again(known, inbound, what.words)
    return again or reporting.afresh(known, lambda known: reporting.go_on(known, what, spoken))


def _cancelled(known: Known, inbound: Inbound) -> Decision:
    dialogue = known.dialogue
    if dialogue is None:
        return Decision(letters=(reply(inbound, Say("cancel.nothing")),)) if inbound.private else Decision()
    done = Say("cancel.done")
    said = reply(inbound, done)
    if dialogue.question is not None:
        said = Letter(inbound.chat, LetterKind.ANSWER, done, edit=dialogue.question)
    return Decision(close=((dialogue.chat, dialogue.account),), letters=(said,))


def _language(known: Known, inbound: Inbound, order: Order) -> Decision:
    if known.speaker is None:
        return Decision()
    english = order.word in ("英文", "english") or order.rest.lower() in ("en", "english")
    language = "en" if english else "zh"
    speaker = replace(known.speaker, language=language)
    # In the new language already: the letter is written in the one they had until now.
    done = Say("language.set", {"done": text("language.done", language)})
    return Decision(people=(speaker,), letters=(reply(inbound, done),))


def _edited(known: Known, inbound: Inbound, reading: Reading) -> Decision:
    """A corrected message: its ticket learns the new words; a message that only now is a call becomes a report."""
    if known.file is not None:
        return correcting.reworded(known, known.file, inbound, reading)
    what = intake.draft(known, inbound, reading)
    unfiled = waiting.draft_of(known) if known.dialogue and "draft" in known.dialogue.data else None
    if unfiled is not None and unfiled.origin_message == inbound.message:
        question = known.dialogue.question if known.dialogue else None
        return reporting.go_on(known, what, replace(inbound, pieces=()), question)
    if surely_report(reading) and known.grid is not None:
        return reporting.afresh(known, lambda known: reporting.go_on(known, what, inbound))
    return Decision()


def _talk(known: Known, inbound: Inbound, reading: Reading, several: Sequence[Matter]) -> Decision:
    if inbound.location is not None:
        return photos.pin(known, inbound)
    if not inbound.text.strip():
        return photos.without_words(known, inbound)
    # In a group an open question's ticket is not what everything else its reader says is about.
    if known.file is not None and (inbound.private or inbound.reply_to is not None):
        about = about_ticket.below(known, known.file, inbound, reading)
        if about is not None:
            return about
    if known.grid is None and not inbound.private:
        return Decision()  # a staff chat or a group nobody bound: orders only
    if several and not (known.speaker is not None and known.speaker.listed):
        return reporting.afresh(known, lambda known: matters.confirm(known, inbound, several))
    call = taken_for_report(inbound, reading)
    about = follow_ups.said(known, inbound, reading, call=call)
    if about is not None:
        return about
    if reading.follow_up:
        return lists.not_understood(known, inbound) if inbound.private else Decision()
    if call:
        what = intake.draft(known, inbound, reading)
        return reporting.afresh(known, lambda known: reporting.go_on(known, what, inbound))
    return _perhaps(known, inbound, reading)


def _perhaps(known: Known, inbound: Inbound, reading: Reading) -> Decision:
    """Neither surely a call nor about one: asked when it may be, silence when it is talk among neighbours."""
    shown = bool(inbound.pieces or (known.loose and inbound.private))
    addressed = inbound.private or inbound.to_bot
    if known.account is not None and (perhaps_report(inbound, reading) or (addressed and shown)):
        what = intake.draft(known, inbound, reading)
        return second.weigh(known, what, inbound)
    if not addressed:
        return photos.keep_for_later(known, inbound) if inbound.pieces else Decision()
    if intake.spot(reading) != Place():
        late = intake.without_place(known)
        if late is not None:
            return Decision(onto=Onto(late, Verb.ADD, inbound.text))
    if waiting.is_courtesy(inbound.text):
        said = "talk.hello" if waiting.is_greeting(inbound.text) else "talk.welcome"
        return Decision(letters=(reply(inbound, Say(said)),)) if inbound.private else Decision()
    if inbound.reply_to is not None and not inbound.private:
        return Decision()  # neighbours talk on below what the bot has said
    return lists.not_understood(known, inbound)


def carry_onto(known: Known, inbound: Inbound, onto: Onto) -> Decision:
    """Go on with the ticket that turned out to be meant; `known.file` is it."""
    return Decision() if known.file is None else about_ticket.onto(known, known.file, inbound, onto)


def refused(known: Known, inbound: Inbound, refusal: Refused) -> Decision:
    """Tell the writer why not: as a toast to the one who pressed, as a short answer to the one who typed."""
    say = in_words(refusal.say)
    if inbound.press is not None:
        return Decision(answer=Answer(toast=render(say, known.tongue), alert=True))
    return Decision(letters=(reply(inbound, say),))
