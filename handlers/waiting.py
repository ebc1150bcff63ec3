"""A report that waits for an answer: its draft, its question, and what is added meanwhile."""

from __future__ import annotations

from dataclasses import replace

from handlers import intake, places
from handlers.intake import Draft
from handlers.known import Known
from handlers.messages import Answer, Decision, Inbound, Letter, Say
from handlers.reading import Reading, Urgency
from handlers.wording import render
from handlers.work import pieces_of
from storage.records import Dialogue, LetterKind


def draft_of(known: Known) -> Draft:
    assert known.dialogue is not None, "a question is open"
    return Draft.from_data(known.dialogue.data["draft"])


def question_of(known: Known) -> str | None:
    return known.dialogue.question if known.dialogue else None


def as_it_began(inbound: Inbound, what: Draft) -> Inbound:
    """The tap or the bare answer carries no photos of its own; the report keeps the message it began with."""
    return replace(inbound, pieces=(), press=None, message=what.origin_message)


def another_matter(known: Known, reading: Reading) -> bool:
    """True for a call that has nothing to do with the report which waits, and for any danger."""
    other = reading.is_report and reading.named and reading.category is not draft_of(known).category
    return other or reading.urgency is Urgency.EMERGENCY


def breaks_out(known: Known, reading: Reading) -> bool:
    """True for danger without a place that may have come of the report which waits: 着火了, after a socket that was hot."""
    if reading.urgency is not Urgency.EMERGENCY or reading.category is None:
        return False
    what, place = draft_of(known), intake.spot(reading)
    alike = what.category in intake.alike(reading.category, emergency=True)
    recent = known.now - what.at < intake.SAME_MATTER
    return alike and recent and not places.found_by(place) and places.may_be(what.place, place)


def longer(known: Known, inbound: Inbound, reading: Reading) -> Decision:
    """More words, or a photo, to a report that still waits for its answer: kept beside it, without asking again."""
    assert known.dialogue is not None, "a question is open"
    what = intake.longer(draft_of(known), reading, inbound.text)
    waiting = replace(known.dialogue, data={**known.dialogue.data, "draft": what.to_data()})
    return Decision(open=(waiting,), attachments=tuple(pieces_of(known, inbound, None)))


def together_closed(dialogue: Dialogue, decision: Decision) -> Decision:
    """Close the dialogue, unless the decision opened the next step of it."""
    key = (dialogue.chat, dialogue.account)
    if any((opened.chat, opened.account) == key for opened in decision.open) or key in decision.close:
        return decision
    return replace(decision, close=(*decision.close, key))


def thanks(known: Known) -> Decision:
    dialogue = known.dialogue
    if dialogue is None or dialogue.question is None:
        return Decision()
    thanks = Letter(dialogue.chat, LetterKind.ANSWER, Say("ask.thanks"), edit=dialogue.question)
    return Decision(letters=(thanks,))


COURTESIES = frozenset(
    {
        *(
            "谢谢",
            "谢谢你",
            "谢谢您",
            "谢谢啦",
            "多谢",
            "辛苦了",
            "辛苦啦",
            "您辛苦了",
            "好的谢谢",
            "收到谢谢",
        ),
        *("好", "好的", "好嘞", "收到", "知道了", "嗯", "嗯嗯", "行", "可以", "ok", "thanks"),
        "再见",
    }
)
"""What is said out of politeness: it wants no help and answers no question."""


GREETINGS = frozenset({"你好", "您好", "在吗", "hello", "hi", "hey"})


def is_courtesy(words: str) -> bool:
    return _bare(words) in COURTESIES | GREETINGS


def is_greeting(words: str) -> bool:
    """True for who begins a conversation and has said nothing yet."""
    return _bare(words) in GREETINGS


def _bare(words: str) -> str:
    return words.strip(" ,，。.!！~～?？").lower()


def dropped(known: Known, inbound: Inbound, key: str) -> Decision:
    """Return that nothing comes of it, in the place of the question where there is one."""
    question = question_of(known)
    letters = (Letter(inbound.chat, LetterKind.ANSWER, Say(key), edit=question),) if question else ()
    return Decision(letters=letters, answer=Answer(toast=render(Say(key), known.tongue)))
