"""The web chat's own shelf: the messages a browser shows. Every add and edit gets a growing change number."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from storage.records import Address, Instant
from storage.sqlite import Row
from storage.statements import Room, as_json


@dataclass(frozen=True, slots=True)
class WebMessage:
    """One bubble as it stands now. `account` is None for what the program itself says.

    `change_no` is the number of its last change, within the whole shelf. `buttons` and `photos` as they were given.
    """

    id: str
    change_no: int
    chat: Address
    from_name: str
    account: Address | None
    heading: str
    text: str
    buttons: Any
    photos: Any
    reply_to: str | None
    at: Instant
    edited_at: Instant | None


def web_message_from(row: Row) -> WebMessage:
    return WebMessage(
        id=str(row["id"]),
        change_no=row["change_no"],
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
    """Buttons and photos are plain data (lists, texts), kept as JSON."""

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
        """Return the message's id."""
        number = await self.sql.counters.take("web_messages")
        await self.sql.run(
            "web_add",
            id=number,
            change_no=await self.sql.counters.take("web_changes"),
            chat=chat,
            from_name=from_name,
            account=account,
            heading=heading,
            text=text,
            buttons=as_json(buttons),
            photos=as_json(photos),
            reply_to=reply_to,
            at=at,
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
        if not id.isdecimal():
            return False
        changed = await self.sql.run(
            "web_edit",
            id=int(id),
            change_no=await self.sql.counters.take("web_changes"),
            chat=chat,
            heading=heading,
            text=text,
            buttons=as_json(buttons),
            photos=as_json(photos),
            at=at,
        )
        return bool(changed)

    async def since(self, chat: Address, change_no: int, limit: int = 100) -> list[WebMessage]:
        """What was added or edited after `change_no`, in the order of the changes."""
        rows = await self.sql.rows("web_since", chat=chat, change_no=change_no, limit=limit)
        return [web_message_from(row) for row in rows]

    async def latest(self, chat: Address, limit: int = 50) -> list[WebMessage]:
        """The last messages of the chat, in the order they were said."""
        rows = await self.sql.rows("web_latest", chat=chat, limit=limit)
        return [web_message_from(row) for row in reversed(rows)]
