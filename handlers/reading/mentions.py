"""Mentions: every number or letter of a text that is written like a building, a unit, a floor or a room.

One pass over the numerals of a text; what stands around each says what it may be. Which of the mentions is where
the matter is, `where` decides. Patterns have only bounded or possessive repeats, so that no text can make them slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.reading.dashed import Mention, dashed, like_a_room
from handlers.reading.numerals import CHINESE, number

# The first class alone lets the search skip what is no numeral at the speed of C.
_RUN = re.compile(f"[0-9{CHINESE}](?:(?<=[0-9])[0-9]*+|(?<=[^0-9])[{CHINESE}拾]*+)")
_LETTER = re.compile(
    "[a-z甲乙丙丁东南西北中](?:(?P<b>座|栋|幢|号楼|-(?=[0-9]{3}))|(?P<u>单元)|(?P<h>[0-9](?=货梯|客梯|大堂| lobby)))"
)
_ENGLISH = re.compile(
    r"(?<![a-z])(?:(?:building|bldg|block|tower|blk)\.?\s?(?P<b>[0-9]{1,3}+[a-z]?|[a-z](?![a-z]))"
    r"|(?:no\.?\s?)?(?P<n>[0-9]{1,2}+)\s?(?:bldg|building|block)(?![a-z])"
    r"|unit\s?(?P<u>[0-9]{1,2}+(?![0-9])|[a-d](?![a-z]))|(?:room|rm|apt|flat|unit)\.?\s?(?P<r>[0-9]{1,4}+[a-z]?)"
    r"|(?:floor|level)\s?(?P<f>[0-9]{1,2}+)|(?P<o>[0-9]{1,2}+)(?:st|nd|rd|th)\s?floor|(?P<g>ground\s?floor))"
)
_LATIN = re.compile("[a-z]{3}|[0-9][a-z]{2}")
_TOP = re.compile("[顶首](?:(?<=顶)[楼层]|(?<=首)层|(?<=[栋幢座]顶)上|(?<=号楼顶)上)")

_NUMBER_OF_A_HOUSE = re.compile(
    rf"(?:(?:前面|后面|旁边|门口|配楼|里有|的电梯|楼道)|[0-9{CHINESE}东西南北甲乙丙丁]{{1,3}}+(?:单元|楼(?!道)|层)|[0-9]{{3,4}}+(?![0-9a-z元块]))"
)
_HEARD_AS_BUILDING = re.compile(
    "[洞懂冻动](?=[0-9一二三四五六七八九,。 ]|门|楼|单|$)|(?:[浩好]|hao)楼|dong(?![a-z])"
)
_UNIT_FOLLOWS = re.compile(rf"[0-9{CHINESE}东西南北]{{1,2}}+(?:单元|danyuan|dy)")
_UNIT_SHORT = re.compile(
    r"单(?![位独双号身车杠据子])|dy(?![a-z])|danyuan|门[儿洞]|[门梯](?=[0-9一二三四五六七八九]{3})"
)
_FLOOR_ENDS = re.compile("楼(?!道灯?费|[栋盘宇])|层|喽|/?f(?![a-z])")
_ROOM_ENDS = re.compile("室|房(?!价)|号房|户(?!型)")
_ROOM_LETTER = re.compile("[a-h](?=室)")
_HOUSE_OF_MANY = "同每这那哪某共"
_BELOW = {"负": 1, "b": 1, "-": 1, "下": 2}


def mentions(text: str) -> list[Mention]:
    """Return what is written like a part of an address in a normalised text, in order."""
    found: list[Mention] = []
    done = 0
    for run in _RUN.finditer(text):
        start, end = run.span()
        if start >= done:
            for one in _numeral(text, start, end, found[-1] if found else None):
                found.append(one)
                done = one.end
    others = list(_letters(text))
    if others:
        taken = {at for one in others for at in range(one.start, one.end)}
        found = [one for one in found if taken.isdisjoint(range(one.start, one.end))]
        found = sorted(found + others, key=lambda one: one.start)
    return found


def _numeral(text: str, start: int, end: int, last: Mention | None) -> Iterator[Mention]:
    """Give what the numeral from `start` to `end` may be; of 3-2-501 the whole, which goes on behind `end`."""
    touched = last if last is not None and text[last.end : start] in ("", "-") else None
    begin = start if touched else _begin(text, start)
    if begin < 0:
        return
    after = text[end : end + 1]
    if after and after in _DASHES:
        parts = list(dashed(text, begin, start, touched))
        if parts:
            yield from parts
            return
    one = _suffixed(text, begin, start, end, touched)
    if one is None and begin == start and end - start in (3, 4) and not _GOES_ON.match(text, end):
        one = _bare(text[start:end], start, end, touched)
    if one is not None:
        yield one


_GOES_ON = re.compile(r"[a-z]|[.:/][0-9]|-(?![0-9]{3,4}+(?![0-9\-]))[0-9]")


def _begin(text: str, start: int) -> int:
    """Return where a numeral begins with the letter that belongs to it (a3), or -1 when it is a part of something
    else: a price, a time, a ticket's number, a licence plate."""
    before, more = text[start - 1 : start], text[start - 2 : start - 1]
    if not before or not text[start].isascii():
        return start
    if before == "-" and more.isascii() and more.isalpha() and not text[start - 3 : start - 2].isalnum():
        return start  # C-1203
    if before in "¥$#*×" or (before in ".:·/-" and more.isascii() and more.isalnum()):
        return -1
    if before.isascii() and before.isalpha():
        return -1 if more == "·" or (more.isascii() and more.isalnum()) else start - 1
    return start


