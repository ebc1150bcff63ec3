"""Loading the words: packaged lists, and what a community adds to them.

A list in a `.toml` file of `words/` is one string of words separated by blanks; `_` stands for a blank inside English
words.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from handlers.reading.lexicon import FAULT, PERHAPS, Frame, Index, Pair, Word, Words, split
from storage.records import Category, Kind

_PRIVATE = "private"


@cache
def _packaged(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("words", f"{name}.toml").read_text("utf-8"))


def load_words(extra: Mapping[str, Any] | None = None) -> Words:
    """Return the packaged words together with a community's own.

    `extra` may hold: `landmarks` (list), `nicknames` (what people say → the address it means, 小白楼 = "3号楼"),
    `things`, `faults`, `wrongs`, `perhaps`, `hints` (category → list), `broken`, `behaviour`, `harmless` (lists) and `spelling`
    (as typed → as meant). Raises ValueError naming a key or a category that does not exist.
    """
    extra = extra or {}
    check_words(extra)
    loading = _Loading()
    loading.things(_packaged("things"))
    loading.calls(_packaged("calls"))
    loading.bad(_packaged("bad"))
    loading.frames(_packaged("frames"))
    loading.own(extra)
    loading.emergencies(_packaged("emergencies")["emergency"])
    loading.pairs_of_words(_packaged("pairs")["pair"])
    for word in split(_packaged("harmless")["words"]) + split(extra.get("harmless", ())):
        loading.word(word)
    loading.let_long_words_stand_for_their_parts()
    spelling = {
        typed: meant for table in _packaged("spelling").values() for typed, meant in table.items()
    } | dict(extra.get("spelling", {}))
    marks = _packaged("marks")
    follow_ups = {text: follow for follow, words in marks["follow_up"].items() for text in split(words)}
    nicknames = dict(extra.get("nicknames", {}))
    return Words(
        known=loading.known,
        index=Index(loading.known),
        pairs=tuple(loading.pairs),
        frames=loading.frame_table,
        spelling=spelling,
        spelling_index=Index(spelling),
        landmarks=Index(split(_packaged("places")["landmarks"]) + split(extra.get("landmarks", ()))),
        urgent=Index(split(marks["urgent"]["words"])),
        people=Index(split(marks["person"]["words"])),
        follow_ups=follow_ups,
        follow_up_index=Index(follow_ups),
        nicknames=nicknames,
        nickname_index=Index(nicknames),
    )


_LISTS = {"landmarks", "broken", "behaviour", "harmless"}
_PAIRS = {"nicknames", "spelling"}
_BY_CATEGORY = {"things", "faults", "wrongs", "perhaps", "hints"}


def check_words(extra: Mapping[str, Any]) -> None:
    """Raise ValueError for what a community's own words may not be; these come from a file somebody wrote."""
    if unknown := set(extra) - _LISTS - _PAIRS - _BY_CATEGORY:
        raise ValueError(f"unknown word lists: {', '.join(sorted(unknown))}")
    for key, value in extra.items():
        inner = value.values() if key in _BY_CATEGORY and isinstance(value, Mapping) else [value]
        if key in _PAIRS:
            fits = isinstance(value, Mapping) and all(
                isinstance(v, str) and k and v for k, v in value.items()
            )
        else:
            fits = (key in _LISTS or isinstance(value, Mapping)) and all(_is_list(words) for words in inner)
        if not fits:
            raise ValueError(f'{key} has another form: lists of words, or word = "word"')
        if key in _BY_CATEGORY:
            for category in value:
                if category not in set(Category):
                    raise ValueError(f"{key}: no category {category}")


def _is_list(words: Any) -> bool:
    return isinstance(words, str) or (
        isinstance(words, list | tuple) and all(isinstance(word, str) and word for word in words)
    )


Gained = tuple[dict[int, None], dict[int, None], dict[Category, None]]


