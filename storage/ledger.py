"""The ledger: append-only lines, each carrying the hash of the one before it in its community (storage/sealing.py)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from storage.connections import Row
from storage.records import OF_COMMUNITY, QUIET, Act, Anew, Entry, Instant, Line, Sought, State, Ticket
from storage.sealing import FIELDS, NOTHING_BEFORE, hash_of, new_salt, seal_of
from storage.seeking import seeking
from storage.statements import BIGGEST, Room, Statements, keys_json

CODED = frozenset(
    {
        Act.UNREACHABLE,
        Act.UNTOLD,
        Act.TOLD,
        Act.RETIME,
        Act.RECLASS,
        Act.MERGE,
        Act.FOLLOW,
        Act.GRANT_TIME,
        Act.ERASE,
    }
)
"""Acts whose reason nobody types: it is read by programs."""
READ_BACK = 50_000
"""How many lines are looked at for one leaf: a tenth of a second's work."""

LINE = (*FIELDS, "reason")


def entry_from(row: Row) -> Entry:
    line = Line(
        community=row["community"],
        ticket=row["ticket"] or "",
        number=row["number"],
        at=row["at"],
        act=Act(row["act"]),
        state=None if row["state"] is None else State(row["state"]),
        person=row["person"],
        platform=row["platform"],
        reason=row["reason"],
    )
    return Entry(row["seq"], line, row["previous"], row["hash"])


Mark = tuple[Instant, int]
"""A place in the ledger by time: when, and the line's number."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Some lines, the latest first. `older`: where the next leaf begins, None at the end; a leaf may have few lines or
    none and yet not be the last."""

    entries: tuple[Entry, ...]
    older: Mark | None


def _bounds(sought: Sought, before: Mark | None) -> dict[str, int]:
    """Return between which places it lies; both are outside."""
    at, seq = before or (BIGGEST if sought.until is None else sought.until, 0)
    return {"before_at": at, "before_seq": seq, "after_at": sought.since or 0, "after_seq": 0}


