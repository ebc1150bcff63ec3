"""A community's own words: how its file may write them, and what they then mean to the reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.reading.lexicon import split
from handlers.reading.weights import CALL, COMPLAINT, FIRST_CATEGORY, NOTHING, QUESTIONS, Row
from storage.records import Category

ALONE = 3.0
"""What a word weighs that is a call by itself: nearly always enough."""

BESIDE = 1.2
"""What a word weighs that is a call beside other evidence."""

NAMED = 2.5
"""What a word weighs for its category."""

LISTS = {"landmarks", "broken", "behaviour", "harmless"}
PAIRS = {"nicknames", "spelling"}
BY_CATEGORY = {"things", "faults", "wrongs", "perhaps", "hints"}
_COMPLAINS = {"wrongs": 1.5, "behaviour": 1.5, "faults": -1.5, "broken": -1.5}


def check_words(extra: Mapping[str, Any]) -> None:
    """Raise ValueError for what a community's own words may not be; these come from a file somebody wrote."""
    if unknown := set(extra) - LISTS - PAIRS - BY_CATEGORY:
        raise ValueError(f"unknown word lists: {', '.join(sorted(unknown))}")
    for key, value in extra.items():
        inner = value.values() if key in BY_CATEGORY and isinstance(value, Mapping) else [value]
        if key in PAIRS:
            fits = isinstance(value, Mapping) and all(
                isinstance(v, str) and k and v for k, v in value.items()
            )
        else:
            fits = (key in LISTS or isinstance(value, Mapping)) and all(_is_list(words) for words in inner)
        if not fits:
            raise ValueError(f'{key} has another form: lists of words, or word = "word"')
        if key in BY_CATEGORY:
            for category in value:
                if category not in set(Category):
                    raise ValueError(f"{key}: no category {category}")


def _is_list(words: Any) -> bool:
    return isinstance(words, str) or (
        isinstance(words, list | tuple) and all(isinstance(word, str) and word for word in words)
    )


def spelling(extra: Mapping[str, Any], standing: Mapping[str, str]) -> dict[str, str]:
    """Return what is read as something else: own spellings, things as the usual one of their category (`standing`),
    nicknames as the address they mean, and harmless words as nothing."""
    read_as = {
        word: standing[category]
        for category, words in extra.get("things", {}).items()
        for word in split(words)
    }
    read_as |= dict.fromkeys(split(extra.get("harmless", ())), "")
    for key in ("nicknames", "spelling"):
        read_as |= {said.lower(): meant.lower() for said, meant in extra.get(key, {}).items()}
    return read_as


def signs(extra: Mapping[str, Any]) -> dict[str, Row]:
    """Return what each other word of its own weighs, wherever it stands in a message."""
    weights: dict[str, Row] = {}
    for key, call, category_weight in (
        ("faults", ALONE, NAMED),
        ("wrongs", ALONE, NAMED),
        ("perhaps", BESIDE, NAMED),
        ("hints", 0.0, NAMED),
    ):
        for category, words in extra.get(key, {}).items():
            for word in split(words):
                weights[word] = _row(call, _COMPLAINS.get(key, 0.0), Category(category), category_weight)
    for key in ("broken", "behaviour"):
        for word in split(extra.get(key, ())):
            weights[word] = _row(BESIDE, _COMPLAINS[key])
    return weights


def _row(call: float, complaint: float, category: Category | None = None, named: float = 0.0) -> Row:
    row = list(NOTHING)
    row[CALL], row[COMPLAINT] = call, complaint
    if category is not None:
        row[QUESTIONS.index(category.value, FIRST_CATEGORY)] = named
    return tuple(row)
