"""The named queries of storage/queries/*.sql, read once.

Every query is written for SQLite and PostgreSQL alike. Lists come in as one JSON text:
`IN (SELECT value FROM json_each(CAST(:keys AS TEXT)))`; on PostgreSQL a migration defines `json_each(TEXT)`.
`group_concat` is called `string_agg` there.
What only PostgreSQL needs to hear, row locks, stands in the query as `/*postgres FOR UPDATE */`; what it does by a way
of its own has a file of its own, `NAME.postgres.sql`. `/*sees t*/` and the like are the conditions of
storage/scoping.py, `/*sought l*/` the one of storage/seeking.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import aiosql

from storage.scoping import with_conditions
from storage.seeking import with_sought

QUERIES = Path(__file__).parent / "queries"
ASIDE = re.compile(r"/\*postgres (.*?)\*/", re.DOTALL)


@cache
def catalogue(dialect: str) -> Mapping[str, str]:
    """Return every query's SQL by its name, as `dialect` ("sqlite", "postgres") wants it; parameters are `:name`."""
    ours = [
        path for path in sorted(QUERIES.glob("*.sql")) if path.name.count(".") == 1 or dialect in path.name
    ]
    text = "\n\n".join(path.read_text(encoding="utf-8") for path in ours)
    if dialect == "postgres":
        text = ASIDE.sub(r"\1", text).replace("group_concat(", "string_agg(")
    text = with_conditions(with_sought(text))
    # The driver's name only says how parameters are written; `:name` is what both our connections take.
    queries = aiosql.from_str(text, "aiosqlite", mandatory_parameters=False)
    return {
        name: getattr(queries, name).sql for name in queries.available_queries if not name.endswith("_cursor")
    }
