"""Several matters in one message: 5号楼电梯停了，还有6号楼门口地砖碎了. One question about both, then a ticket for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from handlers import intake, places, questions, reporting
from handlers.commands import choose
from handlers.dialogue import Step, ask
from handlers.intake import Draft
from handlers.known import Known
from handlers.messages import Button, Decision, Inbound, Refused, Say
from handlers.reading import Reading, Urgency
from handlers.sureness import surely_report
from handlers.waiting import as_it_began, question_of
from handlers.wording import matter_of, piece, text
from handlers.work import pieces_of
from storage.records import Place

Matter = tuple[str, Reading]
"""The words of one matter, and what they were read as."""

MOST = 4
"""Matters asked about in one question; who has more on their mind is asked about the first ones."""

LONGEST = 400
"""Characters of a message that is looked through; a longer one is a letter, and one matter with its history."""

_STEPS = re.compile(
    r"(?:[，,。；;！!\s]|^)(?:还有|另外|此外|再就是|再一个|顺便|对了|以及|其次|[一二三四]是|第[一二三四]|[1-4][、.．)）])[，,、：:]?"
)
_CLAUSES = re.compile(r"[，,。；;！!？?\n]+")


def apart(words: str, whole: Reading, read: Callable[[str], Reading]) -> tuple[Matter, ...]:
    """Return the matters of a message that surely is a call; () when it is one matter, as nearly always.

    Two are two only when each is surely a call by itself, and they differ in the matter or in the building.
    """
    if len(words) > LONGEST or not surely_report(whole):
        return ()
    steps = _found([part for part in _STEPS.split(words) if part.strip()], read, buildings=False)
    return steps or _found([part for part in _CLAUSES.split(words) if part.strip()], read, buildings=True)


def _found(parts: Sequence[str], read: Callable[[str], Reading], *, buildings: bool) -> tuple[Matter, ...]:
    """Return the calls among the parts when there are several. `buildings`: each must say where by itself."""
    if len(parts) < 2:
        return ()
    matters: list[Matter] = []
    for part in parts[: 4 * MOST]:
        reading = read(part)
        if surely_report(reading) and (not buildings or places.found_by(intake.spot(reading))):
            matters.append((part.strip(), reading))
        elif matters:
            # What is no call by itself belongs to the call before it.
            matters[-1] = (f"{matters[-1][0]} {part.strip()}", matters[-1][1])
    kinds = {reading.category for _, reading in matters}
    spots = {reading.building or (reading.place if buildings else "") for _, reading in matters}
    if len(matters) < 2 or (len(spots) < len(matters) if buildings else len(kinds) == len(spots) == 1):
        return ()
    return tuple((said, _whole(read(said), reading)) for said, reading in matters[:MOST])


def _whole(longer: Reading, reading: Reading) -> Reading:
    """Return how a matter reads with what belongs to it; as before, should it then be another matter or none."""
    same = surely_report(longer) and longer.category is reading.category
    return longer if same and longer.building == reading.building else reading


def confirm(known: Known, inbound: Inbound, matters: Sequence[Matter]) -> Decision:
    """Ask once about all of them. Danger is not asked about: everything is filed at once."""
    drafts = [intake.draft(known, replace(inbound, text=said), reading) for said, reading in matters]
    house = Place(drafts[0].place.building, drafts[0].place.unit)
    drafts = [what if places.found_by(what.place) else reporting.located(what, house) for what in drafts]
    urgent = any(reading.urgency is Urgency.EMERGENCY for _, reading in matters)
    if urgent or known.account is None:
        return reporting.file_all(known, drafts, inbound)
    names = [_name(what) for what in drafts]
    language = known.tongue.language
    one = [
        Button(
            f"{text('button.only', language)} {piece(name, known.tongue)}", choose(Step.CONFIRM, f"only{at}")
        )
        for at, name in enumerate(names)
    ]
    yes = Button(questions.in_words(known, "button.file"), choose(Step.CONFIRM, "yes"))
    no = Button(questions.in_words(known, "button.no_report"), choose(Step.CONFIRM, "no"))
    data = {"draft": drafts[0].to_data(), reporting.MORE: [what.to_data() for what in drafts[1:]]}
    say = Say("ask.confirm_several", {"matters": names})
    dialogue, letter = ask(known, inbound, Step.CONFIRM, data, say, ((yes, no), *((row,) for row in one)))
    return Decision(open=(dialogue,), letters=(letter,), attachments=tuple(pieces_of(known, inbound, None)))


def answered(known: Known, inbound: Inbound, value: str) -> Decision:
    """登记 files them all, 只登记… one of them."""
    drafts = reporting.several(known)
    at = value.removeprefix("only")
    if at.isdecimal():
        drafts = drafts[int(at) :][:1]
    if not drafts:
        raise Refused("dialogue.over")
    return reporting.file_all(known, drafts, as_it_began(inbound, drafts[0]), question_of(known))


def _name(what: Draft) -> dict[str, Any]:
    return matter_of(what.category, what.heading, what.place)
