"""The figures on the measuring set, as floors: a change that reads worse fails here.

What they are today, strangers' among them: `python -m benchmarks.reading`.
"""

from __future__ import annotations

import pytest

from benchmarks import lessons
from benchmarks.reading import SEALED, Figures, load, measure
from handlers.reading import DEFAULT, load_words, read
from storage.records import Category

WEIGHTS = lessons.WEIGHTS.read_text("utf-8")


@pytest.fixture(scope="module")
def sealed() -> Figures:
    return measure(load(SEALED))


def test_strangers_calls_are_found_and_their_chatter_is_left_alone(sealed: Figures) -> None:
    assert sealed.precision >= 0.95
    assert sealed.recall >= 0.90


def test_strangers_emergencies_are_found(sealed: Figures) -> None:
    assert sealed.emergencies >= 0.95


def test_strangers_calls_get_their_category_and_place(sealed: Figures) -> None:
    assert sealed.category >= 0.88
    assert sealed.place >= 0.93


def test_the_packaged_weights_are_those_of_todays_lessons() -> None:
    assert f"from {lessons.made_from()};" in WEIGHTS.splitlines()[0], "run python -m benchmarks.lessons"


def test_nothing_of_the_sealed_part_was_learned_from() -> None:
    learned = {row["text"] for row in lessons.read()}
    assert not [row for row in load(SEALED) if row["text"] in learned]


def test_the_sealed_part_is_a_third_of_the_measuring_set_and_has_every_category() -> None:
    looked_at, sealed = load(), load(SEALED)
    assert len(looked_at) + len(sealed) >= 800
    assert len(sealed) * 2 >= len(looked_at)
    for rows in looked_at, sealed:
        assert {row["category"] for row in rows if row["is_report"] == "1"} == {*Category}


def test_the_same_lessons_give_the_same_weights_which_read_them_right() -> None:
    some = lessons.read()[::20]
    once = lessons.weights_of(some, load_words(table={}))
    assert lessons.written(once, "") == lessons.written(lessons.weights_of(some, load_words(table={})), "")
    words = load_words(table=once)
    wrong = [row["text"] for row in some if read(row["text"], words).is_report != lessons.is_call(row)]
    assert len(wrong) < len(some) * 0.05


def test_loading_shares_the_numbers_of_the_table() -> None:
    assert len({id(weight) for row in DEFAULT.weights.values() for weight in row}) < 4100
