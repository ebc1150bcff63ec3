"""The web chat's own shelf: the messages a browser shows. Every add and edit gets a growing change number."""

from __future__ import annotations

import json
from typing import Any

from storage.connections import Row
from storage.records import Address, Instant, Shown
from storage.statements import BIGGEST, Room, Statements, as_json


def shown_from(row: Row) -> Shown:
    return Shown(
        id=str(row["id"]),
        change=row["change_no"],
        chat=Address(row["chat"]),
        from_name=row["from_name"],
        account=None if row["account"] is None else Address(row["account"]),
        heading=row["heading"],
        text=row["text"],
        buttons=json.loads(row["buttons"]),
        photos=json.loads(row["photos"]),
        reply_to=row["reply_to"],
        at=row["at"],
        edited_at=row["edited_at"],
    )


class Web(Room):
    """Buttons and photos are plain data (lists, texts), kept as JSON.

    Changes get their numbers when they are written, at the turn's end: from then to the commit no other process can
    number one, so that who has read up to a number has missed none before it.
    """

    def __init__(self, statements: Statements) -> None:
        super().__init__(statements)
        self._added: list[dict[str, Any]] = []
        self._edited: list[dict[str, Any]] = []

    async def add(
        self,
        chat: Address,
        from_name: str,
        account: Address | None,
        text: str,
        heading: str = "",
        buttons: Any = (),
        photos: Any = (),
        reply_to: str | None = None,
        at: Instant = 0,
    ) -> str:
        """Buffered, but for its id, which is returned."""
        self.sql.may_write()
        (number,) = await self.sql.counters.ids("web_messages")
        self._added.append(
            {
                "id": number,
                "chat": chat,
                "from_name": from_name,
                "account": account,
                "heading": heading,
                "text": text,
                "buttons": as_json(buttons),
                "photos": as_json(photos),
                "reply_to": reply_to,
                "at": at,
            }
        )
        return str(number)

    async def edit(
        self,
        chat: Address,
        id: str,
        heading: str,
        text: str,
        buttons: Any = (),
        photos: Any = (),
        at: Instant = 0,
    ) -> bool:
        """Let the message show this instead; False when the chat has no such message."""
        shown = await self.get(chat, id)
        if shown is None:
            return False
        self.sql.may_write()
        self._edited.append(
            {
                "id": int(shown.id),
                "chat": chat,
                "heading": heading,
                "text": text,
                "buttons": as_json(buttons),
                "photos": as_json(photos),
                "at": at,
            }
        )
        return True

    async def get(self, chat: Address, id: str) -> Shown | None:
        await self.flush()
        number = _number(id)
        row = None if number is None else await self.sql.row("web_get", chat=chat, id=number)
        return None if row is None else shown_from(row)

    async def newest(self) -> int:
        """The number of the shelf's last change; 0 while it is empty."""
        await self.flush()
        return int(await self.sql.value("web_newest") or 0)

    async def stirred(self, change_no: int) -> list[Address]:
        """The chats in which something was added or edited after `change_no`."""
        await self.flush()
        rows = await self.sql.rows("web_stirred", change_no=change_no)
        return [Address(chat) for chat in dict.fromkeys(row["chat"] for row in rows)]

    async def shows(self, chat: Address, sha256: str) -> bool:
        """Whether a message of this chat shows the photo: who cannot see the one may not fetch the other."""
        await self.flush()
        return await self.sql.row("web_shows", chat=chat, photo=as_json(sha256)) is not None

    async def since(self, chat: Address, change_no: int, limit: int = 100) -> list[Shown]:
        """What was added or edited after `change_no`, in the order of the changes."""
        await self.flush()
        rows = await self.sql.rows("web_since", chat=chat, change_no=change_no, limit=limit)
        return [shown_from(row) for row in rows]

    async def latest(self, chat: Address, limit: int = 50) -> list[Shown]:
        """The last messages of the chat, in the order they were said."""
        await self.flush()
        rows = await self.sql.rows("web_latest", chat=chat, limit=limit)
        return [shown_from(row) for row in reversed(rows)]

    async def flush(self) -> None:
        added, self._added = self._added, []
        edited, self._edited = self._edited, []
        if not added and not edited:
            return
        self.sql.stirs = True
        first = await self.sql.counters.take("web_changes", len(added) + len(edited))
        rows = [row | {"change_no": number} for number, row in enumerate([*added, *edited], first)]
        await self.sql.run_many("web_add", rows[: len(added)])
        await self.sql.run_many("web_edit", rows[len(added) :])


def _number(id: str) -> int | None:
    """Ids come back from browsers: None for what cannot be one."""
    return int(id) if id.isascii() and id.isdecimal() and int(id) <= BIGGEST else None
