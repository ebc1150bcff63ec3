"""The words the reader knows and how it finds them in a text.

All words live in one index by their first two characters, so finding them costs one step per character of the
message, however many words there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from storage.records import Category, Kind

MOST_HITS = 600
"""More words than this in one message are not looked at; a chat message of 4,096 characters has some 500."""

FAULT = 2.6
"""What a word weighs that is a call by itself."""

PERHAPS = 1.2
"""What a word weighs that is a call beside other evidence."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Who speaks, when, to what end: what it does to the score, and the most its words may do together."""

    name: str
    weight: float
    most: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two words near each other that together are a call, or an emergency when `name` says which.

    `straight`: only in this order. `within`: characters between them, a comma counting three.
    """

    category: Category
    within: int
    weight: float
    name: str = ""
    straight: bool = False


@dataclass(slots=True)
class Word:
    """Everything one word may mean. `hides` words mean nothing and hide the shorter words inside them."""

    text: str
    things: list[Category] = field(default_factory=list)
    private: bool = False
    faults: list[tuple[Category, Kind, float]] = field(default_factory=list)
    hints: list[Category] = field(default_factory=list)
    bad: Kind | None = None
    emergency: Pair | None = None
    first: list[int] = field(default_factory=list)
    then: list[int] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)

    @property
    def may_stand_for_its_parts(self) -> bool:
        return bool(
            self.private
            or self.things
            or self.faults
            or self.bad
            or self.emergency
            or self.first
            or self.then
        )


Hit = tuple[int, int, Word]


class Index:
    """Finds the longest known word at each place of a text; a word inside a longer one is not found."""

    def __init__(self, words: Collection[str]) -> None:
        self._single = {word: (word,) for word in words if len(word) == 1}
        table: dict[str, list[str]] = {}
        for word in words:
            if len(word) > 1:
                table.setdefault(word[:2], []).append(word)
        self._table = {
            start: (*sorted(some, key=len, reverse=True), *self._single.get(start[0], ()))
            for start, some in table.items()
        }
        self._starts = frozenset(start[0] for start in table) | frozenset(self._single)

    def find(self, text: str) -> Iterator[tuple[int, str]]:
        """Give each word found with where it begins, in order."""
        table, single, starts = self._table, self._single, self._starts
        furthest = 0
        for at, first in enumerate(text):
            if first not in starts:
                continue
            for word in table.get(text[at : at + 2], single.get(first, ())):
                if text.startswith(word, at):
                    if at + len(word) > furthest:
                        furthest = at + len(word)
                        yield at, word
                    break

    def found_in(self, text: str) -> bool:
        """Whether any of the words stands in the text."""
        return next(self.find(text), None) is not None


@dataclass(frozen=True, slots=True)
class Words:
    """All lists of one community, ready to read with."""

    known: Mapping[str, Word]
    index: Index
    pairs: tuple[Pair, ...]
    frames: Mapping[str, Frame]
    spelling: Mapping[str, str]
    spelling_index: Index
    landmarks: Index
    urgent: Index
    people: Index
    follow_ups: Mapping[str, str]
    follow_up_index: Index
    nicknames: Mapping[str, str]
    nickname_index: Index

    def hits(self, text: str) -> list[Hit]:
        """Return the words of `text` in order, at most MOST_HITS."""
        known = self.known
        found: list[Hit] = []
        for at, word in self.index.find(text):
            found.append((at, at + len(word), known[word]))
            if len(found) == MOST_HITS:
                break
        return found


def split(words: str | Iterable[str]) -> list[str]:
    """Return the words of a list: a string separated by blanks, or already a list."""
    some = words.split() if isinstance(words, str) else list(words)
    return [word.replace("_", " ").lower() for word in some]
