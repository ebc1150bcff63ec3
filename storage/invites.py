"""Single-use codes: invites, by which a person becomes grid leader, staff, …, and those by which a person joins another
account of theirs. Only hashes of codes are kept."""

from __future__ import annotations

from dataclasses import dataclass

from storage.connections import Row
from storage.records import Address, Instant, Role
from storage.statements import Room


@dataclass(frozen=True, slots=True)
class Invite:
    """`grid` is None for a role in the whole community, `person` for whoever has the role and no account yet."""

    role: Role
    grid: str | None
    community: str
    expires_at: Instant
    person: str | None = None


@dataclass(frozen=True, slots=True)
class OwnCode:
    """By which `person` joins another account of theirs; `account` is the one they asked for it on."""

    person: str
    account: Address
    expires_at: Instant


class Invites(Room):
    """The misses are counted so that guessing can be slowed down."""

    async def create(
        self,
        code_hash: str,
        role: Role,
        grid: str | None,
        community: str,
        expires_at: Instant,
        person: str | None = None,
    ) -> None:
        await self.sql.run(
            "invites_create",
            code_hash=code_hash,
            role=role,
            grid=grid,
            community=community,
            person=person,
            expires_at=expires_at,
        )

    async def take(self, code_hash: str, now: Instant) -> Invite | None:
        """Use it up and return it; None when there is none, it was used, or its time is over (exactly now counts)."""
        rows = await self.sql.write_returning("invites_take", code_hash=code_hash, now=now)
        if not rows:
            return None
        row = rows[0]
        return Invite(Role(row["role"]), row["grid"], row["community"], row["expires_at"], row["person"])

    async def put_own(self, code_hash: str, code: OwnCode) -> None:
        """It takes the place of the one the person had. Raises Contradiction when it is somebody else's just now."""
        await self.sql.flush()
        await self.sql.run(
            "own_codes_put",
            code_hash=code_hash,
            person=code.person,
            account=code.account,
            expires_at=code.expires_at,
        )

    async def look_at_own(self, code_hash: str, now: Instant) -> OwnCode | None:
        """Return it without using it up; None as in take()."""
        return _own(await self.sql.rows("own_codes_look", code_hash=code_hash, now=now))

    async def take_own(self, code_hash: str, now: Instant) -> OwnCode | None:
        """Use it up and return it; None as in take()."""
        return _own(await self.sql.write_returning("own_codes_take", code_hash=code_hash, now=now))

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


def _own(rows: list[Row]) -> OwnCode | None:
    return OwnCode(rows[0]["person"], Address(rows[0]["account"]), rows[0]["expires_at"]) if rows else None
