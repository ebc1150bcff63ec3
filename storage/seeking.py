"""The one condition in SQL for the lines of the ledger somebody looks for and may see.

A query says `/*sought l*/` where it stands (`l`: what it calls the table ledger), and is given `**seeking(sought)`.
"""

from __future__ import annotations

import re

from storage.plain import keys_json
from storage.records import Sought
from storage.scoping import scoped

SOUGHT = re.compile(r"/\*sought (\w+)\*/")
# Who is looked for by name is not found by what they reported without it. A ticket is looked at line by line: for EXISTS
# PostgreSQL would read all tickets of the community before it looks at the first line.
CONDITION = r"""(
    \1.community = :seen_in
    AND (CAST(:act AS TEXT) IS NULL OR \1.act = :act)
    AND (
        CAST(:persons AS TEXT) IS NULL
        OR \1.person IN (SELECT value FROM json_each(CAST(:persons AS TEXT)))
    )
    AND (
        (\1.ticket IS NULL AND CAST(:of_community AS INTEGER) = 1)
        OR (
            SELECT 1 FROM tickets t
            WHERE t.id = \1.ticket AND /*sees t*/
                AND (CAST(:grid AS TEXT) IS NULL OR t.grid = :grid)
                AND (
                    CAST(:compound AS TEXT) IS NULL
                    OR t.grid IN (SELECT g.id FROM grids g WHERE g.compound = :compound)
                )
                AND (CAST(:category AS TEXT) IS NULL OR t.category = :category)
                AND (
                    CAST(:persons AS TEXT) IS NULL OR t.anonymous = 0 OR t.reporter IS NULL
                    OR t.reporter NOT IN (SELECT value FROM json_each(CAST(:persons AS TEXT)))
                )
        ) = 1
    )
)"""


def with_sought(sql: str) -> str:
    """Return the SQL with the condition wherever it is asked for."""
    return SOUGHT.sub(CONDITION, sql)


def seeking(sought: Sought) -> dict[str, object]:
    """Return the condition's parameters. Lines about the community itself are for those who see all of it, and about
    no grid, compound or category."""
    somewhere = sought.grid or sought.compound or sought.category
    return {
        **scoped(sought.scope),
        "act": sought.act,
        "persons": None if sought.persons is None else keys_json(sought.persons),
        "of_community": int(sought.scope.grids is None and not somewhere),
        "grid": sought.grid,
        "compound": sought.compound,
        "category": sought.category,
    }
