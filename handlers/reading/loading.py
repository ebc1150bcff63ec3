"""Loading the words and weights: the packaged ones, and what a community adds to them.

A list in a `.toml` file of `words/` is one string of words separated by blanks; `_` stands for a blank inside English
words.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from handlers.reading import own, weights
from handlers.reading.lexicon import Danger, Index, Telling, Words, split
from storage.records import Category


@cache
def packaged(name: str) -> dict[str, Any]:
    """Return a list of `words/` as its file has it."""
    return tomllib.loads(files(__package__).joinpath("words", f"{name}.toml").read_text("utf-8"))


def load_words(
    extra: Mapping[str, Any] | None = None,
    learned: Mapping[str, Mapping[str, float]] | None = None,
    table: weights.Table | None = None,
) -> Words:
    """Return the packaged words and weights together with a community's own.

    `extra`: its lists, see own.check_words. `learned`: what was learned from its corrections, feature → question →
    weight. `table` replaces the packaged weights, while those are being learned. Raises ValueError naming a key or a
    category that does not exist.
    """
    extra = extra or {}
    own.check_words(extra)
    marks = packaged("marks")
    spelling = {typed: meant for words in packaged("spelling").values() for typed, meant in words.items()}
    spelling |= own.spelling(extra, packaged("standing"))
    signs = own.signs(extra)
    dangers = _dangers(packaged("dangers")["danger"])
    follow_ups = {text: follow for follow, words in marks["follow_up"].items() for text in split(words)}
    return Words(
        spelling=spelling,
        spelling_index=Index(spelling),
        dangers=dangers,
        danger_index=Index(dangers),
        signs=signs,
        sign_index=Index(signs),
        landmarks=Index(split(packaged("places")["landmarks"]) + split(extra.get("landmarks", ()))),
        people=Index(split(marks["person"]["words"])),
        wishes=Index(split(marks["order"]["wishes"])),
        services=Index(split(marks["order"]["services"])),
        follow_ups=follow_ups,
        follow_up_index=Index(follow_ups),
        weights=weights.shipped() if table is None else table,
        learned=weights.differences(learned or {}),
    )


def _dangers(tables: Iterable[Mapping[str, Any]]) -> dict[str, Telling]:
    tellings: dict[str, Telling] = {}
    for table in tables:
        danger = Danger(
            table["name"], Category(table["category"]), table["within"], table.get("straight", False)
        )
        for word in split(table["words"]):
            tellings.setdefault(word, Telling()).alone.append(danger)
        for word in split(table["first"]):
            tellings.setdefault(word, Telling()).first.append(danger)
        for word in split(table["then"]):
            tellings.setdefault(word, Telling()).then.append(danger)
    return tellings
