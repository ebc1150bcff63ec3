"""Questions nobody answered: a report is filed without the piece that is missing, anything else ends kindly."""

from __future__ import annotations

from dataclasses import replace

from handlers import reporting
from handlers.dialogue import ASIDE, PATIENCE, Step
from handlers.known import Known
from handlers.messages import Decision, Letter, Say
from handlers.waiting import together_closed
from storage.records import Dialogue, Kind, LetterKind

NOTHING_LOST = frozenset({Step.UNIT, Step.APART})
"""Questions about a ticket that is well without an answer."""


def expired(known: Known, dialogue: Dialogue) -> Decision:
    """Return what becomes of a question whose time is over, or which reached nobody."""
    known = replace(known, dialogue=dialogue)
    return together_closed(dialogue, _expired(known, dialogue))


def _expired(known: Known, dialogue: Dialogue) -> Decision:
    step = Step(dialogue.step)
    if step in ASIDE:
        return Decision()  # the buttons of a question go on working
    if step is Step.PHOTO:
        return _ask_about_photo(known, dialogue)
    filed = reporting.unanswered(known)
    if filed is not None:
        return filed
    number = known.file.ticket.number if known.file else ""
    key = (
        "ask.thanks" if step in NOTHING_LOST else f"timeout.{Step.COMPOUND if step is Step.OPENLY else step}"
    )
    return _rewritten(dialogue, Say(key, {"number": number}))


def _rewritten(dialogue: Dialogue, say: Say) -> Decision:
    if dialogue.question is None:
        return Decision()
    return Decision(letters=(Letter(dialogue.chat, LetterKind.ANSWER, say, edit=dialogue.question),))


def _ask_about_photo(known: Known, dialogue: Dialogue) -> Decision:
    """No words came with a photo that was sent to us."""
    waiting = replace(
        dialogue,
        step=Step.WHAT,
        data={"kind": Kind.REPAIR},
        expires_at=known.now + PATIENCE,
    )
    letter = Letter(dialogue.chat, LetterKind.ASK, Say("photo.what_is_it"), asks=dialogue.account)
    return Decision(open=(waiting,), letters=(letter,))