class Ledger(Room):
    """Lines wait until the flush, which gives them their numbers and hashes in the order they were appended.

    `written`: those this turn has flushed; they count once it commits.
    """

    def __init__(self, statements: Statements) -> None:
        super().__init__(statements)
        self._lines: list[Line] = []
        self.written: list[Line] = []
        self._heads: dict[str, tuple[int, str]] = {}

    def append(self, line: Line) -> None:
        """Buffered."""
        self.sql.may_write()
        self._lines.append(line)

    def note(
        self,
        act: Act,
        about: Ticket | str,
        person: str,
        at: Instant,
        *,
        platform: str,
        reason: str = "",
    ) -> None:
        """Append a line no order writes: `about` a ticket as it stands, or a community's id for an act on itself.

        `person`: "" for what nobody in particular did. `reason`: for ever, so no resident's name, number or words.
        """
        of = isinstance(about, Ticket) and about
        if of and act in OF_COMMUNITY:
            raise ValueError(f"{act} is nothing that is done to a ticket")
        where = (of.community, of.id, of.number) if of else (str(about), "", 0)
        self.append(Line(*where, at, act, of.state if of else None, person, platform, reason[:500]))

    async def of(self, ticket: str) -> list[Entry]:
        """The ticket's whole story, oldest first."""
        await self.flush()
        return [entry_from(row) for row in await self.sql.rows("ledger_of", ticket=ticket)]

    async def entries(self, community: str, after_seq: int, limit: int) -> list[Entry]:
        """Return all lines with a `seq` above `after_seq`, in order; to go on, pass the last one's seq."""
        await self.sql.flush()
        rows = await self.sql.rows("ledger_entries", community=community, after_seq=after_seq, limit=limit)
        return [entry_from(row) for row in rows]

    async def found(self, sought: Sought, after_seq: int, limit: int) -> list[Entry]:
        """The same of those that are sought."""
        await self.sql.flush()
        rows = await self.sql.rows(
            "ledger_found",
            **seeking(sought),
            since=sought.since,
            until=sought.until,
            after_seq=after_seq,
            limit=limit,
        )
        return [entry_from(row) for row in rows]

    async def head(self, community: str) -> tuple[int, str]:
        """Return the last line's number and hash, with which all before it stands; (0, NOTHING_BEFORE) for none."""
        await self.sql.flush()
        row = await self.sql.row("ledger_heads", communities=keys_json([community]))
        return (row["seq"], row["hash"]) if row else (0, NOTHING_BEFORE)

    async def extent(self, sought: Sought) -> tuple[int, int]:
        """Return the numbers of the first and the last line of the time that is sought, (0, 0) where there is none."""
        await self.sql.flush()
        row = await self.sql.row("ledger_extent", community=sought.scope.community, **_bounds(sought, None))
        return (row["first"], row["last"]) if row and row["first"] is not None else (0, 0)

    async def latest(self, sought: Sought, before: Mark | None, limit: int) -> Leaf:
        """Return a leaf of those that are sought, the latest first, from `before` (an earlier leaf's `older`) backwards.

        READ_BACK lines are looked at for it and not more, so that what is rare takes several leaves and not seconds.
        """
        await self.sql.flush()
        bounds = _bounds(sought, before)
        floor = await self.sql.row(
            "ledger_floor", community=sought.scope.community, lines=READ_BACK, **bounds
        )
        if floor is not None:
            bounds |= {"after_at": floor["at"], "after_seq": floor["seq"]}
        rows = await self.sql.rows("ledger_latest", **seeking(sought), **bounds, limit=limit + 1)
        entries = tuple(entry_from(row) for row in rows[:limit])
        if len(rows) > limit:
            return Leaf(entries, (entries[-1].line.at, entries[-1].seq))
        # The floor itself has not been looked at.
        return Leaf(entries, (floor["at"], floor["seq"] + 1) if floor is not None else None)

    async def heads(self, communities: Collection[str]) -> dict[str, int]:
        """Return the last line's `seq` of each; 0 where there is none yet."""
        await self.flush()
        rows = await self.sql.rows("ledger_heads", communities=keys_json(communities))
        return dict.fromkeys(communities, 0) | {row["community"]: row["seq"] for row in rows}

    async def stirred(self, community: str, since: int, limit: int) -> dict[int, int]:
        """Return the numbers of tickets that have lines above `since` which change what lists show, and the last one's `seq`."""
        await self.flush()
        rows = await self.sql.rows(
            "ledger_stirred", community=community, since=since, quiet=keys_json(sorted(QUIET)), limit=limit
        )
        return {row["number"]: row["seq"] for row in rows}

    async def reword(
        self, tickets: Collection[str], words: Callable[[str, str], str]
    ) -> list[tuple[str, Anew]]:
        """Write reasons on these tickets anew as `words(ticket, reason)` has them; codes stay.

        Return what was changed, each with its ticket: a line of the chain has to say each, by an erasure; it is the
        caller's to append in this turn, which holds the community.
        """
        await self.sql.flush()
        rows = await self.sql.rows("ledger_sealed", tickets=keys_json(tickets)) if tickets else []
        changed: list[dict[str, Any]] = []
        for row in rows:
            reason = row["reason"] if row["act"] in CODED else words(row["ticket"], row["reason"])
            if reason != row["reason"]:
                seal = row["seal"] or seal_of(row["salt"], row["reason"])
                of = {"community": row["community"], "seq": row["seq"], "ticket": row["ticket"]}
                changed.append({**of, "reason": reason, "salt": new_salt(), "seal": seal})
        names = ("community", "seq", "reason", "salt", "seal")
        await self.sql.run_many("ledger_anew", [{name: row[name] for name in names} for row in changed])
        return [(row["ticket"], Anew(row["seq"], seal_of(row["salt"], row["reason"]))) for row in changed]

    async def flush(self) -> None:
        lines, self._lines = self._lines, []
        if not lines:
            return
        self.written += lines
        touched = sorted({line.community for line in lines})
        if unknown := [community for community in touched if community not in self._heads]:
            self._heads |= dict.fromkeys(unknown, (0, NOTHING_BEFORE))
            for row in await self.sql.rows("ledger_heads_locked", communities=keys_json(unknown)):
                self._heads[row["community"]] = (row["seq"], row["hash"])
        await self.sql.run_many("ledger_append", [self._chained(line) for line in lines])
        heads = [(community, *self._heads[community]) for community in touched]
        rows = [{"community": community, "seq": seq, "hash": hash} for community, seq, hash in heads]
        await self.sql.run_many("ledger_set_head", rows)

    def _chained(self, line: Line) -> dict[str, Any]:
        last, previous = self._heads[line.community]
        row: dict[str, Any] = {name: getattr(line, name) for name in LINE}
        row["ticket"] = line.ticket or None
        row |= {"salt": new_salt() if line.reason else "", "seal": ""}
        hash = hash_of(last + 1, row, previous)
        self._heads[line.community] = (last + 1, hash)
        return row | {"seq": last + 1, "previous": previous, "hash": hash}
