"""How much one address may ask for: anonymous accounts cost nothing, addresses do.

An address is one of IPv4, or the /64 of IPv6 that a household has. The limits are wide, since a whole compound may
stand behind one address of its telephone company. Behind a proxy the address is the one it forwards; uvicorn believes
the proxies named in FORWARDED_ALLOW_IPS (loopback when it is not set). Who comes from the machine itself without such
a header cannot be told apart, and is let in.
"""

from __future__ import annotations

import ipaddress
import logging
from collections import Counter
from functools import lru_cache

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.clock import WallClock
from bot.web.security import SAFE_METHODS
from handlers.haste import Haste, Measure, in_seconds
from storage.records import MINUTE, SECOND

log = logging.getLogger(__name__)

LOOKS = Measure(burst=600, every=SECOND // 20)
"""Pages, photos, streams begun: 600 at once, 20 a second."""
SAYS = Measure(burst=120, every=SECOND // 2)
"""Things said, pressed, signed in with: 120 at once, two a second."""
TOLD = Measure(burst=1, every=MINUTE)
"""Lines in the log about one address: whoever comes too thick shall not fill the disk as well."""
MOST_AT_ONCE = 100
"""Requests under way, open pages' streams among them."""

BUSY = "这个网络地址一下子来得太多，请过 {seconds} 秒再试。急事请打电话。Too many requests from this address: try again in {seconds} seconds."


class Crowd:
    """Refuses, with 429, what comes too thick from one address."""

    def __init__(self, app: ASGIApp, *, wall: WallClock) -> None:
        self._app, self._wall = app, wall
        self._looks, self._says, self._told = Haste(LOOKS), Haste(SAYS), Haste(TOLD)
        self._inside: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        who = None if scope["type"] != "http" else address_of(scope)
        if who is None:
            await self._app(scope, receive, send)
            return
        if seconds := self._to_wait(who, scope["method"]):
            if not self._told.wait(who, self._wall.now()):
                self._told.count(who, self._wall.now())
                log.warning("one address asks for too much: %s", who)
            answer = PlainTextResponse(
                BUSY.format(seconds=seconds), 429, {"retry-after": str(seconds), "hx-reswap": "none"}
            )
            await answer(scope, receive, send)
            return
        self._inside[who] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._inside[who] -= 1
            if not self._inside[who]:
                del self._inside[who]

    def _to_wait(self, who: str, method: str) -> int:
        now, counted = self._wall.now(), self._looks if method in SAFE_METHODS else self._says
        if self._inside[who] >= MOST_AT_ONCE:
            return 10
        if wait := counted.wait(who, now):
            return in_seconds(wait)
        counted.count(who, now)
        return 0


def address_of(scope: Scope) -> str | None:
    """Return whom a request is counted for; None for the machine itself and for what is no network address."""
    client = scope.get("client")
    return network_of(client[0]) if client else None


@lru_cache(maxsize=4096)
def network_of(host: str) -> str | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return network_of(str(address.ipv4_mapped))
        if not address.is_loopback:
            return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
    return None if address.is_loopback else str(address)
