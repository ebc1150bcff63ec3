"""/console/exports: the ledger as a file, made beside everything else; how far it is, and fetching it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.console import PLATFORM
from bot.errands import NotDone, Runner
from bot.ledger_errands import FILE, sought_of, wanted
from bot.web.console.ledger import errand_id
from bot.web.console.ledger_filters import Filters, choices, read
from bot.web.console.office import Asking, Office
from bot.web.uploads import Form
from handlers.periods import day_of
from handlers.sight import Chamber
from storage.errands import Errands
from storage.records import Act, Errand, ErrandKind, ErrandState

KINDS = frozenset({ErrandKind.XLSX, ErrandKind.CSV})
TYPES = {
    ErrandKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ErrandKind.CSV: "text/csv; charset=utf-8",
}


def routes(office: Office, runner: Runner) -> list[BaseRoute]:
    room = ExportsRoom(office, runner)
    return [
        Route("/console/exports", room.show, methods=["GET"]),
        Route("/console/exports", room.start, methods=["POST"]),
        Route("/console/exports/{id}", room.progress, methods=["GET"]),
        Route("/console/exports/{id}/file", room.fetch, methods=["GET"]),
    ]


class ExportsRoom:
    """What somebody exported lately, and the form for more. One at a time for each person."""

    def __init__(self, office: Office, runner: Runner) -> None:
        self._office, self._runner = office, runner

    async def show(self, request: Request) -> Response:
        """GET /console/exports: `?when=…` and so on fill the form in as the ledger's page had it."""
        asking = await self._office.asked(request, Chamber.LEDGER)
        async with self._office.store.view() as view:
            filters = await read(asking, request.query_params, view.people)
            errands = await _own(view.errands, asking)
        return self._page(asking, filters, errands)

    async def start(self, request: Request) -> Response:
        """POST /console/exports: ask for one. Whoever reads the ledger may; that they did is itself a line of it."""
        asking, form = await self._office.sent(request, Chamber.LEDGER)
        refused = ""
        async with self._office.store.turn() as turn:
            await turn.hold([asking.community.id])
            filters = await read(asking, form.fields, turn.people)
            errands = await _own(turn.errands, asking)
            errand = self._errand(asking, form, filters)
            if not any(one.id == errand.id for one in errands):
                refused = filters.wrong or ("exports.one_at_a_time" if any(o.open for o in errands) else "")
                if not refused:
                    await turn.errands.ask(errand)
                    about = " ".join(filter(None, ("台账", errand.kind, errand.wanted["words"])))
                    turn.ledger.note(
                        Act.EXPORT,
                        asking.community.id,
                        asking.person.id,
                        asking.now,
                        platform=PLATFORM,
                        reason=about,
                    )
        if refused:
            return self._page(asking, filters, errands, refused=refused)
        self._runner.ring()
        return RedirectResponse(f"/console/exports?{urlencode(filters.query)}", 303)

    async def progress(self, request: Request) -> Response:
        """GET /console/exports/ID: how far it is, as a piece of the page."""
        asking = await self._office.asked(request, Chamber.LEDGER)
        errand = await self._mine(request, asking)
        return HTMLResponse(self._office.fragment(asking, "console/export.html", one=errand))

    async def fetch(self, request: Request) -> Response:
        """GET /console/exports/ID/file: to who asked for it, if they may still see what it holds."""
        asking = await self._office.asked(request, Chamber.LEDGER)
        errand = await self._mine(request, asking)
        try:
            sought_of(errand.wanted, asking.sight)
        except NotDone:
            raise HTTPException(403, "console.not_yours") from None
        path = self._runner.file(errand.id, FILE)
        if errand.state is not ErrandState.DONE or not path.is_file():
            raise HTTPException(404)
        name = f"{errand.wanted['name']}.{errand.kind}"
        return FileResponse(path, media_type=TYPES[errand.kind], filename=name)

    async def _mine(self, request: Request, asking: Asking) -> Errand:
        async with self._office.store.view() as view:
            errand = await view.errands.get(request.path_params["id"])
        if errand is None or errand.kind not in KINDS or errand.person != asking.person.id:
            raise HTTPException(404)
        return errand

    def _errand(self, asking: Asking, form: Form, filters: Filters) -> Errand:
        today = day_of(asking.now, asking.community.timezone)
        name = f"台账-{asking.community.name}-{filters.period.name if filters.period else f'至{today}'}"
        kind = ErrandKind.CSV if form.get("format") == ErrandKind.CSV else ErrandKind.XLSX
        return Errand(
            errand_id(asking, form, f"{kind}:{sorted(filters.query.items())}"),
            kind,
            asking.community.id,
            asking.person.id,
            self._office.wall.now(),
            wanted(filters.sought, asking.sight, asking.directory, name),
        )

    def _page(
        self, asking: Asking, filters: Filters, errands: Sequence[Errand], *, refused: str = ""
    ) -> Response:
        return self._office.page(
            asking,
            "console/exports.html",
            status=409 if refused else 200,
            errands=errands,
            filters=filters,
            choices=choices(asking),
            refused=refused,
        )


async def _own(errands: Errands, asking: Asking) -> list[Errand]:
    return await errands.of(asking.community.id, KINDS, asking.person.id)