class _Loading:
    """Gathers what each word means from all lists."""

    def __init__(self) -> None:
        self.known: dict[str, Word] = {}
        self.pairs: list[Pair] = []
        self.frame_table: dict[str, Frame] = {}

    def word(self, text: str) -> Word:
        return self.known.setdefault(text, Word(text))

    def things(self, tables: Mapping[str, Any]) -> None:
        for category, table in tables.items():
            for text in split(table["things"]):
                if category == _PRIVATE:
                    self.word(text).private = True
                else:
                    self.word(text).things.append(Category(category))

    def calls(self, tables: Mapping[str, Any]) -> None:
        for name, table in tables.items():
            category = Category(name)
            mostly = Kind.COMPLAINT if "wrongs" in table and "faults" not in table else Kind.REPAIR
            for key, kind, weight in (
                ("faults", Kind.REPAIR, FAULT),
                ("wrongs", Kind.COMPLAINT, FAULT),
                ("perhaps", mostly, PERHAPS),
            ):
                for text in split(table.get(key, "")):
                    self.word(text).faults.append((category, kind, weight))
            for text in split(table.get("hints", "")):
                self.word(text).hints.append(category)

    def bad(self, tables: Mapping[str, Any]) -> None:
        for name, kind in (("behaviour", Kind.COMPLAINT), ("broken", Kind.REPAIR)):
            for text in split(tables[name]["words"]):
                self.word(text).bad = kind

    def frames(self, tables: Mapping[str, Any]) -> None:
        for name, table in tables.items():
            frame = self.frame_table[name] = Frame(name, table["weight"], table["most"])
            for text in split(table["words"]):
                self.word(text).frames.append(frame)

    def own(self, extra: Mapping[str, Any]) -> None:
        for category, words in extra.get("things", {}).items():
            self.things({category: {"things": words}})
        for name in ("faults", "wrongs", "perhaps", "hints"):
            for category, words in extra.get(name, {}).items():
                self.calls({category: {name: words}})
        self.bad({name: {"words": extra.get(name, ())} for name in ("behaviour", "broken")})

    def emergencies(self, tables: Iterable[Mapping[str, Any]]) -> None:
        for table in tables:
            pair = Pair(
                Category(table["category"]),
                table["within"],
                table.get("weight", 4.6),
                table["name"],
                table.get("straight", False),
            )
            for text in split(table["words"]):
                self.word(text).emergency = pair
            self._pair(pair, table)

    def pairs_of_words(self, tables: Iterable[Mapping[str, Any]]) -> None:
        for table in tables:
            straight = table.get("straight", False)
            self._pair(
                Pair(Category(table["category"]), table["within"], table["weight"], "", straight), table
            )

    def _pair(self, pair: Pair, table: Mapping[str, Any]) -> None:
        number = len(self.pairs)
        self.pairs.append(pair)
        for text in split(table["first"]):
            self.word(text).first.append(number)
        for text in split(table["then"]):
            self.word(text).then.append(number)

    def let_long_words_stand_for_their_parts(self) -> None:
        """Give each longer word the things and pairs of the shorter words in it: who hears 楼道灯 has also heard 灯.

        A single character counts only at the end of the longer word (路灯 is a 灯, 灯谜 is not), as the second of a
        pair also at its beginning (断了 is 断), and never for an emergency.
        """
        parts = {word.text: word for word in self.known.values() if word.first or word.then or word.things}
        longest = max(map(len, parts))
        gained: list[tuple[Word, Gained]] = []
        for word in self.known.values():
            if not word.may_stand_for_its_parts:
                continue
            text, size = word.text, len(word.text)
            more: Gained = {}, {}, {}
            for start in range(size):
                for end in range(start + 1, min(size, start + longest) + 1):
                    part = parts.get(text[start:end])
                    if part is not None and part is not word:
                        self._gain(more, part, ends=end == size, begins=start == 0)
            gained.append((word, more))
        for word, (first, then, things) in gained:
            if word.private:
                # 我家插座 concerns nobody else, but smoking it is an emergency all the same.
                first = {number: None for number in first if self.pairs[number].name}
                then = {}
            word.first = list(dict.fromkeys([*word.first, *first]))
            word.then = list(dict.fromkeys([*word.then, *then]))
            word.things = word.things or ([] if word.private else list(things))

    def _gain(self, more: Gained, part: Word, ends: bool, begins: bool) -> None:
        whole = len(part.text) > 1
        first, then, things = more
        first.update(
            (number, None) for number in part.first if whole or (ends and not self.pairs[number].name)
        )
        then.update(
            (number, None)
            for number in part.then
            if whole or ((ends or begins) and not self.pairs[number].name)
        )
        if whole:
            things.update((category, None) for category in part.things)
