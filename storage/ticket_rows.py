"""A ticket as a row of `tickets`: read from it and written to it, a thousand times a second."""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import Any

from storage.connections import Row
from storage.records import Category, Kind, Level, Place, Reason, Severity, State, Ticket, chat_of

# Calling an Enum takes ten times as long as looking it up.
STATES, KINDS, CATEGORIES = ({one.value: one for one in kind} for kind in (State, Kind, Category))
SEVERITIES, LEVELS = ({one.value: one for one in kind} for kind in (Severity, Level))
NAMES = tuple(field.name for field in fields(Ticket))
PLAIN = tuple(name for name in NAMES if name != "place")
_VALUES = attrgetter(*NAMES)
_PLAIN_VALUES = attrgetter(*PLAIN)
PLACE = tuple(field.name for field in fields(Place))


def ticket_from(row: Row) -> Ticket:
    """Read a row of `tickets`."""
    # All columns at once: asked for one by its name, a row of SQLite's looks through its columns from the first.
    values: dict[str, Any] = dict(zip(row.keys(), tuple(row), strict=True))
    values["place"] = Place(*[values[name] for name in PLACE])
    values["state"] = STATES[values["state"]]
    values["kind"] = KINDS[values["kind"]]
    values["category"] = CATEGORIES[values["category"]]
    values["severity"] = SEVERITIES[values["severity"]]
    values["level"] = LEVELS[values["level"]]
    values["queued"] = None if values["queued"] is None else Reason(values["queued"])
    for name in ("private", "anonymous", "objected", "origin_private"):
        values[name] = bool(values[name])
    # By position: names that come out of a row are compared letter by letter with those of the fields.
    return Ticket(*[values[name] for name in NAMES])


def row_from(ticket: Ticket) -> dict[str, Any]:
    """Write a ticket as the parameters of tickets_insert and tickets_update."""
    row: dict[str, Any] = dict(zip(PLAIN, _PLAIN_VALUES(ticket), strict=True))
    place = ticket.place
    row |= {
        "building": place.building,
        "unit": place.unit,
        "floor": place.floor,
        "room": place.room,
        "landmark": place.landmark,
        "level": int(ticket.level),
        "private": int(ticket.private),
        "anonymous": int(ticket.anonymous),
        "objected": int(ticket.objected),
        "origin_private": int(ticket.origin_private),
        "origin_chat": None if ticket.origin is None else chat_of(ticket.origin),
    }
    return row


FOUND_BY = (
    "community", "number", "grid", "state", "category", "private", "handler", "reporter", "reported_at", "resolved_at",
    "closed_at", "origin", "origin_message",
)  # fmt: skip
"""The columns by which indexes find a ticket, but for the queue's. SQLite writes an index anew for every column an
UPDATE names, changed or not: where none of these has changed, tickets_note leaves them out and costs half."""
found_by = attrgetter(*FOUND_BY)


def with_version(ticket: Ticket, version: int) -> Ticket:
    """Do what dataclasses.replace() does, in half the time; the version is the last field."""
    return Ticket(*(*_VALUES(ticket)[:-1], version))
