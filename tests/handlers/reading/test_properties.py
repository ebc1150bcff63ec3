"""What must hold for any message."""

from __future__ import annotations

import re
from importlib import import_module

import opencc
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.reading import load
from handlers.reading import DEFAULT, Reading, Urgency, as_json, explain, read
from handlers.reading.dangers import MOST_HITS, named
from handlers.reading.explaining import MOST
from handlers.reading.features import LOOKED_AT as PIECES_LOOKED_AT
from handlers.reading.features import pieces
from handlers.reading.lexicon import Index
from handlers.reading.normalise import LOOKED_AT, normalise
from handlers.reading.numerals import number
from storage.records import Kind

ROWS = load()
ROOMS = [
    import_module(f"handlers.reading.{room}")
    for room in (
        "where",
        "mentions",
        "dashed",
        "floors",
        "rooms",
        "normalise",
        "answers",
        "landmarks",
        "features",
    )
]
ALL = [row["text"] for row in ROWS]
CALLS = [row["text"] for row in ROWS if row["is_report"] == "1"]
KEYS = [
    "is_report",
    "sure",
    "kind",
    "category",
    "urgency",
    "building",
    "unit",
    "floor",
    "room",
    "place",
    "why",
]


def gist(reading: Reading) -> tuple[object, ...]:
    return (
        reading.is_report, reading.kind, reading.category, reading.urgency, reading.follow_up,
        reading.building, reading.unit, reading.floor, reading.room, reading.place,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after"), [("\n", "🔥"), ("  ", ""), ("🙏", "  \n\n"), ("😂😂 ", "😭😭😭"), ("", "\n")]
)
def test_emoji_and_line_breaks_around_change_nothing(before: str, after: str) -> None:
    for text in ALL:
        assert gist(read(before + text + after)) == gist(read(text)), text


@pytest.mark.parametrize(
    "greeting", ["大家好，", "你好 ", "请问", "Hello, ", "早！", "各位邻居早上好！", "邻居们，", "早啊大家，"]
)
def test_a_greeting_before_it_changes_nothing(greeting: str) -> None:
    changed = [text for text in ALL if gist(read(greeting + text)) != gist(read(text))]
    assert not changed


def test_a_word_that_begins_like_a_greeting_is_none() -> None:
    assert "".join(said for _, said in pieces("high water")) == " high water"
    assert "".join(said for _, said in pieces("早上没水")) == "早上没水"


def test_a_line_break_for_a_blank_changes_nothing() -> None:
    for text in ALL:
        assert gist(read(text.replace(" ", "\n"))) == gist(read(text)), text


@given(st.integers(1, 99), st.integers(1, 9))
def test_numerals_in_either_script_read_the_same(building: int, unit: int) -> None:
    arabic = read(f"{building}号楼{unit}单元灯不亮")
    chinese = read(f"{in_chinese(building)}号楼{in_chinese(unit)}单元灯不亮")
    assert gist(arabic) == gist(chinese)
    assert (arabic.building, arabic.unit) == (str(building), str(unit))


TYPED = {
    "in Traditional characters": opencc.OpenCC("s2t").convert,
    "in full width": lambda text: "".join(
        chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and c.isalnum() else c for c in text
    ),
    "in capitals": str.upper,
    "with what nobody sees between": "\u200b".join,
    "with emoji behind its commas": lambda text: text.replace("，", "，😂"),
    "with a picture": lambda text: text + "[图片]",
}


@pytest.mark.parametrize("way", TYPED)
def test_every_message_reads_the_same_however_it_is_typed(way: str) -> None:
    assert not [text for text in ALL if gist(read(TYPED[way](text))) != gist(read(text))]


_COUNTED = re.compile(r"(?<![0-9A-Za-z.\-~#/:·])([1-9][0-9]?)(?=号楼|栋|单元|楼(?!道)|层)")


def test_every_message_reads_the_same_with_its_numerals_in_the_other_script() -> None:
    changed = 0
    for text in ALL:
        other = _COUNTED.sub(lambda found: in_chinese(int(found[1])), text)
        changed += other != text
        assert gist(read(other)) == gist(read(text)), text
    assert changed > 300


