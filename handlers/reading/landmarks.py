"""Landmarks: 西门, 地库B区, 北门岗亭旁 and what a community adds."""

from __future__ import annotations

import re

from handlers.reading.lexicon import Words

_AREA = re.compile(r"[a-z][0-9]{0,4}+区?|[东西南北]区")
_LEFT = "东南西北中期区院"
_RIGHT = (
    "旁边", "后头", "前头", "里头", "门口", "拐角", "附近", "里面", "后面", "前面", "外面", "对面", "入口", "出口", "第一个", "旁", "边", "前", "后", "里", "下", "上", "口", "侧", "内",
)  # fmt: skip


def landmark(text: str, words: Words) -> str:
    """Return the first landmark with the small words around it: 地库B区, 北门岗亭旁."""
    start = end = -1
    for at, word in words.landmarks.find(text):
        if start >= 0 and at > end:
            break
        if start < 0:
            start = at
        end = max(end, at + len(word))
    if start < 0:
        return ""
    left = text[max(0, start - 2) : start]
    if (
        len(left) == 2
        and left[1] in _LEFT
        and (left[0].isalnum() and (left[0].isascii() or left[0] in "东西南北中一二三四"))
    ):
        start -= 2
    elif left and left[-1] in "东南西北":
        start -= 1
    area = _AREA.match(text, end)
    if area:
        end = area.end()
    right = next((word for word in _RIGHT if text.startswith(word, end)), "")
    return text[start : end + len(right)].upper()
