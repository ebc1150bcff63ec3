"""Sign-in links and console sessions. Only hashes of their tokens are kept, and of a browser no more than its kind."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from storage.connections import Row
from storage.records import Instant
from storage.statements import Room, keys_json

NAME_LENGTH = 16
"""Characters of a session's hash by which it is called in a page; as in sessions_end."""
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in with one browser. `name` tells it from their others and opens nothing. `browser`: its kind in
    a few words ("Chrome · Windows"); `used_at`: the last time, give or take some minutes."""

    name: str
    person: str
    opened_at: Instant
    used_at: Instant
    expires_at: Instant
    browser: str


def session_from(row: Row) -> Session:
    return Session(
        name=str(row["session_hash"])[:NAME_LENGTH],
        person=row["person"],
        opened_at=row["opened_at"],
        used_at=row["used_at"],
        expires_at=row["expires_at"],
        browser=row["browser"],
    )


class Sessions(Room):
    """A link is used once and opens a session; both end at their `expires_at` (exactly then they are over)."""

    async def create_link(self, token_hash: str, person: str, expires_at: Instant) -> None:
        """A new link of a person's makes their older ones void."""
        await self.sql.run("links_forget", person=person)
        await self.sql.run("links_create", token_hash=token_hash, person=person, expires_at=expires_at)

    async def take_link(self, token_hash: str, now: Instant) -> str | None:
        """Use the link up and return whose it is; None when there is none, it was used, or is too old."""
        rows = await self.sql.write_returning("links_take", token_hash=token_hash, now=now)
        return rows[0]["person"] if rows else None

    async def open(
        self, session_hash: str, person: str, now: Instant, expires_at: Instant, browser: str
    ) -> None:
        await self.sql.run(
            "sessions_open",
            session_hash=session_hash,
            person=person,
            now=now,
            expires_at=expires_at,
            browser=browser[:40],
        )

    async def get(self, session_hash: str, now: Instant) -> Session | None:
        """None when there is none or it is over."""
        row = await self.sql.row("sessions_get", session_hash=session_hash, now=now)
        return session_from(row) if row else None

    async def alive(self, session_hashes: Collection[str], now: Instant) -> set[str]:
        """Return those that are not over."""
        rows = await self.sql.rows("sessions_alive", keys=keys_json(session_hashes), now=now)
        return {row["session_hash"] for row in rows}

    async def used(self, session_hash: str, now: Instant) -> None:
        """Note that it is in use."""
        await self.sql.run("sessions_used", session_hash=session_hash, now=now)

    async def close(self, session_hash: str) -> None:
        """End it; nothing when it has ended."""
        await self.sql.run("sessions_close", session_hash=session_hash)

    async def end(self, person: str, name: str) -> None:
        """End the person's session of this name; nothing when they have none such."""
        await self.sql.run("sessions_end", person=person, name=name)

    async def end_others(self, person: str, session_hash: str) -> None:
        """End all sessions of the person's but this one."""
        await self.sql.run("sessions_end_others", person=person, session_hash=session_hash)

    async def of(self, person: str, now: Instant) -> list[Session]:
        """The person's sessions, the one used last first."""
        return [session_from(row) for row in await self.sql.rows("sessions_of", person=person, now=now)]

    async def in_community(self, community: str, now: Instant) -> list[Session]:
        """Those of everybody of a community, as far as a page shows them; the one used last first."""
        await self.sql.flush()
        rows = await self.sql.rows("sessions_in", community=community, now=now, limit=MOST_SHOWN)
        return [session_from(row) for row in rows]
