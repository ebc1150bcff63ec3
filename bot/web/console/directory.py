"""/console/directory: who answers for what and where: people, places, groups; found, looked at, changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.console import entries, register
from bot.web.console.changes import Changes
from bot.web.console.codes import Codes
from bot.web.console.office import Asking, Office
from bot.web.console.spreadsheet import Spreadsheet
from bot.web.uploads import Form
from handlers.community import Mistakes, loaded_of, write_community
from handlers.directory_changes import (
    LISTED,
    Change,
    Edit,
    Mistake,
    beside,
    fresh_id,
    placed,
    print_of,
)
from handlers.invites import IN_A_GRID, ROLES
from handlers.sight import Chamber
from storage.records import Address, Regime, Role

ROOM = "/console/directory"
TABS = ("people", "places", "chats", "file")
LETTERS = {"person": "p", "grid": "g", "compound": "c"}
FORMS = (*LISTED, "community")
SHOWN_IN = {"person": "people", "grid": "places", "compound": "places", "community": "chats"}


def routes(office: Office, changes: Changes) -> list[BaseRoute]:
    room = DirectoryRoom(office, changes)
    return [
        Route(ROOM, room.show, methods=["GET"]),
        *Codes(office).routes(),
        *Spreadsheet(office, changes).routes(),
        Route(f"{ROOM}/new/{{table}}", room.fresh, methods=["GET"]),
        Route(f"{ROOM}/new/{{table}}", room.add, methods=["POST"]),
        Route(f"{ROOM}/{{table}}/{{id}}", room.one, methods=["GET"]),
        Route(f"{ROOM}/{{table}}/{{id}}", room.save, methods=["POST"]),
        Route(f"{ROOM}/{{table}}/{{id}}/remove", room.remove, methods=["POST"]),
    ]


class DirectoryRoom:
    """The lists, a page for each thing, and the forms that change it. Nothing is changed before a second look."""

    def __init__(self, office: Office, changes: Changes) -> None:
        self._office, self._changes = office, changes

    async def show(self, request: Request) -> Response:
        """GET /console/directory: a list, or what of all is called like what is sought."""
        asking = await self._office.asked(request, Chamber.DIRECTORY)
        tab = request.query_params.get("show", TABS[0])
        sought = request.query_params.get("q", "").strip()[:40]
        if tab not in TABS:
            raise HTTPException(404)
        chats: tuple[register.Bound, ...] = ()
        if tab == "chats":
            async with self._office.store.view() as view:
                states = await view.proposals.chats(register.chats_of(asking))
            chats = register.chats(asking, states)
        return self._office.page(
            asking,
            "console/directory.html",
            tab=tab,
            tabs=TABS,
            sought=sought,
            people=register.people(asking, sought) if tab == "people" else (),
            places=register.places(asking, sought) if tab == "places" else (),
            chats=chats,
            done="done" in request.query_params,
            same="same" in request.query_params,
            roles=ROLES,
            role_words=register.role_words(asking),
            in_a_grid=IN_A_GRID,
            grids=register.own_grids(asking),
        )

    async def fresh(self, request: Request) -> Response:
        """GET /console/directory/new/person."""
        asking = await self._managing(request)
        table = _table(request, LISTED)
        given = {key: request.query_params.get(key, "") for key in ("compound",)}
        return await self._form(asking, table, "", given)

    async def one(self, request: Request) -> Response:
        """GET /console/directory/person/wangfang."""
        asking = await self._office.asked(request, Chamber.DIRECTORY)
        table, id = _table(request, FORMS), request.path_params["id"]
        return await self._form(asking, table, id, self._entry(asking, table, id))

    async def add(self, request: Request) -> Response:
        asking, form = await self._office.changing(request, Chamber.DIRECTORY, managing=True)
        table = _table(request, LISTED)
        directory = asking.directory
        taken = {*directory.people, *directory.grids, *directory.compounds}
        id = fresh_id(asking.community.id, LETTERS[table], taken)
        values = self._said(asking, table, form)
        return await self._propose(asking, form, table, id, Edit(table, id, values, new=True))

    async def save(self, request: Request) -> Response:
        """POST: what the form says otherwise. Who began to fill it in before somebody else's change is told so."""
        asking, form = await self._office.changing(request, Chamber.DIRECTORY, managing=True)
        table, id = _table(request, FORMS), request.path_params["id"]
        current = self._entry(asking, table, id)
        said = self._said(asking, table, form)
        if form.get("seen") != print_of(dict(current)):
            return await self._form(asking, table, id, {**current, **said}, meanwhile=True, status=409)
        values = entries.differing(current, said)
        if not values:
            return RedirectResponse(f"{ROOM}?show={SHOWN_IN[table]}&same=1", 303)
        return await self._propose(
            asking, form, table, id, Edit(table, id if table in LISTED else "", values)
        )

    async def remove(self, request: Request) -> Response:
        asking, form = await self._office.changing(request, Chamber.DIRECTORY, managing=True)
        table, id = _table(request, LISTED), request.path_params["id"]
        self._entry(asking, table, id)
        return await self._propose(asking, form, table, id, Edit(table, id, None))

    async def _propose(self, asking: Asking, form: Form, table: str, id: str, edit: Edit) -> Response:
        """Lead to the second look; or show the form again with every mistake beside its field."""
        try:
            return await self._changes.propose(asking, Chamber.DIRECTORY, Change((edit,)))
        except Mistakes as wrong:
            mistakes = [placed(one) for one in wrong.mistakes]
        if edit.values is None:
            values = self._entry(asking, table, id)
        else:
            values = {
                **({} if edit.new else self._entry(asking, table, id)),
                **self._said(asking, table, form),
            }
        return await self._form(
            asking,
            table,
            id,
            values,
            mistakes=mistakes,
            new=edit.new,
            removing=edit.values is None,
            status=422,
        )

    async def _form(
        self,
        asking: Asking,
        table: str,
        id: str,
        values: Mapping[str, Any],
        *,
        mistakes: list[Mistake] | None = None,
        new: bool | None = None,
        meanwhile: bool = False,
        removing: bool = False,
        status: int = 200,
    ) -> Response:
        new = not id if new is None else new
        own, rest = beside(mistakes or [], table, id if table in LISTED else "")
        named = (values.get(key) or () for key in ("chats", "staff_chats", "street_chats"))
        chats = [Address(one) for own in named for one in own]
        async with self._office.store.view() as view:
            states = await view.proposals.chats(chats)
            person = asking.directory.people.get(id) if table == "person" and not new else None
            in_hand = (await view.proposals.in_hand([id], 50))[id] if person else []
        current = {} if new else self._entry(asking, table, id)
        return self._office.page(
            asking,
            f"console/directory_{table}.html",
            status=status,
            table=table,
            id=id,
            new=new,
            values=entries.filled(table, values),
            seen=print_of(dict(current)),
            wrong={key: [register.plainly(asking, one) for one in those] for key, those in own.items()},
            others=[(register.link(one), register.elsewhere(asking, one)) for one in rest],
            meanwhile=meanwhile,
            removing=removing,
            people=register.own_people(asking),
            grids=register.own_grids(asking),
            compounds=register.own_compounds(asking),
            posts=register.posts(asking, id) if person else "",
            in_hand=in_hand,
            states=states,
            heads=register.heads_shown(asking, values.get("heads") or ()),
            roles=list(Role),
            role_words=register.role_words(asking),
            regimes=list(Regime),
            deputies=range(min(len(values.get("deputies") or ()) + 2, entries.MOST_DEPUTIES)),
            tab=SHOWN_IN[table],
            tabs=TABS,
            sought="",
        )

    def _said(self, asking: Asking, table: str, form: Form) -> entries.Values:
        said = entries.READERS[table](form)
        if said.get("heads"):
            said["heads"] = register.heads_said(asking, said["heads"])
        return said

    async def _managing(self, request: Request) -> Asking:
        asking = await self._office.asked(request, Chamber.DIRECTORY)
        if not asking.sight.manages:
            raise HTTPException(403, "console.only_reads")
        return asking

    def _entry(self, asking: Asking, table: str, id: str) -> Mapping[str, Any]:
        """Return the entry as the community's tables have it. Raises HTTPException 404."""
        loaded = loaded_of(asking.directory, asking.community.id)
        content = write_community(loaded) if loaded else {}
        if table == "community":
            found = content["community"] if id == asking.community.id else None
        else:
            found = next((one for one in content.get(table, ()) if one["id"] == id), None)
        if found is None:
            raise HTTPException(404)
        return register.shown(asking, found)


def _table(request: Request, tables: tuple[str, ...]) -> str:
    table: str = request.path_params["table"]
    if table not in tables:
        raise HTTPException(404)
    return table
