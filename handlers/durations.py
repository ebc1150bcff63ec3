"""How long a clock gives, as people write it in a community file: `90s 5m 4h 1d`, `2wh`, `5wd`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from storage.records import DAY, HOUR, MINUTE, SECOND, Allowance, Span

LONGEST_DAYS = 1_000
"""A clock of more than about three years is a typing mistake, not a promise."""

UNITS: Mapping[str, Span] = {"d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND}
LENGTH = re.compile(r"([0-9]{1,9})(wd|wh|s|m|h|d)")


def read_duration(text: str) -> Allowance:
    """Return the allowance written as a whole number and its unit.

    `s m h d` run around the clock, `wh` are working hours, `wd` whole working days.
    Raises ValueError for anything else, for zero, and for more than LONGEST_DAYS.
    """
    written = LENGTH.fullmatch(text)
    if written is None:
        raise ValueError(text)
    number, unit = int(written[1]), written[2]
    if unit == "wd":
        days, allowance = number, Allowance(working_days=number)
    else:
        span = number * UNITS[unit[-1]]
        days, allowance = span // DAY, Allowance(span=span, working=unit == "wh")
    if number == 0 or days > LONGEST_DAYS:
        raise ValueError(text)
    return allowance


_SPOKEN = {
    "个工作日": "wd", "工作日": "wd", "个工作小时": "wh", "天": "d", "日": "d", "个小时": "h", "小时": "h", "分钟": "m", "分": "m",
}  # fmt: skip
_NUMERALS = {"半天": "12h", "半小时": "30m", "半个小时": "30m"} | {
    f"{word}{unit}": f"{number}{unit}"
    for number, word in enumerate("一两三四五六七八九十", 1)
    for unit in _SPOKEN
}


def read_spoken(text: str) -> Allowance:
    """Return the allowance as people say it in chat: 2h, 2小时, 两天, 半天, 3个工作日. Raises ValueError otherwise."""
    said = text.replace(" ", "").lower()
    said = _NUMERALS.get(said, said)
    for word, unit in _SPOKEN.items():
        if said.endswith(word):
            said = said.removesuffix(word) + unit
            break
    return read_duration(said)


def write_spoken(allowance: Allowance) -> str:
    """Return it in words, for the ledger: 2 小时, 3 个工作日."""
    written = LENGTH.fullmatch(write_duration(allowance))
    assert written is not None, "what is written can be read"
    number, unit = written.groups()
    words = {"d": "天", "h": "小时", "m": "分钟", "s": "秒", "wh": "个工作小时", "wd": "个工作日"}
    return f"{number} {words[unit]}"


def write_duration(allowance: Allowance) -> str:
    """Return the shortest writing that `read_duration` reads back; parts of a second are dropped."""
    if allowance.working_days:
        return f"{allowance.working_days}wd"
    if allowance.working:
        return f"{allowance.span // HOUR}wh"
    for unit, span in UNITS.items():
        if allowance.span % span == 0:
            return f"{allowance.span // span}{unit}"
    return f"{allowance.span // SECOND}s"
