"""Addresses in dashes: 3-2-501, 3-501, 9-1, 3.2.501, and 2-501 behind a building."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from handlers.reading.numerals import number

Part = Literal["building", "unit", "floor", "room"]


class Mention(NamedTuple):
    """`value` from `start` to `end` may be this part of an address. `bare`: a number alone, nothing says room."""

    part: Part
    value: str
    start: int
    end: int
    bare: bool = False


_DASHED = re.compile(r"[0-9]{1,2}+[a-z]?+(?:[\-/.·一][0-9]{1,4}+){1,4}+(?![0-9]|[:/.\-][0-9]|[a-z])")
_CN_DASHED = re.compile(
    r"[一二三四五六七八九十]{1,3}+(?:-(?:[一二三四五六七八九零〇幺]{1,4}+|[0-9]{1,4}+)){1,2}+(?![-0-9])"
)
_SEPARATOR = re.compile("[-/.·一]")
# What a dashed number may measure instead of naming a place.
_MEASURED = (
    *"天个岁人次元块万号日月点时周年米度折%份斤瓶包箱倍公吨克分秒级届期kw平", "楼", "层", "栋", "小时", "单元楼", "km", "mm", "cm",
)  # fmt: skip
_BUT_A_PLACE = ("楼道", "楼梯", "楼上", "楼下", "楼里", "楼顶", "楼门", "号楼道")


def dashed(text: str, begin: int, start: int, touched: Mention | None) -> Iterator[Mention]:
    """Give the parts of the dashed address at `begin`, nothing when it is a date, a measure or a range.

    `start` is behind a letter that belongs to the building (a3-2-501); `touched` is the part right before, if any.
    """
    arabic = text[start].isascii()
    whole = _DASHED.match(text, start) if arabic else _CN_DASHED.match(text, start)
    if whole is None:
        return
    end = whole.end()
    parts = _SEPARATOR.split(whole[0]) if arabic else whole[0].split("-")
    hyphen = not arabic or text[start + len(parts[0])] in "-一"
    values = [part if len(part) > 2 and part.isdigit() and part.isascii() else number(part) for part in parts]
    building = text[begin:start].upper() + values[0]
    rest = text[end : end + 3]
    if len(parts) == 2 and rest.startswith("单元"):
        end += 2
    size = len(parts[-1])
    if touched is not None and touched.part == "unit":
        if len(parts) == 2 and size == 2 and hyphen:
            yield Mention("room", parts[0].lstrip("0") + parts[1], start, end)
        return
    if touched is not None and touched.part == "building":
        if len(parts) == 2 and size >= 3:
            yield Mention("unit", values[0], start, end)
            yield Mention("room", values[1], start, end)
        return
    if (
        values[0] == "0"
        or text.endswith("车位", 0, begin)
        or (not hyphen and (size < 3 or len(parts) < 3 or not like_a_room(values[-1])))
    ):
        return
    names: tuple[Part, ...] = ()
    if len(parts) == 4 and size >= 3:
        names = ("building", "unit", "floor", "room")
    elif len(parts) == 3 and len(parts[1]) <= 2 and (size >= 3 or rest.startswith(("号门", "室", "户"))):
        names = ("building", "unit", "room")
    elif len(parts) == 2 and size >= 3:
        names = ("building", "room") if like_a_room(values[1]) and not counts(rest) else ()
    elif len(parts) == 2 and 0 < int(values[1]) <= 12:
        names = (
            ("building", "unit") if not rest.startswith(_MEASURED) or rest.startswith(_BUT_A_PLACE) else ()
        )
    for name, value in zip(names, (building, *values[1:]), strict=bool(names)):
        yield Mention(name, value, begin, end)


def like_a_room(digits: str) -> bool:
    """A room number is floor and door: 501, 1203; at most 60 floors and 20 doors."""
    return len(digits) in (3, 4) and 1 <= int(digits[:-2]) <= 60 and 1 <= int(digits[-2:]) <= 20


_NOT_A_ROOM_AFTER = (
    *"元块路年月日号个米斤克度吨人次分页岁平w万%天vk位毫秒伏瓦", "公交", "中学", "小学", "医院", "热线", "电话", "多", "大街", "国道", "ml",
)  # fmt: skip


def counts(after: str) -> bool:
    """Whether what follows a number shows that it counts something: 300块, 501路; but 902天天 is a neighbour."""
    return after.startswith(_NOT_A_ROOM_AFTER) and not after.startswith(("天天", "天花", "天台", "天窗"))
