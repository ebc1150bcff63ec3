"""The named queries of storage/queries/*.sql, read once.

Every query is written for SQLite and PostgreSQL alike. Lists come in as one JSON text:
`IN (SELECT value FROM json_each(CAST(:keys AS TEXT)))`; on PostgreSQL a migration will define `json_each(TEXT)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import aiosql

QUERIES = Path(__file__).parent / "queries"


@cache
def catalogue(driver: str) -> Mapping[str, str]:
    """Return every query's SQL by its name, with parameters as `driver` ("aiosqlite", "asyncpg") wants them."""
    queries = aiosql.from_path(QUERIES, driver, mandatory_parameters=False)
    return {name: getattr(queries, name).sql for name in queries.available_queries}
