"""Letters owed. Each is a row of the transaction that caused it, and stays one after it was sent.

Order: in one chat nothing overtakes but rank 0, and while a chat still has a letter of rank 0 nothing else goes
there. A letter whose own time (`not_before`) has not come is not in the row yet; one that must be tried again stays
in it and holds back the others. `attempts` counts the earlier tries of which nobody knows whether they arrived (a claim that ran out, an
answer that was lost), not the polite refusals.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from storage.letter_rows import (
    BUNDLED,
    LONGEST_PAUSE,
    Posted,
    like,
    owed_from,
    posted_from,
    routed,
    row_of,
    taken,
)
from storage.records import Address, Fate, Instant, LetterKind, Owed, Span, chat_of, platform_of
from storage.statements import Lists, Room, Statements, as_json, keys_json

AT_ONCE = "at once"
"""The note of letters claimed for an answer (storage/untold.py). As in queries/outbox.sql and untold.sql."""

ALARMS = frozenset({LetterKind.PAGE, LetterKind.ALERT})
"""Kinds by which people are called to a ticket. As in the partial index outbox_told."""


class Outbox(Room):
    """Letters wait until the flush, which gives them their ids in the order they were owed."""

    def __init__(self, statements: Statements) -> None:
        super().__init__(statements)
        self._owed: list[Owed] = []
        # The letters for which lines shall look when the turn has ended: on which platform, and whether urgent.
        self._calls: dict[int, tuple[str, bool]] = {}
        self._told: Lists[Owed] = Lists(statements, "outbox_told", "ticket", owed_from)

    @property
    def owed_on(self) -> set[tuple[str, bool]]:
        """See Turned.owed."""
        return {_line_of(one) for one in self._owed if one.routes} | {*self._calls.values()}

    def call_for(self, letters: Iterable[Owed]) -> None:
        """They may go now: their lines shall look for them when the turn has ended."""
        self._calls |= {letter.id: _line_of(letter) for letter in letters if letter.routes}

    def no_call_for(self, ids: Iterable[int]) -> None:
        """They are no line's any more."""
        for id in ids:
            self._calls.pop(id, None)

    def owe(self, owed: Owed) -> None:
        """Buffered. Its id is assigned when it is written, whatever it says.

        Nothing happens when a letter with the same `once` was ever owed, or when it is a card for a (ticket, first
        route) for which one waits already, or is kept untold. Without any route it is undeliverable at once, but kept.
        """
        self.sql.may_write()
        self._owed.append(owed)
        self.sql.about.update([owed.ticket] if owed.ticket else ())
        if owed.kind in ALARMS and owed.routes and owed.ticket is not None:
            # Known at once: a sweep that alerts a hundred times in one turn need not write and read after each.
            self._told.add(owed.ticket, owed)

    async def claim(
        self,
        now: Instant,
        *,
        lease: Span,
        limit: int,
        platforms: Collection[str],
        resting: Collection[Address] = (),
        urgent_only: Collection[Address] = (),
        others: int | None = None,
    ) -> list[list[Owed]]:
        """Take up to `limit` messages to send, each a list of the letters it is made of; urgent first, then oldest.

        One per chat at a time (an urgent one may go beside another that is still on its way), of `platforms` only,
        to no chat in `resting`. Of letters that are not urgent (rank 0 is) at most `others`, and none to a chat in
        `urgent_only`. A pause or a lease that ends later than LONGEST_PAUSE from now counts as over. REMIND and ALERT letters of the same route, rank, kind and number of attempts come
        together; all others alone. Who has not said within `lease` ms what became of them loses them to the next claim.
        """
        await self.flush()
        heads = [
            owed_from(row)
            for row in await self.sql.rows(
                "outbox_claimable",
                now=now,
                never=now + LONGEST_PAUSE,
                platforms=keys_json(platforms),
                resting=keys_json({chat_of(chat) for chat in resting}),
                urgent_only=keys_json({chat_of(chat) for chat in urgent_only}),
                limit=limit,
            )
        ]
        if others is not None:
            urgent = [head for head in heads if head.rank == 0]
            heads = urgent + heads[len(urgent) :][:others]
        companions = await self._companions(heads, now)
        bundles = [[head, *companions.get(head.id, ())] for head in heads]
        carried = [taken(letter) for bundle in bundles for letter in bundle]
        rows = [{"id": letter.id, "until": now + lease, "attempts": letter.attempts} for letter in carried]
        self._told.forget()
        await self.sql.run_letters("outbox_take", rows)
        return [[taken(letter) for letter in bundle] for bundle in bundles]

    async def _companions(self, heads: Sequence[Owed], now: Instant) -> dict[int, list[Owed]]:
        """Return, by the id of a bundle's first letter, the others that go with it."""
        first = {like(head): head.id for head in heads if head.kind in BUNDLED}
        found: dict[int, list[Owed]] = {}
        if not first:
            return found
        chats = keys_json({chat_of(route) for route, *_ in first})
        for row in await self.sql.rows("outbox_companions", now=now, never=now + LONGEST_PAUSE, chats=chats):
            letter = owed_from(row)
            head = first.get(like(letter))
            if head is not None and letter.id != head:
                found.setdefault(head, []).append(letter)
        return found

    async def sent(self, ids: Collection[int], chat: Address, message: str, at: Instant) -> None:
        """They stand in `chat` as the platform's `message`."""
        await self.sent_many([(ids, chat, message, at)])

    async def sent_many(self, standing: Iterable[tuple[Collection[int], Address, str, Instant]]) -> None:
        """The same of several messages at once: (ids, chat, message, at) of each."""
        self._told.forget()
        rows = [
            {"id": id, "chat": chat_of(chat), "message": message, "at": at}
            for ids, chat, message, at in standing
            for id in ids
        ]
        await self.sql.run_letters("outbox_sent", rows)

    async def later(
        self, ids: Collection[int], again_at: Instant, note: str, *, unsure: bool = False
    ) -> None:
        """They wait for another try, not before `again_at`; meanwhile nothing behind them overtakes.

        `unsure`: this try may have arrived, so it counts in `attempts`. Nothing when they are not claimed.
        """
        self._told.forget()
        rows = [{"id": id, "again_at": again_at, "note": note, "unsure": int(unsure)} for id in ids]
        await self.sql.run_letters("outbox_later", rows)

    async def reroute(self, id: int, note: str, *, untold: bool = False) -> bool:
        """Its first route leads nowhere: it waits for the next one, where it has not been yet. False when none is left.

        `untold`: nothing may be said on that route now. When none is left, a letter that has such routes is kept untold
        for when somebody speaks there; any other is undeliverable.
        Nothing happens to a letter that is not claimed: what is said twice (the first time just before the program
        was stopped), or by a worker that lost its claim, must not take a second route away. Nor to one that has been woken
        since, and goes back with an answer just now.
        """
        row = await self.sql.row("outbox_get", id=id)
        if row is None or row["fate"] != Fate.CLAIMED or row["note"] == AT_ONCE:
            return False
        self._told.forget()
        body, (first, *routes) = json.loads(row["body"]), json.loads(row["routes"])
        shut = [*body.get("untold", ()), first] if untold else body.get("untold", [])
        if shut:
            body["untold"] = list(dict.fromkeys(shut))
        fate = Fate.WAITING if routes else Fate.UNTOLD if shut else Fate.UNDELIVERABLE
        left = routes or body.get("untold", [])
        await self.sql.run_letters(
            "outbox_route", [routed(id, left) | {"note": note, "fate": fate, "body": as_json(body)}]
        )
        if fate is Fate.UNTOLD:
            ways = {chat_of(Address(route)) for route in left[1:]}
            await self.sql.run_many("untold_ways_keep", [{"chat": way, "letter": id} for way in ways])
        return fate is Fate.WAITING

    async def release(self, platform: str) -> list[Address]:
        """Let what is still claimed on the platform wait again, as tries that may have arrived; return to which chats.

        For who newly holds the platform's line: whoever claimed them is dead, and their leases need not run out.
        """
        self._told.forget()
        rows = await self.sql.write_returning("outbox_release", platform=platform)
        return [Address(row["chat"]) for row in rows]

    async def sent_lately(
        self, platform: str, since: Instant, limit: int = 10_000
    ) -> list[tuple[Address, Instant]]:
        """What was sent on the platform after `since`, oldest first: to which chat and when, once per message.

        For who newly holds the platform's line and must keep its pace. The newest `limit` of them.
        """
        rows = await self.sql.rows("outbox_sent_lately", platform=platform, since=since, limit=limit)
        return [(Address(row["chat"]), row["at"]) for row in reversed(rows)]

    async def drop(self, ids: Collection[int], note: str) -> None:
        """They are not true any more, or may not be repeated once more."""
        self._told.forget()
        await self.sql.run_letters("outbox_drop", [{"id": id, "note": note} for id in ids])

    async def told(self, ticket: str) -> list[Owed]:
        """The letters by which people were paged or alerted about a ticket, sent or still to be, oldest first.

        What this turn owes since the first asking has no id yet.
        """
        return (await self.told_of_many([ticket]))[ticket]

    async def told_of_many(self, tickets: Collection[str]) -> dict[str, list[Owed]]:
        """Those of each of them; told() then finds them in the turn."""
        if not self._told.knows(tickets):
            await self.flush()
        return await self._told.of_many(tickets)

    async def cards_owed(self, ticket: str) -> list[Address]:
        """The chats in which the ticket's card is still to be shown or written anew."""
        await self.flush()
        return [Address(row["route"]) for row in await self.sql.rows("outbox_cards_owed", ticket=ticket)]

    async def said(self, chat: Address, message: str) -> list[Owed]:
        """The letters that stand in `chat` as the platform's `message`: several when they were sent as one."""
        rows = await self.sql.rows("outbox_said", chat=chat_of(chat), message=message)
        return [owed_from(row) for row in rows]

    async def said_lately(self, chat: Address, way: str, since: Instant) -> list[Owed]:
        """The letters sent to `chat` in one of its platform's ways, at `since` or later."""
        between = {"first": f"{way}:", "behind": f"{way};"}
        rows = await self.sql.rows("outbox_said_lately", chat=chat_of(chat), since=since, **between)
        return [owed_from(row) for row in rows]

    async def about(self, ticket: str, limit: int = 500) -> list[Posted]:
        """What was said to anybody about a ticket, or is to be: the newest `limit`, the newest first; no cards."""
        await self.flush()
        rows = await self.sql.rows("outbox_about", ticket=ticket, limit=limit)
        return [posted_from(row) for row in rows]

    async def get_many(self, ids: Collection[int]) -> list[Owed]:
        """Those letters that there are, in the order they were owed."""
        return [owed_from(row) for row in await self.sql.rows("outbox_get_many", ids=keys_json(ids))]

    async def annotate(self, id: int, body: Mapping[str, Any]) -> None:
        """Write down more about a letter than was known when it was owed."""
        self._told.forget()
        await self.sql.run("outbox_annotate", id=id, body=as_json(body))

    async def waiting_on(self, chats: Collection[Address]) -> set[tuple[str, bool]]:
        """On which platforms letters are owed to these chats, and whether urgent ones, as in Turned.owed."""
        if not chats:
            return set()
        rows = await self.sql.rows("outbox_waiting_on", chats=keys_json({chat_of(chat) for chat in chats}))
        return {(row["platform"], bool(row["urgent"])) for row in rows}

    async def oldest(self) -> Instant | None:
        """Since when the oldest letter that is still owed waits."""
        await self.flush()
        found: Instant | None = await self.sql.value("outbox_oldest")
        return found

    async def backlog(self, now: Instant) -> dict[str, tuple[int, Instant]]:
        """Return, by platform, how many letters could have gone by `now` and have not, and since when the oldest."""
        await self.flush()
        rows = await self.sql.rows("outbox_backlog", now=now)
        return {row["platform"]: (row["count"], row["since"]) for row in rows}

    async def wait_until(self, now: Instant, platforms: Collection[str]) -> Instant | None:
        """When the next claim can find something (`now` when it can already); None while nothing is owed.

        Resting chats are not known here.
        """
        await self.flush()
        found = await self.sql.value("outbox_next_claimable", now=now, platforms=keys_json(platforms))
        return None if found is None else max(now, found)

    def forget_known(self) -> None:
        self._told.forget()

    async def flush(self) -> None:
        owed, self._owed = self._owed, []
        if not owed:
            return
        self.sql.stirs = True
        ids = await self.sql.counters.ids("outbox", len(owed))
        self._calls |= {id: _line_of(one) for id, one in zip(ids, owed, strict=True) if one.routes}
        numbered = [(letter.kind, row_of(id, letter)) for id, letter in zip(ids, owed, strict=True)]
        await self.sql.run_many("outbox_owe", [row for kind, row in numbered if kind is not LetterKind.CARD])
        await self.sql.run_many("outbox_owe_card", [row for kind, row in numbered if kind is LetterKind.CARD])


def _line_of(letter: Owed) -> tuple[str, bool]:
    return platform_of(letter.routes[0]), letter.rank == 0
