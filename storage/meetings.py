"""Joint meetings and what they decided, item by item."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from storage.connections import Row
from storage.records import (
    Instant,
    Meeting,
    MeetingItem,
    MeetingState,
    Outcome,
    Party,
    Seat,
)
from storage.statements import BIGGEST, Room, Statements, as_json, keys_json

PLAIN = (
    "id", "community", "called_by", "called_at", "starts_at", "place", "state", "year", "number", "chair", "recorder",
    "agenda_at", "begun_at", "closed_at", "why", "item",
)  # fmt: skip


class Meetings(Room):
    """`turn.meetings`. Whoever changes a meeting holds its community: one process at a time decides about it.

    `written`: the communities whose meetings this turn has written; who has come stands in no ledger.
    """

    def __init__(self, statements: Statements) -> None:
        super().__init__(statements)
        self._meetings: dict[str, Meeting] = {}
        self._items: dict[tuple[str, str], MeetingItem] = {}
        self.written: set[str] = set()

    def save(self, meeting: Meeting) -> None:
        """Buffered. A new one, or one changed."""
        self.sql.may_write()
        self._meetings[meeting.id] = meeting

    def decide(self, item: MeetingItem) -> None:
        """Buffered. In place of what the same meeting decided about the ticket before."""
        self.sql.may_write()
        self._items[item.meeting, item.ticket] = item

    async def new_id(self, community: str) -> str:
        return f"{community}-m{await self.sql.counters.take(f'meetings/{community}')}"

    async def get(self, id: str) -> Meeting | None:
        await self.flush()
        row = await self.sql.row("meetings_get", id=id)
        return meeting_from(row) if row else None

    async def of(self, community: str, limit: int = 50) -> list[Meeting]:
        """Those that are still to come and those that were, the latest first."""
        await self.flush()
        rows = await self.sql.rows("meetings_of", community=community, limit=limit)
        return [meeting_from(row) for row in rows]

    async def naming(self, communities: Collection[str], name: str) -> list[Meeting]:
        """Those on whose list of attendance these signs stand."""
        await self.flush()
        asked = {"communities": keys_json(communities), "name": as_json(name)[1:-1]}
        return [meeting_from(row) for row in await self.sql.rows("meetings_naming", **asked)]

    async def under_way(self, community: str) -> Meeting | None:
        await self.flush()
        row = await self.sql.row("meetings_under_way", community=community)
        return meeting_from(row) if row else None

    async def sitting(self, since: Instant) -> list[Meeting]:
        """Those under way, of every community, that began then or before."""
        await self.flush()
        return [meeting_from(row) for row in await self.sql.rows("meetings_sitting", before=since)]

    async def to_come(self, community: str | None = None, before: Instant = BIGGEST) -> list[Meeting]:
        """Planned ones that begin before then, also those whose time has passed unopened; the next first.

        None: of every community.
        """
        await self.flush()
        rows = await self.sql.rows("meetings_to_come", community=community, before=before)
        return [meeting_from(row) for row in rows]

    async def next_number(self, community: str, year: int) -> int:
        """Return which one of that year a meeting that begins now is, from 1."""
        await self.flush()
        return int(await self.sql.value("meetings_last_number", community=community, year=year) or 0) + 1

    async def items(self, meeting: str) -> list[MeetingItem]:
        """What it has decided so far, in that order."""
        (own,) = await self.items_of_each([meeting])
        return own

    async def items_of_each(self, meetings: Sequence[str]) -> list[list[MeetingItem]]:
        """What each of these has decided, asked for at once."""
        await self.sql.flush()
        found = await self.sql.rows_of_each("meeting_items_of", [{"meeting": one} for one in meetings])
        return [[item_from(row) for row in rows] for rows in found]

    async def items_about(self, tickets: Collection[str]) -> list[MeetingItem]:
        """What meetings have decided about these, of each the first first."""
        await self.flush()
        rows = await self.sql.rows("meeting_items_about", tickets=keys_json(tickets)) if tickets else []
        return [item_from(row) for row in rows]

    async def flush(self) -> None:
        meetings, self._meetings = self._meetings, {}
        items, self._items = self._items, {}
        self.written |= {one.community for one in meetings.values()}
        self.sql.stirs |= bool(meetings)
        await self.sql.run_many("meetings_put", [meeting_row(one) for one in meetings.values()])
        await self.sql.run_many("meeting_items_put", [item_row(one) for one in items.values()])


def meeting_row(meeting: Meeting) -> dict[str, Any]:
    seats = [[seat.party, seat.name, seat.person, seat.here] for seat in meeting.seats]
    return {name: getattr(meeting, name) for name in PLAIN} | {"seats": as_json(seats)}


def meeting_from(row: Row) -> Meeting:
    seats = tuple(
        Seat(Party(party), name, person, here) for party, name, person, here in json.loads(row["seats"])
    )
    plain: Mapping[str, Any] = {name: row[name] for name in PLAIN}
    return Meeting(**{**plain, "state": MeetingState(row["state"]), "seats": seats})


def item_row(item: MeetingItem) -> dict[str, Any]:
    return {
        "meeting": item.meeting,
        "ticket": item.ticket,
        "outcome": item.outcome,
        "words": item.words,
        "at": item.at,
        "decided_by": item.decided_by,
        "responsible": item.responsible,
        "person": item.person,
        "helpers": as_json(list(item.helpers)),
        "until": item.until,
    }


# Calling an Enum takes ten times as long as looking it up.
OUTCOMES = {one.value: one for one in Outcome}


def item_from(row: Row) -> MeetingItem:
    return MeetingItem(
        meeting=row["meeting"],
        ticket=row["ticket"],
        outcome=OUTCOMES[row["outcome"]],
        words=row["words"],
        at=row["at"],
        decided_by=row["decided_by"],
        responsible=row["responsible"],
        person=row["person"],
        helpers=tuple(json.loads(row["helpers"])),
        until=row["until"],
    )
