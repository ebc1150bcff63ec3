"""Troubles a test orders: the next calls are refused, answered with garbage, late or not at all, or acted on in vain.

    wechat.faults.refuse(45009, path="message/custom/send", times=3)
    hang = wechat.faults.hang(); …; hang.release()

Each order waits for the calls it was made for; `order.left` says how many are still to come.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from tests.platforms.wechat.refusals import JSON, Refused

FOREVER = 1_000_000_000
BAD_GATEWAY = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"


@dataclass(eq=False)
class Order:
    """One ordered trouble. `kind`: refuse page hang slow drop_before drop_after. `released` ends a hang.

    `status` and `page` are what a page answers with, `pause` the seconds of a slow one.
    """

    kind: str
    left: int
    path: str | None
    openid: str | None
    refusal: Refused | None = None
    status: int = 200
    page: bytes = b""
    pause: float = 0.0
    released: asyncio.Event = field(default_factory=asyncio.Event)
    met: int = 0

    def concerns(self, path: str, body: JSON) -> bool:
        return (
            self.left > 0
            and self.path in (None, path)
            and (self.openid is None or body.get("touser") == self.openid)
        )

    def release(self) -> None:
        """Let the hanging calls go on as if nothing had been, and meet no more."""
        self.left = 0
        self.released.set()


class Faults:
    """The ordered troubles. `path` as in Call ("message/custom/send"), None: any; `openid`: only what is sent to them;
    `times=None`: until `release()`."""

    def __init__(self) -> None:
        self.orders: list[Order] = []

    def refuse(
        self,
        code: int,
        words: str = "",
        *,
        times: int | None = 1,
        path: str | None = None,
        openid: str | None = None,
    ) -> Order:
        """Answer with any error WeChat could give: -1 (busy), 45009 (the day's calls are used up), 48001 …"""
        return self._add("refuse", times, path, openid, refusal=Refused(code, words))

    def bad_gateway(
        self, *, times: int | None = 1, path: str | None = None, openid: str | None = None
    ) -> Order:
        """Answer 502 with a page of HTML."""
        return self.page(BAD_GATEWAY, 502, times=times, path=path, openid=openid)

    def page(
        self,
        body: bytes,
        status: int = 200,
        *,
        times: int | None = 1,
        path: str | None = None,
        openid: str | None = None,
    ) -> Order:
        """Answer with exactly these bytes instead of JSON; nothing is done."""
        return self._add("page", times, path, openid, status=status, page=body)

    def slow(
        self, pause: float, *, times: int | None = 1, path: str | None = None, openid: str | None = None
    ) -> Order:
        """Answer properly, after `pause` real seconds."""
        return self._add("slow", times, path, openid, pause=pause)

    def hang(self, *, times: int | None = 1, path: str | None = None, openid: str | None = None) -> Order:
        """Do not answer until `release()`; nothing is done before that, nor if the caller hangs up meanwhile."""
        return self._add("hang", times, path, openid)

    def drop_before(
        self, *, times: int | None = 1, path: str | None = None, openid: str | None = None
    ) -> Order:
        """Close the connection without doing anything."""
        return self._add("drop_before", times, path, openid)

    def drop_after(
        self, *, times: int | None = 1, path: str | None = None, openid: str | None = None
    ) -> Order:
        """Do what was asked, then close the connection without an answer."""
        return self._add("drop_after", times, path, openid)

    def _add(
        self,
        kind: str,
        times: int | None,
        path: str | None,
        openid: str | None,
        *,
        refusal: Refused | None = None,
        status: int = 200,
        page: bytes = b"",
        pause: float = 0.0,
    ) -> Order:
        order = Order(kind, FOREVER if times is None else times, path, openid, refusal, status, page, pause)
        self.orders.append(order)
        return order

    def next_for(self, path: str, body: JSON) -> Order | None:
        """Return the oldest order this call meets, counted down, or None."""
        for order in self.orders:
            if order.concerns(path, body):
                order.left -= 1
                order.met += 1
                return order
        return None
