"""What would be different: between a community as it is and as somebody wants it, value by value; and who sees what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from handlers.buildings import fold
from handlers.community import Loaded, directory_of
from handlers.durations import write_duration
from handlers.policy_table import CLOCKS
from handlers.roster_table import write_heads
from handlers.sight import Sight, sight
from storage.records import (
    Allowance,
    Category,
    CategoryPolicy,
    Community,
    Compound,
    Duty,
    Grid,
    Person,
    Role,
    Severity,
)

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry that came (`before` None), went (`after` None), or changed: then both hold only the values that differ.

    `name`: how people call it. Values are texts, durations as files write them, or tuples of texts; None: nothing.
    """

    table: str
    id: str
    name: str
    before: Values | None
    after: Values | None


def differences(before: Loaded, after: Loaded) -> list[Difference]:
    """Return what differs, in the order of a community file; nothing when all is as it was."""
    if after.duties is None:
        after = replace(after, duties=before.duties)  # what does not speak of the roster leaves it as it is
    old, new = _tables(before), _tables(after)
    found: list[Difference] = []
    for table in new:
        for id in dict.fromkeys([*old[table], *new[table]]):
            was, shall = old[table].get(id), new[table].get(id)
            if was == shall:
                continue
            name = (shall or was or {}).get("name") or id
            if was is not None and shall is not None:
                keys = [key for key in {**was, **shall} if was.get(key) != shall.get(key)]
                was, shall = ({key: one.get(key) for key in keys} for one in (was, shall))
            found.append(Difference(table, id, str(name), was, shall))
    return found


def _tables(loaded: Loaded) -> dict[str, dict[str, Values]]:
    accounts: dict[str, list[str]] = {}
    for account in loaded.accounts:
        accounts.setdefault(account.person, []).append(account.address)
    policy = loaded.community.policy
    return {
        "community": {loaded.community.id: _community(loaded.community)},
        "compound": {one.id: _compound(one) for one in loaded.compounds},
        "grid": {one.id: _grid(one) for one in loaded.grids},
        "person": {one.id: _person(one, accounts.get(one.id, [])) for one in loaded.people},
        "duty": {"": {"duty": tuple(map(_duty, loaded.duties or ()))}},
        "policy": {severity.value: _clocks(policy.clocks.get(severity, {})) for severity in Severity},
        "category": {
            category.value: _category(policy.categories.get(category, CategoryPolicy()))
            for category in Category
        },
        "holidays": {str(one.year): {"off": one.off, "work": one.work} for one in policy.holidays},
        "rules": {
            "": {
                "close_after": _duration(policy.close_after),
                "calendar": policy.meeting,
                "followers": policy.followers,
                "place": policy.meeting_place,
                "representatives": policy.representatives,
                "quorum": policy.quorum,
            }
        },
    }


def _community(one: Community) -> Values:
    asked = one.second_opinion
    return {
        "name": one.name,
        "timezone": one.timezone,
        "service_phone": one.service_phone,
        "staff_chats": one.staff_chats,
        "street_chats": one.street_chats,
        "words": one.words,
        "second_opinion": f"{asked.address} {asked.model}" if asked else "",
    }


def _compound(one: Compound) -> Values:
    return {"name": one.name, "regime": one.regime.value, "property": one.property}


def _grid(one: Grid) -> Values:
    return {
        "name": one.name,
        "compound": one.compound,
        "buildings": tuple(fold(one.buildings)),
        "leader": one.leader,
        "deputies": one.deputies,
        "chats": one.chats,
        "heads": tuple(write_heads(one.heads)),
    }


def _duty(one: Duty) -> str:
    instead = (f"for {one.instead}",) if one.instead else ()
    return " ".join(
        (one.day, f"{one.begins}-{one.ends}", one.person, *([one.grid] if one.grid else ()), *instead)
    )


def _person(one: Person, accounts: list[str]) -> Values:
    return {
        "name": one.name,
        "roles": tuple(role.value for role in Role if role in one.roles),
        "phone": one.phone,
        "language": one.language,
        # Which one they used last is no difference.
        "accounts": tuple(sorted(accounts)),
    }


def _category(one: CategoryPolicy) -> Values:
    return {"severity": one.severity and one.severity.value, "handler": one.handler, **_clocks(one.clocks)}


def _clocks(clocks: Mapping[Any, Allowance]) -> Values:
    return {clock.value: _duration(clocks.get(clock)) for clock in CLOCKS}


def _duration(given: Allowance | None) -> str | None:
    return None if given is None else write_duration(given)


# --- what else it would lead to ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """Whose view changes: the grids (by id) they would see from now on and no longer; `*` is the whole community."""

    person: Person
    gains: tuple[str, ...]
    loses: tuple[str, ...]


EVERYTHING = "*"


def seen(before: Loaded, after: Loaded) -> list[Seen]:
    """Return who would see tickets in the console that they do not see now, or see them no longer."""
    old, new = directory_of(before), directory_of(after)
    found = []
    for id, person in {**old.people, **new.people}.items():
        was, shall = (_sees(sight(person, one)) for one in (old, new))
        if was != shall:
            gains = tuple(sorted(shall - was)) if EVERYTHING not in was else ()
            loses = tuple(sorted(was - shall)) if EVERYTHING not in shall else ()
            found.append(Seen(new.people.get(id, person), gains, loses))
    return found


def _sees(one: Sight) -> frozenset[str]:
    if not one.chambers:
        return frozenset()
    return frozenset({EVERYTHING}) if one.everything else frozenset(grid.id for grid in one.grids)


@dataclass(frozen=True, slots=True)
class Moving:
    """A building that changes its grid, or that no grid would have any more (`to` "")."""

    compound: str
    building: str
    come_from: str
    to: str


def moving(before: Loaded, after: Loaded) -> list[Moving]:
    """Return the buildings whose tickets would begin in another grid, or nowhere."""
    stands = {(grid.compound, building): grid.id for grid in after.grids for building in grid.buildings}
    return [
        Moving(grid.compound, building, grid.id, stands.get((grid.compound, building), ""))
        for grid in before.grids
        for building in grid.buildings
        if stands.get((grid.compound, building)) != grid.id
    ]


def leaving(before: Loaded, after: Loaded) -> Iterator[tuple[Person, str | None]]:
    """Give whoever leaves the directory or a grid they led, with the one who comes in their place (None: nobody)."""
    people = {one.id: one for one in after.people}
    led = {grid.id: grid.leader for grid in after.grids}
    successors = {
        grid.leader: led[grid.id] for grid in before.grids if led.get(grid.id, grid.leader) != grid.leader
    }
    for person in before.people:
        if person.id not in people or person.id in successors:
            yield person, successors.get(person.id)
