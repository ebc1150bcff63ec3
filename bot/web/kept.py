"""Pages that are the same for everybody: made once a minute, however many ask, and known by their print (ETag)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.clock import WallClock
from storage.records import MINUTE, Instant

MOST = 512
"""Pages kept: a city's compounds in both languages, as far as anybody looks at them in one minute."""


@dataclass(frozen=True, slots=True)
class Kept:
    body: bytes
    print: str
    until: Instant


class KeptPages:
    """`wall` is the machine's own clock."""

    def __init__(self, wall: WallClock) -> None:
        self._wall = wall
        self._kept: dict[Hashable, Kept] = {}
        # One is made at a time: a thousand who ask at once wait for the first.
        self._making = asyncio.Lock()

    async def get(self, key: Hashable, make: Callable[[], Awaitable[bytes]]) -> Kept:
        """Return the page of this key, made anew when it is older than a minute. Raises what `make` raises."""
        if (fresh := self._fresh(key)) is not None:
            return fresh
        async with self._making:
            if (fresh := self._fresh(key)) is not None:
                return fresh
            body = await make()
            made = Kept(body, hashlib.sha256(body).hexdigest()[:24], self._wall.now() + MINUTE)
            self._kept.pop(key, None)
            while len(self._kept) >= MOST:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = made
            return made

    def _fresh(self, key: Hashable) -> Kept | None:
        kept = self._kept.get(key)
        return kept if kept is not None and self._wall.now() < kept.until else None


def answered(request: Request, kept: Kept, media_type: str, *, private: bool = False) -> Response:
    """Answer with a kept page, or with nothing when the browser has it. `private`: no proxy may keep it for others."""
    headers = {
        "etag": f'W/"{kept.print}"',
        "cache-control": f"{'private' if private else 'public'}, max-age=60",
        "vary": "accept-language, cookie",
    }
    if kept.print in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(kept.body, headers=headers, media_type=media_type)
