"""Answers inside a dialogue: a choice tapped or words typed, by the one person who was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from handlers import orders, places, reporting
from handlers.commands import Order, Verb
from handlers.dialogue import Step
from handlers.handling import WAITING_FOR
from handlers.intake import Draft, draft, spot
from handlers.known import Known
from handlers.messages import Answer, Decision, Inbound, Letter, Refused, Say
from handlers.reading import Reading, read_place
from handlers.wording import render, text
from handlers.work import Work
from storage.records import Act, Address, Category, Dialogue, Kind, LetterKind, Place

ON_TICKET: Mapping[Step, Verb] = {
    Step.NOTE: Verb.RESOLVE,
    Step.DECLINE: Verb.DECLINE,
    Step.TIME: Verb.ASK_TIME,
    Step.PLAN: Verb.PLAN,
    Step.MORE: Verb.ADD,
    Step.WHY_BAD: Verb.ADD,
    Step.OBJECT: Verb.OBJECT,
}
"""Steps that wait for the words an order lacked."""


def chosen(known: Known, inbound: Inbound, step: str, value: str) -> Decision:
    """A button of a question was pressed. Only the one asked may, and only while it is asked."""
    dialogue = known.dialogue
    if dialogue is None or dialogue.step != step:
        raise Refused("dialogue.over")
    if dialogue.question is not None and inbound.message is not None and dialogue.question != inbound.message:
        raise Refused("dialogue.over")
    return together_closed(dialogue, CHOICES[Step(step)](known, inbound, value))


def said(known: Known, inbound: Inbound, reading: Reading) -> Decision | None:
    """Words that may be the answer to an open question; None when they are something else.

    In a group only what fits the question, or replies to it, is taken for an answer: people go on chatting.
    """
    dialogue = known.dialogue
    if dialogue is None:
        return None
    step = Step(dialogue.step)
    replies = inbound.private or (dialogue.question is not None and inbound.reply_to == dialogue.question)
    words = inbound.text.strip()
    if step in ON_TICKET or step is Step.WHOM:
        # A fresh call in the group is a call, whatever was asked before.
        if not replies and (reading.is_report or not (words or inbound.pieces)):
            return None
        return together_closed(dialogue, _to_ticket(known, inbound, step, words))
    if step is Step.WHAT:
        if not words or (not replies and not reading.is_report):
            return None
        kind = Kind(str(dialogue.data.get("kind", Kind.REPAIR)))
        said_now = draft(known, inbound, reading, kind=kind)
        if "category" in dialogue.data and reading.category is None:
            said_now = replace(said_now, category=Category(str(dialogue.data["category"])))
        if "building" in dialogue.data:
            said_now = reporting.located(said_now, Place(building=str(dialogue.data["building"])))
        return together_closed(dialogue, reporting.go_on(known, said_now, inbound))
    if step is Step.CONFIRM and words in ("登记", "是", "是的", "对", "1"):
        return together_closed(dialogue, _confirm(known, inbound, "yes"))
    if step is Step.CONFIRM and words in ("不是", "不用", "不", "2"):
        return together_closed(dialogue, _confirm(known, inbound, "no"))
    if step in (Step.BUILDING, Step.UNIT):
        return _place_said(known, inbound, dialogue, reading, replies)
    if step is Step.COMPOUND:
        named = [
            c for c in known.directory.compounds.values() if words and (words in c.name or c.name in words)
        ]
        if len(named) == 1:
            return together_closed(dialogue, _compound(known, inbound, named[0].id))
    return None


def together_closed(dialogue: Dialogue, decision: Decision) -> Decision:
    """Close the dialogue, unless the decision opened the next step of it."""
    key = (dialogue.chat, dialogue.account)
    if any((opened.chat, opened.account) == key for opened in decision.open) or key in decision.close:
        return decision
    return replace(decision, close=(*decision.close, key))


# --- reports ----------------------------------------------------------------------------------------------------------


def _draft(known: Known) -> Draft:
    assert known.dialogue is not None
    return Draft.from_data(known.dialogue.data["draft"])


def _question(known: Known) -> str | None:
    return known.dialogue.question if known.dialogue else None


def _confirm(known: Known, inbound: Inbound, value: str) -> Decision:
    if value == "yes":
        return reporting.go_on(known, _draft(known), replace(inbound, pieces=()), _question(known))
    return _dropped(known, inbound, "confirm.dropped")


def _building(known: Known, inbound: Inbound, value: str) -> Decision:
    what = _draft(known)
    if value == "other":
        assert known.dialogue is not None
        again = Letter(
            inbound.chat, LetterKind.ASK, Say("ask.building_words"), edit=_question(known), asks=known.account
        )
        return Decision(open=(known.dialogue,), letters=(again,))
    if value == "unknown":
        return reporting.file_or_join(known, what, _silent(inbound, what), _question(known))
    return reporting.file_or_join(
        known,
        reporting.located(what, Place(building=places.bare(value))),
        _silent(inbound, what),
        _question(known),
    )


def _silent(inbound: Inbound, what: Draft) -> Inbound:
    """The tap or the bare answer carries no photos of its own; the report keeps the message it began with."""
    return replace(inbound, pieces=(), press=None, message=what.origin_message)


def _unit(known: Known, inbound: Inbound, value: str) -> Decision:
    if value == "unknown" or known.file is None:
        return _thanks(known, inbound)
    return _unit_is(known, inbound, Place(unit=value))


def _unit_is(known: Known, inbound: Inbound, place: Place) -> Decision:
    assert known.file is not None
    work = Work(known, known.file)
    work.step(Act.ADD, "place", place=places.fill(work.ticket.place, place))
    return reporting.together(work.decision("toast.added"), _thanks(known, inbound))


def _thanks(known: Known, inbound: Inbound) -> Decision:
    question = _question(known)
    if question is None:
        return Decision()
    return Decision(letters=(Letter(inbound.chat, LetterKind.ANSWER, Say("ask.thanks"), edit=question),))


def _compound(known: Known, inbound: Inbound, value: str) -> Decision:
    what = _draft(known)
    grids = [g for g in known.directory.grids.values() if g.compound == value]
    if not grids:
        raise Refused("dialogue.over")
    here = places.grid_for(known.directory, grids[0], what.place.building)
    remembered = (
        (replace(known.speaker, community=here.community, home_grid=here.id),)
        if known.speaker is not None
        else ()
    )
    if remembered:
        known = replace(
            known, speaker=remembered[0], grid=here, community=known.directory.communities[here.community]
        )
    following = reporting.go_on(known, replace(what, grid=here.id), _silent(inbound, what), _question(known))
    return replace(following, people=(*following.people, *remembered))


def _openly(known: Known, inbound: Inbound, value: str) -> Decision:
    what = _draft(known)
    if value == "never":
        return _dropped(known, inbound, "openly.dropped")
    told = replace(
        what,
        touchy=False,
        private=True,
        anonymous=value == "anonymous",
        origin=inbound.chat,
        origin_message=None,
        origin_private=True,
    )
    return reporting.go_on(known, told, _silent(inbound, told), _question(known))


def _what(known: Known, inbound: Inbound, value: str) -> Decision:
    """A category was tapped: its words and place are still to come."""
    assert known.dialogue is not None
    data = {**known.dialogue.data, "category": value}
    say = Say("ask.what_more", {"what": {"text": f"category.{Category(value)}"}})
    waiting = replace(known.dialogue, data=data)
    letter = Letter(inbound.chat, LetterKind.ASK, say, edit=_question(known), asks=known.account)
    return Decision(open=(waiting,), letters=(letter,))


def _apart(known: Known, inbound: Inbound, value: str) -> Decision:
    what = _draft(known)
    alone = replace(known, here=())
    return reporting.file_or_join(alone, what, _silent(inbound, what), _question(known))


def _dropped(known: Known, inbound: Inbound, key: str) -> Decision:
    question = _question(known)
    letters = (Letter(inbound.chat, LetterKind.ANSWER, Say(key), edit=question),) if question else ()
    return Decision(letters=letters, answer=Answer(toast=render(Say(key), known.tongue)))


def _place_said(
    known: Known, inbound: Inbound, dialogue: Dialogue, reading: Reading, replies: bool
) -> Decision | None:
    step = Step(dialogue.step)
    buildings = known.grid.buildings if known.grid else ()
    found = read_place(inbound.text, buildings, expect="building" if step is Step.BUILDING else "unit")
    place = Place(found.building, found.unit, found.floor, found.room, found.place)
    if step is Step.UNIT:
        if not (place.unit or place.floor or place.room) or known.file is None or reading.is_report:
            return None
        return together_closed(dialogue, _unit_is(known, inbound, place))
    what = _draft(known)
    if reading.is_report and not replies:
        same = reading.category is what.category
        if not same:
            return None
        place = places.fill(place, spot(reading))
    if not (place.building or place.landmark):
        if not replies:
            return None
        if inbound.text.strip() in ("不知道", "不清楚", "没有"):
            return together_closed(dialogue, _building(known, inbound, "unknown"))
        # Their own words about where it is are better than asking twice.
        place = replace(place, landmark=inbound.text.strip()[:40])
    answered = reporting.file_or_join(
        known,
        reporting.located(what, place),
        replace(inbound, message=what.origin_message),
        dialogue.question,
    )
    return together_closed(dialogue, answered)


# --- orders that lacked their words -------------------------------------------------------------------------------------


def _to_ticket(known: Known, inbound: Inbound, step: Step, words: str) -> Decision:
    assert known.dialogue is not None
    if known.file is None:
        raise Refused("dialogue.over")
    verb = ON_TICKET.get(step) or Verb(str(known.dialogue.data["verb"]))
    order = Order(verb, ticket=known.file.ticket.id, rest=words)
    done = orders.carry_out(known, known.file, order, inbound)
    return reporting.together(done, _thanks(known, inbound))


def _note(known: Known, inbound: Inbound, value: str) -> Decision:
    return _to_ticket(known, inbound, Step.NOTE, text("note.none", "zh"))


def _decline(known: Known, inbound: Inbound, value: str) -> Decision:
    return _to_ticket(known, inbound, Step.DECLINE, text(f"decline.{value}", "zh"))


def _whom(known: Known, inbound: Inbound, value: str) -> Decision:
    return _to_ticket(known, inbound, Step.WHOM, value)


def _time(known: Known, inbound: Inbound, value: str) -> Decision:
    if known.file is None or value not in WAITING_FOR:
        raise Refused("dialogue.over")
    order = Order(Verb.PAUSE, ticket=known.file.ticket.id, word=WAITING_FOR[value])
    return orders.carry_out(known, known.file, order, inbound)


CHOICES: Mapping[Step, Callable[[Known, Inbound, str], Decision]] = {
    Step.CONFIRM: _confirm,
    Step.BUILDING: _building,
    Step.UNIT: _unit,
    Step.COMPOUND: _compound,
    Step.OPENLY: _openly,
    Step.WHAT: _what,
    Step.APART: _apart,
    Step.NOTE: _note,
    Step.DECLINE: _decline,
    Step.WHOM: _whom,
    Step.TIME: _time,
}


# --- time out -----------------------------------------------------------------------------------------------------------


def expired(known: Known, dialogue: Dialogue) -> Decision:
    """Nobody answered. A report is filed without the piece that is missing; anything else ends kindly."""
    step = Step(dialogue.step)
    known = replace(known, dialogue=dialogue)
    close = (dialogue.chat, dialogue.account)
    if step in (Step.BUILDING, Step.OPENLY, Step.COMPOUND):
        what = _draft(known)
        if step is Step.OPENLY:
            what = replace(
                what, touchy=False, private=True, anonymous=True,
                origin=dialogue.chat, origin_message=None, origin_private=True,
            )  # fmt: skip
        if what.grid is not None:
            filed = reporting.file_or_join(known, what, None, dialogue.question)
            return together_closed(dialogue, filed)
    letters: tuple[Letter, ...] = ()
    if dialogue.question is not None:
        key = f"timeout.{step}" if step not in (Step.UNIT, Step.APART) else "ask.thanks"
        number = known.file.ticket.number if known.file else ""
        letters = (
            Letter(
                Address(dialogue.chat),
                LetterKind.ANSWER,
                Say(key, {"number": number}),
                edit=dialogue.question,
            ),
        )
    return Decision(letters=letters, close=(close,))
