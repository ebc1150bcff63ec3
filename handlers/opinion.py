"""What somebody else thinks of one message: see handlers/second.py."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from storage.records import Category


class Verdict(StrEnum):
    """What somebody else takes a message for. COMING: they can be asked, and nobody need wait for it."""

    CALL = "call"
    TALK = "talk"
    UNSURE = "unsure"
    COMING = "coming"


@dataclass(frozen=True, slots=True)
class Opinion:
    """A second opinion on one message; `category` only on a call."""

    verdict: Verdict
    category: Category | None = None
