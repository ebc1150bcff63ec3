"""Writing TOML; the standard library only reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any


def write(content: Mapping[str, Any]) -> str:
    """Return `content` as TOML text, tables in their order; what is None is left out."""
    parts: list[str] = []
    for name, table in content.items():
        for row in table if isinstance(table, list) else [table]:
            parts += _table([name], row, many=isinstance(table, list))
    return "\n".join(parts).lstrip("\n") + "\n"


def _table(path: list[str], row: Mapping[str, Any], *, many: bool = False) -> Iterator[str]:
    plain = {key: value for key, value in row.items() if value is not None and not isinstance(value, Mapping)}
    inner = {key: value for key, value in row.items() if isinstance(value, Mapping)}
    if plain or many or not inner:
        head = ".".join(map(key_text, path))
        yield f"\n[[{head}]]" if many else f"\n[{head}]"
        for key, value in plain.items():
            yield f"{key_text(key)} = {value_text(value)}"
    for key, value in inner.items():
        yield from _table([*path, key], value)


def key_text(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else value_text(key)


def value_text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(value_text, value))}]"
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    # JSON's strings are TOML's, but for one control character that JSON lets stand as it is.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
