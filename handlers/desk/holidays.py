"""Next year's holidays are announced in November, and somebody has to put them in: the calendar says so once a month."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from handlers.clocks import calendar_of
from handlers.desk import save
from handlers.holidays import ANNOUNCED, lacking
from handlers.known import Known, people_with
from handlers.messages import Decision, Letter, Say
from storage.records import Community, Directory, Instant, LetterKind, Role
from storage.turn import Turn

FROM_HOUR, UNTIL_HOUR = 9, 18
"""Local time between which the staff's chat is written to, on a working day: it is a chore of the office."""


class HolidaysLacking:
    """A job of the calendar. `pages`: where the console is, "" where nobody outside can open it."""

    name = "holidays"

    def __init__(self, pages: str) -> None:
        self._pages = pages

    def period(self, community: Community, now: Instant) -> str | None:
        """The month that began on the 15th, in which it has not been said yet: "2026-11"; None while nothing is lacking."""
        local = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(community.timezone))
        at_work = FROM_HOUR <= local.hour < UNTIL_HOUR and calendar_of(community).table.is_workday(
            local.date()
        )
        if not at_work or lacking(community, now) is None:
            return None
        return f"{_month(local.date()):%Y-%m}"

    async def do(
        self, turn: Turn, directory: Directory, community: Community, period: str, now: Instant
    ) -> None:
        year = lacking(community, now)
        if year is None:
            return  # somebody has put it in since it was asked
        readers = community.staff_chats or people_with(directory, community.id, Role.STAFF)
        address = f"{self._pages}/console/policy/holidays/{year}"
        say = Say("holidays.lacking", {"year": str(year), "address": address})
        if not self._pages:
            say = Say("holidays.lacking_somewhere", {"year": str(year)})
        letters = tuple(
            Letter(reader, LetterKind.NEWS, say, once=f"holidays:{community.id}:{period}:{reader}")
            for reader in readers
        )
        await save.save(turn, Known(directory, now, community=community), Decision(letters=letters), None)


def _month(today: date) -> date:
    """Return the first of the month in which the 15th lies that was last."""
    if today.day >= ANNOUNCED[1]:
        return today.replace(day=1)
    return date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)
