"""Words the reader is unsure of, whatever it has learned lately: tried one after another, not written down."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

from handlers.reading import ENOUGH, Reading, Urgency, read
from handlers.sureness import UNSURE, surely_report
from storage.records import Category

PLACES = ("3号楼的", "3号楼2单元的", "3号楼门口的", "3号楼那边的", "三栋的", "在3号楼看到")
THINGS = (
    "灯",
    "门",
    "水",
    "电梯",
    "路",
    "树",
    "垃圾桶",
    "井盖",
    "墙",
    "充电桩",
    "狗",
    "车棚",
    "水管",
    "门禁",
    "下水道",
    "扶手",
    "楼道",
    "窗户",
    "围栏",
)
ENDS = (
    "怪怪的",
    "是不是有点问题",
    "有点响",
    "不太对劲",
    "感觉不行",
    "好像那个了",
    "又那样",
    "慢",
    "有味道",
    "吵",
    "脏",
    "怎么回事啊",
    "不太好",
    "看着不对",
    "声音大",
    "有点味",
    "是不是该看看",
    "有点松",
    "有点旧",
    "有声音",
    "旧了",
    "老响",
    "好像有点问题",
    "有点不对",
    "是不是该修了",
    "不好用",
    "不行",
    "没弄好",
    "又来了",
    "看一下",
    "歪",
    "晃",
    "有点歪",
    "湿湿的",
    "黑乎乎",
    "乱",
    "真不行",
)


@cache
def unsure_of(category: Category) -> str:
    """Return a message of the unsure middle about this, without a place."""
    for start, end in product(("这", "那个", "我们", "怎么", ""), ENDS):
        for thing in THINGS:
            reading = read(f"{start}{thing}{end}")
            if _in_the_middle(reading) and reading.category is category and not reading.building:
                return f"{start}{thing}{end}"
    raise LookupError(category)


@cache
def unsure(count: int = 1) -> tuple[str, ...]:
    """Return so many messages about 3号楼 in the unsure middle, each different even without its numbers."""
    found = _all()
    return tuple(next(found) for _ in range(count))


def _all() -> Iterator[str]:
    for thing, end, place in product(THINGS, ENDS, PLACES):
        reading, named = read(f"{place}{thing}{end}"), read(f"@王芳 {place}{thing}{end}")
        if _in_the_middle(reading) and _in_the_middle(named) and reading.building == "3":
            yield f"{place}{thing}{end}"


def _in_the_middle(reading: Reading) -> bool:
    # More likely than not is enough for who speaks to us alone: the middle of both is below it.
    middle = UNSURE <= reading.sure < ENOUGH and not surely_report(reading) and not reading.follow_up
    return middle and reading.urgency is not Urgency.EMERGENCY and not reading.alarming
