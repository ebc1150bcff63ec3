"""What may be said in chats whose platform counts: so many letters, so long, after somebody has spoken."""

from __future__ import annotations

from storage.connections import Row
from storage.records import Address, Instant, Weight, Window, chat_of
from storage.statements import Room, Statements

REPLY = "reply"
"""The kind of window that takes one answer, at the address in its `data`."""

PLACES = {Weight.LITTLE: 3, Weight.SOME: 2, Weight.MUCH: 1}
"""How many letters a "talk" must have left for one of this weight: its last place is for what matters most."""


class Windows(Room):
    """Addresses are chats; what is said in one of their topics counts with them."""

    def __init__(self, statements: Statements) -> None:
        super().__init__(statements)
        self._opened: dict[tuple[Address, str, str], Window] = {}

    def open(self, chat: Address, window: Window) -> None:
        """Buffered. It takes the place of the chat's last one of its kind; of "reply" each stands for itself."""
        self.sql.may_write()
        self._opened[chat_of(chat), window.kind, window.data if window.kind == REPLY else ""] = window

    async def take(self, chat: Address, weight: Weight, now: Instant) -> Window | None:
        """Spend one letter of this weight, and return of which window; None when nothing may be said now.

        A live "touch" goes first, then a "talk", whose last places are kept (PLACES), then the newest "reply".
        """
        await self.flush()
        rows = await self.sql.write_returning(
            "windows_take", chat=chat_of(chat), now=now, places=PLACES[weight]
        )
        return _window(rows[0]) if rows else None

    async def give_back(self, chat: Address, window: Window) -> None:
        """What was taken has not been said. Nothing where a newer window has taken that one's place."""
        await self.flush()
        await self.sql.run(
            "windows_give_back",
            chat=chat_of(chat),
            kind=window.kind,
            data=window.data,
            until=window.until,
        )

    async def left(self, chat: Address, now: Instant) -> int:
        """How many letters may still be said there, all windows together."""
        await self.flush()
        found: int = await self.sql.value("windows_left", chat=chat_of(chat), now=now)
        return found

    async def any_open(self, chat: Address, now: Instant) -> bool:
        """True when a window is open there, whether or not anything may still be said in it."""
        await self.flush()
        return bool(await self.sql.value("windows_open_now", chat=chat_of(chat), now=now))

    async def flush(self) -> None:
        opened, self._opened = self._opened, {}
        rows = [
            {
                "chat": chat,
                "kind": kind,
                "data": data,
                "until": window.until,
                "letters": 1 if kind == REPLY else window.letters,
            }
            for (chat, kind, data), window in opened.items()
        ]
        await self.sql.run_many("windows_open", rows)


def _window(row: Row) -> Window:
    """Return it as it stands now, after what was taken."""
    return Window(row["kind"], row["until"], row["letters"], row["data"])
