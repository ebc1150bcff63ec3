"""A database of PostgreSQL that has been worked on for a year, for its planner to be asked about."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import cache

import asyncpg

from storage.written import Written
from tests.databases import ask, server, template

YEAR = """
INSERT INTO people SELECT 'p'||n, 'c', 'n', '[]', '', 'zh', NULL, '', '', '', '', '', (n <= 50)::int
    FROM generate_series(1, 100000) n;
INSERT INTO accounts SELECT 'telegram:'||n, 'p'||n, n, 1, 0 FROM generate_series(1, 100000) n;
INSERT INTO tickets SELECT 't'||n, 'c', n, 'g'||(n % 200), CASE WHEN n % 100 = 0 THEN 'reported' ELSE 'closed' END,
    'repair', 'elevator', 'major', '3', '2', '', '', '', 'words', 'p'||(n % 20000), n, '', 0, 0, 'o', 'c'||(n % 500),
    'm'||n, 0, 'p1', 'p'||(n % 50), '', 0, CASE WHEN n % 1000 = 0 THEN 'referred' END,
    CASE WHEN n % 1000 = 0 THEN n END, 0, 0, 0, n, n, n, n, NULL, '', '', '', '', '', NULL, NULL, 3
    FROM generate_series(1, 40000) n;
INSERT INTO listings SELECT 'c', n, 't'||n, 'g'||(n % 200), 0, 'p'||(n % 50), 'p1',
    CASE WHEN n % 100 = 0 THEN 'accept' ELSE 'over' END, 1, 'accept', n, CASE WHEN n % 100 = 0 THEN 'reported' ELSE 'closed' END,
    'repair', 'elevator', 'major', n, n, 'words', '' FROM generate_series(1, 40000) n;
INSERT INTO followers SELECT 't'||n, 'p'||(n % 9999), n FROM generate_series(1, 40000) n;
INSERT INTO ledger SELECT 'c', n, 't'||(1 + n % 40000), n, n, 'report', 'reported', 'p1', 'telegram', '', 'x', 'y'
    FROM generate_series(1, 80000) n;
INSERT INTO deadlines SELECT 't'||n, 'accept', 'out', CASE WHEN n % 50 = 0 THEN n END, n, n, NULL
    FROM generate_series(1, 40000) n;
INSERT INTO dialogues SELECT 'c'||n, 'a'||n, 'ask', '{}', n, NULL FROM generate_series(1, 5000) n;
INSERT INTO outbox SELECT n, n, CASE WHEN n % 3 = 0 THEN 'card' ELSE 'alert' END, 1, '["telegram:1"]', 'telegram:1',
    'telegram:'||(n % 500), 'telegram', 'p1', 't'||(1 + n % 40000), '{}', NULL, 0,
    CASE WHEN n % 200 = 0 THEN 'waiting' ELSE 'sent' END, 0, '', NULL, n, 'telegram:1', 'm'||n
    FROM generate_series(1, 60000) n;
INSERT INTO attachments SELECT n, 't'||(1 + n % 40000), n, 'telegram', 'photo', 'ref', NULL, 9,
    CASE WHEN n % 500 > 0 THEN 'aa' END, '', 0, '', NULL, NULL, NULL FROM generate_series(1, 30000) n;
INSERT INTO cards SELECT 't'||n, 'telegram:1', 'telegram:1', 'm'||n, 'x' FROM generate_series(1, 40000) n;
INSERT INTO inbox SELECT 'k'||n, n, '{}' FROM generate_series(1, 40000) n;
INSERT INTO meetings SELECT 'm'||n, 'c'||(n % 400), '', n, n, '',
    CASE WHEN n % 50 = 0 THEN 'planned' ELSE 'closed' END, CASE WHEN n % 50 > 0 THEN 2026 END,
    CASE WHEN n % 50 > 0 THEN n END, '[]', '', '', n, n, n, '', NULL FROM generate_series(1, 20000) n;
INSERT INTO meeting_items SELECT 'm'||(n % 20000 + 1), 't'||n, 'resolved', 'w', n, 'p1', '', '', '[]', NULL
    FROM generate_series(1, 40000) n;
INSERT INTO web_messages SELECT n, n, 'web:'||(n % 300), 'n', NULL, '', 'words', '[]', '[]', NULL, n, NULL
    FROM generate_series(1, 40000) n;
"""


@cache
def grown() -> str:
    """Return the address; it lasts as long as the server."""
    ask(f"CREATE DATABASE huying_grown TEMPLATE {template()}")
    url: str = server().get_uri("huying_grown")
    ask(YEAR, url)
    ask("VACUUM ANALYZE", url)
    return url


def grown_plan(sql: str, parameters: Mapping[str, object], *, generic: bool) -> str:
    """Return how PostgreSQL would go about it, for these values or once for any."""
    written, mode = Written(sql), "generic" if generic else "custom"
    values = ", ".join("NULL" if value is None else f"'{value}'" for value in written.values(parameters))
    url = grown()

    async def asked() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(f"SET plan_cache_mode = force_{mode}_plan")
            await connection.execute(f"PREPARE it AS {written.sql}")
            return list(await connection.fetch(f"EXPLAIN EXECUTE it{f'({values})' if values else ''}"))
        finally:
            await connection.close()

    return "\n".join(row[0] for row in asyncio.run(asked()))
