"""When the joint meeting next begins."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.weekly import next_meeting
from storage.records import DAY, HOUR


def at(text: str, zone: str = "Asia/Shanghai") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 1000


@pytest.mark.parametrize(
    ("now", "meeting"),
    [
        ("2026-03-16 09:00", "2026-03-20 15:00"),
        ("2026-03-20 14:59", "2026-03-20 15:00"),
        ("2026-03-20 15:00", "2026-03-27 15:00"),
        ("2026-12-31 10:00", "2027-01-01 15:00"),
    ],
)
def test_the_meeting_after_now(now: str, meeting: str):
    assert next_meeting("fri 15:00", "Asia/Shanghai", at(now)) == at(meeting)


def test_the_clock_on_the_wall_counts_where_daylight_saving_changes():
    saturday = at("2026-03-28 12:00", "Europe/Madrid")
    assert next_meeting("mon 09:00", "Europe/Madrid", saturday) == at("2026-03-30 09:00", "Europe/Madrid")
    assert next_meeting("sun 02:30", "Europe/Madrid", saturday) < saturday + DAY


@pytest.mark.parametrize(
    "text", ["", "friday 15:00", "fri", "fri 24:00", "fri 15:60", "周五 15:00", "fri  15:00"]
)
def test_anything_else_is_no_calendar(text: str):
    with pytest.raises(ValueError):
        next_meeting(text, "Asia/Shanghai", 0)


@given(st.integers(0, 2_000_000_000_000), st.sampled_from(["mon 00:00", "sun 23:59", "wed 02:30"]))
def test_it_is_always_ahead_and_never_more_than_a_week(now: int, text: str):
    for zone in ("Asia/Shanghai", "Europe/Madrid", "UTC"):
        assert now < next_meeting(text, zone, now) <= now + 7 * DAY + 2 * HOUR
