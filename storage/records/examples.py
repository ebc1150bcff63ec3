"""What people said of the reader, and what it learned of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storage.records.basics import Instant
from storage.records.states import Category


@dataclass(frozen=True, slots=True)
class Example:
    """One message somebody has put the reader right about, or agreed with it.

    `read_call` and `read_category` are what the reader had said of `words`; `call` and `category` are what is right.
    `category` is None for chatter, and where nobody said which it is. `person`: who said so. `ticket`: the id of the one
    that came of the message, if any.
    """

    community: str
    at: Instant
    words: str
    read_call: bool
    read_category: Category | None
    call: bool
    category: Category | None
    person: str
    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a community's reader has learned: `weights` are differences from the shipped ones: feature → question → weight
    (handlers/reading/weights.py).

    Taken over at `at` by `by` (who was at the keyboard), from so many `examples`.
    """

    community: str
    at: Instant
    by: str
    examples: int
    weights: Mapping[str, Mapping[str, float]]