def _bare(said: str, start: int, end: int, touched: Mention | None) -> Mention | None:
    if not said[0].isascii():
        if not (touched or "零" in said or "〇" in said or "幺" in said):
            return None
        said = number(said)
    return Mention("room", said, start, end, bare=True) if like_a_room(said) else None


_DASHES = "-/.·一abcdefgh"


def _suffixed(text: str, begin: int, start: int, end: int, touched: Mention | None) -> Mention | None:
    """Return what the characters behind a numeral make it: 号楼 栋 # 单元 楼 层 室 …, or None."""
    said = text[start:end]
    after = text[end : end + 1]
    if not after or said[0] == "两":
        return _below(text, start, end)
    if _VAGUE.search(said) and not _ROOM_ENDS.match(text, end):
        return None
    if touched is not None and after in "#号" and text.startswith("单元", end + 1):
        end, after = end + 1, "单"
    letter = ""
    if after.isascii() and after.isalpha() and text[end + 1 : end + 2] in ("栋", "幢", "座", "号", "#"):
        letter, end, after = after.upper(), end + 1, text[end + 1]
    size = _building(text, begin, start, end, after)
    if size:
        prefix = text[begin:start].upper()
        if not prefix and start and text[start - 1] in "甲乙丙丁":
            begin, prefix = start - 1, text[start - 1]
        return Mention("building", prefix + number(said) + letter, begin, end + size)
    if letter or (begin != start and text[begin] != "b"):
        return None
    if after == "单" and text.startswith("单元", end) and not text.startswith("楼房", end + 2):
        return (
            None
            if text.startswith(_FINE, end + 2) or end - start > (2 if said[0].isascii() else 3)
            else Mention("unit", number(said), start, end + 2)
        )
    if touched is not None and touched.part == "building" and len(said) <= 2:
        short = _UNIT_SHORT.match(text, end)
        if short:
            return Mention("unit", number(said), start, short.end())
    ends = _FLOOR_ENDS.match(text, end)
    if ends:
        return _floor(text, start, end, ends.end())
    if begin == start and (ends := _ROOM_ENDS.match(text, end)):
        value = number(said)
        if len(said) in (3, 4) and said[0] not in "0零〇" and "十" not in said:
            return Mention("room", value, start, ends.end())
        if touched is not None and touched.part == "unit" and ends[0] != "户":
            return Mention("room", value, start, ends.end())
    return _below(text, start, end)


# 七八栋 are two, 十二三楼 is somewhere about there.
_VAGUE = re.compile("[一二三四五六七八九]{2}")
_FINE = ("没事", "正常", "有电", "有水", "有气", "好好的")


