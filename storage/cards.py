"""Where each ticket's living card stands, and what it shows there."""

from __future__ import annotations

from collections.abc import Collection

from storage.connections import Row
from storage.records import Address, Card, chat_of
from storage.statements import Lists, Room, Statements


def card_from(row: Row) -> Card:
    return Card(row["ticket"], Address(row["chat"]), row["message"], row["print"], row["news"])


class Cards(Room):
    """At most one card per ticket and chat; whichever of the chat's topics it stands in, it is that one."""

    def __init__(self, statements: Statements) -> None:
        super().__init__(statements)
        self._of: Lists[Card] = Lists(statements, "cards_of", "ticket", card_from)

    async def get(self, ticket: str, chat: Address) -> Card | None:
        return next((card for card in await self.of(ticket) if chat_of(card.chat) == chat_of(chat)), None)

    async def of(self, ticket: str) -> list[Card]:
        return await self._of.of(ticket)

    async def of_many(self, tickets: Collection[str]) -> dict[str, list[Card]]:
        """The cards of each of them; of() then finds them in the turn."""
        return await self._of.of_many(tickets)

    async def put(self, card: Card) -> None:
        """Remember it in place of the one before."""
        await self.put_many([card])

    async def put_many(self, cards: Collection[Card]) -> None:
        """The same of several at once; of two for the same ticket and chat the last one stays."""
        rows = {
            (card.ticket, chat_of(card.chat)): {
                "ticket": card.ticket,
                "chat": card.chat,
                "place": chat_of(card.chat),
                "message": card.message,
                "print": card.print,
                "news": card.news,
            }
            for card in cards
        }
        for ticket, _ in rows:
            self._of.forget(ticket)
        places = [{"ticket": ticket, "place": place} for ticket, place in rows]
        await self.sql.run_many("cards_drop", places)
        await self.sql.run_many("cards_put", list(rows.values()))

    async def drop(self, ticket: str, chat: Address) -> None:
        """It is gone from the chat; the next one will be a new message."""
        self._of.forget(ticket)
        await self.sql.run("cards_drop", ticket=ticket, place=chat_of(chat))

    def forget_known(self) -> None:
        self._of.forget()
