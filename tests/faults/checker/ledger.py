"""The ledger's chain, recomputed; and each ticket as its last line says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import groupby

from tests.faults.checker.evidence import Evidence
from tests.faults.checker.remains import Row

FIELDS = ("seq", "community", "ticket", "number", "at", "act", "state", "person", "platform")
"""What the documentation says a line's hash is made of, in this order, behind the previous hash and a line feed; then comes
its reason under a seal, or as it is where it has no salt."""


def ledger(evidence: Evidence) -> Iterator[str]:
    left = evidence.left
    heads = {head["community"]: (head["seq"], head["hash"]) for head in left.ledger_heads}
    for community, lines in groupby(left.ledger, lambda line: line["community"]):
        yield from chain(community, list(lines), heads.pop(community, (0, "")))
    yield from (f"{community} has a ledger's end and no ledger" for community in heads)
    yield from states(left.tickets, left.ledger)


def chain(community: str, lines: list[Row], head: tuple[int, str]) -> Iterator[str]:
    previous = "0" * 64
    for number, line in enumerate(lines, 1):
        where = f"{community}'s ledger line {line['seq']}"
        if line["seq"] != number:
            yield f"{where} stands where {number} belongs"
            return
        if line["previous"] != previous:
            yield f"{where} does not follow the line before it"
        if line["hash"] != hashed(line):
            yield f"{where} is not what was hashed"
        previous = line["hash"]
    if head != (len(lines), previous):
        yield f"{community}'s ledger does not end where its head says"


def hashed(line: Row) -> str:
    seal = line["seal"] or hashlib.sha256(_json([line["salt"], line["reason"]]).encode()).hexdigest()
    written = _json([*(line[name] for name in FIELDS), [seal] if line["salt"] else line["reason"]])
    return hashlib.sha256(f"{line['previous']}\n{written}".encode()).hexdigest()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def states(tickets: list[Row], lines: list[Row]) -> Iterator[str]:
    known = {ticket["id"]: ticket for ticket in tickets}
    last: dict[str, Row] = {}
    begun: dict[str, int] = {}
    for line in lines:
        if line["ticket"] is None:
            if line["state"] is not None or line["number"]:
                yield f"{line['community']}'s ledger line {line['seq']} is about no ticket and has a state or a number"
            continue
        last[line["ticket"]] = line
        begun[line["ticket"]] = begun.get(line["ticket"], 0) + (line["act"] == "report")
    for id, line in last.items():
        if id not in known:
            yield f"{id} has a ledger line and no ticket"
        elif (known[id]["state"], known[id]["number"]) != (line["state"], line["number"]):
            yield f"{id} is {known[id]['state']}, its last line says {line['state']}"
    for id in known:
        if begun.get(id, 0) != 1:
            yield f"{id} begins {begun.get(id, 0)} times in the ledger"
