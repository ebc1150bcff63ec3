"""The one condition in SQL for the tickets a Scope lets be seen; handlers/sight.py decides the same of one ticket.

A query that lists tickets says `/*sees t*/` where its condition stands (`t`: what it calls the table tickets), and is
given `**scoped(scope)`. Where that is forgotten the query fails, instead of showing too much.
"""

from __future__ import annotations

import re

from storage.plain import keys_json
from storage.records import Scope

SEES = re.compile(r"/\*sees (\w+)\*/")
CONDITION = r"""(
    \1.community = :seen_in AND (
        \1.handler = :seen_by OR \1.first_responder = :seen_by
        OR (
            (CAST(:seen_private AS INTEGER) = 1 OR \1.private = 0)
            AND (
                CAST(:seen_grids AS TEXT) IS NULL
                OR \1.grid IN (SELECT value FROM json_each(CAST(:seen_grids AS TEXT)))
            )
        )
    )
)"""


def with_scopes(sql: str) -> str:
    """Return the SQL with the condition wherever it is asked for."""
    return SEES.sub(CONDITION, sql)


def scoped(scope: Scope) -> dict[str, object]:
    """Return the condition's parameters."""
    return {
        "seen_in": scope.community,
        "seen_by": scope.person,
        "seen_private": int(scope.private),
        "seen_grids": None if scope.grids is None else keys_json(scope.grids),
    }
