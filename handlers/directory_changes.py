"""Changing a community by hand: an edit of its tables, as its file has them, and where in them a mistake stands.

An edit says only what changes, so that two people who edit at the same time do not undo each other.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

LISTED = ("compound", "grid", "person")
"""Tables with any number of entries, each known by its id."""
KEYED = ("policy", "category", "holidays")
"""Tables of tables, each known by its key."""

_ID = re.compile(r"(?<![A-Za-z0-9_:@.-])[A-Za-z0-9_-]++(?![:@.])")
"""An id that stands alone: not in an address, web:lilei."""
_AT = re.compile(r"\[\[?(?P<table>[a-z]+)(?:\.(?P<part>[a-z0-9_]+))?\]\]?(?P<rest>.*)")


class Gone(Exception):
    """What an edit is about is not there any more: somebody else has taken it away."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Values of one entry: `values` that change, None for one that goes. `values` None: the whole entry goes.

    `id`: of the entry, its key in policy and category, "" where a table is one entry. `new`: it shall not be there yet.
    """

    table: str
    id: str
    values: Mapping[str, Any] | None
    new: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody wants: some edits, or a whole file in place of what is there."""

    edits: tuple[Edit, ...] = ()
    whole: Mapping[str, Any] | None = None

    def as_data(self) -> dict[str, Any]:
        """As it is kept until it is confirmed."""
        edits = [[one.table, one.id, one.values, one.new] for one in self.edits]
        return {"edits": edits, "whole": self.whole}


def change_from(data: Mapping[str, Any]) -> Change:
    return Change(tuple(Edit(*one) for one in data["edits"]), data["whole"])


def changed(content: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """Return the tables with the change made. Whether they make sense is read_community's to say. Raises Gone."""
    if change.whole is not None:
        return dict(change.whole)
    tables: dict[str, Any] = copy.deepcopy(dict(content))
    for edit in change.edits:
        _make(tables, edit)
    return tables


def _make(tables: dict[str, Any], edit: Edit) -> None:
    if edit.table in LISTED:
        entries: list[dict[str, Any]] = tables.setdefault(edit.table, [])
        at = next((n for n, entry in enumerate(entries) if entry["id"] == edit.id), None)
        if edit.new:
            entries.append(_with({"id": edit.id}, edit.values or {}))
        elif at is None:
            raise Gone(edit.id)
        elif edit.values is None:
            del entries[at]
        else:
            entries[at] = _with(entries[at], edit.values)
        return
    if edit.table in KEYED:
        table = tables.get(edit.table, {})
        _put(table, edit.id, _with(table.get(edit.id, {}), edit.values or {}))
        _put(tables, edit.table, table)
    else:
        _put(tables, edit.table, _with(tables.get(edit.table, {}), edit.values or {}))


def _put(tables: dict[str, Any], name: str, table: dict[str, Any]) -> None:
    """Where nobody says anything there is no table: read_policy asks a meeting for its calendar."""
    if table:
        tables[name] = table
    else:
        tables.pop(name, None)


def _with(entry: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**entry, **values}.items() if value is not None}


def fresh_id(community: str, letter: str, taken: Collection[str]) -> str:
    """Return an id nobody has: people do not think of ids, and one name space holds for the whole installation."""
    start = f"{community[:16]}-{letter}"
    number = 1
    while f"{start}{number}" in taken:
        number += 1
    return f"{start}{number}"


def print_of(content: Any) -> str:
    """Return a short print of the tables: the same as long as they say the same.

    In which order somebody last used their accounts is no matter of the tables'.
    """
    told = copy.deepcopy(content)
    for person in told.get("person", ()):
        if "accounts" in person:
            person["accounts"] = sorted(person["accounts"])
    written = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()[:24]


# --- mistakes ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line of Mistakes taken apart: where it stands (what is not known is ""), and its words in both languages."""

    table: str
    id: str
    key: str
    words: Mapping[str, str] = field(default_factory=dict)
    line: str = ""

    def of(self, table: str, id: str) -> bool:
        return (self.table, self.id) == (table, id)


def placed(line: str) -> Mistake:
    """Take `[[grid]] east-1 leader: 没有写 · is missing` apart. One of no table, as a sheet's, is all words."""
    where, _, said = line.partition(": ")
    found = _AT.fullmatch(where)
    if found is None or not said:
        return Mistake("", "", "", _both(line), line)
    table, rest = found["table"], found["rest"].strip()
    if where.startswith("[["):
        # One that says no id is called by its place: 第3个/no. 3.
        split = 2 if rest.startswith("第") else 1
        parts = rest.split(" ", split)
        id, key = " ".join(parts[:split]), "".join(parts[split:])
    else:
        id, key = found["part"] or "", rest
    return Mistake(table, id, key.strip("“”"), _both(said), line)


def _both(said: str) -> dict[str, str]:
    chinese, apart, english = said.partition(" · ")
    return {"zh": chinese, "en": english if apart else chinese}


def named(words: str, names: Mapping[str, str]) -> str:
    """Return the words with people and places called by their names where a mistake has their ids.

    An id of digits alone may as well be a building's number, and stays.
    """
    return _ID.sub(lambda id: id[0] if id[0].isdigit() else names.get(id[0], id[0]), words)


def beside(
    mistakes: Iterable[Mistake], table: str, id: str
) -> tuple[dict[str, list[Mistake]], list[Mistake]]:
    """Split mistakes into those of one entry, by key, and the rest."""
    own: dict[str, list[Mistake]] = {}
    rest: list[Mistake] = []
    for one in mistakes:
        if one.of(table, id) and one.key:
            own.setdefault(one.key, []).append(one)
        else:
            rest.append(one)
    return own, rest
