"""SQL with `:name` for its parameters, written as the drivers want it: by position, which they read soonest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

PARAMETER = re.compile(r"'[^']*'|(?<![:\w]):(?P<name>\w+)")
"""`:name`; a text in quotes is taken whole, so that nothing is seen in it."""


class Written:
    """One statement: `$1` or `?1` for `:name`, and the values in that order."""

    __slots__ = ("_order", "names", "sql")

    def __init__(self, sql: str, sign: str = "$") -> None:
        order: dict[str, int] = {}

        def numbered(found: re.Match[str]) -> str:
            name = found["name"]
            return f"{sign}{order.setdefault(name, len(order) + 1)}" if name else found[0]

        self.sql = PARAMETER.sub(numbered, sql).rstrip().rstrip(";")
        self.names = tuple(order)
        self._order = itemgetter(*self.names) if len(self.names) > 1 else None

    def values(self, parameters: Mapping[str, Any]) -> Sequence[Any]:
        if self._order is not None:
            values: tuple[Any, ...] = self._order(parameters)
            return values
        return [parameters[name] for name in self.names]


@cache
def numbered(sql: str, sign: str) -> Written:
    """Return the statement, made once. Ours are few and the same again and again."""
    return Written(sql, sign)
