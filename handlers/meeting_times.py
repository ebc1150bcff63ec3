"""When a meeting is called for, as staff type it: 周五 15:00, 明天下午3点半, 11月27日 9:30, 15:00."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.weekly import WEEKDAYS
from storage.records import Instant

_TIME = re.compile(
    r"(?P<half>上午|早上|中午|下午|晚上|am|pm)? ?"
    r"(?<!\d)(?:(?P<hour>[01]?\d|2[0-3])[:：](?P<minute>[0-5]\d)"
    r"|(?P<clock>[01]?\d|2[0-3]|[一二三四五六七八九十]{1,2})[点时](?:(?P<half_past>半)|(?P<past>[0-5]\d)分?)?)"
)
_DATE = re.compile(
    r"(?:(?P<year>20\d\d)[年/.-])?(?P<month>1[0-2]|0?[1-9])[月/.-](?P<day>3[01]|[12]\d|0?[1-9])[日号]?"
)
_WEEKDAY = re.compile(
    r"(?P<next>下)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])|\b(?P<name>mon|tue|wed|thu|fri|sat|sun)[a-z]*\b",
    re.IGNORECASE,
)
_RELATIVE = {"今天": 0, "今晚": 0, "明天": 1, "后天": 2, "today": 0, "tomorrow": 1}
_CHINESE = "一二三四五六七八九十"


def read_time(text: str, zone: str, now: Instant) -> tuple[str, Instant] | None:
    """Split the time a meeting is called for from the other words (where it is held).

    A day without a year is the next such day, 周五 the next Friday (today, when its time is still to come), 下周五 that of
    the week after this one; a clock time alone is today's, or tomorrow's when it has passed. None when there is no clock
    time, or no such day, or it has passed.
    """
    here = ZoneInfo(zone)
    present = datetime.fromtimestamp(now / 1000, UTC).astimezone(here)
    rest, day = _day(text, present.date())
    found = _TIME.search(rest)
    at = _clock(found) if found is not None else None
    if found is None or at is None or day is _WRONG:
        return None
    words = f"{rest[: found.start()]} {rest[found.end() :]}".strip(" ，,在")
    begins = datetime.combine(day or present.date(), at, here)
    if begins <= present:
        # Friday said on a Friday afternoon is the next one; a day that was named by its date has passed.
        later = 1 if day is None else 7 if _WEEKDAY.search(text) else 0
        begins = datetime.combine(begins.date() + timedelta(days=later), at, here)
    return (" ".join(words.split()), int(begins.timestamp() * 1000)) if begins > present else None


_WRONG = date.min


def _day(text: str, today: date) -> tuple[str, date | None]:
    """Return the words without the day, and the day: None when none is named, _WRONG when it does not exist."""
    found = _DATE.search(text)
    if found is not None:
        return _without(text, found), _dated(found, today)
    found = _WEEKDAY.search(text)
    if found is not None:
        wanted = (
            WEEKDAYS.index(found["name"].lower())
            if found["name"]
            else "一二三四五六日".index(found["day"].replace("天", "日"))
        )
        monday = today - timedelta(days=today.weekday())
        if found["next"]:
            return _without(text, found), monday + timedelta(days=7 + wanted)
        return _without(text, found), today + timedelta(days=(wanted - today.weekday()) % 7)
    for word, days in _RELATIVE.items():
        if word in text.lower():
            at = text.lower().index(word)
            evening = "晚上" if word == "今晚" else ""
            return f"{text[:at]} {evening}{text[at + len(word) :]}", today + timedelta(days=days)
    return text, None


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _dated(found: re.Match[str], today: date) -> date:
    try:
        day = date(int(found["year"] or today.year), int(found["month"]), int(found["day"]))
        return day if found["year"] or day >= today else day.replace(year=today.year + 1)
    except ValueError:
        return _WRONG


def _clock(found: re.Match[str]) -> time | None:
    if found["hour"] is not None:
        hour, minute = int(found["hour"]), int(found["minute"])
    else:
        written = found["clock"]
        hour = int(written) if written.isdecimal() else _spelled(written)
        minute = 30 if found["half_past"] else int(found["past"] or 0)
    afternoon = (found["half"] or "").strip().lower() in ("下午", "晚上", "pm")
    hour += 12 if afternoon and hour < 12 else 0
    return time(hour, minute) if hour < 24 else None


def _spelled(written: str) -> int:
    """三 is 3, 十 is 10, 十一 is 11."""
    if written[0] == "十":
        return 10 + (_CHINESE.index(written[1]) + 1 if len(written) > 1 else 0)
    return _CHINESE.index(written[0]) + 1
