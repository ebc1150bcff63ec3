"""The catalogues: every language says the same things with the same pieces, and each is there in full."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from texts_build import CATALOGUES

HERE = Path(__file__).parents[1]
FIRST = sorted(
    po.relative_to(HERE).as_posix()
    for pattern in CATALOGUES
    for po in HERE.glob(pattern.replace("*", "zh_CN", 1))
)


def written(po: str) -> dict[str, str]:
    """Return {key: text} of a catalogue."""
    with (HERE / po).open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file, abort_invalid=True) if one.id}


def pieces(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_there_are_catalogues():
    assert len(FIRST) == len(CATALOGUES)


@pytest.mark.parametrize("po", FIRST)
def test_both_languages_say_the_same_things_with_the_same_pieces(po):
    zh, en = written(po), written(po.replace("zh_CN", "en"))
    assert sorted(zh) == sorted(en)
    assert [key for key in zh if pieces(zh[key]) != pieces(en[key])] == []


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("po", FIRST)
def test_no_text_is_empty_and_no_key_stands_twice(po, language):
    po = po.replace("zh_CN", language)
    assert [key for key, text in written(po).items() if not text.strip()] == []
    keys = [
        line
        for line in (HERE / po).read_text("utf-8").splitlines()
        if line.startswith('msgid "') and line != 'msgid ""'
    ]
    assert [key for key in set(keys) if keys.count(key) > 1] == []


@pytest.mark.parametrize("po", FIRST)
def test_english_is_whole(po):
    """No Chinese word stands in it, but our name, and how to get back to Chinese."""
    mixed = {
        key for key, text in written(po.replace("zh_CN", "en")).items() if re.search("[\u4e00-\u9fff]", text)
    }
    assert mixed <= {"site.name", "site.other_language", "language.noticed"}
