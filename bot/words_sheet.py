"""The sheet `words` of a community's spreadsheet: tables of any depth as rows of `key` and `words`.

`key` is a path as TOML writes it (`places."3号楼"`); `words` are words apart by 、 or a comma, or a value in TOML's writing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from bot.toml_text import key_text, value_text

APART = re.compile(r"[、，,;；\n]")
LITERAL = re.compile(r"""[\["']|[+-]?\d|true$|false$""")


def rows(table: Mapping[str, Any], above: str = "") -> Iterator[dict[str, str]]:
    """Yield one row for each value in the tables."""
    for key, value in table.items():
        path = above + key_text(key)
        if isinstance(value, Mapping):
            yield from rows(value, f"{path}.")
        else:
            joined = "、".join(map(str, value)) if isinstance(value, list) else ""
            yield {"key": path, "words": joined if _value(joined) == value else value_text(value)}


def read(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the tables these rows stand for. A path TOML would not take is one plain key."""
    found: dict[str, Any] = {}
    for line in lines:
        key, value = str(line.get("key", "")), _value(str(line.get("words", "")))
        try:
            path = list(_path(tomllib.loads(f"{key} = 0")))
        except tomllib.TOMLDecodeError:
            path = [key]
        table = found
        for part in path[:-1]:
            table = table.setdefault(part, {}) if isinstance(table.get(part, {}), dict) else {}
        table[path[-1]] = value
    return found


def _path(table: Any) -> Iterator[str]:
    while isinstance(table, dict) and table:
        (key,) = table
        yield key
        table = table[key]


def _value(written: str) -> Any:
    if LITERAL.match(written):
        try:
            return tomllib.loads(f"value = {written}")["value"]
        except tomllib.TOMLDecodeError:
            pass
    return [part for part in map(str.strip, APART.split(written)) if part]
