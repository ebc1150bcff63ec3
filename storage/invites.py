"""Invites: single-use codes by which a person becomes grid leader, staff, … Only hashes of codes are kept."""

from __future__ import annotations

from dataclasses import dataclass

from storage.records import Address, Instant, Role
from storage.statements import Room


@dataclass(frozen=True, slots=True)
class Invite:
    """`grid` is None for a role in the whole community."""

    role: Role
    grid: str | None
    community: str
    expires_at: Instant


class Invites(Room):
    """The misses are counted so that guessing can be slowed down."""

    async def create(
        self, code_hash: str, role: Role, grid: str | None, community: str, expires_at: Instant
    ) -> None:
        await self.sql.run(
            "invites_create",
            code_hash=code_hash,
            role=role,
            grid=grid,
            community=community,
            expires_at=expires_at,
        )

    async def take(self, code_hash: str, now: Instant) -> Invite | None:
        """Use it up and return it; None when there is none, it was used, or its time is over (exactly now counts)."""
        rows = await self.sql.write_returning("invites_take", code_hash=code_hash, now=now)
        if not rows:
            return None
        row = rows[0]
        return Invite(Role(row["role"]), row["grid"], row["community"], row["expires_at"])

    async def note_miss(self, account: Address, at: Instant) -> None:
        """The account tried a code that was none."""
        (number,) = await self.sql.counters.ids("invite_misses")
        await self.sql.run("invites_note_miss", id=number, account=account, at=at)

    async def misses(self, account: Address, since: Instant) -> int:
        """How often it did, from `since` on."""
        return int(await self.sql.value("invites_misses", account=account, since=since))

    async def misses_of_all(self, since: Instant) -> int:
        """How often anybody did, from `since` on."""
        return int(await self.sql.value("invites_misses_of_all", since=since))
