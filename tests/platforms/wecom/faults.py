"""Troubles a test orders: the next calls of the API are refused, not answered, answered with rubbish, or late.

    wecom.faults.refuse(45009, path="message/send", times=2)
    order = wecom.faults.hang(); …; order.release()

Each order waits for the calls it was made for; `order.left` says how many are still to come, `order.met` how many came.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from tests.platforms.wecom.refusals import Refused

GARBAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


@dataclass(eq=False)
class Order:
    """One ordered trouble. `kind`: refuse, garbage, error, hang, cut_before, cut_after, late. `path` without /cgi-bin/."""

    kind: str
    left: int
    path: str | None
    refusal: Refused | None = None
    status: int = 502
    seconds: float = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)
    met: int = 0

    def release(self) -> None:
        """Let the hanging calls go on as if nothing had been."""
        self.released.set()


class Faults:
    """The ordered troubles. Without `path` any call but gettoken is met, media and response_url included."""

    def __init__(self) -> None:
        self.orders: list[Order] = []

    def refuse(self, code: int, *, times: int = 1, path: str | None = None) -> Order:
        """Answer with one of WeCom's numbers (-1 busy, 45009 too often, 60020 this address may not …); nothing is done."""
        return self.add(Order("refuse", times, path, Refused(code)))

    def garbage(self, *, times: int = 1, path: str | None = None) -> Order:
        """Answer 200 with a page of HTML; nothing is done."""
        return self.add(Order("garbage", times, path, status=200))

    def server_error(self, status: int = 502, *, times: int = 1, path: str | None = None) -> Order:
        """Answer with this HTTP status and a page of HTML; nothing is done."""
        return self.add(Order("error", times, path, status=status))

    def hang(self, *, times: int = 1, path: str | None = None) -> Order:
        """Do not answer until `release()`; nothing is done before that."""
        return self.add(Order("hang", times, path))

    def cut_before(self, *, times: int = 1, path: str | None = None) -> Order:
        """Close the connection without doing anything."""
        return self.add(Order("cut_before", times, path))

    def cut_after(self, *, times: int = 1, path: str | None = None) -> Order:
        """Do what was asked, then close the connection without an answer."""
        return self.add(Order("cut_after", times, path))

    def late(self, seconds: float, *, times: int = 1, path: str | None = None) -> Order:
        """Do what was asked at once, answer `seconds` (real ones) later."""
        return self.add(Order("late", times, path, seconds=seconds))

    def add(self, order: Order) -> Order:
        self.orders.append(order)
        return order

    def next_for(self, path: str) -> Order | None:
        """Return the oldest order this call meets, counted down, or None."""
        for order in self.orders:
            if order.left > 0 and (order.path == path if order.path else path != "gettoken"):
                order.left -= 1
                order.met += 1
                return order
        return None
