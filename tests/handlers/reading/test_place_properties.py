"""Where, for any numbers: scripts and widths read the same, numbers of other things are never an address."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from types import FrameType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handlers.reading import DEFAULT, PlaceRead, read
from handlers.reading.normalise import normalise
from handlers.reading.where import find
from tests.handlers.reading.test_properties import in_chinese

ROOMS = [
    import_module(f"handlers.reading.{room}")
    for room in ("where", "mentions", "dashed", "floors", "rooms", "numerals", "answers", "landmarks")
]
CHATTER = [
    "哈哈哈好的收到，明天楼下见",
    "谁家有梯子借用，晚上还到单元门口",
    "转让婴儿车，要的私聊，放在物业前台",
    "周末去公园的报名，在西门集合",
    "谢谢物业师傅，门禁刷卡快多了",
    "孩子在家写作业，家长群又通知开会",
    "转租车位，带充电桩，看车提前说",
]

digits = st.text("0123456789", min_size=4, max_size=4)
phones = st.builds("13{}{}{}".format, st.sampled_from("0123456789"), digits, digits)
landlines = st.builds("027-8{}{}".format, st.integers(100, 999), digits)
hotlines = st.sampled_from(["12345", "95598", "96777", "400-820-8820", "110", "119", "120"])
days = st.dates()
dates = st.one_of(
    days.map(lambda day: f"{day.month}月{day.day}日"),
    days.map(lambda day: f"{day.month}月{day.day}号"),
    days.map(lambda day: f"{day.year:04}-{day.month:02}-{day.day:02}"),
    days.map(lambda day: f"{day.year:04}年{day.month}月"),
    days.map(lambda day: f"{day.year:04}.{day.month}.{day.day}"),
    days.map(lambda day: f"{day.month}/{day.day}"),
)
times = st.one_of(
    st.times().map(lambda time: f"{time.hour}:{time.minute:02}"),
    st.times().map(lambda time: f"{time.hour:02}:{time.minute:02}-{time.hour:02}:59"),
    st.times().map(lambda time: f"{time.hour}点{time.minute}分"),
)
prices = st.one_of(
    st.integers(1, 99_999).map("{}元".format),
    st.integers(1, 99_999).map("¥{}".format),
    st.integers(1, 9_999).map("{}块钱".format),
    st.decimals(1, 999, places=2).map("{}元".format),
)
plates = st.builds(
    "{}{}{}".format,
    st.sampled_from("京沪鄂苏浙粤冀皖"),
    st.sampled_from("ABCDEFGH"),
    st.text("0123456789ABCDEFGHJK", min_size=5, max_size=6),
)
lines = st.builds("{}{}".format, st.integers(1, 999), st.sampled_from(["路", "路公交", "路车"]))
identities = st.builds("4201061{}{}{}12".format, digits, digits, st.sampled_from(["00", "12", "X1"]))
others = st.one_of(phones, landlines, hotlines, dates, times, prices, plates, lines, identities)


def where(text: str) -> PlaceRead:
    return find(normalise(text, DEFAULT), DEFAULT)


@given(others, st.sampled_from(CHATTER), st.integers(0, 30))
@settings(max_examples=500)
@example("鄂A123D5", "谁家有梯子借用，晚上还到单元门口", 12)
def test_numbers_of_other_things_put_anywhere_never_make_a_building_or_a_room(
    other: str, chatter: str, at: int
) -> None:
    text = chatter[:at] + other + chatter[at:]
    read = where(text)
    assert (read.building, read.unit, read.room) == ("", "", ""), text


def full_width(value: object) -> str:
    return "".join(chr(ord(c) + 0xFEE0) for c in str(value))


def one_by_one(digits: str) -> str:
    return "".join("零一二三四五六七八九"[int(c)] for c in digits)


@given(st.integers(1, 99), st.integers(1, 9), st.integers(1, 33), st.integers(1, 12))
@settings(max_examples=200)
def test_numerals_in_either_script_and_width_read_the_same(
    building: int, unit: int, floor: int, door: int
) -> None:
    room = f"{floor}{door:02}"
    for text in (
        f"{building}号楼{unit}单元{room}室漏水",
        f"{full_width(building)}号楼{full_width(unit)}单元{full_width(room)}室漏水",
        f"{in_chinese(building)}号楼{in_chinese(unit)}单元{one_by_one(room)}室漏水",
        f"{in_chinese(building)}栋{in_chinese(unit)}单元{one_by_one(room)}漏水",
        f"{building}栋{unit}單元{room}漏水",
        f"{building}-{unit}-{room}漏水",
        f"漏水了 {building}#{unit}单元{room}",
    ):
        assert where(text) == PlaceRead(str(building), str(unit), "", room), text
    for text in (
        f"{building}号楼{unit}单元{floor}楼灯不亮",
        f"{in_chinese(building)}栋{in_chinese(unit)}单元{in_chinese(floor)}层灯不亮",
        f"{full_width(building)}幢{in_chinese(unit)}单元{full_width(floor)}樓灯不亮",
        f"灯不亮，{building}-{unit}，{in_chinese(floor)}楼",
    ):
        assert where(text) == PlaceRead(str(building), str(unit), str(floor), ""), text


@given(st.text(alphabet="0123456789一二三十百零两-/.·#:abc号楼栋座单元层室负顶从到的,我住 ", max_size=80))
@settings(max_examples=500)
def test_any_heap_of_numerals_and_endings_reads(text: str) -> None:
    found = where(text)
    assert not found.floor or re.fullmatch("-?[1-9][0-9]?|顶", found.floor)
    assert re.fullmatch("[0-9A-Z]*", found.room)
    assert read(text) == read(text)


@pytest.mark.parametrize(
    "piece", ["a座3栋", "1-1-101,", "不是5栋", "从五楼", "502,", "东单元3单元", "室3楼a室", "1一", "我住9楼"]
)
def test_the_work_grows_no_faster_than_the_text(piece: str) -> None:
    short, long = calls(piece * 50), calls(piece * 500)
    assert long < 11 * short


def calls(text: str) -> int:
    """How many functions are entered to read a text; unlike time, the same on every machine."""
    counted = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        find(text, DEFAULT)
    finally:
        sys.setprofile(None)
    return counted


def test_every_repeat_of_every_pattern_is_possessive_or_bounded() -> None:
    patterns = [value.pattern for room in ROOMS for value in vars(room).values() if hasattr(value, "pattern")]
    assert len(patterns) > 15
    for pattern in patterns:
        bare = re.sub(r"\\.", "x", re.sub(r"\[(?:\\.|[^\]])*\]", "x", pattern))
        assert not re.search(r"(?<![+*?}])[+*](?!\+)", bare), pattern
