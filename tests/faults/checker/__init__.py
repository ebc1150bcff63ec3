"""Counts what a fault left behind, with none of the program's own code: what was said, what the platform was sent, and
the rows of the database, read by SQL of its own.

    nothing_is_wrong(Evidence(await remains("sqlite:////tmp/x/huying.db"), now, said=…, sent=…))

Every finding is one sentence that names the ticket, the letter or the line.
"""

from __future__ import annotations

from tests.faults.checker.clocks import clocks
from tests.faults.checker.evidence import (
    Evidence,
    Said,
    Sent,
    Told,
    sent_by,
    told_by_wechat,
    told_by_wecom,
)
from tests.faults.checker.ledger import ledger
from tests.faults.checker.letters import letters
from tests.faults.checker.remains import Remains, remains
from tests.faults.checker.reports import reports
from tests.faults.checker.told import told

__all__ = [
    "Evidence",
    "Remains",
    "Said",
    "Sent",
    "Told",
    "findings",
    "nothing_is_wrong",
    "remains",
    "sent_by",
    "told_by_wechat",
    "told_by_wecom",
]


def findings(evidence: Evidence) -> list[str]:
    """Return everything that is not as it must be; an empty list is a clean bill."""
    return [*reports(evidence), *ledger(evidence), *clocks(evidence), *letters(evidence), *told(evidence)]


def nothing_is_wrong(evidence: Evidence) -> None:
    """Raises AssertionError with every finding, a line each."""
    found = findings(evidence)
    assert not found, "\n".join(["", *found])
