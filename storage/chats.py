"""Chats as the platforms see them: whether the bot is in them, and what to do when one gets a new address."""

from __future__ import annotations

import json

from storage.records import Address, Instant, chat_of, topic_of
from storage.statements import Room, as_json

MOVES = (
    "grid_chats_yield",
    "grid_chats_move",
    "staff_chats_yield",
    "staff_chats_move",
    "street_chats_yield",
    "street_chats_move",
    "cards_yield",
    "cards_move",
    "dialogues_yield",
    "dialogues_move",
    "albums_yield",
    "albums_move",
    "tickets_move",
    "attachments_move",
)


def renamed(where: Address, old: Address, new: Address) -> Address:
    """Return `where` with the chat `old` in it replaced by `new`; a topic stays."""
    if chat_of(where) != old:
        return where
    topic = topic_of(where)
    return new if topic is None else Address(f"{new}/{topic}")


class Chats(Room):
    """Addresses here are chats without a topic."""

    async def moved(self, old: Address, new: Address) -> None:
        """Everything that happened or was to happen in `old` now belongs to `new`.

        Grids, staff and street chats, cards, dialogues, letters still owed, tickets' origins, loose photos. Where both
        already stand beside each other, the new chat's own wins. Moving twice changes nothing. The numbers of the
        messages in `old` are forgotten: cards come anew, and an answer to an old message is about nothing.
        """
        await self.sql.flush()
        old, new = chat_of(old), chat_of(new)
        if old == new:
            return
        for query in MOVES:
            await self.sql.run(query, old=old, new=new)
        await self._move_letters(old, new)
        await self.sql.run("chats_forget", address=old)
        await self.sql.run("directory_bump")
        for room in self.sql.rooms:
            room.forget_known()

    async def _move_letters(self, old: Address, new: Address) -> None:
        for row in await self.sql.rows("outbox_going_to", chat=old):
            routes = [renamed(Address(route), old, new) for route in json.loads(row["routes"])]
            await self.sql.run(
                "outbox_move",
                id=row["id"],
                routes=as_json(routes),
                route=routes[0],
                chat=chat_of(routes[0]),
            )

    async def present(self, address: Address, yes: bool, at: Instant) -> None:
        """The bot was added to the chat, or removed from it."""
        await self.sql.run("chats_present", address=chat_of(address), present=int(yes), at=at)

    async def is_present(self, address: Address) -> bool | None:
        """None when the platform never said."""
        found = await self.sql.value("chats_is_present", address=chat_of(address))
        return None if found is None else bool(found)
