"""Sign-in links and console sessions. Only hashes of their tokens are kept."""

from __future__ import annotations

from storage.records import Instant
from storage.statements import Room


class Sessions(Room):
    """A link is used once and opens a session; both end at their `expires_at` (exactly then they are over)."""

    async def create_link(self, token_hash: str, person: str, expires_at: Instant) -> None:
        await self.sql.run("links_create", token_hash=token_hash, person=person, expires_at=expires_at)

    async def take_link(self, token_hash: str, now: Instant) -> str | None:
        """Use the link up and return whose it is; None when there is none, it was used, or is too old."""
        rows = await self.sql.write_returning("links_take", token_hash=token_hash, now=now)
        return rows[0]["person"] if rows else None

    async def open(self, session_hash: str, person: str, expires_at: Instant) -> None:
        await self.sql.run("sessions_open", session_hash=session_hash, person=person, expires_at=expires_at)

    async def person(self, session_hash: str, now: Instant) -> str | None:
        """Whose session it is; None when there is none or it is over."""
        found: str | None = await self.sql.value("sessions_person", session_hash=session_hash, now=now)
        return found

    async def close(self, session_hash: str) -> None:
        """End it; nothing when it has ended."""
        await self.sql.run("sessions_close", session_hash=session_hash)
