"""The queries as a whole: every one fits the schema, is used, and keeps to what both databases understand."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import aiosql
import pytest

import storage
from storage.catalogue import QUERIES, catalogue
from storage.database import Store
from storage.migrate import MIGRATIONS
from tests.storage.things import raw

ROOMS = Path(storage.__file__).parent
NAMES = sorted(catalogue("aiosqlite"))
OWN_WORDS = re.compile(
    r"AUTOINCREMENT|\bROWID\b|INSERT OR|REPLACE INTO|\bIFNULL\b|\bGLOB\b|strftime|\bDATETIME\b|WITHOUT ROWID|PRAGMA|\bINSTR\b"
    r"|\bJSON_EXTRACT\b|::|\bILIKE\b|\bSERIAL\b|\bSTRICT\b",
    re.IGNORECASE,
)


async def test_every_query_fits_the_schema(store: Store) -> None:
    with closing(raw(store)) as file:
        for name in NAMES:
            sql = store._sql[name]
            parameters = dict.fromkeys(re.findall(r"(?<!:):(\w+)", sql), "[]")
            file.execute(f"EXPLAIN {sql}", parameters)


def test_every_query_is_used() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in ROOMS.glob("*.py"))
    assert [name for name in NAMES if f'"{name}"' not in code and not name.endswith("_cursor")] == []


def test_the_other_driver_reads_the_same_catalogue() -> None:
    queries = aiosql.from_path(QUERIES, "asyncpg", mandatory_parameters=False)
    assert set(NAMES) <= set(queries.available_queries)


@pytest.mark.parametrize(
    "path",
    [*QUERIES.glob("*.sql"), *(path for path in MIGRATIONS.glob("*.sql") if ".sqlite." not in path.name)],
    ids=lambda path: path.name,
)
def test_nothing_is_said_that_only_one_database_understands(path: Path) -> None:
    assert OWN_WORDS.findall(path.read_text(encoding="utf-8")) == []
