"""PostgreSQL, driven through asyncpg: connections that come back by themselves, failures said in storage's own words.

Every connection is a direct one: row locks, advisory locks and prepared statements must outlive a statement, which a
pooler in transaction mode does not grant.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import asyncpg

from storage.connections import Row
from storage.errors import Contradiction, StorageFailed
from storage.postgres_address import why_not
from storage.records import SECOND, Span
from storage.written import numbered

CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 5.0
"""How long the first word on a connection that stood idle may go unanswered before the connection counts as cut."""
STATEMENT: Span = 30 * SECOND
"""What the server itself gives a statement. Ours are short: one that takes longer will not end well."""
ANSWER_SECONDS = STATEMENT / SECOND + 5
"""How long an answer is waited for. Longer than the server's own limit, whose refusal is the better news."""
IDLE: Span = 60 * SECOND
"""How long a transaction may stand without a word: a stopped process must not hold up the others."""

SETTINGS = {
    "statement_timeout": str(STATEMENT),
    "idle_in_transaction_session_timeout": str(IDLE),
    # A commit that is not on the disk is no commit, whatever the server's own default.
    "synchronous_commit": "on",
    # A machine that vanished is noticed within seconds, and what it held is free again.
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    # Keepalives rest while something is on its way unconfirmed, as news for who listens always is.
    "tcp_user_timeout": "11000",
    # Compiling a statement takes longer than any of ours runs.
    "jit": "off",
}

AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    # What the driver says when it has lost count of what the server answers.
    asyncpg.InternalClientError,
    OSError,
)
"""The connection is no use any more."""
FAILED = (
    *AWAY,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.ObjectNotInPrerequisiteStateError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InFailedSQLTransactionError,
    asyncpg.PostgresSystemError,
    asyncpg.InternalServerError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.InvalidCatalogNameError,
    # Another process has just migrated what a statement of ours was prepared for.
    asyncpg.InvalidCachedStatementError,
    asyncpg.OutdatedSchemaCacheError,
)
"""Not our SQL but the server, its disk, a lock or its administrator: a later try may succeed."""


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turn what the server did to us into StorageFailed; a mistake in our SQL stays what it is."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        raise Contradiction(str(error)) from error
    except TimeoutError as error:
        raise StorageFailed("the database does not answer in time") from error
    except FAILED as error:
        raise StorageFailed(f"{error or type(error).__name__}") from error
    except asyncpg.InterfaceError as error:
        if out_of_step(error) or ("connection" in str(error) and "clos" in str(error)):
            raise StorageFailed("the connection to the database was lost") from error
        raise


def out_of_step(error: BaseException) -> bool:
    """Whether the driver lost count of what the server answers: a session that was ended while a statement was on its
    way, for one, is still busy with it. Nobody knows what such a connection would answer next."""
    return isinstance(error, asyncpg.InterfaceError) and "another operation" in str(error)


def key_of(name: str) -> int:
    """Return the number by which the server's advisory locks know a name."""
    return int.from_bytes(hashlib.sha256(f"huying/{name}".encode()).digest()[:8], "big", signed=True)


