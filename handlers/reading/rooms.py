"""Rooms: whether a bare number is a household."""

from __future__ import annotations

import re

from handlers.reading.dashed import Mention, counts

_PHONES = {"110", "119", "120", "122", "114", "100", "123", "911", "112"}
_NO_ROOM_BEFORE = (
    "电话", "编号", "尾号", "车牌", "工单", "单号", "读数", "数字", "密码", "公交", "热线", "座机", "结尾", "排队", "路", "度", "-", "第", "打", "拨",
    "按", "响的是", "区", "位", "花", "费", "价", "约", "共", "近", "月", "年",
)  # fmt: skip
_NAMES_A_ROOM = (
    "楼上", "楼下", "隔壁", "对门", "对面", "我家", "我住", "邻居", "那个", "我", "是", "给", "致", "问", "跟", "和", "被", "你", "的", "找",
    "in ", "at ", "from ",
)  # fmt: skip
_DOES_SOMETHING = (
    *"家的往把天门那这业住一又在房养漏没装租对阳厨厕卫空大老小两半私出夜你您", "客厅", "露台", "窗", "地暖", "暖气", "电表", "水表", "燃气", "煤气",
    "同志", "变成", "敲", "洗", "搬", "转租", "姑娘", "奶奶", "爷爷", "阿",
)  # fmt: skip
_STOPS = ",。!?;: "


def addressed(text: str, room: Mention) -> bool:
    """Whether a number right behind a building or a unit is its room: 3号楼1502分水器漏, not 3号楼1200元."""
    return not (text.startswith(_PRICED, room.end) or _FROM.match(text, room.end))


# 101到601 is the whole staircase.
_FROM = re.compile("[到至~][0-9]{3}")
_TO = re.compile("[0-9]{3}[到至~]$")
_PRICED = ("元", "块", "万", "路", "年")


_COUNTED = re.compile("[只套台条层栋期]|楼(?![上下道顶])|kg|包邮")


def household(text: str, room: Mention, *, placed: bool) -> bool:
    """Whether a number like 501 that nothing marks as a room is one; `placed`: the text names a building or a unit."""
    before, after = text[max(0, room.start - 8) : room.start], text[room.end : room.end + 4]
    if _FROM.match(after) or _TO.search(before):
        return False
    if room.value in _PHONES or counts(after) or _COUNTED.match(after):
        return False
    if before.endswith(_NO_ROOM_BEFORE) or (before.endswith("不是") or after.startswith("不对")):
        return False
    if placed or not before or before.endswith(_NAMES_A_ROOM):
        return True
    if text[0] == "@" and room.start <= 8:
        return True
    clause = before[-1] in _STOPS
    return (clause and (not after or after[0] in _STOPS)) or after.startswith(_DOES_SOMETHING)
