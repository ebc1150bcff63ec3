"""When a meeting is called for, as it is typed. Now is Monday 2026-11-23, 10:00 in Shanghai."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.meeting_times import read_time

ZONE = "Asia/Shanghai"
NOW = int(datetime(2026, 11, 23, 10, tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)


@pytest.mark.parametrize(
    ("text", "begins", "words"),
    [
        ("周五 15:00", "11-27 15:00", ""),
        ("周五15:00", "11-27 15:00", ""),
        ("下周五 15:00", "12-04 15:00", ""),
        ("星期天上午九点", "11-29 09:00", ""),
        ("明天下午3点半 党群服务中心", "11-24 15:30", "党群服务中心"),
        ("在党群服务中心 明天 9:30", "11-24 09:30", "党群服务中心"),
        ("今晚7点", "11-23 19:00", ""),
        ("15:00", "11-23 15:00", ""),
        ("9:30", "11-24 09:30", ""),
        ("周一 9:30", "11-30 09:30", ""),
        ("周一 11:00", "11-23 11:00", ""),
        ("11月27日 15：00", "11-27 15:00", ""),
        ("2026-11-27 15:00", "11-27 15:00", ""),
        ("fri 15:00", "11-27 15:00", ""),
        ("tomorrow 9:30 community hall", "11-24 09:30", "community hall"),
        ("后天 十一点", "11-25 11:00", ""),
        ("周五", None, ""),
        ("", None, ""),
        ("25:00", None, ""),
        ("2月30日 9:00", None, ""),
        ("2026年11月22日 9:00", None, ""),
        ("今天 9:00", None, ""),
    ],
)
def test_days_and_times_as_people_type_them(text: str, begins: str | None, words: str) -> None:
    read = read_time(text, ZONE, NOW)
    if begins is None:
        assert read is None
        return
    assert read is not None
    at = datetime.fromtimestamp(read[1] / 1000, ZoneInfo(ZONE))
    assert (at.strftime("%m-%d %H:%M"), read[0]) == (begins, words)