class PostgresConnection:
    """One connection, made anew at the beginning of a transaction when it was lost."""

    shared = True

    def __init__(self, url: str, patience: Span, name: str) -> None:
        self._url = url
        # 0 would mean "for ever" to PostgreSQL.
        self._settings = SETTINGS | {"lock_timeout": str(max(1, patience)), "application_name": name}
        self._link: asyncpg.Connection | None = None
        self._closed = False

    @property
    def link(self) -> asyncpg.Connection | None:
        """The connection as it stands; None when there is none, or no longer."""
        return None if self._link is None or self._link.is_closed() else self._link

    async def connect(self) -> asyncpg.Connection:
        """Return the connection, made anew if need be. Raises what asyncpg raises, and StorageFailed when closed."""
        if self._closed:
            raise StorageFailed("the database is closed")
        if self.link is None:
            self._link = await asyncpg.connect(
                self._url,
                timeout=CONNECT_SECONDS,
                command_timeout=ANSWER_SECONDS,
                # All of the catalogue, for good.
                statement_cache_size=500,
                max_cached_statement_lifetime=0,
                server_settings=self._settings,
            )
        return self._link

    async def reach(self) -> asyncpg.Connection:
        """The same, in our words. Raises StorageFailed."""
        try:
            return await self.connect()
        except (asyncpg.PostgresError, OSError) as error:
            raise StorageFailed(f"the database cannot be reached: {why_not(error)}") from error

    async def fetch(self, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
        written = numbered(sql, "$")
        with self._watched() as link:
            rows: list[Row] = await link.fetch(written.sql, *written.values(parameters))
            return rows

    async def fetch_each(self, sql: str, each: Sequence[Mapping[str, Any]]) -> list[list[Row]]:
        return [await self.fetch(sql, parameters) for parameters in each]

    async def stream(self, sql: str, size: int) -> AsyncIterator[Sequence[Row]]:
        with self._watched() as link:
            cursor = await link.cursor(sql)
            while rows := await cursor.fetch(size):
                yield rows

    async def put(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        with self._watched() as link:
            await link.copy_records_to_table(table, columns=columns, records=rows)

    async def others(self) -> bool:
        rows = await self.fetch(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name LIKE 'huying %' AND application_name <> current_setting('application_name') LIMIT 1",
            {},
        )
        return bool(rows)

    async def empty(self, tables: Sequence[str]) -> None:
        # What a row refers to is there before it: checked at once, a million rows need not be remembered until the end.
        await self.script(
            "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE ledger DISABLE TRIGGER USER;"
            f" TRUNCATE {', '.join(tables)}; ALTER TABLE ledger ENABLE TRIGGER USER"
        )

    async def run(self, sql: str, parameters: Mapping[str, Any]) -> int:
        written = numbered(sql, "$")
        with self._watched() as link:
            # "INSERT 0 3", "UPDATE 3", "DELETE 3"; others, as "CREATE TABLE", end in no number.
            count = (await link.execute(written.sql, *written.values(parameters))).rpartition(" ")[2]
            return int(count) if count.isdecimal() else 0

    async def run_many(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> None:
        written = numbered(sql, "$")
        with self._watched() as link:
            await link.executemany(written.sql, [written.values(row) for row in rows])

    async def count_many(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> int:
        written = numbered(sql, "$")
        with self._watched() as link:
            # executemany tells no counts; whatever was touched says so itself.
            touched = await link.fetchmany(
                f"{written.sql} RETURNING 1", [written.values(row) for row in rows]
            )
            return len(touched)

    async def script(self, sql: str) -> None:
        with self._watched() as link:
            await link.execute(sql)

    async def begin(self, *, writing: bool) -> None:
        statement = "BEGIN" if writing else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        with in_our_words():
            link = await self.reach()
            try:
                await link.execute(statement, timeout=SILENCE_SECONDS)
            except AWAY:
                # It was lost while nobody used it. Nothing was said yet, so it can be said again.
                link.terminate()
                await (await self.reach()).execute(statement)

    async def begin_alone(self) -> None:
        await self.begin(writing=True)
        # Who changes the schema may take long, and whoever waits for it waits as long as that takes.
        await self.run("SET LOCAL lock_timeout = 0", {})
        await self.run("SET LOCAL statement_timeout = 0", {})
        await self.hold(["migrations"])

    async def hold(self, names: Collection[str]) -> None:
        # In one order for all: two that want the same names must not each hold what the other waits for.
        keys = sorted(map(key_of, names))
        with self._watched() as link:
            await link.fetch("SELECT pg_advisory_xact_lock(key) FROM unnest($1::bigint[]) AS key", keys)

    async def try_hold(self, names: Collection[str]) -> set[str]:
        keys = {key_of(name): name for name in names}
        with self._watched() as link:
            rows = await link.fetch(
                "SELECT key FROM unnest($1::bigint[]) AS key WHERE pg_try_advisory_xact_lock(key)", list(keys)
            )
        return {keys[row["key"]] for row in rows}

    async def commit(self) -> None:
        with self._watched() as link:
            # Of a transaction in which something failed PostgreSQL takes COMMIT for ROLLBACK, without a word.
            if await link.execute("COMMIT") != "COMMIT":
                raise StorageFailed("something in this turn had failed before: nothing was stored")

    async def rollback(self) -> None:
        link = self.link
        if link is None or not link.is_in_transaction():
            return
        try:
            await link.execute("ROLLBACK", timeout=CONNECT_SECONDS)
        except BaseException as error:
            # Whatever state it is in: the server ends the transaction with the connection.
            link.terminate()
            if not isinstance(error, (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
                raise

    async def tables(self) -> set[str]:
        rows = await self.fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()", {})
        return {row["tablename"] for row in rows}

    async def close(self) -> None:
        self._closed = True
        if self._link is not None:
            self._link.terminate()

    @contextmanager
    def _watched(self) -> Iterator[asyncpg.Connection]:
        """Say failures in our words, and part with a connection that cannot be trusted any more."""
        link = self.link
        with in_our_words():
            if link is None:
                raise StorageFailed("the database is closed" if self._closed else "the connection was lost")
            try:
                yield link
            except (*AWAY, asyncpg.ReadOnlySQLTransactionError, asyncpg.InterfaceError) as error:
                # Read-only: another server took over from this one, and the name leads to it by now.
                if not isinstance(error, asyncpg.InterfaceError) or out_of_step(error):
                    link.terminate()
                raise
