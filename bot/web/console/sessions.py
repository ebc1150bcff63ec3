"""/console/sessions: where somebody is signed in, and ending it; for who manages the community, everybody's of it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.console.office import Office
from bot.web.login import SESSION_COOKIE, print_of
from handlers.sight import Chamber

OTHERS = "others"


def routes(office: Office) -> list[BaseRoute]:
    room = SessionsRoom(office)
    return [
        Route("/console/sessions", room.show, methods=["GET"]),
        Route("/console/sessions", room.end, methods=["POST"]),
    ]


class SessionsRoom:
    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, request: Request) -> Response:
        """GET /console/sessions."""
        asking = await self._office.asked(request, Chamber.BOARD)
        now = self._office.wall.now()
        async with self._office.store.view() as turn:
            own = await turn.sessions.of(asking.person.id, now)
            every = await turn.sessions.in_community(asking.community.id, now) if asking.sight.manages else []
            theirs = [one for one in every if one.person != asking.person.id]
            people = await turn.people.get_many(sorted({one.person for one in theirs}))
        return self._office.page(
            asking,
            "console/sessions.html",
            own=own,
            theirs=theirs,
            names={id: person.name for id, person in people.items()},
            clock_now=now,
        )

    async def end(self, request: Request) -> Response:
        """POST /console/sessions: end one (`session`), one's `others`, or for who manages somebody else's (`person`)."""
        asking, form = await self._office.sent(request, Chamber.BOARD)
        person, name = form.get("person") or asking.person.id, form.get("session")
        async with self._office.store.turn() as turn:
            if person != asking.person.id:
                other = await turn.people.get(person)
                theirs = other is not None and other.community == asking.community.id
                if theirs and asking.sight.manages:
                    await turn.sessions.end(person, name)
            elif name == OTHERS:
                await turn.sessions.end_others(person, print_of(request.cookies[SESSION_COOKIE]))
            else:
                await turn.sessions.end(person, name)
        return RedirectResponse("/console/sessions", 303)
