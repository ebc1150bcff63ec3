"""What is kept for how long once a ticket is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from storage.records.basics import Instant


class Keep(StrEnum):
    """What is kept for so many days; each kind's clock begins when the ticket ended."""

    REPORTER = "reporter"
    WORDS = "words"
    PHOTOS = "photos"
    VOICES = "voices"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Term:
    """Days: what is usual, and what a community may choose."""

    usual: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Ended:
    """What ended from `since` on and before `before`."""

    since: Instant
    before: Instant


TERMS: Mapping[Keep, Term] = {
    # Who asked, and at which door: a hotline's complaint may be taken up again for two years.
    Keep.REPORTER: Term(730, 90, 1825),
    # What happened, in their words: the yearly comparison looks two years back.
    Keep.WORDS: Term(1095, 180, 3650),
    # Pictures prove that it was mended; whoever doubts it does so within a year.
    Keep.PHOTOS: Term(365, 30, 1825),
    # A voice is a person's own mark, and its words stand beside it.
    Keep.VOICES: Term(90, 7, 365),
    # Somebody who has not been heard of, and of whom no ticket speaks any more.
    Keep.PEOPLE: Term(730, 180, 1825),
}
Days = Mapping[Keep, int]
"""How long each kind stays."""