def _building(text: str, begin: int, start: int, end: int, after: str) -> int:
    """Return how many characters behind a numeral make it a building, 0 when none."""
    said = text[start:end]
    if end - start > (3 if said[0].isascii() else 5) or after not in _BUILDS:
        return 0
    before = text[begin - 1 : begin]
    if before and before in _HOUSE_OF_MANY and after in "栋幢座":
        return 0
    following = text[end + 1 : end + 2]
    match after:
        case "栋" | "幢":
            if following == "楼" and not said[0].isascii():
                # 三栋楼 are three houses; 三栋楼道 is in the third.
                return 1 if text[end + 2 : end + 3] in tuple("上下道里顶门梯前后旁头号") else 0
            return 1
        case "座":
            alone = said == "一" and not text.startswith(_OF_A_HOUSE, end + 1)
            if following == "楼" and text[end + 2 : end + 3] not in tuple("上下道里顶梯"):
                return 0
            return 0 if alone or (following and following in "山桥城庙塔坟机") else 1
        case "号":
            if following == "楼":
                return (
                    0
                    if _DAY.search(text, max(0, begin - 2), begin) and text[end + 2 : end + 3] in _DOWN
                    else 2
                )
            if following == "院":
                return 2 if _UNIT_FOLLOWS.match(text, end + 2) else 0
            house = before not in ("月", "第", "位", "区") and _NUMBER_OF_A_HOUSE.match(text, end + 1)
            return 1 if house else 0
        case "#":
            return 2 if following == "楼" else 1
        case "楼":
            return 1 if begin != start or _UNIT_FOLLOWS.match(text, end + 1) else 0
        case _:
            heard = _HEARD_AS_BUILDING.match(text, end) if before != "第" else None
            return heard.end() - end if heard else 0


# 1月1号楼下见: the first of January, downstairs.
_DAY = re.compile(rf"[0-9{CHINESE}]月$")
_DOWN = tuple("上下里道")
_BUILDS = frozenset("栋幢座号#楼洞懂冻动浩好hd")
_OF_A_HOUSE = (*"0123456789一二三四五六七八九十,。的", "电梯", "楼", "单元", "大堂")


def _floor(text: str, start: int, end: int, ends: int) -> Mention | None:
    value = number(text[start:end])
    if not value.isdigit() or not 0 < int(value) <= 99 or text[start] in "0零〇幺":
        return None
    before = text[start - 1] if start else ""
    deep = _BELOW.get(before, 0)
    if deep == 2 and text[start - 2 : start] != "地下":
        deep = 0
    if before.isascii() and before.isalpha() and before != "b":
        return None
    return Mention("floor", ("-" if deep else "") + value, start - deep, ends)


def _below(text: str, start: int, end: int) -> Mention | None:
    """Return 负二 and B2 as the floor they are; not 负二度 and B2-318."""
    if (
        end - start != 1
        or not start
        or text[start - 1] not in ("负", "b")
        or text[start] not in "12345一二三四五"
    ):
        return None
    after = text[end : end + 1]
    if after and (
        after in "0123456789-.度点分℃%座栋区号个面责"
        or (text[start - 1] == "b" and after.isascii() and after.isalpha())
    ):
        return None
    return Mention("floor", "-" + number(text[start:end]), start - 1, end)


def _letters(text: str) -> Iterator[Mention]:
    """Give what has no numeral: A座, 东单元, 顶楼, and English."""
    for found in _LETTER.finditer(text):
        start, end = found.span()
        before, letter = text[start - 1 : start], text[start].upper()
        if before.isascii() and before.isalnum():
            continue
        if found["u"]:
            yield Mention("unit", letter, start, end)
        elif found["h"]:
            if letter not in "B甲乙丙丁东南西北中":
                yield Mention("building", letter + found["h"], start, start + 2)
        elif letter not in "东南西北中":
            yield Mention("building", letter, start, end)
    if "顶" in text or "首层" in text:
        for found in _TOP.finditer(text):
            yield Mention("floor", "1" if found[0] == "首层" else "顶", *found.span())
    if _LATIN.search(text):
        for found in _ENGLISH.finditer(text):
            start, end = found.span()
            if found["b"] or found["n"]:
                yield Mention("building", number(found["b"] or found["n"]), start, end)
            elif found["u"]:
                yield Mention("unit", number(found["u"]), start, end)
            elif found["r"]:
                yield Mention("room", found["r"].upper(), start, end)
            else:
                yield Mention("floor", found["f"] or found["o"] or "1", start, end)
    for found in _ROOM_LETTER.finditer(text):
        if text[found.start() - 1 : found.start()] in ("楼", "层"):
            yield Mention("room", found[0].upper(), found.start(), found.end() + 1)
