"""Numbered migrations: applied in order, each whole or not at all, remembered with its checksum.

`NNNN_name.sql` is for every database, `NNNN_name.sqlite.sql` and `NNNN_name.postgres.sql` each for one alone.
A migration that has been applied is never edited; a new one is written instead.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from storage.connections import Connection
from storage.errors import BadDatabase, NewerSchema

MIGRATIONS = Path(__file__).parent / "migrations"
REMEMBERED = "CREATE TABLE IF NOT EXISTS migrations (name TEXT NOT NULL PRIMARY KEY, checksum TEXT NOT NULL)"


def known(dialect: str = "sqlite") -> Mapping[str, str]:
    """Return this program's migrations for one kind of database, name to SQL, in order."""
    found: dict[str, str] = {}
    for file in sorted(MIGRATIONS.glob("*.sql")):
        name, *only = file.name.removesuffix(".sql").split(".")
        if only in ([], [dialect]):
            found[name] = file.read_text(encoding="utf-8")
    return found


def checksum(sql: str) -> str:
    return hashlib.sha256(sql.encode()).hexdigest()


def statements(script: str) -> Iterator[str]:
    """Yield a script's statements one by one: sqlite3's executescript would commit before it starts."""
    statement = ""
    for line in script.splitlines(keepends=True):
        if not statement and (not line.strip() or line.startswith("--")):
            continue
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        raise BadDatabase(f"a migration ends in the middle of a statement: {statement.strip()[:60]!r}")


async def pending(connection: Connection, dialect: str) -> list[str]:
    """Return the names not applied yet, in order. Raises NewerSchema, and BadDatabase for a foreign or altered one."""
    tables = await connection.tables()
    if "migrations" not in tables:
        if tables:
            raise BadDatabase("the database holds something else than Huying's tables")
        return list(known(dialect))
    rows = await connection.fetch("SELECT name, checksum FROM migrations ORDER BY name", {})
    ours = known(dialect)
    for row in rows:
        if row["name"] not in ours:
            raise NewerSchema(f"the database was written by a newer program (migration {row['name']})")
        if row["checksum"] != checksum(ours[row["name"]]):
            raise BadDatabase(f"migration {row['name']} was edited after this database was made with it")
    applied = {row["name"] for row in rows}
    return [name for name in ours if name not in applied]


async def apply(connection: Connection, dialect: str) -> list[str]:
    """Apply what is pending, each in a transaction of its own; return the names applied."""
    applied: list[str] = []
    while waiting := await pending(connection, dialect):
        await connection.begin_alone()
        try:
            # Another process may have been faster while we waited for the lock.
            if waiting[0] in await pending(connection, dialect):
                await _apply_one(connection, waiting[0], known(dialect)[waiting[0]])
                applied.append(waiting[0])
            await connection.commit()
        except BaseException:
            await connection.rollback()
            raise
    return applied


async def _apply_one(connection: Connection, name: str, sql: str) -> None:
    await connection.run(REMEMBERED, {})
    await connection.script(sql)
    await connection.run(
        "INSERT INTO migrations (name, checksum) VALUES (:name, :checksum)",
        {"name": name, "checksum": checksum(sql)},
    )
