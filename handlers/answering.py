"""Answers inside a dialogue: a choice tapped or words typed, by the one person who was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from handlers import (
    answering_more,
    answering_orders,
    answering_typed,
    answering_where,
    hints,
    intake,
    matters,
    questions,
    reporting,
    righting,
    which,
)
from handlers.dialogue import CHOICES as KEPT
from handlers.dialogue import Step, reply
from handlers.known import Known
from handlers.messages import Decision, Inbound, Letter, Onto, Refused, Say
from handlers.reading import Reading
from handlers.waiting import (
    another_matter,
    as_it_began,
    breaks_out,
    draft_of,
    dropped,
    is_courtesy,
    longer,
    question_of,
    together_closed,
)
from storage.records import Category, Dialogue, Kind, LetterKind, Place, Severity


def chosen(known: Known, inbound: Inbound, step: str, value: str) -> Decision:
    """A button of a question was pressed. Only the one asked may, and only while it is asked."""
    dialogue = known.dialogue
    if dialogue is None or dialogue.step != step or Step(step) not in CHOICES:
        raise Refused("dialogue.over")
    if dialogue.question is not None and inbound.message is not None and dialogue.question != inbound.message:
        raise Refused("dialogue.over")
    return together_closed(dialogue, CHOICES[Step(step)](known, inbound, value))


def said(known: Known, inbound: Inbound, reading: Reading) -> Decision | None:
    """Words that may be the answer to an open question, as _said takes them. What leaves the question open is told in
    private that it was heard; among neighbours nobody wants to be told."""
    heard = _said(known, inbound, reading)
    told = heard is None or heard.letters or heard.tickets or heard.close or heard.onto is not None
    if heard is None or told or not inbound.private or not inbound.text.strip():
        return heard
    return replace(heard, letters=(reply(inbound, Say("ask.still")),))


def _said(known: Known, inbound: Inbound, reading: Reading) -> Decision | None:
    """Words that may be the answer to an open question; None when they are something else.

    In a group only what fits the question, or replies to it, is taken for an answer: people go on chatting.
    """
    dialogue = known.dialogue
    if dialogue is None or _turned_elsewhere(known, dialogue, inbound):
        return None
    if not inbound.private and hints.cries_for_help(inbound.text) and _others_in_danger(known, reading):
        return None
    step, words = Step(dialogue.step), inbound.text.strip()
    replies = inbound.private or (dialogue.question is not None and inbound.reply_to == dialogue.question)
    typed = answering_typed.picked(dialogue, inbound, addressed=replies or inbound.to_bot)
    if typed == "":
        return Decision(letters=(reply(inbound, Say("plain.no_such", {"last": len(dialogue.data[KEPT])})),))
    if typed is not None and step in CHOICES:
        return together_closed(dialogue, CHOICES[step](known, inbound, typed))
    if step in answering_orders.ON_TICKET or step is Step.WHOM:
        return answering_orders.words_for_order(known, inbound, dialogue, reading, replies)
    if not words:
        return None
    if "draft" in dialogue.data and (meant := hints.corrected(words)) is not None:
        right = answering_more.put_right(known, inbound, dialogue, meant)
        if right is not None:
            return right
    if step is Step.CONFIRM and not reporting.several(known):
        return answering_more.confirmed_by_more(known, inbound, dialogue)
    if step in (Step.BUILDING, Step.OPENLY) and breaks_out(known, reading):
        danger = intake.longer(draft_of(known), reading, words)
        here = replace(inbound, message=danger.origin_message)
        return together_closed(dialogue, reporting.go_on(known, danger, here, dialogue.question))
    if step is Step.WHAT:
        return _what_said(known, inbound, dialogue, reading, replies)
    if step is Step.BUILDING:
        return answering_where.building_said(known, inbound, dialogue, reading, replies)
    if step is Step.UNIT:
        return answering_where.unit_said(known, inbound, dialogue, reading)
    if step is Step.COMPOUND:
        return answering_where.compound_said(known, inbound, reading)
    if step is Step.OPENLY and not another_matter(known, reading) and not which.names_a_ticket(words):
        return _meanwhile(known, inbound, reading)
    return None


def _turned_elsewhere(known: Known, dialogue: Dialogue, inbound: Inbound) -> bool:
    """True for a reply to some other message than the question, the card it is about, or what the report began with."""
    if inbound.reply_to is None or inbound.reply_to == dialogue.question:
        return False
    if "draft" in dialogue.data and inbound.reply_to == dialogue.data["draft"]["origin_message"]:
        return False
    return known.file is None or known.file.ticket.id != dialogue.data.get("ticket")


def _others_in_danger(known: Known, reading: Reading) -> bool:
    """True while a neighbour's emergency is fresh and no danger of one's own is named."""
    fresh = [one for one in known.here if known.now - one.reported_at < intake.SAME_MATTER]
    theirs = [one for one in fresh if one.severity is Severity.EMERGENCY and not intake.repeat(known, one)]
    return bool(theirs) and not reading.is_report


# --- whether, what, how openly ----------------------------------------------------------------------------------------


def _confirm(known: Known, inbound: Inbound, value: str) -> Decision:
    if reporting.several(known) and value != "no":
        return matters.answered(known, inbound, value)
    what = draft_of(known)
    taught = Decision(examples=righting.example(known, what.words, call=value == "yes"))
    if value != "yes":
        return reporting.together(dropped(known, inbound, "confirm.dropped"), taught)
    filed = reporting.go_on(known, what, as_it_began(inbound, what), question_of(known))
    return reporting.together(filed, taught)


def _openly(known: Known, inbound: Inbound, value: str) -> Decision:
    if value == "never":
        return dropped(known, inbound, "openly.dropped")
    told = reporting.openly(draft_of(known), value, inbound.chat)
    return reporting.go_on(known, told, as_it_began(inbound, told), question_of(known))


def _meanwhile(known: Known, inbound: Inbound, reading: Reading) -> Decision:
    """More about the complaint whose writer is asked how openly to tell it: what is added, and what is still asked."""
    assert known.dialogue is not None, "a question is open"
    choices = " / ".join(label for label, _ in known.dialogue.data.get(KEPT, ()))
    if is_courtesy(inbound.text):
        return Decision(letters=(reply(inbound, Say("openly.again", {"choices": choices})),))
    say = Say("openly.added", {"words": intake.kept(inbound.text), "choices": choices})
    return reporting.together(longer(known, inbound, reading), Decision(letters=(reply(inbound, say),)))


def _what(known: Known, inbound: Inbound, value: str) -> Decision:
    """A category was tapped: its words and place are still to come."""
    assert known.dialogue is not None, "a question is open"
    if value not in questions.COMMON:
        raise Refused("dialogue.over")
    kept = {name: one for name, one in known.dialogue.data.items() if name != KEPT}
    waiting = replace(known.dialogue, data=kept | {"category": value})
    placed = "_here" if "building" in waiting.data else ""
    key = f"ask.what_more{placed}" + ("_bare" if value == Category.OTHER else "")
    say = Say(key, {"what": {"text": f"category.{Category(value)}"}})
    letter = Letter(inbound.chat, LetterKind.ASK, say, edit=question_of(known), asks=known.account)
    return Decision(open=(waiting,), letters=(letter,))


def _what_said(
    known: Known, inbound: Inbound, dialogue: Dialogue, reading: Reading, replies: bool
) -> Decision | None:
    """The report somebody began with 报修 or /report. Between the two they may have gone on chatting."""
    fits = reading.is_report or bool(reading.building or reading.unit or reading.floor)
    if not replies and not fits:
        return None
    kind = Kind(str(dialogue.data.get("kind", Kind.REPAIR)))
    what = intake.draft(known, inbound, reading, kind=_kind(kind, reading), said_so=True)
    if "category" in dialogue.data and reading.category in (None, Category.OTHER):
        what = answering_where.of_category(what, Category(str(dialogue.data["category"])))
    if "building" in dialogue.data:
        what = reporting.located(what, Place(building=str(dialogue.data["building"])))
    return together_closed(dialogue, reporting.go_on(known, what, inbound, dialogue.question))


def _kind(said: Kind, reading: Reading) -> Kind | None:
    """报修 opens a report of whatever kind its words then are; 投诉 and 点单 mean what they say."""
    return reading.kind if said is Kind.REPAIR else said


def _apart(known: Known, inbound: Inbound, value: str) -> Decision:
    what = draft_of(known)
    return reporting.file_or_join(
        replace(known, here=()), what, as_it_began(inbound, what), question_of(known)
    )


def _which(known: Known, inbound: Inbound, value: str) -> Decision:
    """It was not said which ticket they meant; now it is."""
    data = known.dialogue.data if known.dialogue is not None else {}
    return Decision(onto=Onto(value, str(data["verb"]), str(data["rest"])))


CHOICES: Mapping[Step, Callable[[Known, Inbound, str], Decision]] = {
    Step.CONFIRM: _confirm,
    Step.BUILDING: answering_where.building,
    Step.UNIT: answering_where.unit,
    Step.COMPOUND: answering_where.compound,
    Step.OPENLY: _openly,
    Step.WHAT: _what,
    Step.APART: _apart,
    Step.NOTE: answering_orders.note,
    Step.DECLINE: answering_orders.decline,
    Step.WHOM: answering_orders.whom,
    Step.TIME: answering_orders.time,
    Step.CATEGORY: answering_orders.category,
    Step.WHICH: _which,
}
