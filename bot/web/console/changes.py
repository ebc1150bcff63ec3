"""The second look at a change: what it would lead to, line by line, and the button that makes it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.console import telling
from bot.web.console.office import Asking, Office
from bot.web.login import SESSION_COOKIE, print_of
from bot.web.say import NONCE
from bot.web.uploads import Form
from handlers.community import Mistakes
from handlers.desk import changing
from handlers.desk.changing import Weighed
from handlers.directory_changes import Change, Gone, change_from, placed
from handlers.sight import Chamber

ROOMS = {Chamber.DIRECTORY: "/console/directory", Chamber.POLICY: "/console/policy"}


class Changes:
    """Keeps what somebody wants until they have seen what it means, and then makes it."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def routes(self) -> list[BaseRoute]:
        return [
            Route(f"{room}/changes/{{id}}", act(chamber), methods=[method])
            for chamber, room in ROOMS.items()
            for method, act in (("GET", self._show), ("POST", self._make))
        ]

    async def propose(self, asking: Asking, chamber: Chamber, change: Change) -> Response:
        """Keep the change and lead to its second look. Raises Mistakes when it cannot be, HTTPException 404 when what it
        is about is gone."""
        try:
            changing.wanted(asking.directory, asking.community.id, change)
        except Gone as gone:
            raise HTTPException(404, "console.change_over") from gone
        id = secrets.token_urlsafe(12)
        async with self._office.store.turn() as turn:
            await turn.proposals.put(
                id, session_of(asking), asking.community.id, change.as_data(), self._office.wall.now()
            )
        return RedirectResponse(f"{ROOMS[chamber]}/changes/{id}", 303)

    async def change(self, asking: Asking, id: str) -> Change:
        """Return what was proposed. Raises HTTPException 404 when it is done, an hour old, or somebody else's."""
        async with self._office.store.view() as view:
            found = await view.proposals.get(id, session_of(asking), self._office.wall.now())
        if found is None or found[0] != asking.community.id:
            raise HTTPException(404, "console.change_over")
        return change_from(found[1])

    def _show(self, chamber: Chamber) -> Any:
        async def show(request: Request) -> Response:
            asking = await self._office.asked(request, chamber)
            if not asking.sight.manages:
                raise HTTPException(403, "console.only_reads")
            return await self._look(asking, chamber, request.path_params["id"])

        return show

    async def _look(self, asking: Asking, chamber: Chamber, id: str, *, anew: bool = False) -> Response:
        change = await self.change(asking, id)
        try:
            async with self._office.store.view() as view:
                directory = await view.directory.read()
                weighed = await changing.weigh(view, directory, asking.community.id, change, asking.now)
        except Gone:
            return self._page(asking, chamber, id, gone=True)
        except Mistakes as wrong:
            return self._page(asking, chamber, id, mistakes=[placed(one) for one in wrong.mistakes])
        return self._page(asking, chamber, id, weighed=weighed, anew=anew)

    def _page(self, asking: Asking, chamber: Chamber, id: str, **known: Any) -> Response:
        weighed: Weighed | None = known.get("weighed")
        told = telling.told(weighed, asking.language, asking.now) if weighed else None
        of_policy = any(one.table in changing.POLICY for one in weighed.differences) if weighed else False
        known = {"weighed": None, "mistakes": (), "gone": False, "anew": False, "told": told} | known
        return self._office.page(
            asking,
            "console/change.html",
            of_policy=of_policy,
            room=ROOMS[chamber],
            id=id,
            status=200 if weighed else 409,
            **known,
        )

    def _make(self, chamber: Chamber) -> Any:
        async def make(request: Request) -> Response:
            asking, form = await self._office.changing(request, chamber, managing=True)
            id = request.path_params["id"]
            once = form.get("once")
            if not NONCE.fullmatch(once):
                raise HTTPException(400)
            key = f"console:{asking.person.id}:change:{once}"
            if not await self._done(asking, form, id, key):
                return await self._look(asking, chamber, id, anew=True)
            return RedirectResponse(f"{ROOMS[chamber]}?done={id[:24]}", 303)

        return make

    async def _done(self, asking: Asking, form: Form, id: str, key: str) -> bool:
        """Make the change; False when the community is not any more as it was seen. Sent twice, it is made once."""
        community = asking.community.id
        async with self._office.store.turn() as turn:
            await turn.hold([community])
            seen = (await turn.inbox.seen([key])).get(key)
            if seen is None:
                found = await turn.proposals.get(id, session_of(asking), self._office.wall.now())
                if found is None or found[0] != community:
                    raise HTTPException(404, "console.change_over")
                directory = await turn.directory.read()
                try:
                    weighed = await changing.weigh(
                        turn, directory, community, change_from(found[1]), asking.now
                    )
                except (Gone, Mistakes):
                    return False
                if weighed.print != form.get("print"):
                    return False
                over = form.get("over") == "yes"
                moved = weighed.moves.wanted(asking.now, over_too=over) if form.get("move") == "yes" else ()
                await changing.make(turn, directory, asking.person, weighed, moved, asking.now)
                await turn.proposals.drop(id)
                handed = [
                    [t.number, form.get(f"to_{one.person.id}")]
                    for one in weighed.leaving
                    for t in one.tickets
                ]
                seen = {"handed": [one for one in handed if one[1]]}
                turn.inbox.keep(key, asking.now, seen)
        await self._hand_over(asking, form, seen["handed"])
        return True

    async def _hand_over(self, asking: Asking, form: Form, handed: Sequence[tuple[int, str]]) -> None:
        """Give what somebody had to do to who comes in their place: by orders like any other, each of them done once."""
        directory = await self._office.store.directory()
        for number, to in handed:
            if to in directory.people:
                await self._office.act(asking, form, f"改派 {number} {to}")


def session_of(asking: Asking) -> str:
    """Return whose proposals these are: a session's, by the hash of its key."""
    return print_of(asking.request.cookies[SESSION_COOKIE])
