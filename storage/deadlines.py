"""Running clocks as rows. What is due is found by an index that holds nothing but running deadlines."""

from __future__ import annotations

import json

from storage.records import Allowance, Clock, Deadline, Instant, Stage
from storage.sqlite import Row
from storage.statements import Room, Shelf, Statements, as_json


def deadline_from(row: Row) -> Deadline:
    left = None if row["left_over"] is None else Allowance(*json.loads(row["left_over"]))
    return Deadline(
        ticket=row["ticket"],
        clock=Clock(row["clock"]),
        stage=Stage(row["stage"]),
        due_at=row["due_at"],
        ends_at=row["ends_at"],
        started_at=row["started_at"],
        left=left,
    )


class Deadlines(Room):
    """A deadline is known by its ticket and clock; setting one replaces what stood there."""

    def __init__(self, statements: Statements) -> None:
        super().__init__(statements)
        self._shelf: Shelf[tuple[str, Clock], Deadline] = Shelf()

    def set(self, deadline: Deadline) -> None:
        """Buffered."""
        self.sql.may_write()
        self._shelf.put((deadline.ticket, deadline.clock), deadline)

    def stop(self, ticket: str, clock: Clock) -> None:
        """Buffered. Stopping what does not run is nothing."""
        self.sql.may_write()
        self._shelf.put((ticket, clock), None)

    async def of(self, ticket: str) -> list[Deadline]:
        """All clocks of a ticket, paused ones too, who ends first first."""
        # A sweep asks this of a hundred tickets in one turn: what waits for others need not be written for it.
        if any(self._shelf.waits((ticket, clock)) for clock in Clock):
            await self.flush()
        return [deadline_from(row) for row in await self.sql.rows("deadlines_of", ticket=ticket)]

    async def due(self, now: Instant, limit: int = 100) -> list[Deadline]:
        """What must be acted on at `now` (due exactly now counts), oldest first."""
        await self.flush()
        return [deadline_from(row) for row in await self.sql.rows("deadlines_due", now=now, limit=limit)]

    async def next_due(self) -> Instant | None:
        """When the alarm must ring next: for a deadline or for the end of a dialogue."""
        await self.sql.flush()
        found: Instant | None = await self.sql.value("deadlines_next_due")
        return found

    async def flush(self) -> None:
        kept, gone = self._shelf.take()
        self._shelf.forget()
        await self.sql.run_many(
            "deadlines_stop", [{"ticket": ticket, "clock": clock} for ticket, clock in gone]
        )
        await self.sql.run_many("deadlines_set", [_row(deadline) for deadline in kept])


def _row(deadline: Deadline) -> dict[str, object]:
    left = deadline.left
    return {
        "ticket": deadline.ticket,
        "clock": deadline.clock,
        "stage": deadline.stage,
        "due_at": deadline.due_at,
        "ends_at": deadline.ends_at,
        "started_at": deadline.started_at,
        "left_over": None if left is None else as_json([left.span, left.working, left.working_days]),
    }
