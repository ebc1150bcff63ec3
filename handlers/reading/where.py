"""Where: building, unit, floor, room and landmark, out of what people write.

Patterns have only bounded, possessive repeats, so that no text can make them slow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.reading.landmarks import landmark
from handlers.reading.lexicon import Words
from handlers.reading.numerals import number

_N = r"(?:[0-9]{1,3}+|[一二三四五六七八九十百零〇两廿]{1,5}+)"
_BUILDING = re.compile(
    rf"(?<![0-9.#\-])(?:第)?(?P<b>[a-z][0-9]{{0,2}}+|{_N}[a-z]?+)"
    rf"(?:号楼|栋楼|栋|幢|座|号院|#楼|#(?![0-9]{{4}})|号(?=[0-9一二三四五六七八九东西]{{1,2}}+单元)"
    rf"|楼(?=[0-9一二三四五六七八九东西南北]{{1,2}}+单元)|(?:洞|冻|动)(?=$|[0-9一二三四五六七八九,。 ]))"
    rf"|(?:building|bldg|block|tower|blk)\s?+(?P<e>[0-9]{{1,3}}+[a-z]?+|[a-z](?![a-z]))"
)
_UNIT = re.compile(rf"(?P<u>{_N}|[东西南北中甲乙丙丁a-d])单元(?!楼房)|\bunit\s?+(?P<e>[0-9]{{1,2}}+|[a-d]\b)")
_UNIT_AFTER = re.compile(r"(?P<u>[0-9]{1,2}+|[一二三四五六七八九])(?:门|梯)(?=[0-9一二三四五六七八九]{3})")
_FLOOR = re.compile(
    r"(?:(?<![0-9a-z.\-])(?P<m>负|地下|-|b)?+(?P<f>[0-9]{1,2}+)"
    r"|(?P<n>负|地下)?+(?P<c>[一二三四五六七八九十零两廿]{1,4}+))(?:楼(?!道灯?费|[栋盘宇])|层|/?f(?![a-z]))"
    r"|(?P<top>顶楼|顶层)|(?<![a-z0-9])b(?P<u>[1-5])(?![0-9a-z座栋区])|(?:floor\s?+|level\s?+)(?P<e>[0-9]{1,2}+)"
    r"|(?P<o>[0-9]{1,2}+)(?:st|nd|rd|th)\s?+floor"
)
_DASHED = re.compile(
    r"(?<![0-9.:¥$\-a-z/])(?P<a>[a-z]?[0-9]{1,2}+[a-z]?|[a-z])[-/](?P<b>[0-9]{1,4}+)(?:[-/](?P<c>[0-9]{1,4}+))?+(?:[-/](?P<d>[0-9]{3,4}+))?+(?![0-9.:/\-])"
)
_CN_DASHED = re.compile(
    r"(?P<a>[一二三四五六七八九十]{1,3}+)-(?P<b>[一二三四五六七八九]{1,2}+)(?:-(?P<c>[一二三四五六七八九零〇]{3,4}+))?+"
)
_ROOM = re.compile(
    r"(?<![0-9a-z.:¥$#\-])(?P<r>[0-9]{3,4}+)(?P<s>室|房(?!价)|号房|户(?!型))?|(?<![0-9a-z])(?P<c>[一二三四五六七八九零〇]{3,4}+)(?P<t>室|房|户)?|\b(?:room|rm|apt|flat)\.?\s?+(?P<e>[0-9]{3,4}+[a-z]?)"
)
# What a dashed or bare number may measure instead of naming a place.
_MEASURED = (
    *"天个岁人次元块万号日月点时周年米度折%份斤瓶包箱倍公吨克折分秒级届期kw平", "楼", "层", "栋", "小时", "单元楼", "km", "mm", "cm",
)  # fmt: skip
_NOT_A_ROOM_AFTER = (
    *"元块路年月日号个米斤克度吨人次分页岁平w万%天", "公交", "中学", "小学", "医院", "热线", "电话", "多", "大街", "国道", "ml", "kg",
)  # fmt: skip
_PHONES = {"110", "119", "120", "122", "114", "100", "123", "12345", "911", "112"}
_COUNTED = (
    "爬", "坠", "掉", "降", "喷", "高", "共", "盖", "往下", "天天爬", "了", "每", "好几", "住在", "另",
)  # fmt: skip
_ORIGIN_AFTER = ("上来", "下来", "上去", "坐", "到", "往上", "往下", "一直", "爬", "走")
_MINE_BEFORE = ("我住", "我是", "我在", "家住", "本人住")


@dataclass(frozen=True, slots=True)
class PlaceRead:
    """What a text says about a place; "" for what it does not say. `unknown`: the writer says not to know."""

    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    place: str = ""
    unknown: bool = False

    @property
    def empty(self) -> bool:
        return not (self.building or self.unit or self.floor or self.room or self.place)


def find(text: str, words: Words) -> PlaceRead:
    """Return the place a normalised text names. With several buildings, the first that is not just the writer's own."""
    for at, nickname in words.nickname_index.find(text):
        text = text[:at] + words.nicknames[nickname].lower() + text[at + len(nickname) :]
        break
    building = unit = floor = room = ""
    end = -1  # where the part read last ends: what follows directly belongs to it
    dashed = _dashed(text)
    if dashed:
        building, unit, floor, room, _ = dashed
    named = _building(text)
    if named and not (dashed and dashed[4] < named[1]):
        if not dashed or dashed[0] != named[0]:
            unit = floor = room = "" if dashed and dashed[4] > named[2] + 12 else room
        building, _, end = named
        if dashed and dashed[4] == end:
            # 3栋2-501: what follows the building is unit and room.
            unit, room = dashed[0], dashed[3] or (dashed[1] if len(dashed[1]) > 2 else "")
    unit = _unit(text, end) or unit
    floor = _floor(text) or floor
    room = _room(text, bool(building or unit or floor)) or room
    return PlaceRead(building, unit, floor, room, landmark(text, words))


