"""/console/policy/holidays/2027: a year's days off and make-up days, pasted from the State Council's notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.console.changes import Changes
from bot.web.console.holiday_words import as_lines, days_of, off_words, work_words
from bot.web.console.office import Asking, Office
from handlers.clocks import calendar_of
from handlers.community import Mistakes
from handlers.directory_changes import Change, Edit, Mistake, beside, placed
from handlers.holiday_notice import read_notice
from handlers.holidays import LISTS, of_days
from handlers.sight import Chamber
from handlers.workdays import Misread, known_year
from storage.records import Community, Holidays

ROOM = "/console/policy"
TABLE = "holidays"


@dataclass(frozen=True, slots=True)
class Year:
    """A year as the policy page shows it. `own`: the community has put some of it in."""

    year: int
    known: bool
    own: bool
    off: Sequence[str]
    work: Sequence[str]


def years_of(community: Community, today: date, language: str) -> list[Year]:
    """Return this year and the next, and any other the community has a table for, in order."""
    table = calendar_of(community).table
    own = {one.year for one in community.policy.holidays}
    found = []
    for year in sorted({today.year, today.year + 1} | own):
        named = table.named(year)
        found.append(
            Year(
                year,
                table.known_year(year),
                year in own,
                off_words((day for day, worked in named.items() if not worked), language),
                work_words((day for day, worked in named.items() if worked), language),
            )
        )
    return found


def routes(office: Office, changes: Changes) -> list[BaseRoute]:
    room = HolidayRoom(office, changes)
    return [
        Route(f"{ROOM}/holidays/{{year:int}}", room.form, methods=["GET"]),
        Route(f"{ROOM}/holidays/{{year:int}}", room.save, methods=["POST"]),
    ]


class HolidayRoom:
    """One form for each year; what it would move is shown at the second look, as with any rule."""

    def __init__(self, office: Office, changes: Changes) -> None:
        self._office, self._changes = office, changes

    async def form(self, request: Request) -> Response:
        asking = await self._office.asked(request, Chamber.POLICY)
        if not asking.sight.manages:
            raise HTTPException(403, "console.only_reads")
        year = _year(request)
        own = _own(asking.community, year)
        written = {
            key: "\n".join(
                as_lines(
                    (day for day, worked in days_of(own).items() if worked is (key == "work")),
                    asking.language,
                )
            )
            for key in LISTS
        }
        return self._form(asking, year, written, {}, [])

    async def save(self, request: Request) -> Response:
        asking, form = await self._office.changing(request, Chamber.POLICY, managing=True)
        year = _year(request)
        written = {key: form.get(key) for key in LISTS}
        edits, misread = _edits(asking.community, year, written)
        if misread:
            wrong = {key: [_in(asking.language, one) for one in misread if one.key == key] for key in LISTS}
            return self._form(asking, year, written, wrong, [], status=422)
        if not edits:
            return RedirectResponse(f"{ROOM}?same=1", 303)
        try:
            return await self._changes.propose(asking, Chamber.POLICY, Change(tuple(edits)))
        except Mistakes as mistaken:
            found, others = beside(map(placed, mistaken.mistakes), TABLE, str(year))
            wrong = {key: [one.words[asking.language] for one in those] for key, those in found.items()}
            return self._form(asking, year, written, wrong, others, status=422)

    def _form(
        self,
        asking: Asking,
        year: int,
        written: Mapping[str, str],
        wrong: Mapping[str, Sequence[str]],
        others: Sequence[Mistake],
        status: int = 200,
    ) -> Response:
        return self._office.page(
            asking,
            "console/policy_holidays.html",
            status=status,
            year=year,
            came_along=known_year(year),
            written={key: words.splitlines() for key, words in written.items()},
            wrong=wrong,
            others=[one.line for one in others],
        )


def _year(request: Request) -> int:
    year: int = request.path_params["year"]
    if not 1900 <= year < 2200:
        raise HTTPException(404)
    return year


def _own(community: Community, year: int) -> Holidays:
    return next((one for one in community.policy.holidays if one.year == year), Holidays(year))


def _edits(community: Community, year: int, written: Mapping[str, str]) -> tuple[list[Edit], list[Misread]]:
    """Return what the form says otherwise than it is, and what cannot be read.

    A notice may begin in the December before: those days are added to what that year has.
    """
    read = {key: read_notice(words, year, key) for key, words in written.items()}
    misread = [one for notice in read.values() for one in notice.wrong]
    said = {"off": read["off"].off | read["work"].off, "work": read["off"].work | read["work"].work}
    edits = []
    for one in (year - 1, year):
        days = {key: {day for day in said[key] if day.year == one} for key in LISTS}
        now = _own(community, one)
        if one < year:
            if not any(days.values()):
                continue
            for day, worked in days_of(now).items():
                days["work" if worked else "off"].add(day)
        shall = {key: of_days(one, dict.fromkeys(days[key], key == "work")) for key in LISTS}
        values = {"off": shall["off"].off, "work": shall["work"].work}
        differing = {key: list(runs) or None for key, runs in values.items() if runs != getattr(now, key)}
        if differing:
            edits.append(Edit(TABLE, str(one), differing))
    return edits, misread


def _in(language: str, one: Misread) -> str:
    return one.chinese if language == "zh" else one.english
