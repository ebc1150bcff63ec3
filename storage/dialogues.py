"""Unfinished exchanges, one per account and chat. They survive a restart because they are rows."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace

from storage.connections import Row
from storage.records import Address, Dialogue, Instant
from storage.statements import Room, Shelf, Statements, as_json, keys_json


def dialogue_from(row: Row) -> Dialogue:
    return Dialogue(
        chat=Address(row["chat"]),
        account=Address(row["account"]),
        step=row["step"],
        data=json.loads(row["data"]),
        expires_at=row["expires_at"],
        question=row["question"],
    )


class Dialogues(Room):
    """Written at the turn's end, or before a query that must see them."""

    def __init__(self, statements: Statements) -> None:
        super().__init__(statements)
        self._shelf: Shelf[tuple[Address, Address], Dialogue] = Shelf()

    async def get(self, chat: Address, account: Address) -> Dialogue | None:
        """Return it even when its time is over: whether it still counts, the rules say."""
        key = (chat, account)
        if key not in self._shelf:
            row = await self.sql.row("dialogues_get", chat=chat, account=account)
            self._shelf.learn(key, None if row is None else dialogue_from(row))
        return self._shelf.get(key)

    async def get_many(
        self, keys: Collection[tuple[Address, Address]]
    ) -> dict[tuple[Address, Address], Dialogue]:
        """Return those that stand, by (chat, account)."""
        unknown = {account for chat, account in keys if (chat, account) not in self._shelf}
        if unknown:
            rows = await self.sql.rows("dialogues_of_many", accounts=keys_json(unknown))
            found = {(one.chat, one.account): one for one in map(dialogue_from, rows)}
            for key in keys:
                if key not in self._shelf:
                    self._shelf.learn(key, found.get(key))
        return {key: one for key in keys if (one := self._shelf.get(key)) is not None}

    async def of(self, account: Address) -> list[Dialogue]:
        """All of one account's, the one that ends last first."""
        await self.flush()
        return [dialogue_from(row) for row in await self.sql.rows("dialogues_of", account=account)]

    async def put(self, dialogue: Dialogue) -> None:
        """Open it, or replace the one that stood in its place."""
        self.sql.may_write()
        self._shelf.put((dialogue.chat, dialogue.account), dialogue)

    async def drop(self, chat: Address, account: Address) -> None:
        """End it; nothing when there is none."""
        self.sql.may_write()
        self._shelf.put((chat, account), None)

    async def due(self, now: Instant, limit: int = 100) -> list[Dialogue]:
        """Those whose time is over at `now` (exactly now counts), oldest first."""
        await self.flush()
        return [dialogue_from(row) for row in await self.sql.rows("dialogues_due", now=now, limit=limit)]

    async def asked(self, chat: Address, account: Address, message_id: str) -> None:
        """Remember which message asks the question; nothing when the dialogue has ended meanwhile."""
        await self.flush()
        # Not written anew as it was read: whoever ends it at this moment, in another process, has ended it.
        await self.sql.run("dialogues_asked", chat=chat, account=account, question=message_id)
        if (known := self._shelf.get((chat, account))) is not None:
            self._shelf.learn((chat, account), replace(known, question=message_id))

    async def flush(self) -> None:
        kept, gone = self._shelf.take()
        await self.sql.run_many(
            "dialogues_drop", [{"chat": chat, "account": account} for chat, account in gone]
        )
        self.sql.stirs |= bool(kept)
        await self.sql.run_many("dialogues_put", [_row(dialogue) for dialogue in kept])

    def forget_known(self) -> None:
        self._shelf.forget()


def _row(dialogue: Dialogue) -> dict[str, object]:
    return {
        "chat": dialogue.chat,
        "account": dialogue.account,
        "step": dialogue.step,
        "data": as_json(dialogue.data),
        "expires_at": dialogue.expires_at,
        "question": dialogue.question,
    }
