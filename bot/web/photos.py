"""/media/SHA256: a photo, for those who see the chat it was shown in."""

from __future__ import annotations

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from bot.web.seats import Seats
from storage.database import Store
from storage.media import MediaFolder

SHA256 = re.compile(r"[0-9a-f]{64}")


class Photos:
    """Serves the media folder. Nobody learns whether a photo exists that is not theirs to see."""

    def __init__(self, store: Store, media: MediaFolder, seats: Seats) -> None:
        self._store, self._media, self._seats = store, media, seats

    async def show(self, request: Request) -> Response:
        sha256 = request.path_params["sha256"]
        seat = self._seats.of(request, request.query_params.get("seat"))
        if seat is None or not SHA256.fullmatch(sha256):
            raise HTTPException(404)
        async with self._store.view() as turn:
            shown = await turn.web.shows(seat.chat, sha256)
        path = self._media.path(sha256) if shown else None
        if path is None or not path.exists():
            raise HTTPException(404)
        return FileResponse(path, headers={"cache-control": "private, max-age=86400, immutable"})
