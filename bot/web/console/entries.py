"""Entries of the community's tables as forms show and send them: a person, a grid, a compound, the community, a rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.community_files import APART
from bot.web.uploads import Form
from handlers.durations import read_spoken, write_duration
from handlers.policy_table import CLOCKS
from storage.records import Role

Values = dict[str, Any]
MOST_DEPUTIES = 12
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def person(form: Form) -> Values:
    roles = [role.value for role in Role if form.get(f"role_{role.value}")]
    return {
        "name": _text(form, "name"),
        "roles": roles,
        "phone": _text(form, "phone"),
        "language": None if form.get("language") in ("", "zh") else form.get("language"),
        "accounts": _list(form, "accounts"),
    }


def grid(form: Form) -> Values:
    deputies = [form.get(f"deputy_{n}") for n in range(MOST_DEPUTIES)]
    return {
        "name": _text(form, "name"),
        "compound": _text(form, "compound"),
        "buildings": _list(form, "buildings"),
        "leader": _text(form, "leader"),
        "deputies": [one for one in deputies if one] or None,
        "chats": _list(form, "chats"),
        "heads": _list(form, "heads"),
    }


def compound(form: Form) -> Values:
    """The property is somebody of the directory, or else an office by its name."""
    return {
        "name": _text(form, "name"),
        "regime": _text(form, "regime"),
        "property": _text(form, "office") or _text(form, "property"),
    }


def community(form: Form) -> Values:
    return {
        "name": _text(form, "name"),
        "service_phone": _text(form, "service_phone"),
        "staff_chats": _list(form, "staff_chats"),
        "street_chats": _list(form, "street_chats"),
    }


READERS: Mapping[str, Callable[[Form], Values]] = {
    "person": person,
    "grid": grid,
    "compound": compound,
    "community": community,
}
"""What each form of the directory says, as the tables have it; None where it says nothing."""


BLANK: Mapping[str, Mapping[str, Any]] = {
    "person": {"name": "", "phone": "", "language": "zh", "roles": (), "accounts": ()},
    "grid": {
        "name": "",
        "compound": "",
        "buildings": (),
        "leader": "",
        "deputies": (),
        "chats": (),
        "heads": (),
    },
    "compound": {"name": "", "regime": "", "property": ""},
    "community": {"name": "", "service_phone": "", "staff_chats": (), "street_chats": ()},
    "policy": {
        **dict.fromkeys([clock.value for clock in CLOCKS], ""),
        **dict.fromkeys(
            ["severity", "handler", "close_after", "calendar", "followers", "place", "quorum"], ""
        ),
        "representatives": (),
    },
}
"""What a form shows where nothing is said."""


def severity(form: Form) -> Values:
    return {clock.value: _duration(form, clock.value) for clock in CLOCKS}


def category(form: Form) -> Values:
    named = {"severity": _text(form, "severity"), "handler": _text(form, "handler")}
    return named | severity(form)


def rules(form: Form) -> dict[str, Values]:
    """By table: what holds whatever the ticket is."""
    day, time = form.get("day"), form.get("time").strip()
    sitting = [form.get(f"representative_{n}") for n in range(MOST_DEPUTIES)]
    return {
        "policy": {"close_after": _duration(form, "close_after")},
        "meeting": {
            "calendar": f"{day} {time}" if day or time else None,
            "place": _text(form, "place"),
            "representatives": [one for one in sitting if one] or None,
            "quorum": _count(form, "quorum"),
        },
        "escalation": {"followers": _count(form, "followers")},
    }


def _count(form: Form, key: str) -> int | str | None:
    """A whole number; what is none stays, for read_policy to name."""
    said = form.get(key).strip()
    return int(said) if said.isdecimal() and len(said) < 9 else said or None


def filled(table: str, values: Mapping[str, Any]) -> Values:
    """Return the values of a form, blank where nothing is said."""
    return {**BLANK[table], **{key: value for key, value in values.items() if value is not None}}


def differing(current: Mapping[str, Any], said: Values) -> Values:
    """Return what a form says otherwise than the entry is now."""
    return {key: value for key, value in said.items() if not _same(key, current.get(key), value)}


def _same(key: str, was: Any, shall: Any) -> bool:
    if key == "accounts":
        # Their order is by use, and moves while somebody fills in a form.
        return set(was or ()) == set(shall or ())
    return bool(was == shall)


def _text(form: Form, key: str) -> str | None:
    return form.get(key).strip() or None


def _list(form: Form, key: str) -> list[str] | None:
    return [part for part in map(str.strip, APART.split(form.get(key))) if part] or None


def _duration(form: Form, key: str) -> str | None:
    """30m as files write it, or as people say it: 30分钟, 半天. What is neither stays, for read_policy to name."""
    said = form.get(key).strip()
    try:
        return write_duration(read_spoken(said)) if said else None
    except ValueError:
        return said
