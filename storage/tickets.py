"""Tickets, their followers and remarks. A ticket is saved only as the one that was read: see `version`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from storage.connections import Row
from storage.errors import StaleTicket
from storage.records import (
    OPEN,
    Address,
    Category,
    Instant,
    Remark,
    State,
    Ticket,
    chat_of,
    listed_by,
)
from storage.statements import BIGGEST, Lists, Room, Statements, keys_json
from storage.ticket_rows import found_by, row_from, ticket_from, with_version

FIRST_NUMBER = 1001
LIVING = OPEN | {State.RESOLVED}
"""As in the partial index tickets_living."""
Alike = frozenset[Category] | None
"""Of which categories; None: of all."""


class Tickets(Room):
    """What a turn knows of tickets by id, and which of them wait to be written."""

    def __init__(self, statements: Statements) -> None:
        super().__init__(statements)
        self._known: dict[str, Ticket | None] = {}
        # What stands in the database of each ticket waiting to be written: its version (0: not there yet), and itself
        # where this turn has read it.
        self._stored: dict[str, tuple[int, Ticket | None]] = {}
        self._followers: Lists[str] = Lists(
            statements, "followers_of", "ticket", lambda row: str(row["person"])
        )
        # What open_in_grid() has read, by grid, then by what was asked of it; oldest first.
        self._open: dict[str, dict[tuple[Alike, int], dict[str, Ticket]]] = {}

    async def get(self, id: str) -> Ticket | None:
        return (await self.get_many([id])).get(id)

    async def get_many(self, ids: Collection[str]) -> dict[str, Ticket]:
        """Return those that exist, by id."""
        unknown = [id for id in ids if id not in self._known]
        if unknown:
            self._known.update(dict.fromkeys(unknown))
            self._read(await self.sql.rows("tickets_get", ids=keys_json(unknown)))
        return {id: ticket for id in ids if (ticket := self._known[id]) is not None}

    async def by_number(self, community: str, number: int) -> Ticket | None:
        if abs(number) > BIGGEST:
            return None
        await self.flush()
        rows = await self.sql.rows("tickets_by_number", community=community, number=number)
        return next(iter(self._read(rows)), None)

    async def next_number(self, community: str) -> int:
        """Return the community's next ticket number; a rolled back turn gives it out again."""
        return await self.sql.counters.take(f"tickets/{community}", first=FIRST_NUMBER)

    async def coming_number(self, community: str) -> int:
        """Return what next_number will give, without using it up."""
        return await self.sql.counters.next(f"tickets/{community}", first=FIRST_NUMBER)

    async def look_up_numbers(self, communities: Collection[str]) -> None:
        """Ask together for what coming_number() then finds in the turn."""
        await self.sql.counters.lock([f"tickets/{one}" for one in communities], first=FIRST_NUMBER)

    def save(self, ticket: Ticket) -> Ticket:
        """Buffered. Return the ticket with its new version: version 0 is new, any other must be the stored one.

        Raises StaleTicket here when this turn knows a newer one, and from flush (the turn's end) when the database
        does. Then the whole turn is rolled back.
        """
        self.sql.may_write()
        known = self._known.get(ticket.id)
        if known is not None and known.version != ticket.version:
            raise StaleTicket(ticket.id)
        self._stored.setdefault(ticket.id, (ticket.version, known))
        if known is None or listed_by(known) != listed_by(ticket):
            self.sql.to_list[ticket.id]
        saved = with_version(ticket, ticket.version + 1)
        self._known[ticket.id] = saved
        self._note_open(saved, known)
        return saved

    def _note_open(self, saved: Ticket, before: Ticket | None) -> None:
        for grid in {saved.grid, before.grid if before else saved.grid}:
            for (alike, _), living in self._open.get(grid, {}).items():
                fits = alike is None or saved.category in alike
                if fits and grid == saved.grid and saved.state in LIVING:
                    living[saved.id] = saved
                else:
                    living.pop(saved.id, None)

    async def flush(self) -> None:
        stored, self._stored = self._stored, {}
        rows: dict[str, list[dict[str, Any]]] = {
            name: [] for name in ("tickets_insert", "tickets_update", "tickets_note")
        }
        for id, (version, before) in stored.items():
            ticket = self._known[id]
            assert ticket is not None
            stays = before is not None and found_by(before) == found_by(ticket)
            how = "tickets_insert" if version == 0 else "tickets_note" if stays else "tickets_update"
            rows[how].append(row_from(ticket) | {"stored": version})
        written = [await self.sql.count_many(how, several) for how, several in rows.items()]
        if sum(written) != len(stored):
            raise StaleTicket(", ".join(stored))

    async def open_in_grid(self, grid: str, limit: int = 50, alike: Alike = None) -> list[Ticket]:
        """Newest first: everything not yet closed, with what is resolved and waits for the resident's word.

        Every report of a batch asks for this: it is read once in a turn, and then follows what the turn saves.
        """
        await self.look_up_open([(grid, alike)], limit)
        newest = list(reversed(self._open[grid][alike, limit].values()))
        return newest[:limit]

    async def look_up_open(self, asked: Collection[tuple[str, Alike]], limit: int = 50) -> None:
        """Read together, for each (grid, alike), what open_in_grid() then finds in the turn."""
        unknown = [one for one in dict.fromkeys(asked) if (one[1], limit) not in self._open.get(one[0], {})]
        if not unknown:
            return
        await self.flush()
        each = [
            {"grid": grid, "alike": None if alike is None else keys_json(sorted(alike)), "limit": limit}
            for grid, alike in unknown
        ]
        found = await self.sql.rows_of_each("tickets_open_in_grid", each)
        for (grid, alike), rows in zip(unknown, found, strict=True):
            oldest_first = {ticket.id: ticket for ticket in reversed(self._read(rows))}
            self._open.setdefault(grid, {})[alike, limit] = oldest_first

    async def closed_since(self, grid: str, since: Instant, limit: int = 20) -> list[Ticket]:
        """What was closed in the grid after `since`, the last first."""
        await self.flush()
        return self._read(await self.sql.rows("tickets_closed_since", grid=grid, since=since, limit=limit))

    async def of_reporter(self, person: str, limit: int = 20) -> list[Ticket]:
        """What the person reported or follows, newest first."""
        await self.flush()
        return self._read(await self.sql.rows("tickets_of_reporter", person=person, limit=limit))

    async def todo(self, people: Collection[str], grids: Collection[str], limit: int = 50) -> list[Ticket]:
        """Open tickets handled by one of `people`, and those nobody accepted yet in `grids`; oldest first."""
        await self.flush()
        rows = await self.sql.rows(
            "tickets_todo", people=keys_json(people), grids=keys_json(grids), limit=limit
        )
        return self._read(rows)

    async def queue(self, community: str, limit: int = 200) -> list[Ticket]:
        """The joint-meeting queue, who has waited longest first."""
        await self.flush()
        return self._read(await self.sql.rows("tickets_queue", community=community, limit=limit))

    async def by_card(self, chat: Address, message: str) -> Ticket | None:
        """The ticket a platform's message is about: its card, a letter about it, or the report itself.

        None as well for a letter that spoke of several tickets: which one is meant, nobody can tell.
        """
        await self.sql.flush()
        rows = await self.sql.rows("tickets_by_card", chat=chat_of(chat), message=message)
        found = self._read(rows)
        return found[0] if len(found) == 1 else None

    async def counts(self, community: str | None = None) -> dict[State, int]:
        """How many tickets stand in each state (states without any are absent). Reads every ticket."""
        await self.flush()
        rows = await self.sql.rows("tickets_counts", community=community)
        return {State(row["state"]): row["count"] for row in rows}

    async def alive(self) -> dict[str, int]:
        """How many tickets stand in each state that is not the end (states without any are absent)."""
        await self.flush()
        return {row["state"]: row["count"] for row in await self.sql.rows("tickets_alive")}

    async def resolved_by(self, person: str, since: Instant, until: Instant) -> tuple[int, int]:
        """Return how many tickets the person resolved from `since` up to before `until`, and how many in time.

        In time: it never climbed higher than the warning.
        """
        await self.sql.flush()
        row = await self.sql.row("tickets_resolved_by", person=person, since=since, until=until)
        return (row["done"], row["in_time"]) if row else (0, 0)

    async def add_follower(self, ticket: str, person: str, at: Instant) -> bool:
        """Return False when they follow it already. The ticket's own `followers` number is the rules' matter."""
        await self.flush()
        self._followers.forget(ticket)
        return bool(await self.sql.run("followers_add", ticket=ticket, person=person, at=at))

    async def followers(self, ticket: str) -> list[str]:
        """Ids of people, who followed first first."""
        return await self._followers.of(ticket)

    async def followers_of_many(self, tickets: Collection[str]) -> dict[str, list[str]]:
        """Those of each of them; followers() then finds them in the turn."""
        return await self._followers.of_many(tickets)

    async def remark(self, remark: Remark) -> None:
        (number,) = await self.sql.counters.ids("remarks")
        await self.sql.run(
            "remarks_add",
            id=number,
            ticket=remark.ticket,
            at=remark.at,
            person=remark.person,
            words=remark.words,
        )
        self.sql.to_list[remark.ticket].append(remark.words)

    async def remarks(self, ticket: str) -> list[Remark]:
        """In the order they were said."""
        (own,) = await self.remarks_of_each([ticket])
        return own

    async def remarks_of_each(self, tickets: Sequence[str]) -> list[list[Remark]]:
        """Those of each of these tickets, asked for at once."""
        found = await self.sql.rows_of_each("remarks_of", [{"ticket": one} for one in tickets])
        return [
            [Remark(row["ticket"], row["at"], row["person"], row["words"]) for row in own] for own in found
        ]

    def forget_known(self) -> None:
        self._known.clear()
        self._open.clear()
        self._followers.forget()

    def _read(self, rows: Sequence[Row]) -> list[Ticket]:
        """Turn rows into tickets, once per id: what this turn has changed and not written yet is newer."""
        found: list[Ticket] = []
        for row in rows:
            known = self._known.get(row["id"])
            if known is None:
                known = self._known[row["id"]] = ticket_from(row)
            found.append(known)
        return found
