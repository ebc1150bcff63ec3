"""The conditions in SQL for tickets: those a Scope lets be seen, and those somebody asks for.

A query says `/*sees t*/`, `/*within t*/` for places alone, `/*wanted t*/`, or for those parts of it which the board offers `/*chosen t*/`, where the condition
stands (`t`: what it calls the table), and is given `**scoped(scope)` or `**asked(wanted)`. Where that is forgotten the query fails, instead of showing too much.
handlers/sight.py decides the first of one ticket, Wanted.takes() the second.
"""

from __future__ import annotations

import re

from storage.folding import folded
from storage.plain import keys_json
from storage.records import Scope, Wanted

MOST_WORDS = 4
"""Words looked for at once."""

_OF_PLACES = r"""(
    (CAST(:seen_private AS INTEGER) = 1 OR {t}.private = 0)
    AND (
        CAST(:seen_grids AS TEXT) IS NULL
        OR {t}.grid IN (SELECT value FROM json_each(CAST(:seen_grids AS TEXT)))
    )
)"""
SEES = rf"""(
    {{t}}.community = :seen_in AND (
        {{t}}.handler = :seen_by OR {{t}}.first_responder = :seen_by OR {_OF_PLACES}
    )
)"""
WITHIN = rf"({{t}}.community = :seen_in AND {_OF_PLACES})"
"""The same without what a person handles elsewhere: less, never more."""

# Of the table listings alone. Of LENIENT clocks nobody is late.
_EQUAL = r"(CAST(:{name} AS TEXT) IS NULL OR {t}.{name} = CAST(:{name} AS TEXT))"
_FOUND = r"(CAST(:word{n} AS TEXT) IS NULL OR {t}.told LIKE :word{n} ESCAPE '\' OR {t}.added LIKE :word{n} ESCAPE '\')"
# As figures_overdue counts them.
_MISSED = r"""EXISTS (
    SELECT 1 FROM tickets k WHERE k.id = {t}.ticket AND k.state IN ('reported', 'accepted', 'on_site', 'planned') AND (
        k.solve_late_at <= CAST(:missed AS BIGINT)
        OR (k.state = 'reported' AND k.accept_late_at <= CAST(:missed AS BIGINT))
    )
)"""
CHOSEN = " AND ".join(
    [
        r"({t}.grid IN (SELECT value FROM json_each(CAST(:grids AS TEXT))) OR CAST(:grids AS TEXT) IS NULL)",
        r"(CAST(:handler AS TEXT) IS NULL OR COALESCE({t}.handler, '') = CAST(:handler AS TEXT))",
        *(_EQUAL.replace("{name}", name) for name in ("category", "severity", "kind")),
    ]
)
WANTED = " AND ".join(
    [
        CHOSEN,
        *(_EQUAL.replace("{name}", name) for name in ("lane", "state")),
        r"(CAST(:late AS BIGINT) IS NULL OR ({t}.due_at <= CAST(:late AS BIGINT) AND {t}.clock NOT IN ('pause', 'review', 'recall')))",
        r"(CAST(:missed AS BIGINT) IS NULL OR ({t}.lane <> 'over' AND " + _MISSED + "))",
        r"(CAST(:since AS BIGINT) IS NULL OR {t}.reported_at >= CAST(:since AS BIGINT))",
        r"(CAST(:until AS BIGINT) IS NULL OR {t}.reported_at < CAST(:until AS BIGINT))",
        r"(CAST(:done_since AS BIGINT) IS NULL OR {t}.resolved_at >= CAST(:done_since AS BIGINT))",
        r"(CAST(:done_until AS BIGINT) IS NULL OR {t}.resolved_at < CAST(:done_until AS BIGINT))",
        *(_FOUND.replace("{n}", str(n)) for n in range(MOST_WORDS)),
    ]
)
CONDITIONS = {"sees": SEES, "within": WITHIN, "chosen": CHOSEN, "wanted": WANTED}
_SPECIAL, _ESCAPED = re.compile(r"[%_\\]"), r"\\\g<0>"
_ASIDE = re.compile(rf"/\*({'|'.join(CONDITIONS)}) (\w+)\*/")


def with_conditions(sql: str) -> str:
    """Return the SQL with each condition where it is asked for."""
    return _ASIDE.sub(lambda found: CONDITIONS[found[1]].replace("{t}", found[2]), sql)


def scoped(scope: Scope) -> dict[str, object]:
    """Return the parameters of `sees`."""
    return {
        "seen_in": scope.community,
        "seen_by": scope.person,
        "seen_private": int(scope.private),
        "seen_grids": None if scope.grids is None else keys_json(scope.grids),
    }


def asked(wanted: Wanted) -> dict[str, object]:
    """Return the parameters of `wanted`. Of more than MOST_WORDS words the longest are looked for."""
    words = sorted(map(folded, wanted.words), key=len, reverse=True)[:MOST_WORDS]
    likes = [f"%{_SPECIAL.sub(_ESCAPED, word)}%" for word in words]
    return {
        "grids": None if wanted.grids is None else keys_json(wanted.grids),
        "handler": wanted.handler,
        "category": wanted.category,
        "lane": wanted.lane,
        "state": wanted.state,
        "severity": wanted.severity,
        "kind": wanted.kind,
        "late": wanted.late,
        "missed": wanted.missed,
        "since": wanted.since,
        "until": wanted.until,
        "done_since": wanted.done_since,
        "done_until": wanted.done_until,
        **{f"word{n}": likes[n] if n < len(likes) else None for n in range(MOST_WORDS)},
    }
