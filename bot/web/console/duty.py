"""The forms of the duty roster: a shift more, a shift less, a shift for somebody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.channels.console import PLATFORM
from bot.web.console.office import Asking, Office
from bot.web.console.once import first_time
from bot.web.uploads import Form
from handlers import access, roster
from handlers.periods import day_of, read_day
from handlers.sight import Chamber
from handlers.weekly import WEEKDAYS
from storage.records import Act, Directory, Duty
from storage.turn import Turn


class DutyForms:
    """`page` shows the room again, with words about what came of it."""

    def __init__(self, office: Office, page: Callable[..., Response]) -> None:
        self._office, self._page = office, page

    async def add(self, request: Request) -> Response:
        """POST /console/notice/duty: one shift more, on one day or every week."""
        asking, form = await self._office.changing(request, Chamber.NOTICE, managing=True)
        duty = duty_from(asking, form)
        if duty is None:
            return self._page(
                asking, form.get("compound"), form.get("date"), wrong=asking.word("notice.not_a_shift")
            )
        async with self._office.store.turn() as turn:
            directory = await self._held(turn, asking)
            if await first_time(turn, asking, form, of=f"duty:add:{duty.id}"):
                duties = directory.duties.get(asking.community.id, ())
                await turn.roster.put(asking.community.id, roster.with_line(duties, duty, _today(asking)))
                self._note(turn, asking, f"加 {in_words(directory, duty)}")
        return _back(form)

    async def remove(self, request: Request) -> Response:
        """POST /console/notice/duty/remove: a line less, with whoever stands in for it."""
        asking, form = await self._office.changing(request, Chamber.NOTICE, managing=True)
        async with self._office.store.turn() as turn:
            directory = await self._held(turn, asking)
            duties = directory.duties.get(asking.community.id, ())
            duty = next((one for one in duties if one.id == form.get("duty")), None)
            if duty is not None and await first_time(turn, asking, form, of=f"duty:remove:{duty.id}"):
                await turn.roster.put(asking.community.id, roster.without(duties, duty, _today(asking)))
                self._note(turn, asking, f"删 {in_words(directory, duty)}")
        return _back(form)

    async def swap(self, request: Request) -> Response:
        """POST /console/notice/duty/swap: 换班, said to the desk: staff hand the shift over, others ask."""
        asking, form = await self._office.changing(request, Chamber.NOTICE)
        duties = asking.directory.duties.get(asking.community.id, ())
        duty = next((one for one in duties if one.id == form.get("duty")), None)
        taker = asking.directory.people.get(form.get("person"))
        if duty is None or taker is None:
            return self._page(
                asking, form.get("compound"), form.get("date"), wrong=asking.word("notice.shift_gone")
            )
        giver = f"{duty.person} " if duty.person != asking.person.id else ""
        order = f"换班 {form.get('date')} {duty.begins} {giver}{taker.id}"
        answer = await self._office.act(asking, form, order)
        directory = await self._office.store.directory()
        return self._page(
            replace(asking, directory=directory), form.get("compound"), form.get("date"), said=answer.said
        )

    async def _held(self, turn: Turn, asking: Asking) -> Directory:
        """Return the directory as this turn finds it, with nobody else changing the community's."""
        await turn.hold([asking.community.id])
        return await turn.directory.read()

    def _note(self, turn: Turn, asking: Asking, reason: str) -> None:
        community, person = asking.community.id, asking.person.id
        turn.ledger.note(Act.CHANGE_ROSTER, community, person, asking.now, platform=PLATFORM, reason=reason)


def duty_from(asking: Asking, form: Form) -> Duty | None:
    """Return the line a form asks for; None when it makes no sense."""
    directory, community = asking.directory, asking.community.id
    person, grid = directory.people.get(form.get("person")), directory.grids.get(form.get("grid"))
    if person is None or person.community != community or not access.on_roster(person):
        return None
    if form.get("grid") and (grid is None or grid.community != community):
        return None
    try:
        day = read_day(form.get("date"))
        begins, ends = roster.read_clock(form.get("from")), roster.read_clock(form.get("to"))
    except ValueError:
        return None
    when = WEEKDAYS[day.weekday()] if form.get("weekly") else day.isoformat()
    return Duty(community, person.id, when, begins, ends, grid.id if grid else None)


def in_words(directory: Directory, duty: Duty) -> str:
    """Return a line as the ledger has it: 每周六 08:00–20:00 王芳（第一网格）."""
    day = f"每周{'一二三四五六日'[WEEKDAYS.index(duty.day)]}" if roster.is_weekly(duty) else duty.day
    name = directory.people[duty.person].name if duty.person in directory.people else duty.person
    where = f"（{directory.grids[duty.grid].name}）" if duty.grid and duty.grid in directory.grids else ""
    return f"{day} {duty.begins}–{duty.ends} {name}{where}"


def _today(asking: Asking) -> date:
    return day_of(asking.now, asking.community.timezone)


def _back(form: Form) -> Response:
    try:
        week = read_day(form.get("date")).isoformat()
    except ValueError:
        week = ""
    where = urlencode({"compound": form.get("compound")[:48], "week": week})
    return RedirectResponse(f"/console/notice?{where}#duty", 303)
