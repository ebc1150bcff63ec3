"""Texts as both databases take them, and JSON made of them.

PostgreSQL keeps no NUL, and neither database half a character (a lone surrogate, which JSON from outside may hold). They
are exchanged for "�" here, on the way in, so that nobody's message is refused by one database and kept by the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

ODD = re.compile("[\0\ud800-\udfff]")
INSTEAD = "\N{REPLACEMENT CHARACTER}"


def as_json(value: Any) -> str:
    """Write plain data for a JSON column: Chinese as it is, no spaces."""
    # Letter for letter what json.dumps writes without spaces, which the ledger's hashes rely on, in a tenth of the time.
    try:
        written = orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        return orjson.dumps(
            _clean(value)
        ).decode()  # half a character, most likely; whatever else raises again
    # NUL is written as an escape, which stays NUL for whoever reads it.
    return orjson.dumps(_clean(value)).decode() if "\\u0000" in written else written


def keys_json(keys: Iterable[str | int]) -> str:
    """Write a list of keys as queries take it (see storage/catalogue.py)."""
    return as_json(list(keys))


def fitting(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the parameters of one statement as any database takes them."""
    return row if _fits("".join([text for text in row.values() if text.__class__ is str])) else _clean(row)


def fitting_all(rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The same for many: nearly always there is nothing to exchange, which is found out for all of them at once."""
    texts = "".join([text for row in rows for text in row.values() if text.__class__ is str])
    return rows if _fits(texts) else [_clean(row) for row in rows]


def fitting_values(rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """Return the bare values of rows read, in the order of their columns."""
    values = [tuple(row) for row in rows]
    texts = "".join([text for row in values for text in row if text.__class__ is str])
    return values if _fits(texts) else [tuple(_clean(row)) for row in values]


def _fits(text: str) -> bool:
    if "\0" in text:
        return False
    try:
        # Many times faster than looking for the characters.
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _clean(value: Any) -> Any:
    match value:
        case str():
            return ODD.sub(INSTEAD, value) if not _fits(value) else value
        case Mapping():
            return {_clean(name): _clean(one) for name, one in value.items()}
        case list() | tuple():
            return [_clean(one) for one in value]
    return value
