"""What a city writes: reports that are each a matter of their own, chatter, and both as Telegram's updates."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from itertools import count, islice

from benchmarks.cities import BUILDINGS, GROUPS

COMMUNITIES, GRIDS = 4, 75
RESIDENTS = 6_000
FAULTS = ("厨房漏水", "卫生间下水道堵了", "家里没水了", "插座没电了")
CHATTER = (
    "哈哈哈，今天天气真不错",
    "有人一起去菜场吗？",
    "好的，收到",
    "谢谢王姐，辛苦了",
    "孩子们在楼下玩得真开心",
    "团购的鸡蛋到了，在门口自己拿",
    "👍👍👍",
    "今晚食堂吃什么呀",
    "哪位邻居有多的口罩？借两个",
    "明天我也想去看看，几点出发？",
)


Words = Callable[[int], str]
"""What is said in the message of a number."""


def report_words(at: int) -> str:
    """Return the `at`th report: a flat of its own in its grid's buildings, so that nothing is a twin."""
    grid, nth = at % (COMMUNITIES * GRIDS) % GRIDS, at // (COMMUNITIES * GRIDS)
    building = grid * BUILDINGS + nth % BUILDINGS + 1
    flat = nth // BUILDINGS
    return f"{building}号楼{flat % 4 + 1}单元{flat // 16 % 9 + 1}0{flat // 4 % 4 + 1}{FAULTS[(at + nth) % len(FAULTS)]}"


def chatter(at: int) -> str:
    return CHATTER[at % len(CHATTER)]


def update(number: int, words: str) -> bytes:
    """Write the update as Telegram does; everybody stays in the group of their grid."""
    grid = number % (COMMUNITIES * GRIDS)
    resident = number % RESIDENTS
    said = {
        "message_id": number + 1,
        "from": {
            "id": resident + 1,
            "is_bot": False,
            "first_name": f"居民{resident}",
            "language_code": "zh-hans",
        },
        "chat": {"id": GROUPS - grid, "title": f"第{grid + 1}网格", "type": "supergroup"},
        "date": int(time.time()),
        "text": words,
    }
    return json.dumps({"update_id": number + 1, "message": said}).encode()


class Numbers:
    """Updates with numbers of their own, the city's groups in turn."""

    def __init__(self) -> None:
        self._next = count()

    def updates(self, many: int, words: Words) -> list[bytes]:
        return [update(number, words(number)) for number in islice(self._next, many)]
