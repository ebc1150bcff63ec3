"""The few rules beside the weights, each by what it would misread without."""

from __future__ import annotations

import pytest

from handlers.reading import DEFAULT, Urgency, read
from handlers.reading.dangers import named
from handlers.reading.features import pieces
from handlers.reading.normalise import normalise
from storage.records import Category, Kind


def plain(text: str) -> str:
    return normalise(text, DEFAULT)


def dangers(text: str) -> list[str]:
    return [danger.name for danger in named(plain(text), DEFAULT)]


@pytest.mark.parametrize(("said", "follow_up"), [*DEFAULT.follow_ups.items()])
def test_a_message_that_only_follows_up_is_no_call(said: str, follow_up: str) -> None:
    reading = read(said)
    assert not reading.is_report
    assert reading.follow_up == ("urge" if follow_up == "urge_perhaps" else follow_up)


def test_a_long_message_is_no_bare_follow_up() -> None:
    assert (
        read("昨天那部电影真好看，结局没想到，我也是看哭了，推荐大家周末带着孩子一起去看看吧").follow_up == ""
    )


def test_two_words_name_a_danger_only_near_each_other() -> None:
    assert "带电危险" in dangers("电线垂到路上")
    assert "带电危险" not in dangers("电线已经整理好了谢谢师傅，窗帘垂到地上")


def test_some_dangers_are_named_only_in_one_order() -> None:
    assert "带电危险" in dangers("插座摸着麻")
    assert "带电危险" not in dangers("麻将桌插座")


def test_no_order_hides_a_danger() -> None:
    reading = read("想预约理发的先等等 3号楼煤气漏了")
    assert reading.urgency is Urgency.EMERGENCY
    assert reading.kind is Kind.REPAIR


def test_a_floor_before_another_word_is_not_respelt() -> None:
    assert plain("2楼到6楼没水") == "2楼到6楼没水"
    assert plain("楼到灯坏了") == "楼道灯坏了"


def test_who_is_called_counts_only_when_in_charge() -> None:
    assert plain("@物业小王 灯坏了") == "@物业,灯坏了"
    assert plain("@梅姨 灯坏了") == "灯坏了"


def test_what_a_client_writes_for_a_picture_is_nothing() -> None:
    assert plain("[图片]灯坏了[捂脸]") == "灯坏了"


@pytest.mark.parametrize("text", ["天然气", "怎么样", "阿拉斯加", "早操", "秋千绳", "耽搁", "最好楼下"])
def test_what_is_rightly_written_stays(text: str) -> None:
    assert plain(text) == text


def test_every_word_of_the_lists_is_written_as_a_message_arrives() -> None:
    """A word that is respelt or converted before it is looked for would never be found."""
    follow_ups, alone = set(DEFAULT.follow_ups), set(DEFAULT.dangers)
    for words in (follow_ups, alone):
        assert {word for word in words if plain(word) != word} == set()
    for index in (DEFAULT.landmarks, DEFAULT.people, DEFAULT.wishes, DEFAULT.services):
        words = set(index._single) | {word for some in index._table.values() for word in some}
        assert {word for word in words if plain(word) != word} == set()


def test_what_a_misspelling_means_is_spelt_right() -> None:
    assert {meant for meant in DEFAULT.spelling.values() if plain(meant) != meant} == set()


@pytest.mark.parametrize(
    ("said", "category", "danger"),
    [
        ("the street light near building 7 is broken", Category.LIGHTING, False),
        ("the garbage has not been picked up for three days at building 2", Category.SANITATION, False),
        ("fire on the third floor", Category.FIRE_SAFETY, True),
        ("someone is trapped in the elevator of building 3!", Category.ELEVATOR, True),
        ("ceiling collapsed in building 4", Category.LEAK_WALL, True),
        ("water everywhere, the stairs are flooded", Category.WATER_SUPPLY, True),
        ("The lift is stuck with a man inside", Category.ELEVATOR, True),
        ("my grandmother can’t breathe", Category.SECURITY, True),
        ("fight in front of building 3 with knives", Category.SECURITY, True),
        ("electric wire on the ground sparking", Category.POWER, True),
        ("the roof is leaking in my room", Category.LEAK_WALL, False),
    ],
)
def test_english_is_no_danger_by_its_small_words_and_is_about_what_it_names(
    said: str, category: Category, danger: bool
) -> None:
    reading = read(said)
    assert reading.is_report
    assert reading.category is category
    assert (reading.urgency is Urgency.EMERGENCY) is danger


@pytest.mark.parametrize(
    "said",
    [
        "a haircut", "how is it going with 1001", "with a little help of my friends", "is it a boy or a girl", "ok with me",
        "is there a party tonight", "what is it with this weather",
    ],
)  # fmt: skip
def test_the_small_words_of_english_are_no_cry_for_help(said: str) -> None:
    reading = read(said)
    assert not reading.is_report
    assert reading.urgency is Urgency.NORMAL


def test_the_small_words_of_english_are_not_weighed_and_a_letter_among_chinese_is() -> None:
    assert [said for _, said in pieces(plain("It is with a man in the lift"))] == [" man", " lift"]
    assert " a" in [said for _, said in pieces(plain("停在a区"))]
