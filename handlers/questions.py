"""The questions a report may need: what, whether, which compound, which building, which unit, how openly.

Each is asked of its writer alone; the photos that came with their words wait beside it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers import places
from handlers.commands import BUTTON_BYTES, choose
from handlers.dialogue import Step, ask, reply
from handlers.intake import Draft
from handlers.known import Known
from handlers.messages import Button, Decision, Inbound, Rows, Say
from handlers.wording import text, word
from handlers.work import Work, pieces_of
from storage.records import Category, Grid, Kind

MOST_BUTTONS = 24
"""More buildings or compounds than this are asked for in words: nobody reads a wall of buttons."""

MISSING = "人员走失"
"""As the reader names it: where somebody is cannot be asked then, only where they were."""

LONGEST_WISH = 16
"""A service wished for in more words than this is not repeated in the question."""

PER_ROW = 6
UNITS = 4

COMMON = (
    Category.ELEVATOR,
    Category.LEAK_WALL,
    Category.LIGHTING,
    Category.DRAINAGE,
    Category.WATER_SUPPLY,
    Category.DOOR_ACCESS,
    Category.SANITATION,
    Category.OTHER,
)
"""What /report offers; everything else is said in words."""


def what(known: Known, inbound: Inbound, kind: Kind, *, building: str = "") -> Decision:
    """/report without words: step by step. `building` is known already where a QR code on it was scanned."""
    if known.account is None:
        return Decision(letters=(reply(inbound, Say("ask.what_hidden")),))
    buttons = tuple(_choice(known, f"category.{one}", Step.WHAT, one) for one in COMMON)
    rows: Rows = (buttons[:4], buttons[4:]) if kind is Kind.REPAIR else ()
    data = {"kind": kind} | ({"building": building} if building else {})
    return _ask(known, inbound, Step.WHAT, data, Say(f"ask.what_{kind}"), rows)


def confirm(known: Known, draft: Draft, inbound: Inbound) -> Decision:
    """Not quite sure that it is a call: one quiet question to its writer."""
    choices = (("button.file", "yes"), ("button.no_report", "no"))
    rows: Rows = (tuple(_choice(known, label, Step.CONFIRM, value) for label, value in choices),)
    return _ask(known, inbound, Step.CONFIRM, draft, _about("ask.confirm", draft), rows)


def building(known: Known, draft: Draft, inbound: Inbound, question: str | None = None) -> Decision:
    say, rows = _about("ask.building", draft), _buildings(known, draft)
    return _ask(known, inbound, Step.BUILDING, draft, say, rows, question)


def unit(work: Work, inbound: Inbound, question: str | None = None) -> Decision:
    known = work.known
    units = tuple(Button(f"{n}单元", choose(Step.UNIT, str(n))) for n in range(1, UNITS + 1))
    rows: Rows = (units, (_choice(known, "button.unknown", Step.UNIT, "unknown"),))
    return _on_ticket(work, inbound, Step.UNIT, {}, "ask.unit", rows, question)


def where_of_emergency(work: Work, inbound: Inbound, question: str | None = None) -> Decision:
    """Everyone is paged already; the place is asked for afterwards, and goes to all of them."""
    key = "ask.where_missing" if work.ticket.heading == MISSING else "ask.where_emergency"
    return _on_ticket(work, inbound, Step.MORE, {"where": True}, key, (), question)


def compound(known: Known, draft: Draft, inbound: Inbound, question: str | None = None) -> Decision:
    community = known.speaker.community if known.speaker else ""
    choices = places.compounds(known.directory, community)
    rows: Rows = ()
    if len(choices) <= MOST_BUTTONS:
        rows = tuple((Button(c.name, choose(Step.COMPOUND, c.id)),) for c in choices)
    return _ask(known, inbound, Step.COMPOUND, draft, _about("ask.compound", draft), rows, question)


def how_openly(known: Known, draft: Draft, inbound: Inbound, question: str | None = None) -> Decision:
    """A complaint about people: asked in private, never in the group."""
    assert known.account is not None, "somebody the platform hides cannot be asked"
    if inbound.private:
        key, choices = "ask.openly_private", ("anonymous", "named", "never")
    else:
        key, choices = "ask.openly", ("pass_on", "myself", "never")
    rows: Rows = (tuple(_choice(known, f"button.{b}", Step.OPENLY, OPENLY[b]) for b in choices),)
    quiet = replace(inbound, chat=known.account, private=True, message=None)
    return _ask(known, quiet, Step.OPENLY, draft, Say(key), rows, question)


OPENLY = {
    "anonymous": "anonymous",
    "pass_on": "anonymous",
    "named": "named",
    "myself": "never",
    "never": "never",
}
"""What each answer to the question how openly it shall be told stands for."""


def in_words(known: Known, key: str) -> str:
    """Return a choice's words for the speaker; the Chinese label is the contract's and stays in every language."""
    own = text(key, "zh")
    language = known.speaker.language if known.speaker else "zh"
    return own if language == "zh" else f"{own} {text(key, language)}"


def _choice(known: Known, key: str, step: Step, value: str) -> Button:
    return Button(in_words(known, key), choose(step, value))


def _buildings(known: Known, draft: Draft) -> Rows:
    """The buildings of the group's grid; in private those of the whole compound, as far as they are few."""
    here = places.grid_of(known.directory, draft.grid)
    others = (
        _choice(known, "button.other_place", Step.BUILDING, "other"),
        _choice(known, "button.unknown", Step.BUILDING, "unknown"),
    )
    names = [name for grid in _near(known, draft, here) for name in grid.buildings]
    fitting = [name for name in names if len(f"={Step.BUILDING}:{name}".encode()) <= BUTTON_BYTES]
    if len(fitting) > MOST_BUTTONS:
        return (others,)
    own = [Button(name, choose(Step.BUILDING, name)) for name in fitting]
    return (*(tuple(own[at : at + PER_ROW]) for at in range(0, len(own), PER_ROW)), others)


def _near(known: Known, draft: Draft, here: Grid) -> list[Grid]:
    if not draft.origin_private:
        return [here]
    return [grid for grid in known.directory.grids.values() if grid.compound == here.compound]


def _about(key: str, draft: Draft) -> Say:
    """收到，电梯。是几号楼？ A service is named as it was wished for. What is nothing in particular is not named: 收到。
    是几号楼？"""
    if draft.kind is Kind.SERVICE_ORDER:
        wish = draft.words.strip()
        return Say(key, {"what": wish}) if len(wish) <= LONGEST_WISH else Say(f"{key}_bare")
    if draft.heading:
        return Say(key, {"what": draft.heading})
    if draft.category is Category.OTHER:
        return Say(f"{key}_bare")
    return Say(key, {"what": word(f"category.{draft.category}")})


def _ask(
    known: Known,
    inbound: Inbound,
    step: Step,
    about: Draft | dict[str, Any],
    say: Say,
    rows: Rows,
    question: str | None = None,
) -> Decision:
    data = {"draft": about.to_data()} if isinstance(about, Draft) else about
    dialogue, letter = ask(known, inbound, step, data, say, rows, edit=question)
    return Decision(open=(dialogue,), letters=(letter,), attachments=tuple(pieces_of(known, inbound, None)))


def _on_ticket(
    work: Work, inbound: Inbound, step: Step, data: dict[str, Any], key: str, rows: Rows, question: str | None
) -> Decision:
    ticket = work.ticket.id
    dialogue, letter = ask(
        work.known,
        inbound,
        step,
        {"ticket": ticket, **data},
        work.say(key),
        rows,
        ticket=ticket,
        edit=question,
    )
    return Decision(open=(dialogue,), letters=(letter,))
