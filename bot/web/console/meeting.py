"""/console/meeting: the list, the next meetings and the past ones; /console/meeting/ID: the table itself, live."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.console import meeting_forms, meeting_page
from bot.web.console.answered import answer_to, done_by
from bot.web.console.meeting_forms import Lacking
from bot.web.console.meeting_page import Sitting
from bot.web.console.office import Asking, Office
from bot.web.console.tables import Table, Tables, drawn
from bot.web.console.watching import since_of, streamed
from bot.web.say import NONCE
from bot.web.uploads import Form
from handlers.sight import Chamber
from storage.records import MeetingState

ROOM = "/console/meeting"


def routes(office: Office) -> list[BaseRoute]:
    tables = Tables(office)
    office.watching.append(tables)
    room = MeetingRoom(office, tables)
    return [
        Route(ROOM, room.overview, methods=["GET"]),
        Route(f"{ROOM}/act", room.call, methods=["POST"]),
        Route(f"{ROOM}/{{id}}", room.show, methods=["GET"]),
        Route(f"{ROOM}/{{id}}/live", room.live, methods=["GET"]),
        Route(f"{ROOM}/{{id}}/act", room.act, methods=["POST"]),
    ]


class MeetingRoom:
    """Every form becomes orders in words, the same as in the staff chat."""

    def __init__(self, office: Office, tables: Tables) -> None:
        self._office, self._tables = office, tables

    # --- before and after -------------------------------------------------------------------------------------------

    async def overview(self, request: Request) -> Response:
        """GET: what waits, when it will be heard, and what became of what was heard."""
        asking = await self._office.asked(request, Chamber.MEETING)
        return await self._overview(asking, done=request.query_params.get("done", ""))

    async def _overview(
        self,
        asking: Asking,
        *,
        done: str = "",
        says: str = "",
        status: int = 200,
        written: Form | None = None,
    ) -> Response:
        async with self._office.store.view() as turn:
            hall = await meeting_page.hall(turn, asking)
            says = says or await answer_to(turn, asking, done)
        wrote = written.fields if written else {}
        return self._office.page(
            asking, "console/meetings.html", status=status, hall=hall, says=says, written=wrote
        )

    async def call(self, request: Request) -> Response:
        """POST: a meeting is opened, called for a time, moved, or called off."""
        asking, form = await self._changing(request)
        try:
            order = meeting_forms.about_meetings(form)
        except Lacking as lacking:
            return await self._overview(asking, says=asking.word(lacking.why), status=422, written=form)
        await self._office.act(asking, form, order)
        done = done_by(asking, form, order)
        async with self._office.store.view() as turn:
            opened = await turn.meetings.under_way(asking.community.id) if form.get("do") == "open" else None
        return RedirectResponse(f"{ROOM}/{opened.id}?done={done}" if opened else f"{ROOM}?done={done}", 303)

    # --- at the table -----------------------------------------------------------------------------------------------

    async def show(self, request: Request) -> Response:
        """GET: the table while the meeting is under way, its minutes afterwards."""
        asking = await self._office.asked(request, Chamber.MEETING)
        return await self._show(asking, request, done=request.query_params.get("done", ""))

    async def _show(
        self,
        asking: Asking,
        request: Request,
        *,
        done: str = "",
        says: str = "",
        status: int = 200,
        written: Form | None = None,
    ) -> Response:
        sitting = await self._sitting(asking, request)
        if not says:
            async with self._office.store.view() as turn:
                says = await answer_to(turn, asking, done)
        under_way = sitting.meeting.state is MeetingState.UNDER_WAY
        template = "console/meeting.html" if under_way else "console/meeting_over.html"
        wrote = written.fields if written else {}
        return self._office.page(
            asking,
            template,
            status=status,
            sitting=sitting,
            says=says,
            written=wrote,
            since=drawn(self._office, sitting).id if under_way else "",
        )

    async def act(self, request: Request) -> Response:
        """POST: who has come, who chairs, what became of an item, the end. What was written comes back when it says too
        little."""
        asking, form = await self._changing(request)
        sitting = await self._sitting(asking, request)
        try:
            orders = meeting_forms.at_the_table(form, sitting)
        except Lacking as lacking:
            return await self._show(asking, request, says=asking.word(lacking.why), status=422, written=form)
        for order in orders:
            await self._office.act(asking, form, order)
        done = f"?done={done_by(asking, form, orders[-1])}" if orders else ""
        item = form.get("item")
        below = f"#item-{item}" if item.isdecimal() else ""
        return RedirectResponse(f"{ROOM}/{sitting.meeting.id}{done}{below}", 303)

    async def live(self, request: Request) -> Response:
        """GET …/live: what others do at the table, until it is over. A page that comes back afterwards is told so."""
        asking = await self._office.asked(request, Chamber.MEETING)
        meeting = (await self._sitting(asking, request)).meeting
        if meeting.begun_at is None:
            raise HTTPException(404)
        return streamed(self._tables.events(Table(request, meeting), since_of(request)))

    # --- pieces -----------------------------------------------------------------------------------------------------

    async def _changing(self, request: Request) -> tuple[Asking, Form]:
        asking, form = await self._office.changing(request, Chamber.MEETING, managing=True)
        if not NONCE.fullmatch(form.get("once")):
            raise HTTPException(400)
        return asking, form

    async def _sitting(self, asking: Asking, request: Request) -> Sitting:
        """Raises HTTPException 404 for a meeting that is not there, or another community's."""
        async with self._office.store.view() as turn:
            meeting = await turn.meetings.get(request.path_params["id"][:80])
            if meeting is None or meeting.community != asking.community.id:
                raise HTTPException(404)
            return await meeting_page.sitting(turn, asking, meeting)
