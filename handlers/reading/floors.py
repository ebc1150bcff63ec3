"""Floors: whether a floor that is mentioned is where the matter is, or is passed, counted, shaken, lived on."""

from __future__ import annotations

import re

from handlers.reading.numerals import CHINESE

_ONE = f"[0-9{CHINESE}]"
_RANGE_BEFORE = re.compile(rf"{_ONE}(?:[楼层]?[到至\-~]|楼道|楼)$")
_RANGE_AFTER = re.compile(rf"[到至道\-~]?{_ONE}{{1,3}}+[楼层]")
_PASSED_BEFORE = (
    "爬", "爬了", "坠了", "掉了", "好几", "去", "高", "到", "至", "往", "按", "给", "送", "隔着", "坐", "入", "飘进", "冲进", "浇在", "滴在",
    "溅", "震得", "吵得", "熏得", "呛", "找", "才", "每", "共", "另", "总", "离", "上不完", "坠", "隔", "爬上", "走上", "提上", "抬上", "搬上", "背上", "送上", "扛上", "甩在", "回", "是第",
)  # fmt: skip
_PASSED_AFTER = (
    "以上", "以下", "以内", "高", "楼高", "食堂", "下来", "上来", "上去", "抬", "走下", "走上", "就停", "就抖", "就震", "听", "都听", "也听", "都闻", "也闻", "都能",
    "都抖", "都震", "都晃", "那个按钮", "按钮", "键", "灌",
)  # fmt: skip
_HALF = re.compile("半(?![夜地开截天])")
_COUNTED = (
    "喷",
    "喷了",
    "共",
    "盖",
    "盖了",
    "往下",
    "了",
    "住在",
    "降",
    "降了",
    "抠下来",
    "跌",
    "跌了",
    "又",
)
_OUT_OF = (
    "扔",
    "往下",
    "倒",
    "甩",
    "泼",
    "丢",
    "抛",
    "掷",
    "跳",
    "窗",
    "阳台",
    "门缝",
    "井",
    "拉到地",
    "泄",
    "漏",
)
_LAYER_OF = re.compile(
    "(?:大厅|大堂|门厅|楼道|楼梯|过道|走廊|电梯|消防|住户|窗|半地下|小饭|商|店|的|那|有|近|单元|门|阳台|车库|储|业主|下水|马桶|地漏|[,。!]|$)"
)
_OWN = ("我住", "住", "我在", "我家", "我", "住在", "我们家", "我家住")
_STOPS = ",。!?;"


def meant(text: str, start: int, end: int, *, touches: bool) -> bool:
    """Whether the floor from `start` to `end` can be where the matter is; `touches`: right behind a building or unit."""
    before, after = text[max(0, start - 8) : start], text[end : end + 8]
    if _HALF.match(after) or after.startswith(_PASSED_AFTER):
        return False
    if _RANGE_AFTER.match(after) or _RANGE_BEFORE.search(before):
        return False
    if after.startswith("不对") or (before.endswith("不是") and not touches):
        return False
    if before.endswith("+"):
        return False  # 9栋+1 楼道灯也全黑: one more household
    if text[end - 1] == "层" and not _a_level(text, start, end, touches=touches):
        return False
    if touches:
        return True
    if before.endswith("从"):
        # What is thrown from a window is that household's; what runs along the wall from there is not.
        rest = text[end : end + 14]
        return any(out in rest for out in _OUT_OF)
    if before.endswith(("住", "住在")) and after.startswith("的") and not after.startswith("的我"):
        return False
    if before.endswith("住") and "爬" in text:
        return False
    return not before.endswith(_PASSED_BEFORE)


def _a_level(text: str, start: int, end: int, *, touches: bool) -> bool:
    """Whether 层 is a storey: a layer of dust, ice or leaves, or 坠了三层, is none."""
    if touches:
        return True
    if text[start : end - 1] in ("一", "1"):
        opens = start == 0 or text[start - 1] in _STOPS
        return opens and _LAYER_OF.match(text, end) is not None
    return not text[:start].endswith(_COUNTED)


def own(text: str, start: int) -> bool:
    """Whether a floor is only where the writer lives or stands: it counts when no other does."""
    return text[:start].endswith(_OWN)
