"""/console/meeting/ID/minutes.docx and .pdf: the minutes of a joint meeting to file, sign and hang up."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels.console import PLATFORM
from bot.exports.minutes import document, minutes_of
from bot.minutes_paper import paper
from bot.web.console.office import Office
from handlers.sight import Chamber
from storage.records import Act

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def routes(office: Office) -> list[BaseRoute]:
    room = MinutesRoom(office)
    return [Route("/console/meeting/{id}/minutes.{form}", room.fetch, methods=["GET"])]


class MinutesRoom:
    def __init__(self, office: Office) -> None:
        self._office = office

    async def fetch(self, request: Request) -> Response:
        """GET the document, in the reader's language; complaints about people in it for those who see such. It holds what
        residents said: that somebody took it is in the ledger."""
        asking = await self._office.asked(request, Chamber.MEETING)
        form = request.path_params["form"]
        async with self._office.store.view() as view:
            meeting = await view.meetings.get(request.path_params["id"])
            held = meeting is not None and meeting.begun_at is not None
            if not held or meeting is None or meeting.community != asking.community.id or form not in TYPES:
                raise HTTPException(404)
            told = await minutes_of(
                view,
                asking.directory,
                meeting,
                asking.language,
                asking.now,
                private=asking.sight.private,
                masked=not asking.sight.personal,
            )
        async with self._office.store.turn() as turn:
            await turn.hold([meeting.community])
            about = f"纪要 {form} {meeting.year}年第{meeting.number}次"
            turn.ledger.note(
                Act.EXPORT, meeting.community, asking.person.id, asking.now, platform=PLATFORM, reason=about
            )
        written = paper(told, asking.language, asking.now)
        data = await asyncio.to_thread(document, form, written, asking.now)
        name = quote(f"{told.title} {told.heading}.{form}")
        return Response(
            data,
            media_type=TYPES[form],
            headers={"content-disposition": f"attachment; filename*=utf-8''{name}"},
        )
