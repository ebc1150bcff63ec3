"""Changes to a community that somebody looks at before they are made, and what has to be known to show them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from storage.deadlines import deadline_from
from storage.records import HOUR, Act, Address, Deadline, Instant, Ticket, chat_of
from storage.statements import Room, as_json, keys_json
from storage.ticket_rows import ticket_from

LIFE = HOUR
KEPT = 5
"""Of one session; a city's file is some hundred kilobytes."""


@dataclass(frozen=True, slots=True)
class ChatState:
    """How it stands with a chat: whether the bot is in it (None: the platform never said), and the last letter that could
    not be brought there, when and why."""

    present: bool | None = None
    failed_at: Instant | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a ticket's ledger as a replay needs it."""

    at: Instant
    act: Act
    reason: str


class Proposals(Room):
    """`session` is the hash of the session they belong to; nobody else finds them."""

    async def put(
        self, id: str, session: str, community: str, change: Mapping[str, Any], now: Instant
    ) -> None:
        await self.sql.run(
            "proposals_put", id=id, session=session, community=community, change=as_json(change), at=now
        )
        await self.sql.run("proposals_drop_older", session=session, kept=KEPT)

    async def get(self, id: str, session: str, now: Instant) -> tuple[str, dict[str, Any]] | None:
        """Return (community, change); None when there is none, it is done, or an hour old."""
        row = await self.sql.row("proposals_get", id=id, session=session, since=now - LIFE)
        return (row["community"], json.loads(row["change"])) if row else None

    async def drop(self, id: str) -> None:
        await self.sql.run("proposals_drop", id=id)

    # --- what it would lead to ------------------------------------------------------------------------------------

    async def in_hand(self, people: Collection[str], limit: int) -> dict[str, list[Ticket]]:
        """Return what these people have to do now, oldest first, at most `limit` in all."""
        found: dict[str, list[Ticket]] = {person: [] for person in people}
        if people:
            for row in await self.sql.rows("proposals_in_hand", people=keys_json(people), limit=limit):
                found[row["handler"]].append(ticket_from(row))
        return found

    async def open_in(self, grids: Collection[str]) -> dict[tuple[str, str], int]:
        """Return how many tickets live in each (grid, building); building "" where nobody said which."""
        if not grids:
            return {}
        rows = await self.sql.rows("proposals_open_in", grids=keys_json(grids))
        return {(row["grid"], row["building"]): row["count"] for row in rows}

    async def clocks(self, community: str) -> dict[str, list[Deadline]]:
        """Return every clock that runs or stands still in the community, by ticket."""
        await self.sql.flush()
        found: dict[str, list[Deadline]] = {}
        bounds = {"first": f"{community}-", "behind": f"{community}."}
        for row in await self.sql.rows("proposals_clocks", **bounds):
            ticket = row["ticket"]
            if ticket.rpartition("-")[0] == community:
                found.setdefault(ticket, []).append(deadline_from(row))
        return found

    async def granted(self, tickets: Collection[str]) -> frozenset[str]:
        """Return those of the tickets for which somebody has granted more time."""
        if not tickets:
            return frozenset()
        rows = await self.sql.rows("proposals_granted", keys=keys_json(tickets))
        return frozenset(row["ticket"] for row in rows)

    async def chats(self, chats: Collection[Address]) -> dict[Address, ChatState]:
        """Return how it stands with each chat; a topic's is its chat's."""
        bare = {chat: chat_of(chat) for chat in chats}
        if not bare:
            return {}
        keys = keys_json(sorted(set(bare.values())))
        present = {row["address"]: row for row in await self.sql.rows("proposals_chats", chats=keys)}
        failed = {row["chat"]: row for row in await self.sql.rows("proposals_chats_failed", chats=keys)}
        return {
            chat: ChatState(
                bool(present[own]["present"]) if own in present else None,
                failed[own]["at"] if own in failed else None,
                failed[own]["note"] if own in failed else "",
            )
            for chat, own in bare.items()
        }


class Replays(Room):
    """The tickets of a stretch of time with the lines of their ledger, a page at a time."""

    async def count(self, community: str, since: Instant, until: Instant) -> int:
        return int(await self.sql.value("replay_count", community=community, since=since, until=until) or 0)

    async def tickets(
        self, community: str, after: tuple[Instant, int], until: Instant, limit: int
    ) -> list[Ticket]:
        """Return those reported before `until`, in order, behind `after`: (reported_at, number) of the last one read."""
        rows = await self.sql.rows(
            "replay_tickets",
            community=community,
            after=after[0],
            number=after[1],
            until=until,
            limit=limit,
        )
        return [ticket_from(row) for row in rows]

    async def lines(self, tickets: Collection[str], acts: Collection[Act]) -> dict[str, list[Told]]:
        """Return the lines of these acts of each ticket, in order."""
        found: dict[str, list[Told]] = {ticket: [] for ticket in tickets}
        if tickets:
            for row in await self.sql.rows(
                "replay_lines", keys=keys_json(tickets), acts=keys_json(sorted(acts))
            ):
                found[row["ticket"]].append(Told(row["at"], Act(row["act"]), row["reason"]))
        return found
