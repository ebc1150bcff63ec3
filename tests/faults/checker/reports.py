"""Every report that was taken is a ticket exactly once, and the numbers of a community have no gap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from tests.faults.checker.evidence import Evidence

FIRST_NUMBER = 1001


def reports(evidence: Evidence) -> Iterator[str]:
    tickets = Counter((t["origin_chat"], t["origin_message"]) for t in evidence.left.tickets)
    for said in evidence.said:
        count = tickets.pop((said.chat, said.message), 0)
        if count != 1:
            yield f"the report {said.words!r} ({said.chat}/{said.message}) is a ticket {count} times"
    if not evidence.others:
        yield from (f"nobody reported the ticket said in {where}" for where in tickets)
    for community, rows in groupby(evidence.left.tickets, lambda t: t["community"]):
        numbers = sorted([*(row["number"] for row in rows), *evidence.skipped.get(community, ())])
        if numbers != list(range(FIRST_NUMBER, FIRST_NUMBER + len(numbers))):
            yield f"{community}'s ticket numbers are not gapless: {broken(numbers)}"
    yield from (f"{row['key']} was set aside: {row['why']}" for row in evidence.left.set_aside)
    yield from acceptances(evidence)


def acceptances(evidence: Evidence) -> Iterator[str]:
    """Every press that was taken is one line."""
    lines = Counter((line["ticket"], line["act"]) for line in evidence.left.ledger)
    for ticket, times in evidence.accepted:
        count = lines[ticket, "accept"]
        if count != times:
            yield f"{ticket} was accepted {times} times by people, {count} times in the ledger"


def broken(numbers: list[int]) -> str:
    """Name the first place where one number does not follow the other."""
    for wanted, number in enumerate(numbers, FIRST_NUMBER):
        if number != wanted:
            return f"{number} stands where {wanted} belongs"
    return ""
