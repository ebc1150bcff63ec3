"""The policy tables of a community file: `[policy.…]`, `[category.…]`, `[holidays.…]`, `[meeting]` and `[escalation]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.durations import write_duration
from handlers.holidays import read_holidays, write_holidays
from handlers.tables import Row, quoted
from handlers.weekly import read_weekly
from storage.records import Allowance, Category, CategoryPolicy, Clock, Policy, Severity

CLOCKS = (Clock.ACCEPT, Clock.ARRIVE, Clock.RESOLVE, Clock.PLAN, Clock.REVIEW)
"""Clocks a file may set; the others run to dates people name."""

MOST_FOLLOWERS = 10_000
MOST_PARTIES = 3
"""The parties of the joint meeting: community, property, residents."""


def read_policy(file: Row) -> Policy:
    """Return the policy of a whole file; mistakes are collected in `file`."""
    severities, close_after = _read_severities(file.table("policy"))
    return Policy(
        clocks=severities,
        close_after=close_after,
        categories=_read_categories(file.table("category")),
        followers=_read_followers(file.table("escalation")),
        holidays=read_holidays(file.table("holidays")),
        **_read_meeting(file.table("meeting")),
    )


def _read_severities(
    policy: Row | None,
) -> tuple[dict[Severity, Mapping[Clock, Allowance]], Allowance | None]:
    clocks: dict[Severity, Mapping[Clock, Allowance]] = {}
    close_after = None
    for key in policy.keys() if policy is not None else ():
        row = policy.table(key) if policy is not None else None
        if policy is None or row is None:
            continue
        if key == "review":
            close_after = row.duration("close_after")
        else:
            severity = policy.as_name("", key, Severity)
            its_clocks = _read_clocks(row)
            if severity is not None and its_clocks:
                clocks[severity] = its_clocks
        row.close()
    return clocks, close_after


def _read_categories(table: Row | None) -> dict[Category, CategoryPolicy]:
    categories: dict[Category, CategoryPolicy] = {}
    for key in table.keys() if table is not None else ():
        row = table.table(key) if table is not None else None
        if table is None or row is None:
            continue
        category = table.as_name("", key, Category)
        policy = CategoryPolicy(
            severity=row.name_of("severity", Severity),
            handler=row.text("handler") or None,
            clocks=_read_clocks(row),
        )
        row.close()
        if category is not None and policy != CategoryPolicy():
            categories[category] = policy
    return categories


def _read_clocks(row: Row) -> dict[Clock, Allowance]:
    return {clock: given for clock in CLOCKS if (given := row.duration(clock)) is not None}


def _read_meeting(row: Row | None) -> dict[str, Any]:
    """Return the fields of Policy that the table says."""
    if row is None:
        return {}
    told = {
        "meeting": _read_calendar(row),
        "meeting_place": row.text("place"),
        "representatives": row.texts("representatives"),
        "quorum": row.count("quorum", most=MOST_PARTIES),
    }
    row.close()
    return told


def _read_calendar(row: Row) -> str | None:
    written = row.text("calendar", required=True).lower()
    try:
        if written:
            read_weekly(written)
    except ValueError:
        row.wrong(
            "calendar",
            f"{quoted(written)} 应写成 fri 15:00 这样（mon tue wed thu fri sat sun）",
            "must look like fri 15:00 (mon tue wed thu fri sat sun)",
        )
        return None
    return written or None


def _read_followers(row: Row | None) -> int | None:
    if row is None:
        return None
    followers = row.count("followers", most=MOST_FOLLOWERS)
    row.close()
    return followers


def write_policy(policy: Policy) -> dict[str, Any]:
    """Return the tables that read back as this policy, without empty ones."""
    tables: dict[str, Any] = {}
    severities: dict[str, Any] = {
        severity.value: _write_clocks(clocks) for severity, clocks in policy.clocks.items() if clocks
    }
    if policy.close_after is not None:
        severities["review"] = {"close_after": write_duration(policy.close_after)}
    if severities:
        tables["policy"] = severities
    if policy.categories:
        tables["category"] = {
            category.value: _write_category(own) for category, own in policy.categories.items()
        }
    if policy.holidays:
        tables["holidays"] = write_holidays(policy.holidays)
    if policy.meeting is not None:
        tables["meeting"] = _write_meeting(policy)
    if policy.followers is not None:
        tables["escalation"] = {"followers": policy.followers}
    return tables


def _write_meeting(policy: Policy) -> dict[str, Any]:
    told = {
        "calendar": policy.meeting,
        "place": policy.meeting_place,
        "representatives": list(policy.representatives),
        "quorum": policy.quorum,
    }
    return {key: value for key, value in told.items() if value}


def _write_category(policy: CategoryPolicy) -> dict[str, str]:
    named = {"severity": policy.severity and policy.severity.value, "handler": policy.handler}
    return {key: value for key, value in named.items() if value} | _write_clocks(policy.clocks)


def _write_clocks(clocks: Mapping[Clock, Allowance]) -> dict[str, str]:
    return {clock.value: write_duration(clocks[clock]) for clock in CLOCKS if clock in clocks}
