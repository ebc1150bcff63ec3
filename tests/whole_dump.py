"""Every row of every table, however many tables there will be, and every file of a folder: to look for what must not be there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from storage.database import Store
from tests.storage.hand import raw, tables

A_HASH = 32
HASH = re.compile(rf"\b[0-9a-f]{{{A_HASH},}}\b")
"""Hashes, and the ledger's salts."""


def everything(store: Store) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (table, row) for all there is, read past everything of ours."""
    with closing(raw(store)) as hand:
        for table in tables(store):
            for (row,) in (
                hand.execute(ROWS.format(table=table)) if is_postgres(store) else _rows(hand, table)
            ):
                yield table, row


ROWS = "SELECT row_to_json(t)::text FROM {table} t"


def is_postgres(store: Store) -> bool:
    return store.url.startswith("postgres")


def _rows(hand: Any, table: str) -> Iterator[tuple[str]]:
    for row in hand.execute(f"SELECT * FROM {table}"):
        yield (repr(row),)


def mentions(store: Store, *words: str) -> set[tuple[str, str]]:
    """Return (table, word) for each of these words that any row of any table holds.

    A room's number that stands by chance in a hash is nobody's: hashes are looked through for what is as long as one.
    """
    found = set()
    for table, row in everything(store):
        whole = str(row)
        plain = HASH.sub("", whole)
        found |= {(table, word) for word in words if word in (plain if len(word) < A_HASH else whole)}
    return found


def files(folder: Path) -> set[str]:
    """Return the names of all files below the folder."""
    return {path.name for path in folder.rglob("*") if path.is_file()}
