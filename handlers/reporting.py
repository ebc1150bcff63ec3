"""The way of one report: what is still missing is asked of its writer alone, then it is filed or joined to its twin."""

from __future__ import annotations

from dataclasses import replace

from handlers import intake, places
from handlers.cards import label
from handlers.commands import Verb, choose
from handlers.dialogue import Step, ask, reply
from handlers.intake import Draft
from handlers.known import File, Known
from handlers.messages import Button, Decision, Inbound, Letter, Onto, Rows, Say
from handlers.wording import text, word
from handlers.work import Work
from storage.records import Act, Grid, LetterKind, Place

MOST_BUILDINGS = 24
"""More buildings than this are asked for in words: nobody reads a wall of buttons."""

PER_ROW = 6
UNITS = 4


def go_on(known: Known, what: Draft, inbound: Inbound, question: str | None = None) -> Decision:
    """Take a report one step further: ask for what is missing, or file it.

    `question` is the message that asked the step before; it is rewritten instead of a new one being sent.
    Somebody the platform hides cannot be asked; their report is filed as it is.
    """
    if known.account is not None and not what.emergency:
        if what.touchy:
            return _ask_how_openly(known, what, inbound)
        if what.grid is None:
            return _ask_compound(known, what, inbound, question)
        if intake.needs_building(known, what):
            return _ask_building(known, what, inbound, question)
    if what.grid is None and len(known.directory.communities) > 1 and known.account is not None:
        # Of several communities not even an emergency can be paged: one tap says which.
        return _ask_compound(known, what, inbound, question)
    return file_or_join(known, what, inbound, question)


def file_or_join(known: Known, what: Draft, inbound: Inbound | None, question: str | None = None) -> Decision:
    """File the report, or join it to an open ticket about the same matter at the same spot."""
    closing = _close_question(known, what, question)
    twin = intake.twin(known, what)
    if twin is not None and inbound is not None and known.speaker is not None:
        return replace(closing, onto=Onto(twin.id, draft=what.to_data()))
    work = intake.file(known, what, inbound, _grid(known, what))
    decision = work.decision("toast.filed")
    if inbound is not None and known.account is not None and _unit_helps(work):
        data = {"ticket": work.ticket.id}
        say = work.say("ask.unit")
        dialogue, letter = ask(
            known, inbound, Step.UNIT, data, say, unit_buttons(), ticket=work.ticket.id, edit=question
        )
        return together(decision, Decision(open=(dialogue,), letters=(letter,)))
    if (
        inbound is not None
        and known.account is not None
        and what.emergency
        and not places.found_by(what.place)
    ):
        # Paged already; the place is asked for afterwards, and goes to everyone on the way.
        data = {"ticket": work.ticket.id}
        say = work.say("ask.where_emergency")
        dialogue, letter = ask(known, inbound, Step.MORE, data, say, ticket=work.ticket.id)
        return together(decision, Decision(open=(dialogue,), letters=(letter,)))
    return together(decision, closing)


def _grid(known: Known, what: Draft) -> Grid:
    grid = known.directory.grids.get(what.grid or "")
    if grid is not None:
        return grid
    # A report without a compound, from somebody who cannot be asked, still goes to somebody.
    return next(iter(known.directory.grids.values()))


def _unit_helps(work: Work) -> bool:
    """Ask for the unit only of those who were asked for the building: the rest said what they wanted to say."""
    known, place = work.known, work.ticket.place
    asked = known.dialogue is not None and known.dialogue.step == Step.BUILDING
    bare = bool(place.building) and not (place.unit or place.room or place.landmark)
    return asked and bare and work.ticket.category in places.INDOORS


def join_twin(known: Known, what: Draft, file: File, inbound: Inbound) -> Decision:
    """Somebody reports what is reported already: they follow it (or, their own, add to it), and are told so.

    One tap makes it a ticket of its own after all.
    """
    work = Work(known, file)
    speaker = known.speaker
    assert speaker is not None, "only a named person's report is joined"
    apart = Button(label(Verb.APART, "zh"), choose("apart", file.ticket.id))
    if speaker.id == file.ticket.reporter or speaker.id in file.followers:
        work.remark(what.words)
        work.attach(inbound)
        work.step(Act.ADD, "words")
        key = "twin.yours"
    else:
        work.followers.append((file.ticket.id, speaker.id))
        work.attach(inbound)
        work.step(Act.FOLLOW, "", followers=file.ticket.followers + 1)
        key = "twin.joined"
    dialogue, letter = ask(
        known,
        inbound,
        Step.APART,
        {"draft": what.to_data()},
        work.say(key, state=word(f"state.{file.ticket.state}")),
        ((apart,),),
        ticket=file.ticket.id,
    )
    work.open((dialogue, letter))
    return work.decision("toast.followed")


def _close_question(known: Known, what: Draft, question: str | None) -> Decision:
    if known.dialogue is None:
        return Decision()
    close = ((known.dialogue.chat, known.dialogue.account),)
    if question is None:
        return Decision(close=close)
    thanks = Letter(known.dialogue.chat, LetterKind.ANSWER, Say("ask.thanks"), edit=question)
    return Decision(close=close, letters=(thanks,))


