"""A community's own words for the reader, checked when its file is read."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.community import Mistakes, read_community
from tests.handlers.test_community import file


def with_words(words: Any) -> dict[str, Any]:
    return {**file(), "words": words}


@pytest.mark.parametrize(
    "words",
    [
        {"landmark": ["小白楼"]},
        {"things": {"nope": ["水"]}},
        {"landmarks": 3},
        {"landmarks": [3]},
        {"things": ["水"]},
        {"nicknames": {"小白楼": 3}},
        {"spelling": ["a"]},
    ],
)
def test_words_the_reader_cannot_use_are_named_at_import(words: Any) -> None:
    with pytest.raises(Mistakes, match=r"\[words\]"):
        read_community(with_words(words))


def test_good_words_are_taken() -> None:
    words = {"landmarks": ["小白楼"], "nicknames": {"老锅炉房": "3号楼"}, "things": {"elevator": ["升降机"]}}
    assert read_community(with_words(words)).community.words == words
