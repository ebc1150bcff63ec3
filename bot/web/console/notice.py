"""/console/notice: what each compound's notice board shows to everybody, and the duty roster of the week."""

from __future__ import annotations

import asyncio
from dataclasses import fields
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.console import PLATFORM
from bot.web.console.duty import DutyForms
from bot.web.console.duty_week import monday_of, week_of
from bot.web.console.office import Asking, Office
from bot.web.console.once import first_time
from bot.web.notice_board import base_of, board_of, drawn, sheets
from bot.web.uploads import Form
from handlers import access, notice_board
from handlers.periods import day_of
from handlers.sight import Chamber
from storage.records import Act, Compound, Directory, Person, Posted

SWITCHES = tuple(field.name for field in fields(Posted) if field.name != "notice")
"""What is shown or not, in the order of the form."""
LONGEST_NOTICE = 200
IN_LEDGER = {
    "phones": "负责人电话",
    "heads": "楼栋长",
    "head_phones": "楼栋长电话",
    "duty": "值班",
    "counts": "办理数",
    "results": "最近办结",
}


def routes(office: Office) -> list[BaseRoute]:
    room = NoticeRoom(office)
    forms = DutyForms(office, room.page)
    return [
        Route("/console/notice", room.show, methods=["GET"]),
        Route("/console/notice", room.choose, methods=["POST"]),
        Route("/console/notice/preview", room.preview, methods=["POST"]),
        Route("/console/notice/sheets", room.sheets, methods=["GET"]),
        Route("/console/notice/duty", forms.add, methods=["POST"]),
        Route("/console/notice/duty/remove", forms.remove, methods=["POST"]),
        Route("/console/notice/duty/swap", forms.swap, methods=["POST"]),
    ]


class NoticeRoom:
    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, request: Request) -> Response:
        """GET /console/notice, `?compound=` whose board, `?week=` a day of the week that is shown."""
        asking = await self._office.asked(request, Chamber.NOTICE)
        query = request.query_params
        return self.page(asking, query.get("compound", ""), query.get("week", ""))

    def page(
        self, asking: Asking, compound: str = "", week: str = "", *, said: str = "", wrong: str = ""
    ) -> Response:
        """Answer with the page. `said`: what came of a form; `wrong`: why nothing did."""
        directory, community = asking.directory, asking.community
        compounds = compounds_of(asking)
        chosen = next((one for one in compounds if one.id == compound), compounds[0] if compounds else None)
        monday = monday_of(week, asking.now, community.timezone)
        return self._office.page(
            asking,
            "console/notice.html",
            status=422 if wrong else 200,
            compounds=compounds,
            chosen=chosen,
            posted=notice_board.posted_of(directory, chosen.id) if chosen else Posted(),
            switches=SWITCHES,
            week=week_of(directory, community, asking.sight, monday, asking.now, asking.language),
            monday=monday,
            adding=max(monday, min(day_of(asking.now, community.timezone), monday + timedelta(days=6))),
            before=monday - timedelta(days=7),
            after=monday + timedelta(days=7),
            people=_people(directory, community.id),
            said=said,
            wrong=wrong,
        )

    async def choose(self, request: Request) -> Response:
        """POST /console/notice: show this and not that."""
        asking, form = await self._office.changing(request, Chamber.NOTICE, managing=True)
        compound, posted = _compound(asking, form.get("compound")), posted_from(form)
        async with self._office.store.turn() as turn:
            await turn.hold([asking.community.id])
            before = notice_board.posted_of(await turn.directory.read(), compound.id)
            about = f"board:{compound.id}:{posted}"
            if await first_time(turn, asking, form, of=about) and posted != before:
                await turn.notices.choose(compound.id, posted)
                reason = f"{compound.name}：{'、'.join(changes(before, posted))}"
                turn.ledger.note(
                    Act.CHANGE_NOTICE,
                    asking.community.id,
                    asking.person.id,
                    asking.now,
                    platform=PLATFORM,
                    reason=reason,
                )
        return RedirectResponse(f"/console/notice?compound={compound.id}", 303)

    async def preview(self, request: Request) -> Response:
        """POST /console/notice/preview: the board as it would be; nothing is kept."""
        asking, form = await self._office.changing(request, Chamber.NOTICE, managing=True)
        compound, posted = _compound(asking, form.get("compound")), posted_from(form)
        board = await board_of(self._office.store, asking.directory, compound, asking.now, posted)
        return HTMLResponse(drawn(self._office.pages, board, asking.language, asking.now, trial=True))

    async def sheets(self, request: Request) -> Response:
        """GET /console/notice/sheets?compound=: a sheet of paper for each of its buildings."""
        asking = await self._office.asked(request, Chamber.NOTICE)
        compound = _compound(asking, request.query_params.get("compound", ""))
        pages, directory = self._office.pages, asking.directory
        grids = {grid.id for grid in notice_board.grids_of(directory, compound.id)}
        places = [spot.id for spot in directory.spots.values() if spot.grid in grids]
        # Some hundred codes are drawn: others shall not wait for that.
        html = await asyncio.to_thread(
            sheets, pages, directory, compound, places, base_of(pages, request), asking.now
        )
        return HTMLResponse(html)


def compounds_of(asking: Asking) -> list[Compound]:
    """Return the compounds whose boards somebody has to do with: all of the community, or those of their grids."""
    own = {grid.compound for grid in asking.sight.grids}
    return [
        one
        for one in asking.directory.compounds.values()
        if one.community == asking.community.id and (asking.sight.everything or one.id in own)
    ]


def _people(directory: Directory, community: str) -> list[Person]:
    """Return who may stand on the roster."""
    people = directory.people.values()
    listed = [one for one in people if one.community == community and access.on_roster(one)]
    return sorted(listed, key=lambda one: one.name)


def _compound(asking: Asking, id: str) -> Compound:
    found = next((one for one in compounds_of(asking) if one.id == id), None)
    if found is None:
        raise HTTPException(404)
    return found


def posted_from(form: Form) -> Posted:
    notice = " ".join(form.get("notice").split())[:LONGEST_NOTICE]
    return Posted(**{name: bool(form.get(name)) for name in SWITCHES}, notice=notice)


def changes(before: Posted, after: Posted) -> list[str]:
    """Return what was switched, as the ledger has it."""
    found = [
        f"{IN_LEDGER[name]}{'公开' if getattr(after, name) else '不公开'}"
        for name in SWITCHES
        if getattr(before, name) != getattr(after, name)
    ]
    if before.notice != after.notice:
        found.append("改了通知" if after.notice else "撤了通知")
    return found
