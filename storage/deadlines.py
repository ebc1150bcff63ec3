"""Running clocks as rows. What is due is found by an index that holds nothing but running deadlines.

A clock that ran out stays as a row (Stage.OVER) until what it was there for has happened, so that lists know who is late.
The rules only hear of those that run or stand still.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from itertools import product

from storage.connections import Row
from storage.records import Allowance, Clock, Deadline, Instant, Stage
from storage.statements import Room, Shelf, Statements, as_json, keys_json

# Calling an Enum takes ten times as long as looking it up.
CLOCKS, STAGES = {one.value: one for one in Clock}, {one.value: one for one in Stage}


def deadline_from(row: Row) -> Deadline:
    left = None if row["left_over"] is None else Allowance(*json.loads(row["left_over"]))
    return Deadline(
        ticket=row["ticket"],
        clock=CLOCKS[row["clock"]],
        stage=STAGES[row["stage"]],
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
        # The clocks of each ticket that was asked for, as they stand now, written or not.
        self._of: dict[str, dict[Clock, Deadline]] = {}

    def set(self, deadline: Deadline) -> None:
        """Buffered."""
        self.sql.may_write()
        self.sql.to_list[deadline.ticket]
        self._shelf.put((deadline.ticket, deadline.clock), deadline)
        self._note(deadline.ticket, deadline.clock, deadline)

    def stop(self, ticket: str, clock: Clock) -> None:
        """Buffered. Stopping what does not run is nothing."""
        self.sql.may_write()
        self.sql.to_list[ticket]
        self._shelf.put((ticket, clock), None)
        self._note(ticket, clock, None)

    async def of(self, ticket: str) -> list[Deadline]:
        """All clocks of a ticket, paused ones too, who ends first first."""
        return (await self.of_many([ticket]))[ticket]

    async def of_many(self, tickets: Collection[str]) -> dict[str, list[Deadline]]:
        """Those of each of them; of() then finds them in the turn."""
        kept = await self.kept_of_many(tickets)
        return {
            ticket: [one for one in of_it if one.stage is not Stage.OVER] for ticket, of_it in kept.items()
        }

    async def kept_of_many(self, tickets: Collection[str]) -> dict[str, list[Deadline]]:
        """Those of each of them with what has run out, who ends first first."""
        unknown = [ticket for ticket in tickets if ticket not in self._of]
        if unknown:
            self._of.update((ticket, {}) for ticket in unknown)
            for row in await self.sql.rows("deadlines_of", keys=keys_json(unknown)):
                found = deadline_from(row)
                self._of[found.ticket][found.clock] = found
            # What waits to be written is laid over what was read: no reason to write it out for this.
            for ticket, clock in product(unknown, Clock):
                if self._shelf.waits((ticket, clock)):
                    self._note(ticket, clock, self._shelf.get((ticket, clock)))
        return {ticket: sorted(self._of[ticket].values(), key=_by_end) for ticket in tickets}

    def _note(self, ticket: str, clock: Clock, deadline: Deadline | None) -> None:
        running = self._of.get(ticket)
        if running is None:
            return
        if deadline is None:
            running.pop(clock, None)
        else:
            running[clock] = deadline

    async def due(self, now: Instant, limit: int = 100) -> list[Deadline]:
        """What must be acted on at `now` (due exactly now counts), oldest first."""
        await self.flush()
        return [deadline_from(row) for row in await self.sql.rows("deadlines_due", now=now, limit=limit)]

    async def next_due(self) -> Instant | None:
        """When the alarm must ring next: for a deadline or for the end of a dialogue."""
        await self.sql.flush()
        found: Instant | None = await self.sql.value("deadlines_next_due")
        return found

    def forget_known(self) -> None:
        self._of.clear()

    async def flush(self) -> None:
        kept, gone = self._shelf.take()
        self._shelf.forget()
        await self.sql.run_many(
            "deadlines_stop", [{"ticket": ticket, "clock": clock} for ticket, clock in gone]
        )
        self.sql.stirs |= bool(kept)
        await self.sql.run_many("deadlines_set", [_row(deadline) for deadline in kept])


def _by_end(deadline: Deadline) -> tuple[Instant, Clock]:
    return deadline.ends_at, deadline.clock


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
