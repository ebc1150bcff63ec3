"""The joint meeting's calendar, written as a weekday and a clock time: `fri 15:00`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from storage.records import Instant

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WRITTEN = re.compile(r"(mon|tue|wed|thu|fri|sat|sun) ([01]?[0-9]|2[0-3]):([0-5][0-9])")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_weekly(text: str) -> tuple[int, time]:
    """Return the weekday (0 is Monday) and the local time. Raises ValueError for anything else."""
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise ValueError(text)
    return WEEKDAYS.index(written[1]), time(int(written[2]), int(written[3]))


@lru_cache(maxsize=256)
def next_meeting(calendar_text: str, zone: str, now: Instant) -> Instant:
    """Return when the meeting next begins, in ms UTC: later than `now`, at its clock time in `zone`.

    A clock time that a daylight-saving change skips counts as the same moment before the change.
    """
    weekday, at = read_weekly(calendar_text)
    place = ZoneInfo(zone)
    today = (_EPOCH + timedelta(milliseconds=now)).astimezone(place).date()
    day = today + timedelta(days=(weekday - today.weekday()) % 7)
    while True:
        begins = (datetime.combine(day, at, place) - _EPOCH) // timedelta(milliseconds=1)
        if begins > now:
            return begins
        day += timedelta(days=7)
