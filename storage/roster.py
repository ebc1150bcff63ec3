"""The duty roster of each community, and the swaps its people ask each other for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from storage.connections import Row
from storage.records import Duty, Instant, Swap
from storage.statements import Room, keys_json


def duty_rows(duties: Sequence[Duty]) -> list[dict[str, Any]]:
    """Write lines as the parameters of duties_add, in their order."""
    return [
        {
            "id": duty.id,
            "community": duty.community,
            "position": position,
            "grid": duty.grid,
            "person": duty.person,
            "day": duty.day,
            "begins": duty.begins,
            "ends": duty.ends,
            "instead": duty.instead,
        }
        for position, duty in enumerate({duty.id: duty for duty in duties}.values())
    ]


def duty_from(row: Row) -> Duty:
    return Duty(
        row["community"], row["person"], row["day"], row["begins"], row["ends"], row["grid"], row["instead"]
    )


def swap_from(row: Row) -> Swap:
    return Swap(
        id=row["id"],
        community=row["community"],
        duty=row["duty"],
        date=row["date"],
        giver=row["giver"],
        taker=row["taker"],
        asked_at=row["asked_at"],
        ends=row["ends"],
        answer=row["answer"],
    )


class Roster(Room):
    """`turn.roster`. Who reads the roster finds it in the directory, whose revision moves with it."""

    async def put(self, community: str, duties: Sequence[Duty]) -> None:
        """Let these be the community's lines, and no others."""
        await self.sql.flush()
        await self.sql.run("duties_clear", communities=keys_json([community]))
        await self.sql.run_many("duties_add", duty_rows(duties))
        await self.sql.run("directory_bump")

    async def ask(self, swap: Swap) -> None:
        """Note that a shift is offered; the same one again changes nothing."""
        await self.sql.run(
            "swaps_add",
            id=swap.id,
            community=swap.community,
            duty=swap.duty,
            date=swap.date,
            giver=swap.giver,
            taker=swap.taker,
            asked_at=swap.asked_at,
            ends=swap.ends,
        )

    async def asked(self, id: str) -> Swap | None:
        row = await self.sql.row("swaps_get", id=id)
        return None if row is None else swap_from(row)

    async def waiting_for(self, taker: str, now: Instant) -> list[Swap]:
        """Return what this person is asked to take and has not answered, the oldest first."""
        return [swap_from(row) for row in await self.sql.rows("swaps_waiting", taker=taker, now=now)]

    async def answer(self, id: str, answer: str) -> bool:
        """Note the answer; False when there was one already."""
        return await self.sql.run("swaps_answer", id=id, answer=answer) == 1
