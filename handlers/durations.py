"""How long a clock gives, as people write it in a community file: `90s 5m 4h 1d`, `2wh`, `5wd`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from storage.records import DAY, HOUR, MINUTE, SECOND, Allowance, Span

LONGEST_DAYS = 1_000
"""A clock of more than about three years is a typing mistake, not a promise."""

UNITS: Mapping[str, Span] = {"d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND}
_WRITTEN = re.compile(r"([0-9]{1,9})(wd|wh|s|m|h|d)")


def read_duration(text: str) -> Allowance:
    """Return the allowance written as a whole number and its unit.

    `s m h d` run around the clock, `wh` are working hours, `wd` whole working days.
    Raises ValueError for anything else, for zero, and for more than LONGEST_DAYS.
    """
    written = _WRITTEN.fullmatch(text)
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
