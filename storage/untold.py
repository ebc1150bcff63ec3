"""Letters that wait for their reader to speak: what nobody could be told before, and what a speaker is answered with at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from storage.letter_rows import LONGEST_PAUSE, bundled, owed_from, routed, taken
from storage.outbox import Outbox
from storage.records import PAUSED, Address, Fate, Instant, Owed, Span, chat_of
from storage.statements import Lists, Room, Statements, as_json, keys_json

MOST = 200
"""Letters looked at in one turn for all who speak in it; no answer holds as many."""


class Untold(Room):
    """The outbox seen from the side of those who speak. Rows are the outbox's own (storage/outbox.py)."""

    def __init__(self, statements: Statements, outbox: Outbox) -> None:
        super().__init__(statements)
        self._outbox = outbox
        self._about: Lists[str] = Lists(statements, "untold_about", "ticket", lambda row: str(row["reader"]))

    async def about(self, ticket: str) -> list[str]:
        """The readers (ids of people, or chats) who could not be told something about the ticket, each once."""
        return await self._about.of(ticket)

    async def about_many(self, tickets: Collection[str]) -> dict[str, list[str]]:
        """Those of each of them; about() then finds them in the turn."""
        return await self._about.of_many(tickets)

    async def wake(self, chats: Collection[Address]) -> None:
        """Something may be said there again: what was kept untold waits like any other letter, to go there first."""
        plain = {chat_of(chat) for chat in chats}
        woken: list[Owed] = []
        for row in await self.sql.rows("untold_of_speakers", chats=keys_json(plain)):
            letter = owed_from(row)
            here = [route for route in letter.routes if chat_of(route) in plain][:1]
            # Where it cannot be said there any more it was found by a way it had before.
            if here:
                woken.append(replace(letter, routes=tuple(dict.fromkeys([*here, *letter.routes]))))
        if woken:
            await self.sql.run_letters("untold_wake", [routed(letter.id, letter.routes) for letter in woken])
            await self.sql.run_many("untold_ways_forget", [{"id": letter.id} for letter in woken])
            self.sql.stirs = True
            self._outbox.call_for(woken)
            self._about.forget()

    async def counts(self) -> dict[str, int]:
        """How many letters are kept, by the platform on which they wait for their readers."""
        return {row["platform"]: row["count"] for row in await self.sql.rows("untold_counts")}

    async def waiting_for(self, chats: Collection[Address], now: Instant) -> dict[Address, list[list[Owed]]]:
        """Return by chat the messages that could go there now, urgent ones first, then the oldest; none that is on its way.

        Each is a list of the letters it is made of, as in Outbox.claim. Nothing is claimed by this.
        """
        await self.sql.flush()
        rows = await self.sql.rows(
            "outbox_for_speakers",
            chats=keys_json({chat_of(chat) for chat in chats}),
            now=now,
            never=now + LONGEST_PAUSE,
            limit=MOST,
        )
        found: dict[Address, list[list[Owed]]] = {}
        for bundle in bundled([owed_from(row) for row in rows]):
            found.setdefault(chat_of(bundle[0].routes[0]), []).append(bundle)
        return found

    async def carry(
        self, letters: Sequence[tuple[Owed, Mapping[str, Any]]], now: Instant, lease: Span
    ) -> None:
        """Claim these for the answer that carries them, and write down what is to be known when it has gone out.

        Who has not said within `lease` ms what became of them loses them to the next claim.
        """
        rows = [
            {"id": one.id, "until": now + lease, "attempts": taken(one).attempts, "body": as_json(body)}
            for one, body in letters
        ]
        await self.sql.run_letters("outbox_carry", rows)
        self._outbox.no_call_for(one.id for one, _ in letters)

    async def claim_calls(self, platform: str, now: Instant, lease: Span, limit: int) -> list[list[Owed]]:
        """Take up to `limit` messages by which somebody is called, of a platform that lets nothing be said to anybody: wherever
        they stand in their chats, and however soon they were to be tried again. As in Outbox.claim otherwise."""
        await self.sql.flush()
        rows = await self.sql.rows(
            "outbox_calls", platform=platform, now=now, never=now + LONGEST_PAUSE, limit=limit
        )
        bundles = [
            [taken(letter) for letter in bundle] for bundle in bundled([owed_from(row) for row in rows])
        ]
        await self.sql.run_letters(
            "outbox_take",
            [
                {"id": letter.id, "until": now + lease, "attempts": letter.attempts}
                for bundle in bundles
                for letter in bundle
            ],
        )
        return bundles

    async def wake_paused(self, platform: str, most: int) -> None:
        """The platform may be spoken to again: the oldest `most` calls that were kept because it might not wait again."""
        rows = await self.sql.write_returning(
            "untold_wake_paused", first=f"{platform}:", behind=f"{platform};", paused=PAUSED, most=most
        )
        if rows:
            self.sql.stirs = True
            self._outbox.call_for(map(owed_from, rows))
            self.sql.letters.update(row["id"] for row in rows)
            self._about.forget()

    async def take_back(self, id: int, until: Instant) -> bool:
        """What was sent has not arrived, its platform says: it is claimed until then, for who closes it otherwise. False
        when it does not count as sent."""
        self._about.forget()
        self.sql.letters.add(id)
        return bool(await self.sql.run("outbox_take_back", id=id, until=until))

    async def after(self, letters: Collection[Owed], at: Instant) -> None:
        """They did not fit into the answer, and go when it has gone out."""
        rows = [{"id": one.id, "at": at} for one in letters if one.fate is Fate.WAITING]
        await self.sql.run_many("outbox_after", rows)

    def forget_known(self) -> None:
        self._about.forget()
