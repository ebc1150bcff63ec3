"""The joint-meeting queue: entering it, what the meeting decides, and the date it sets."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from handlers.community import next_meeting
from handlers.known import Known
from handlers.wording import when, word
from storage.records import HOUR, SECOND, Community, Directory, Instant, Span, Ticket

END_OF_DAY = time(23, 59, 59)
MORNING: Span = 15 * HOUR - SECOND
"""From nine in the morning to the end of the day."""
_DATE = re.compile(
    r"(?:(?P<year>20\d\d)[年/.-])?(?P<month>1[0-2]|0?[1-9])[月/.-](?P<day>3[01]|[12]\d|0?[1-9])[日号]?"
)
_DAYS = re.compile(r"(?P<days>\d{1,3})\s*天")


def next_time(directory: Directory, community: Community, now: Instant) -> Instant | None:
    """Return when the community next meets: the first meeting that is planned, else the calendar's next; None when
    there is neither: meetings are called as needed."""
    planned = next((at for at in directory.meetings.get(community.id, ()) if at > now), None)
    if planned is not None or community.policy.meeting is None:
        return planned
    return next_meeting(community.policy.meeting, community.timezone, now)


def when_next(known: Known, ticket: Ticket, now: Instant) -> dict[str, Any]:
    """Return the next meeting as a piece of a text."""
    at = next_time(known.directory, known.community_of(ticket), now)
    return word("meeting.soon") if at is None else when(at)


def read_date(text: str, zone: str, now: Instant) -> tuple[str, Instant] | None:
    """Split the date a resolution sets from its words: ("物业前更换门机", end of that day).

    Reads 11月28日, 2026-11-28, 11/28 and 7天. A date without a year is the next such day; None when there is no
    date, or none that exists, or one that has passed.
    """
    today = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(zone)).date()
    found = _DATE.search(text)
    if found:
        day = _next_day(found, today)
    else:
        found = _DAYS.search(text)
        day = today + timedelta(days=int(found["days"])) if found else None
    if found is None or day is None or day < today:
        return None
    words = (text[: found.start()].rstrip(" ，,") + text[found.end() :].lstrip(" 前内，,")).strip()
    ends = datetime.combine(day, END_OF_DAY, ZoneInfo(zone))
    return words, int(ends.timestamp() * 1000)


def morning_of(end_of_day: Instant) -> Instant:
    """Return nine in the morning of the day that read_date names the end of."""
    return end_of_day - MORNING


def _next_day(found: re.Match[str], today: date) -> date | None:
    year = int(found["year"]) if found["year"] else today.year
    try:
        day = date(year, int(found["month"]), int(found["day"]))
        return day if found["year"] or day >= today else day.replace(year=year + 1)
    except ValueError:
        return None
