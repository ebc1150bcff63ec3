"""Answers to "where?" in a dialogue: 3, 3号楼, 3栋2单元, 501, 不知道."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

from handlers.reading.dashed import like_a_room
from handlers.reading.lexicon import Words
from handlers.reading.numerals import CHINESE, number
from handlers.reading.where import PlaceRead, find

Part = Literal["building", "unit", "floor", "room", "place", ""]

_UNKNOWN = (
    "不知道", "不清楚", "不晓得", "不记得", "忘了", "忘记", "不确定", "没注意", "看不清", "不认识", "说不清", "don't know", "not sure", "唔知",
)  # fmt: skip
_BARE = re.compile(
    rf"(?:是|在|就在|就是|我家|我们|我住|住|就|应该是|好像是|大概是|第)?+(?P<n>[a-z]?[0-9]{{1,4}}+[a-z]?|[a-z]|[甲乙丙丁]|[{CHINESE}]{{1,5}}+|[东西南北中](?=$|单))"
    r"(?:号|#|单|的|吧|哦|啊|呀|呢|哈|嘛|这边|那边)*+[。,.!~]?+"
)


def read_place(text: str, words: Words, buildings: Collection[str] = (), expect: Part = "") -> PlaceRead:
    """Return what an answer in a dialogue says about the place.

    `text` is normalised. `expect` is the part that was asked for, so that a bare 3, 三 or A is understood as it;
    for `place` any short answer is taken. Without it a bare number is a building when it is one of `buildings`
    (their numbers or letters, such as "3" and "A"), and a room when it looks like one.
    """
    if any(said in text for said in _UNKNOWN):
        return PlaceRead(unknown=True)
    read = find(text, words)
    bare = _BARE.fullmatch(text)
    if bare and not (read.building or read.unit or read.floor):
        value = number(bare["n"])
        match expect:
            case "building":
                return PlaceRead(building=value)
            case "unit":
                return PlaceRead(unit=value)
            case "floor":
                return PlaceRead(floor=value)
            case "room":
                return PlaceRead(room=value)
            case _:
                pass
        if value in {name.upper() for name in buildings}:
            return PlaceRead(building=value)
        if value.isdigit() and len(value) >= 3 and like_a_room(value):
            return PlaceRead(room=value)
    if expect == "place" and read.empty:
        return PlaceRead(place=text[:40])
    return read
