"""How long what is personal stays once a ticket is over, per community; and letting go of what has stayed long enough.

What is no community's alone, as the letters, goes by storage/tidying.py.
"""

from __future__ import annotations

from collections.abc import Collection

from storage.media_gone import MediaGone
from storage.records import DAY, TERMS, Ended, Instant, Keep, Ticket
from storage.statements import Room, Statements, keys_json
from storage.tickets import Tickets

MOST = 500
"""Rows of a kind that go in one turn; as in queries/retention.sql."""
FILES = {Keep.PHOTOS: "photo", Keep.VOICES: "voice"}


class Retention(Room):
    """`turn.retention`. What is found, the caller lets go in the same turn, holding the community; found are those that
    ended since the last time everything was gone through (done())."""

    def __init__(self, statements: Statements, tickets: Tickets, files: MediaGone) -> None:
        super().__init__(statements)
        self._tickets, self._files = tickets, files

    async def days(self, community: str) -> dict[Keep, int]:
        """How long each kind stays in this community."""
        rows = await self.sql.rows("retention_of", community=community)
        chosen = {Keep(row["kind"]): row["days"] for row in rows if row["days"] is not None}
        return {kind: term.usual for kind, term in TERMS.items()} | chosen

    async def set(self, community: str, kind: Keep, days: int) -> None:
        """Raises ValueError outside of the kind's bounds."""
        term = TERMS[kind]
        if not term.least <= days <= term.most:
            raise ValueError(f"{kind}: {term.least} to {term.most} days")
        await self.sql.run("retention_set", community=community, kind=kind, days=days)

    async def due(self, community: str, now: Instant) -> dict[Keep, Ended]:
        """Return which kinds have anything to be gone through, and of what ended from when to when."""
        rows = await self.sql.rows("retention_of", community=community)
        done = {Keep(row["kind"]): row["done_until"] for row in rows}
        days = await self.days(community)
        spans = {kind: Ended(done.get(kind, 0), now - days[kind] * DAY) for kind in Keep}
        return {kind: span for kind, span in spans.items() if span.since < span.before}

    async def done(self, community: str, kind: Keep, span: Ended) -> None:
        """Nothing of this kind is left in that span."""
        await self.sql.run("retention_done", community=community, kind=kind, until=span.before)

    # --- tickets --------------------------------------------------------------------------------------------------

    async def named(self, community: str, span: Ended) -> list[Ticket]:
        """Ended tickets that still name their reporter, at most MOST."""
        return await self._found("retention_named", community=community, since=span.since, before=span.before)

    async def said(self, community: str, span: Ended) -> list[Ticket]:
        """Ended tickets that still hold their reporter's words, at most MOST."""
        return await self._found("retention_said", community=community, since=span.since, before=span.before)

    async def promised(self, community: str) -> list[Ticket]:
        """Those that were open when their reporter was erased, and are over now."""
        return await self._found("words_over", community=community)

    async def _found(self, query: str, **asked: object) -> list[Ticket]:
        await self.sql.flush()
        ids = [row["id"] for row in await self.sql.rows(query, **asked)]
        return [*(await self._tickets.get_many(ids)).values()]

    async def unsign(self, tickets: Collection[str]) -> None:
        """Nobody is known to have followed these, or to have said what was added to them."""
        await self._run(("retention_unfollow", "retention_unsign", "retention_unsent"), tickets)

    async def unsay(self, tickets: Collection[str]) -> None:
        """What was added to these goes, with the captions of their photos, and what the reader was to learn of them."""
        of_them = ("retention_remarks", "retention_captions", "retention_examples", "words_went")
        await self._run(of_them, tickets)

    async def _run(self, queries: Collection[str], tickets: Collection[str]) -> None:
        await self.sql.flush()
        for query in queries if tickets else ():
            await self.sql.run(query, tickets=keys_json(tickets))
        for room in self.sql.rooms:
            room.forget_known()

    # --- what goes whole ------------------------------------------------------------------------------------------

    async def files(self, kind: Keep, community: str, span: Ended, now: Instant) -> list[str]:
        """Let photos or voices go, at most MOST; return each one's ticket."""
        asked = {"community": community, "since": span.since, "before": span.before}
        rows = await self.sql.rows("retention_files", kind=FILES[kind], **asked)
        if rows:
            await self.sql.run("erase_photos", ids=keys_json(row["id"] for row in rows))
            await self._files.let_go({row["sha256"] for row in rows if row["sha256"]}, now)
            await self._run((), ())
        return [row["ticket"] for row in rows]

    async def people(self, community: str, before: Instant) -> int:
        """Let residents go who are not heard of any more and of whom nothing speaks, at most MOST; return how many."""
        await self.sql.flush()
        rows = await self.sql.rows("retention_people", community=community, before=before)
        if rows:
            ids = keys_json(row["id"] for row in rows)
            for query in ("erase_own_codes", "erase_accounts", "erase_people"):
                await self.sql.run(query, people=ids)
            await self._run((), ())
        return len(rows)
