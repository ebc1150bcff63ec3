"""Troubles a test orders: the next calls are answered with an error, not at all, or acted on with the answer lost.

    telegram.faults.too_many(retry_after=7, method="sendMessage", chat=group)
    telegram.faults.drop_after(times=2)

Each order waits for the calls it was made for; `order.left` says how many are still to come.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from tests.platforms.telegram.refusals import JSON, Refused, too_many
from tests.platforms.telegram.world import Chat, User

BAD_GATEWAY = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    b"<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"
)


@dataclass(eq=False)
class Order:
    """One ordered trouble. `kind`: refuse, garbage, hang, drop_before or drop_after. `released` ends a hang."""

    kind: str
    left: int
    method: str | None
    chat_id: int | None
    refusal: Refused | None = None
    released: asyncio.Event = field(default_factory=asyncio.Event)
    met: int = 0

    def concerns(self, method: str, given: JSON) -> bool:
        return (
            self.left > 0
            and (self.method.lower() == method.lower() if self.method else method != "getUpdates")
            and (self.chat_id is None or str(given.get("chat_id")) == str(self.chat_id))
        )

    def release(self) -> None:
        """Let the hanging calls go on as if nothing had been."""
        self.released.set()


class Faults:
    """The ordered troubles. Without `method` any call but getUpdates is met; `chat` narrows to calls to that chat."""

    def __init__(self) -> None:
        self.orders: list[Order] = []

    def too_many(
        self, retry_after: int, *, times: int = 1, method: str | None = None, chat: Chat | User | None = None
    ) -> Order:
        """Answer 429 with this retry_after, in seconds."""
        return self.add("refuse", times, method, chat, too_many(retry_after))

    def refuse(
        self,
        code: int,
        description: str,
        *,
        times: int = 1,
        method: str | None = None,
        chat: Chat | User | None = None,
    ) -> Order:
        """Answer with any error Telegram could give."""
        return self.add("refuse", times, method, chat, Refused(code, description))

    def server_error(
        self, *, times: int = 1, method: str | None = None, chat: Chat | User | None = None
    ) -> Order:
        """Answer 500."""
        return self.add("refuse", times, method, chat, Refused(500, "Internal Server Error"))

    def bad_gateway(
        self, *, times: int = 1, method: str | None = None, chat: Chat | User | None = None
    ) -> Order:
        """Answer 502 with a page of HTML, as the machines before the Bot API do."""
        return self.add("garbage", times, method, chat)

    def hang(self, *, times: int = 1, method: str | None = None, chat: Chat | User | None = None) -> Order:
        """Do not answer until `release()`; nothing is done before that."""
        return self.add("hang", times, method, chat)

    def drop_before(
        self, *, times: int = 1, method: str | None = None, chat: Chat | User | None = None
    ) -> Order:
        """Close the connection without doing anything."""
        return self.add("drop_before", times, method, chat)

    def drop_after(
        self, *, times: int = 1, method: str | None = None, chat: Chat | User | None = None
    ) -> Order:
        """Do what was asked, then close the connection without an answer."""
        return self.add("drop_after", times, method, chat)

    def add(
        self,
        kind: str,
        times: int,
        method: str | None,
        chat: Chat | User | None,
        refusal: Refused | None = None,
    ) -> Order:
        order = Order(kind, times, method, chat.id if chat else None, refusal)
        self.orders.append(order)
        return order

    def next_for(self, method: str, given: JSON) -> Order | None:
        """Return the oldest order this call meets, counted down, or None."""
        for order in self.orders:
            if order.concerns(method, given):
                order.left -= 1
                order.met += 1
                return order
        return None
