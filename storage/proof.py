"""The proof of the ledger: that every line is what it was when it was appended, and every ticket where its last line says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storage.connections import Row
from storage.sealing import NOTHING_BEFORE, Anews, hash_of
from storage.statements import Statements, keys_json

if TYPE_CHECKING:
    from storage.database import Store

STRETCH = 1_000
"""How many lines verify() holds in memory at a time."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verify() found after `lines` good lines. When not `ok`: where it goes wrong first, and why:

    `altered`: the line does not match its hash, or its reason what the chain says it became. `missing`: a number is left out. `order`: it does not follow the
    line before it. `head`: lines are missing at the end, or the head was changed. `state`: the ticket is in another
    state than its last line says, or has no line. `ticket`: the line's ticket is gone.
    """

    ok: bool
    lines: int
    first_bad_seq: int | None = None
    why: str = ""
    community: str = ""
    ticket: str = ""


async def verify(
    store: Store, community: str | None = None, progress: Callable[[int, int], None] | None = None
) -> Verdict:
    """Prove one community's ledger, or all of them, reading it in stretches of one snapshot.

    `progress(done, total)` is called after each stretch, in lines.
    """
    async with store.view() as view:
        sql = view.ledger.sql
        rows = await sql.rows("ledger_communities", community=community)
        total = sum(row["lines"] for row in rows)
        done = 0
        for row in rows:
            verdict = await _verify_chain(sql, row["community"], done, total, progress)
            done += verdict.lines
            if verdict.ok:
                verdict = await _verify_states(sql, row["community"], done)
            if not verdict.ok:
                return replace(verdict, lines=done)
        return Verdict(True, done)


async def _verify_chain(
    sql: Statements, community: str, before: int, total: int, progress: Callable[[int, int], None] | None
) -> Verdict:
    seq, previous = 0, NOTHING_BEFORE
    anews = Anews()
    while lines := await sql.rows("ledger_stretch", community=community, after_seq=seq, limit=STRETCH):
        for line in lines:
            why = _wrong_with(line, seq, previous)
            if why:
                return Verdict(False, seq, line["seq"], why, community, line["ticket"] or "")
            seq, previous = line["seq"], line["hash"]
            anews.read(line)
        if progress:
            progress(before + seq, total)
    head = await sql.row("ledger_heads", communities=keys_json([community]))
    if (seq, previous) == (0, NOTHING_BEFORE) and head is None:
        return Verdict(True, 0)
    if head is None or (head["seq"], head["hash"]) != (seq, previous):
        return Verdict(False, seq, seq + 1, "head", community)
    if (altered := anews.wrong()) is not None:
        return Verdict(False, altered - 1, altered, "altered", community)
    return Verdict(True, seq)


def _wrong_with(line: Row, seq: int, previous: str) -> str:
    if hash_of(line["seq"], line, line["previous"]) != line["hash"]:
        return "altered"
    if line["seq"] != seq + 1:
        return "missing"
    return "" if line["previous"] == previous else "order"


async def _verify_states(sql: Statements, community: str, done: int) -> Verdict:
    row = await sql.row("ledger_against_tickets", community=community)
    if row is not None:
        return Verdict(False, done, row["seq"], "state", community, row["ticket"])
    row = await sql.row("ledger_without_ticket", community=community)
    if row is not None:
        return Verdict(False, done, row["seq"], "ticket", community, row["ticket"])
    return Verdict(True, done)
