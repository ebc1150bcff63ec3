"""A community's policy as JSON and back. What it means is handlers/clocks.py's matter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from storage.records import Allowance, Category, CategoryPolicy, Clock, Holidays, Policy, Severity
from storage.statements import as_json


def policy_json(policy: Policy) -> str:
    return as_json(
        {
            "clocks": {severity.value: _clocks(clocks) for severity, clocks in policy.clocks.items()},
            "close_after": _allowance(policy.close_after),
            "categories": {
                category.value: {
                    "severity": own.severity,
                    "handler": own.handler,
                    "clocks": _clocks(own.clocks),
                }
                for category, own in policy.categories.items()
            },
            "meeting": policy.meeting,
            "followers": policy.followers,
            "meeting_place": policy.meeting_place,
            "representatives": list(policy.representatives),
            "quorum": policy.quorum,
            "holidays": [[one.year, one.off, one.work] for one in policy.holidays],
        }
    )


def policy_from(text: str) -> Policy:
    """Read what policy_json wrote."""
    said = json.loads(text)
    return Policy(
        clocks={Severity(severity): _clocks_from(clocks) for severity, clocks in said["clocks"].items()},
        close_after=_allowance_from(said["close_after"]),
        categories={
            Category(category): CategoryPolicy(
                severity=None if own["severity"] is None else Severity(own["severity"]),
                handler=own["handler"],
                clocks=_clocks_from(own["clocks"]),
            )
            for category, own in said["categories"].items()
        },
        meeting=said["meeting"],
        followers=said["followers"],
        # Policies written before there were meetings to hold have none of these.
        meeting_place=said.get("meeting_place", ""),
        representatives=tuple(said.get("representatives", ())),
        quorum=said.get("quorum"),
        # And those written before a community could have a year of its own.
        holidays=tuple(
            Holidays(year, tuple(off), tuple(work)) for year, off, work in said.get("holidays", ())
        ),
    )


def _clocks(clocks: Mapping[Clock, Allowance]) -> dict[str, Any]:
    return {clock.value: _allowance(allowance) for clock, allowance in clocks.items()}


def _clocks_from(said: Mapping[str, Any]) -> dict[Clock, Allowance]:
    return {Clock(clock): Allowance(*allowance) for clock, allowance in said.items()}


def _allowance(allowance: Allowance | None) -> list[Any] | None:
    return None if allowance is None else [allowance.span, allowance.working, allowance.working_days]


def _allowance_from(said: list[Any] | None) -> Allowance | None:
    return None if said is None else Allowance(*said)
