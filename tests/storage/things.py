"""Tickets, lines, letters and people as the storage tests need them: everything given, nothing surprising."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from storage.records import (
    Act,
    Address,
    Category,
    Clock,
    Deadline,
    Kind,
    LetterKind,
    Line,
    Owed,
    Person,
    Place,
    Role,
    Severity,
    Stage,
    State,
    Ticket,
)
from storage.turn import Turn

NOON = 1_800_000_000_000
GROUP = Address("telegram:-1001000001")


def a_ticket(number: int = 1001, **changes: Any) -> Ticket:
    community = changes.pop("community", "jinghe")
    told: dict[str, Any] = {
        "id": f"{community}-{number}",
        "community": community,
        "number": number,
        "grid": "xinhai-east-1",
        "state": State.REPORTED,
        "kind": Kind.REPAIR,
        "category": Category.ELEVATOR,
        "severity": Severity.MAJOR,
        "place": Place(building="3", unit="2"),
        "words": "3号楼2单元电梯停在5楼",
        "reporter": "meiyi",
        "reported_at": NOON + number,
    }
    return Ticket(**told | changes)


def a_line(ticket: Ticket, act: Act = Act.REPORT, at: int = NOON, **changes: Any) -> Line:
    told: dict[str, Any] = {
        "community": ticket.community,
        "ticket": ticket.id,
        "number": ticket.number,
        "at": at,
        "act": act,
        "state": ticket.state,
        "person": "meiyi",
        "platform": "telegram",
        "reason": "",
    }
    return Line(**told | changes)


def a_deadline(
    ticket: Ticket, clock: Clock = Clock.ACCEPT, due_at: int | None = NOON, **changes: Any
) -> Deadline:
    told: dict[str, Any] = {
        "ticket": ticket.id,
        "clock": clock,
        "stage": Stage.OUT,
        "due_at": due_at,
        "ends_at": due_at or NOON,
        "started_at": NOON - 60_000,
    }
    return Deadline(**told | changes)


def a_letter(*routes: str, kind: LetterKind = LetterKind.NEWS, rank: int = 1, **changes: Any) -> Owed:
    told: dict[str, Any] = {
        "id": 0,
        "at": NOON,
        "kind": kind,
        "rank": rank,
        "routes": tuple(Address(route) for route in routes),
        "reader": "meiyi",
        "ticket": None,
        "body": {"key": "news", "args": {"word": "停水"}},
    }
    return Owed(**told | changes)


def a_person(id: str = "meiyi", **changes: Any) -> Person:
    told: dict[str, Any] = {
        "id": id,
        "community": "jinghe",
        "name": "梅姨",
        "roles": frozenset({Role.RESIDENT}),
    }
    return Person(**told | changes)


def report(turn: Turn, number: int = 1001, **changes: Any) -> Ticket:
    """Save a new ticket with the first line of its story."""
    ticket = turn.tickets.save(a_ticket(number, **changes))
    turn.ledger.append(a_line(ticket))
    return ticket


def url(path: Path) -> str:
    return f"sqlite:///{path}"
