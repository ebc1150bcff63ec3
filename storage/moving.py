"""Everything from one database into another, whichever kinds they are: for moving house, and for backups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from storage.connections import Connection
from storage.errors import BadDatabase, InUse
from storage.plain import fitting_values, keys_json
from storage.statements import IDS
from storage.turn import Turn

if TYPE_CHECKING:
    from storage.database import Store

# Whom a row names stands before it.
TABLES = (
    "communities",
    "staff_chats",
    "street_chats",
    "compounds",
    "grids",
    "grid_chats",
    "spots",
    "duties",
    "notice_boards",
    "people",
    "accounts",
    "chats",
    "tickets",
    "followers",
    "remarks",
    "deadlines",
    "listings",
    "ledger",
    "ledger_heads",
    "attachments",
    "albums",
    "cards",
    "inbox",
    "set_aside",
    "dialogues",
    "outbox",
    "untold_ways",
    "words_to_go",
    "web_messages",
    "windows",
    "swaps",
    "invites",
    "own_codes",
    "invite_misses",
    "login_links",
    "sessions",
    "proposals",
    "jobs",
    "meetings",
    "meeting_items",
    "tokens",
    "errands",
    "examples",
    "lessons",
    "erased",
    "media_gone",
    "retention",
    "data_links",
    "counters",
)
"""Every table but `migrations`, which each database keeps for itself."""
# Where ids are counted is each kind of database's own matter (Counters.ids).
ROWS = {table: f"FROM {table}" for table in TABLES} | {
    "counters": f"FROM counters WHERE name NOT IN ({', '.join(repr(name) for name in IDS)})"
}
CHUNK = 2_000
"""Rows held in memory at a time."""
MARK = "moved"
"""The token that says: a copy, and the heartbeat it had when it was made."""


class HoldsOtherData(BadDatabase):
    """The target is neither empty nor an earlier copy of the same source on which nobody has worked since."""


async def copy(
    source: Store,
    target: Store,
    progress: Callable[[int, int], None] | None = None,
    *,
    replace: bool = False,
) -> Mapping[str, int]:
    """Make the target hold what the source holds now, and return how many rows of each table that were.

    The source is read in one snapshot, while work may go on there; the target is written in one turn: wholly, or not
    at all. Both must be migrated. What the target holds goes; unless `replace` says so, only when it is an earlier copy
    of this source. `progress(done, total)` counts rows.
    Raises HoldsOtherData, InUse, BadDatabase, StorageFailed.
    """
    async with source.view() as view, target.turn() as turn:
        reading, writing = view.ledger.sql.connection, turn.ledger.sql.connection
        if await writing.others():
            raise InUse("the target database is in use; stop the program first")
        if not replace:
            await _check_replaceable(view, turn)
        expected = {table: await _count(reading, table) for table in TABLES}
        await writing.empty(TABLES)
        done, total = 0, sum(expected.values())
        for table in TABLES:
            async for rows in reading.stream(f"SELECT * {ROWS[table]}", CHUNK):
                await writing.put(table, list(rows[0].keys()), fitting_values(rows))
                done += len(rows)
                if progress:
                    progress(done, total)
        found = {table: await _count(writing, table) for table in TABLES}
        if found != expected:
            wrong = [table for table in TABLES if found[table] != expected[table]]
            raise BadDatabase(f"not every row arrived: {', '.join(wrong)}")
        await _set_ids(view, turn)
        await turn.tokens.set(MARK, str(await turn.pulse.last()))
        return found


async def _check_replaceable(source: Turn, target: Turn) -> None:
    """Raise HoldsOtherData unless the target is empty, or a copy of the source that has been left alone since."""
    connection = target.ledger.sql.connection
    if not any([await _count(connection, table) for table in TABLES]):
        return
    mark = await target.tokens.get(MARK)
    if mark is None:
        raise HoldsOtherData("the target database holds other data")
    if mark != str(await target.pulse.last()):
        raise HoldsOtherData("the target database has been worked with since it was copied")
    # The head of an earlier copy is a line of the source's chain; nobody else's is.
    for head in await connection.fetch("SELECT community, seq, hash FROM ledger_heads", {}):
        row = await source.ledger.sql.row("ledger_line", community=head["community"], seq=head["seq"])
        if row is None or row["hash"] != head["hash"]:
            raise HoldsOtherData(f"the target database is no copy of this one: {head['community']}")


async def _count(connection: Connection, table: str) -> int:
    rows = await connection.fetch(f"SELECT COUNT(*) AS count {ROWS[table]}", {})
    count: int = rows[0]["count"]
    return count


async def _set_ids(source: Turn, target: Turn) -> None:
    """Let the target's ids go on behind the source's."""
    last: dict[str, Any] = dict.fromkeys(IDS, 0)
    for row in await source.ledger.sql.rows("ids_last", names=keys_json(IDS)):
        last[row["name"]] = row["value"] or 0
    for name, value in last.items():
        if value:
            await target.ledger.sql.write_returning("ids_set", name=name, value=value)
