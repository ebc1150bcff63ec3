"""Unfinished exchanges: opening a question to one person, and the steps there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from handlers.commands import read_choice
from handlers.known import Known
from handlers.messages import Decision, Inbound, Letter, Rows, Say
from handlers.wording import word
from storage.records import MINUTE, SECOND, Dialogue, LetterKind, Span

PATIENCE: Span = 10 * MINUTE
"""How long a question waits (voices, scene 2)."""

PHOTO_PAUSE: Span = 15 * SECOND
"""How long a photo sent to us without words is left in peace, before its sender is asked what it shows."""

PHOTO_PATIENCE: Span = 3 * MINUTE
"""How long a photo without words waits for its words, and words for their photo."""


class Step(StrEnum):
    """What is being waited for. The values travel in button data and in the store: they must stay as they are."""

    WHAT = "what"
    CONFIRM = "confirm"
    COMPOUND = "compound"
    BUILDING = "building"
    UNIT = "unit"
    OPENLY = "openly"
    NOTE = "note"
    DECLINE = "decline"
    WHOM = "whom"
    TIME = "time"
    PLAN = "plan"
    WHY_BAD = "whybad"
    MORE = "more"
    OBJECT = "object"
    APART = "apart"
    PHOTO = "photo"
    CATEGORY = "category"
    JOIN = "join"
    PART = "part"
    WHICH = "which"
    AFTER = "after"
    ERASE = "erase"


CHOICES = "choices"
"""In a dialogue's data: [label, value] of every choice its question shows, in the order shown. They can be typed."""

MOST_NUMBERED = 8
"""Choices people are given numbers for, where there are no buttons; of more they type one by its name."""


def choices_in(rows: Rows) -> list[list[str]]:
    """Return [label, value] of every choice among these buttons."""
    found = [(button.label, read_choice(button.press)) for row in rows for button in row]
    return [[label, choice[1]] for label, choice in found if choice is not None]


def numbered(labels: Sequence[str]) -> bool:
    """True when the first of these choices may be called 1, the second 2. Where a label is or begins with a number
    itself (3, 2单元, 12街坊), a number means that one."""
    return len(labels) <= MOST_NUMBERED and not any(label[:1].isdecimal() for label in labels)


ASIDE = frozenset({Step.WHICH, Step.AFTER})
"""What waits without being in anybody's way, and ends without a word."""

PLACED = frozenset({Step.COMPOUND, Step.BUILDING, Step.UNIT, Step.MORE})
"""Questions that a location pin may answer."""


def ask(
    known: Known,
    inbound: Inbound,
    step: Step,
    data: dict[str, Any],
    say: Say,
    buttons: Rows = (),
    *,
    ticket: str | None = None,
    edit: str | None = None,
    patience: Span = PATIENCE,
) -> tuple[Dialogue, Letter]:
    """Return the dialogue that waits and the letter that asks, in the chat where the person just spoke.

    Only for a named speaker: a hidden one cannot be asked (the caller decides without asking). The dialogue keeps the
    choices among the buttons.
    """
    assert known.account is not None, "a question needs somebody to ask"
    choices = choices_in(buttons)
    dialogue = Dialogue(
        chat=inbound.chat,
        account=known.account,
        step=step,
        data={**data, CHOICES: choices} if choices else data,
        expires_at=known.now + patience,
        question=edit,
    )
    letter = Letter(
        to=inbound.chat,
        kind=LetterKind.ASK,
        say=say,
        ticket=ticket,
        buttons=buttons,
        reply_to=None if inbound.private else inbound.message,
        edit=edit,
        asks=known.account,
    )
    return dialogue, letter


def reply(inbound: Inbound, say: Say, *, buttons: Rows = (), ticket: str | None = None) -> Letter:
    """Return an answer said where the question was put, below it when others are in the chat."""
    return Letter(
        to=inbound.chat,
        kind=LetterKind.ANSWER,
        say=say,
        ticket=ticket,
        buttons=buttons,
        reply_to=None if inbound.private else inbound.message,
    )


def without_toast(inbound: Inbound, decision: Decision) -> Decision:
    """Where nobody can see a toast: return the decision with a letter in its place, unless something else of it shows
    the one who pressed that it was heard."""
    toast = decision.answer.toast
    shown = [letter.to for letter in decision.letters] + [chat for _, chat in decision.cards]
    seen = not decision.answer.alert and inbound.chat in shown
    if inbound.press is None or inbound.toasts or not toast or seen:
        return decision
    return replace(decision, letters=(*decision.letters, reply(inbound, Say("toast", {"words": toast}))))


def in_words(refusal: Say) -> Say:
    """Return what somebody is told who may not, or not now: the state of the ticket as a word of their language."""
    if "state" not in refusal.args:
        return refusal
    return Say(refusal.key, {**refusal.args, "state": word(f"state.{refusal.args['state']}")})