# --- the questions ---------------------------------------------------------------------------------------------------


def confirm(known: Known, what: Draft, inbound: Inbound) -> Decision:
    """Not quite sure that it is a call: one quiet question to its writer."""
    rows: Rows = (
        (
            Button(text("button.file", "zh"), choose(Step.CONFIRM, "yes")),
            Button(text("button.no_report", "zh"), choose(Step.CONFIRM, "no")),
        ),
    )
    say = Say("ask.confirm", {"what": _what(what)})
    dialogue, letter = ask(known, inbound, Step.CONFIRM, {"draft": what.to_data()}, say, rows)
    return Decision(open=(dialogue,), letters=(letter,))


def ask_what(known: Known, inbound: Inbound, kind: str) -> Decision:
    """/report without words: step by step."""
    buttons = tuple(
        Button(text(f"category.{category}", "zh"), choose(Step.WHAT, category))
        for category in (
            "elevator",
            "leak_wall",
            "lighting",
            "drainage",
            "water_supply",
            "door_access",
            "sanitation",
        )
    )
    other = Button(text("category.other", "zh"), choose(Step.WHAT, "other"))
    rows = (buttons[:4], (*buttons[4:], other))
    if known.account is None:
        return Decision(letters=(reply(inbound, Say("ask.what_hidden")),))
    dialogue, letter = ask(known, inbound, Step.WHAT, {"kind": kind}, Say(f"ask.what_{kind}"), rows)
    return Decision(open=(dialogue,), letters=(letter,))


def _ask_building(known: Known, what: Draft, inbound: Inbound, question: str | None) -> Decision:
    say = Say("ask.building", {"what": _what(what)})
    data = {"draft": what.to_data()}
    rows = building_buttons(known, what)
    dialogue, letter = ask(known, inbound, Step.BUILDING, data, say, rows, edit=question)
    return Decision(open=(dialogue,), letters=(letter,))


def building_buttons(known: Known, what: Draft) -> Rows:
    here = _grid(known, what)
    grids = (
        [here]
        if not what.origin_private
        else [grid for grid in known.directory.grids.values() if grid.compound == here.compound]
    )
    buildings = [building for grid in grids for building in grid.buildings]
    others = (
        Button(text("button.other_place", "zh"), choose(Step.BUILDING, "other")),
        Button(text("button.unknown", "zh"), choose(Step.BUILDING, "unknown")),
    )
    if len(buildings) > MOST_BUILDINGS:
        return (others,)
    own = [Button(b, choose(Step.BUILDING, b)) for b in buildings]
    return (*(tuple(own[at : at + PER_ROW]) for at in range(0, len(own), PER_ROW)), others)


def unit_buttons() -> Rows:
    units = tuple(Button(f"{n}单元", choose(Step.UNIT, str(n))) for n in range(1, UNITS + 1))
    return (units, (Button(text("button.unknown", "zh"), choose(Step.UNIT, "unknown")),))


def _ask_compound(known: Known, what: Draft, inbound: Inbound, question: str | None) -> Decision:
    compounds = [
        c
        for c in known.directory.compounds.values()
        if not (known.speaker and known.speaker.community) or c.community == known.speaker.community
    ]
    shown = compounds[:MOST_BUILDINGS]
    rows = tuple((Button(c.name, choose(Step.COMPOUND, c.id)),) for c in shown)
    data = {"draft": what.to_data()}
    say = Say("ask.compound", {"what": _what(what)})
    dialogue, letter = ask(known, inbound, Step.COMPOUND, data, say, rows, edit=question)
    return Decision(open=(dialogue,), letters=(letter,))


def _ask_how_openly(known: Known, what: Draft, inbound: Inbound) -> Decision:
    """A complaint about people: asked in private, never in the group."""
    assert known.account is not None
    if inbound.private:
        choices = (("anonymous", "anonymous"), ("named", "named"), ("never", "never"))
        key = "ask.openly_private"
    else:
        choices = (("pass_on", "anonymous"), ("myself", "never"), ("never", "never"))
        key = "ask.openly"
    rows: Rows = (tuple(Button(text(f"button.{b}", "zh"), choose(Step.OPENLY, v)) for b, v in choices),)
    quiet = replace(inbound, chat=known.account, private=True, message=None)
    dialogue, letter = ask(known, quiet, Step.OPENLY, {"draft": what.to_data()}, Say(key), rows)
    return Decision(open=(dialogue,), letters=(letter,))


def _what(what: Draft) -> dict[str, str]:
    return word(f"category.{what.category}")


def located(what: Draft, place: Place) -> Draft:
    return replace(what, place=places.fill(what.place, place))


def together(*decisions: Decision) -> Decision:
    """Return one decision that does all of these; the first toast counts."""
    merged: dict[str, object] = {}
    for name in Decision.__dataclass_fields__:
        if name in ("answer", "onto"):
            continue
        merged[name] = tuple(item for decision in decisions for item in getattr(decision, name))
    answer = next((d.answer for d in decisions if d.answer.toast), decisions[0].answer)
    onto = next((d.onto for d in decisions if d.onto), None)
    return Decision(**merged, answer=answer, onto=onto)  # type: ignore[arg-type]