@given(st.integers(1, 199))
def test_a_chinese_numeral_is_the_number_it_says(value: int) -> None:
    assert number(in_chinese(value)) == str(value)


def in_chinese(value: int) -> str:
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    said = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        said += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        said += "零"
    return said + (digits[ones] if ones else "")


ANY = st.text(st.characters(), max_size=300)
"""Also of half surrogate pairs, as JSON can bring them."""


@given(ANY)
@settings(max_examples=300)
@example("\ud83d电梯\ude00坏了")
def test_any_text_reads_and_gives_the_contract(text: str) -> None:
    reading = read(text)
    said = as_json(reading)
    assert list(said) == KEYS
    assert 0 <= reading.sure <= 1
    assert not (reading.follow_up and reading.is_report)
    assert (reading.urgency is Urgency.EMERGENCY) == bool(reading.emergency)
    if not reading.is_report:
        assert said["category"] == said["building"] == said["urgency"] == ""
    assert read(text) == reading


@given(st.lists(st.sampled_from([*DEFAULT.dangers, *DEFAULT.spelling, *DEFAULT.follow_ups]), max_size=60))
@settings(max_examples=200)
def test_any_heap_of_known_words_reads_and_is_explained_shortly(words: list[str]) -> None:
    text = "".join(words)
    assert read(text) == read(text)
    assert len(explain(text)) < 3 * (MOST + 2 + 20)


def test_a_sure_call_is_more_than_half_sure() -> None:
    for row in ROWS:
        reading = read(row["text"])
        # A danger is heard at less, an order is not weighed, and a bare follow-up is none.
        if not reading.emergency and not reading.follow_up and reading.kind is not Kind.SERVICE_ORDER:
            assert reading.is_report == (reading.sure >= 0.5), row["text"]


class CountedText(str):
    """A text that counts how often it is compared with a word."""

    compared = 0

    def startswith(self, *arguments: object) -> bool:  # type: ignore[override]
        CountedText.compared += 1
        return super().startswith(*arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "piece", ["电梯", "坏", "没", "3-2-", "1", "一", "a-", "灯不亮了", "是不是", "没有没有", "【", " \n"]
)
def test_the_work_on_one_character_is_bounded_by_the_word_list(piece: str) -> None:
    index = DEFAULT.danger_index
    fullest = max(len(words) for words in index._table.values())
    for times in (10, 1000):
        CountedText.compared = 0
        text = CountedText(piece * times)
        list(index.every(text))
        assert CountedText.compared <= len(text) * fullest


@pytest.mark.parametrize(
    "piece",
    ["电梯坏了", "没修好", "1-1-101", "一二三四五", "如果着火了", "跟灯一样", "救命", "\u200b", "[图", "ab "],
)
def test_a_text_far_too_long_is_cut_before_it_is_read(piece: str) -> None:
    text = piece * 100_000
    plain = normalise(text, DEFAULT)
    assert len(plain) <= LOOKED_AT * max(len(meant) for meant in DEFAULT.spelling.values())
    assert len(named(plain, DEFAULT)) <= MOST_HITS
    assert len(pieces(plain)) <= PIECES_LOOKED_AT + 2
    assert read(text) == read(text[:LOOKED_AT])


def test_no_pattern_has_a_repeat_that_can_backtrack_without_bound() -> None:
    """Every repeat is possessive (++ *+ ?+) or bounded ({n,m} ?)."""
    patterns = [value.pattern for room in ROOMS for value in vars(room).values() if hasattr(value, "pattern")]
    assert len(patterns) > 8
    for pattern in patterns:
        bare = re.sub(r"\\.", "x", re.sub(r"\[(?:\\.|[^\]])*\]", "x", pattern))
        assert not re.search(r"(?<![+*?}])[+*](?!\+)", bare), pattern


def test_the_longest_word_at_a_place_is_found_and_hides_those_inside() -> None:
    index = Index(["灯", "楼道灯", "道灯坏"])
    assert list(index.find("楼道灯坏")) == [(0, "楼道灯"), (1, "道灯坏")]