def _dashed(text: str) -> tuple[str, str, str, str, int] | None:
    """Return building, unit, floor, room and where it begins, of 3-2-501, 3-501, 9-1."""
    for found in _DASHED.finditer(text):
        a, b, c, d = found["a"], found["b"], found["c"], found["d"]
        rest = text[found.end() : found.end() + 3]
        if d is not None and c is not None:
            return number(a), number(b), number(c), d, found.start()
        if c is not None:
            if len(c) >= 3 and len(b) <= 2:
                return number(a), number(b), "", c, found.start()
            continue
        if len(b) >= 3:
            if like_a_room(b) and not _counts(rest):
                return number(a), "", "", b, found.start()
            continue
        measured = rest.startswith(_MEASURED) and not rest.startswith(
            ("楼道", "楼梯", "楼上", "楼下", "楼里", "楼顶", "楼门", "号楼道")
        )
        if not measured and 0 < int(b) <= 12 and a not in ("0", "00"):
            return number(a), number(b), "", "", found.start()
    for found in _CN_DASHED.finditer(text):
        return (
            number(found["a"]),
            number(found["b"]),
            "",
            number(found["c"]) if found["c"] else "",
            found.start(),
        )
    return None


def _building(text: str) -> tuple[str, int, int] | None:
    first: tuple[str, int, int] | None = None
    for found in _BUILDING.finditer(text):
        read = number(found["b"] or found["e"]), found.start(), found.end()
        if not text[: found.start()].endswith(_MINE_BEFORE):
            return read
        first = first or read
    return first


def _unit(text: str, after: int) -> str:
    found = _UNIT.search(text)
    if found:
        return number(found["u"] or found["e"])
    if after >= 0:
        direct = _UNIT_AFTER.match(text, after)
        if direct:
            return number(direct["u"])
    return ""


def _floor(text: str) -> str:
    for found in _FLOOR.finditer(text):
        if found["top"]:
            return "顶"
        if found["u"]:
            return "-" + found["u"]
        if found["e"] or found["o"]:
            return found["e"] or found["o"]
        before, after = text[: found.start()], text[found.end() :]
        read = found["f"] or found["c"]
        if read.startswith("两") or "百" in read or (read[0] in "0零〇"):
            continue
        # 17楼 is a floor; 号楼 and 3楼2单元 were a building. 爬了18层, 三层楼高 and 从负二层上来 are not where it is.
        if text[found.end() - 1] == "楼" and _UNIT.match(text, found.end()):
            continue
        if text[found.end() - 1] == "层" and before.endswith(_COUNTED):
            continue
        if before.endswith(
            ("爬", "爬了", "坠了", "好几", "我在", "去", "高", "子到", "梯到")
        ) or after.startswith(("楼高", "楼食堂", "高")):
            continue
        if before.endswith(("从", "刚从")) and after.startswith(_ORIGIN_AFTER):
            continue
        if before.endswith("从") and "到" in after[:3]:
            continue
        if before.endswith("住") and "爬" in text:
            continue
        if before.endswith("到") and "从" in before[-8:]:
            continue
        value = number(read)
        if not 0 < int(value.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") or 0) <= 99:
            continue
        return ("-" if found["m"] or found["n"] else "") + value
    return ""


def like_a_room(digits: str) -> bool:
    """A room number is floor and door: 501, 1203; at most 60 floors and 20 doors."""
    return 1 <= int(digits[:-2]) <= 60 and 1 <= int(digits[-2:]) <= 20


def _counts(after: str) -> bool:
    """Whether what follows a number shows that it counts something: 300块, 501路; but 902天天 is a neighbour."""
    return after.startswith(_NOT_A_ROOM_AFTER) and not after.startswith(("天天", "天花", "天台", "天窗"))


def _room(text: str, placed: bool) -> str:
    for found in _ROOM.finditer(text):
        if found["e"]:
            return found["e"].upper()
        digits = found["r"] or number(found["c"])
        sure = bool(found["s"] or found["t"])
        after = text[found.end() : found.end() + 3]
        before = text[: found.start()]
        if len(digits) < 3 or (not sure and (not like_a_room(digits) or _counts(after))):
            continue
        if not sure and digits in _PHONES and not before.endswith("单元"):
            continue  # right behind a unit even 110 is a door
        if sure and digits.startswith("0"):
            continue
        if before.endswith(
            ("电话", "编号", "尾号", "车牌", "工单", "单号", "读数", "路", "度", "-", "第", "打", "拨")
        ):
            continue
        if sure or placed or before.endswith(_NAMES_A_ROOM) or after.startswith(_DOES_SOMETHING):
            return digits
    return ""


_NAMES_A_ROOM = ("楼上", "楼下", "隔壁", "对门", "对面", "我家", "我住", "邻居", "那个")
_DOES_SOMETHING = (
    "家",
    "的",
    "往",
    "把",
    "天",
    "门",
    "那",
    "这",
    "业",
    "住",
    "一",
    "又",
    "在",
    "房",
    "养",
    "漏",
    "没",
    "装",
)


_EDGE = 4


def at_an_edge(text: str) -> bool:
    """Whether a building or a dashed address stands within a few characters of the beginning or the end."""
    last = len(text) - _EDGE
    for pattern in (_BUILDING, _DASHED):
        for found in pattern.finditer(text):
            if found.start() <= _EDGE or found.end() >= last:
                return True
    return False
