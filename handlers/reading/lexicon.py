"""The words the reader knows, and how it finds them in a text.

All words of a list live in one index by their first two characters, so finding them costs one step per character of the
message, however many words there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from handlers.reading.weights import Row, Table
from storage.records import Category


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

    def every(self, text: str) -> Iterator[tuple[int, str]]:
        """Give every word at every place, also those inside longer ones, with where it begins."""
        table, single, starts = self._table, self._single, self._starts
        for at, first in enumerate(text):
            if first in starts:
                for word in table.get(text[at : at + 2], single.get(first, ())):
                    if text.startswith(word, at):
                        yield at, word

    def found_in(self, text: str) -> bool:
        """Whether any of the words stands in the text."""
        return next(self.find(text), None) is not None


def split(words: str | Iterable[str]) -> list[str]:
    """Return the words of a list: a string separated by blanks, or already a list."""
    some = words.split() if isinstance(words, str) else list(words)
    return [word.replace("_", " ").lower() for word in some]


@dataclass(frozen=True, slots=True)
class Danger:
    """One danger. `within`: characters between its two words; `straight`: only in this order."""

    name: str
    category: Category
    within: int
    straight: bool = False


@dataclass(slots=True)
class Telling:
    """Of which dangers a word tells: by itself, and as the first or the second of two."""

    alone: list[Danger] = field(default_factory=list)
    first: list[Danger] = field(default_factory=list)
    then: list[Danger] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Words:
    """All words and weights one community's messages are read with: see loading.load_words."""

    spelling: Mapping[str, str]
    spelling_index: Index
    dangers: Mapping[str, Telling]
    danger_index: Index
    signs: Mapping[str, Row]
    sign_index: Index
    landmarks: Index
    people: Index
    wishes: Index
    services: Index
    follow_ups: Mapping[str, str]
    follow_up_index: Index
    weights: Table
    learned: Table
