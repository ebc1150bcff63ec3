"""What else is said while a report waits for its answer: what puts it right, and what makes it sure."""

from __future__ import annotations

from dataclasses import replace

from handlers import correcting, fragments, intake, reporting
from handlers.dialogue import Step
from handlers.known import Known
from handlers.messages import Decision, Inbound
from handlers.reading import Urgency, read
from handlers.sureness import surely_report
from handlers.waiting import draft_of, together_closed
from handlers.wording import legible
from handlers.work import pieces_of
from storage.records import Dialogue


def put_right(known: Known, inbound: Inbound, dialogue: Dialogue, meant: str) -> Decision | None:
    """902打错了 是602: the report that waits is what its writer means now. None when nothing of it changes."""
    what, said = draft_of(known), read(meant)
    place, category = correcting.corrected(what.place, what.category, said, meant)
    if (place, category) == (what.place, what.category):
        return None
    words = f"{what.words}\n{legible(inbound.text)}"[: intake.LONGEST_WORDS]
    heading = what.heading if category is what.category else said.emergency
    danger = what.emergency or said.urgency is Urgency.EMERGENCY
    now = replace(what, words=words, place=place, category=category, heading=heading, emergency=danger)
    here = replace(inbound, message=what.origin_message)
    sure = dialogue.step == Step.CONFIRM and surely_report(read(f"{what.words} {inbound.text}"))
    if danger or sure or (dialogue.step != Step.CONFIRM and place.building and not what.place.building):
        return together_closed(dialogue, reporting.go_on(known, now, here, dialogue.question))
    waiting = replace(dialogue, data={**dialogue.data, "draft": now.to_data()})
    return Decision(open=(waiting,), attachments=tuple(pieces_of(known, inbound, None)))


def confirmed_by_more(known: Known, inbound: Inbound, dialogue: Dialogue) -> Decision | None:
    """It was not sure that it is a call; with what its writer says now it may be, and needs no answer any more."""
    what = draft_of(known)
    whole = read(f"{what.words} {inbound.text}")
    alone = read(inbound.text)
    another = surely_report(alone) and (alone.building or known.now - what.at > fragments.TOGETHER)
    if another or not surely_report(whole):
        return None
    full = replace(intake.longer(what, whole, inbound.text), category=whole.category or what.category)
    here = replace(inbound, message=what.origin_message)
    return together_closed(dialogue, reporting.go_on(known, full, here, dialogue.question))
