"""A ticket as a row of `tickets`: read from it and written to it, a thousand times a second."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any

from storage.connections import Row
from storage.records import Category, Kind, Level, Place, Reason, Severity, State, Ticket, chat_of

# Calling an Enum takes ten times as long as looking it up.
STATES, KINDS, CATEGORIES = ({one.value: one for one in kind} for kind in (State, Kind, Category))
SEVERITIES, LEVELS = ({one.value: one for one in kind} for kind in (Severity, Level))
REASONS = {None: None} | {one.value: one for one in Reason}
YES = {0: False, 1: True}
NAMES = tuple(field.name for field in fields(Ticket))
PLAIN = tuple(name for name in NAMES if name != "place")
_VALUES = attrgetter(*NAMES)
_PLAIN_VALUES = attrgetter(*PLAIN)
PLACE = tuple(field.name for field in fields(Place))
AT = {name: number for number, name in enumerate(NAMES)}
_KNOWN: Mapping[str, Mapping[Any, Any]] = {
    "state": STATES,
    "kind": KINDS,
    "category": CATEGORIES,
    "severity": SEVERITIES,
    "level": LEVELS,
    "queued": REASONS,
    **dict.fromkeys(("private", "anonymous", "objected", "origin_private"), YES),
}
KNOWN = tuple((AT[name], known) for name, known in _KNOWN.items())
"""Where in a ticket something else stands than in its row, and what."""


def ticket_from(row: Row) -> Ticket:
    """Read a row of `tickets`."""
    # All columns at once, in the order of the fields: asked for one by its name, a row of SQLite's looks through its
    # columns from the first, and names that come out of a row are compared letter by letter.
    values: list[Any] = list(_in_order(tuple(row.keys()))(tuple(row)))
    place = values[len(NAMES) :]
    values[AT["place"]] = Place(*place)
    for at, known in KNOWN:
        values[at] = known[values[at]]
    return Ticket(*values[: len(NAMES)])


@cache
def _in_order(columns: tuple[str, ...]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """Return what takes out of a row of these columns the values of NAMES, and behind them those of PLACE."""
    at = {name: number for number, name in enumerate(columns)}
    # Where the place itself will stand, anything stands meanwhile.
    return itemgetter(*[at[PLACE[0] if name == "place" else name] for name in NAMES + PLACE])


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
