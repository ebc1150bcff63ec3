"""The queries as a whole: every one fits the schema, is used, and keeps to what both databases understand."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest

import storage
from storage.catalogue import ASIDE, QUERIES, catalogue
from storage.database import Store
from storage.migrate import MIGRATIONS
from tests.storage.hand import Hand, raw

ROOMS = Path(storage.__file__).parent
NAMES = sorted(catalogue("sqlite"))
LOCKS = {"FOR UPDATE SKIP LOCKED ", "FOR UPDATE OF o SKIP LOCKED ", "FOR UPDATE "}
OWN_WORDS = re.compile(
    r"AUTOINCREMENT|\bROWID\b|INSERT OR|REPLACE INTO|\bIFNULL\b|\bGLOB\b|strftime|\bDATETIME\b|WITHOUT ROWID|PRAGMA|\bINSTR\b"
    r"|\bJSON_EXTRACT\b|::|\bILIKE\b|\bSERIAL\b|\bSTRICT\b",
    re.IGNORECASE,
)


async def test_every_query_fits_the_schema(store: Store) -> None:
    with closing(raw(store)) as file:
        for name in NAMES:
            sql = store._sql[name]
            if isinstance(file, Hand):
                file.prepare(sql)
            else:
                file.execute(f"EXPLAIN {sql}", dict.fromkeys(re.findall(r"(?<!:):(\w+)", sql), "[]"))


def test_every_query_is_used() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in ROOMS.glob("*.py"))
    assert [name for name in NAMES if f'"{name}"' not in code] == []


def test_only_a_lock_is_said_to_one_database_alone() -> None:
    for path in QUERIES.glob("*.sql"):
        assert set(ASIDE.findall(path.read_text(encoding="utf-8"))) <= LOCKS, path.name


@pytest.mark.parametrize(
    "path",
    [*QUERIES.glob("*.sql"), *(path for path in MIGRATIONS.glob("*.sql") if path.name.count(".") == 1)],
    ids=lambda path: path.name,
)
def test_nothing_is_said_that_only_one_database_understands(path: Path) -> None:
    assert OWN_WORDS.findall(path.read_text(encoding="utf-8")) == []
