"""The console's list of tickets: one narrow row each in `listings`, kept in step with the ticket, its clocks and its words.

What is asked of it, whatever the filter, is at worst one walk through a community's rows. Words are found wherever they
stand, also one or two characters of Chinese, because the rows are read and no index of words is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter

from storage.attachments import Attachments
from storage.connections import Row
from storage.deadlines import Deadlines
from storage.folding import folded
from storage.records import (
    NEVER,
    Clock,
    Deadline,
    Instant,
    Lane,
    LaneCount,
    Listed,
    Place,
    Scope,
    Severity,
    Stage,
    Ticket,
    Wanted,
    lane_of,
)
from storage.scoping import asked, scoped
from storage.statements import Room, Statements, keys_json
from storage.tickets import Tickets

LIVING = tuple(lane for lane in Lane if lane is not Lane.OVER)
NEWEST = 2**62
"""Before it stands every number."""
urgency = attrgetter("calm", "due_at", "number")

PLAINLY = (
    "community", "number", "grid", "handler", "first_responder", "state", "kind", "category", "severity", "reported_at",
    "resolved_at",
)  # fmt: skip
_plainly = attrgetter(*PLAINLY)


class Searching(Room):
    """`turn.searching`. Flushed behind the tickets, their clocks and their photos, from which its rows are made."""

    def __init__(
        self, statements: Statements, tickets: Tickets, deadlines: Deadlines, attachments: Attachments
    ) -> None:
        super().__init__(statements)
        self._tickets, self._deadlines, self._attachments = tickets, deadlines, attachments

    async def forget(self, ticket: str) -> None:
        """What was erased by hand is not found any more: write the ticket's row from what the database still has."""
        await self.sql.flush()
        for room in (self._tickets, self._attachments):
            room.forget_known()
        words = [remark.words for remark in await self._tickets.remarks(ticket)]
        words += [one.caption for one in await self._attachments.of(ticket)]
        for found in (await self._tickets.get_many([ticket])).values():
            await self.sql.run("listings_forget", community=found.community, number=found.number)
            self.sql.to_list[ticket] += words

    async def flush(self) -> None:
        said = dict(self.sql.to_list)
        self.sql.to_list.clear()
        self.sql.about.update(said)
        if not said:
            return
        tickets = await self._tickets.get_many(said)
        clocks = await self._deadlines.kept_of_many(tickets)
        rows = {id: _row(ticket, clocks[id]) for id, ticket in sorted(tickets.items())}
        await self.sql.run_many("listings_put", list(rows.values()))
        await self.sql.run_many("listings_add", [row for id, row in rows.items() if _more(row, said[id])])

    # --- asked by the console -------------------------------------------------------------------------------------

    async def newest(self, scope: Scope, wanted: Wanted, limit: int, before: int = NEWEST) -> list[Listed]:
        """Those asked for, the newest first; to go on, pass the last one's number as `before`."""
        await self.sql.flush()
        rows = await self.sql.rows(
            "listings_newest", **scoped(scope), **asked(wanted), before=before, limit=limit
        )
        return [_listed(row) for row in rows]

    async def urgent(
        self, scope: Scope, wanted: Wanted, limit: int, after: Listed | None = None
    ) -> list[Listed]:
        """Those asked for with which something must still happen: emergencies, then whichever is due first; to go on,
        pass the last one as `after`."""
        await self.sql.flush()
        last = dict(
            zip(("calm", "due_at", "number"), (-1, 0, 0) if after is None else urgency(after), strict=True)
        )
        shared = {**scoped(scope), **asked(wanted), **last, "limit": limit}
        if wanted.words:
            # Words are looked for in one walk: where few have them, the way over an index is longer.
            return [_listed(row) for row in await self.sql.rows("listings_urgent", **shared)]
        # Lane by lane, for in each they stand in this order already.
        lanes = LIVING if wanted.lane is None else (wanted.lane,)
        rows = await self.sql.rows_of_each("listings_of_lane", [shared | {"lane": lane} for lane in lanes])
        return sorted((_listed(row) for found in rows for row in found), key=urgency)[:limit]

    async def counts(self, scope: Scope, wanted: Wanted, now: Instant) -> Mapping[Lane, LaneCount]:
        """How many of those chosen (`wanted`, without what only lists offer) stand in each lane but the last; lanes
        without any are there, too."""
        await self.sql.flush()
        rows = await self.sql.rows("listings_counts", **scoped(scope), **asked(wanted), now=now)
        found = {Lane(row["lane"]): LaneCount(row["count"], row["late"], row["urgent"]) for row in rows}
        return {lane: found.get(lane, LaneCount()) for lane in LIVING}

    async def resolved(self, scope: Scope, wanted: Wanted, since: Instant) -> int:
        """How many of those chosen were resolved from `since` on, and not reopened."""
        await self.sql.flush()
        found = await self.sql.value(
            "listings_resolved", **scoped(scope), **asked(wanted), resolved_since=since
        )
        return int(found or 0)

    async def of(self, community: str, numbers: Collection[int]) -> list[Listed]:
        """The rows of these, whoever may see them."""
        await self.sql.flush()
        rows = await self.sql.rows("listings_of", community=community, numbers=keys_json(numbers))
        return [_listed(row) for row in rows]


def _more(row: dict[str, object], said: Sequence[str]) -> bool:
    """Put what was said besides the ticket's own words into its row as `more`; tell whether there is any."""
    words = [one for one in map(folded, said) if one and one not in str(row["told"])]
    row["more"] = " ".join(words)
    return bool(words)


def _row(ticket: Ticket, clocks: Sequence[Deadline]) -> dict[str, object]:
    row: dict[str, object] = dict(zip(PLAINLY, _plainly(ticket), strict=True))
    first = next((one for one in clocks if one.due_at is not None or one.stage is Stage.OVER), None)
    row |= {
        "ticket": ticket.id,
        "private": int(ticket.private),
        "lane": lane_of(ticket, [one.clock for one in clocks]),
        "calm": int(ticket.severity is not Severity.EMERGENCY),
        "clock": first.clock if first else "",
        "due_at": first.ends_at if first else NEVER,
        "told": told(ticket),
    }
    return row


def told(ticket: Ticket) -> str:
    """Return the ticket's own words, folded, as they are searched."""
    parts = (
        ticket.words, ticket.heading, _place(ticket.place), ticket.handler_name, ticket.plan, ticket.decision, ticket.note,
    )  # fmt: skip
    return folded(" ".join(part for part in parts if part))


def _place(place: Place) -> str:
    """Return a place as people type it: 3号楼2单元502室 西门."""
    building = place.building
    if building and building[-1].isascii():
        building += "座" if building.isalpha() else "号楼"
    unit = f"{place.unit}单元" if place.unit else ""
    floor = f"{place.floor}层" if place.floor else ""
    room = f"{place.room}室" if place.room else ""
    return f"{building}{unit}{floor}{room} {place.landmark}".strip()


def _listed(row: Row) -> Listed:
    return Listed(
        ticket=row["ticket"],
        number=row["number"],
        lane=Lane(row["lane"]),
        calm=row["calm"],
        clock=Clock(row["clock"]) if row["clock"] else None,
        due_at=row["due_at"],
        told=row["told"],
        added=row["added"],
    )
