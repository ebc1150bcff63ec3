"""The directory as lists: people with their posts, compounds with their grids, groups and how it stands with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.web.console.office import Asking
from handlers import masking
from handlers.buildings import fold
from handlers.desk.changing import VALUES
from handlers.directory_changes import LISTED, Mistake, named
from handlers.wording import text
from storage.proposals import ChatState
from storage.records import Address, Compound, Grid, Person, Role, platform_of


@dataclass(frozen=True, slots=True)
class Listed:
    """A person in the list: `posts` in words, `ways` the platforms they can be reached on."""

    person: Person
    posts: str
    phone: str
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """A group and what it is bound to: a grid, or (None) the staff, or the `street`."""

    chat: Address
    grid: Grid | None
    state: ChatState
    street: bool = False


def own_people(asking: Asking) -> list[Person]:
    mine = (one for one in asking.directory.people.values() if one.community == asking.community.id)
    return sorted(mine, key=lambda one: (Role.GRID_LEADER not in one.roles, one.name))


def own_grids(asking: Asking) -> list[Grid]:
    return [one for one in asking.directory.grids.values() if one.community == asking.community.id]


def own_compounds(asking: Asking) -> list[Compound]:
    return [one for one in asking.directory.compounds.values() if one.community == asking.community.id]


def role_words(asking: Asking) -> dict[Role, str]:
    return {role: text(f"role.{role}", asking.language) for role in Role}


def names(asking: Asking) -> dict[str, str]:
    """Return what people and places are called, by id."""
    return {one.id: one.name for those in (own_people(asking), own_grids(asking), own_compounds(asking)) for one in those}  # fmt: skip


def people(asking: Asking, sought: str) -> list[Listed]:
    """Return the people whose name, post, phone or id has what is sought in it."""
    found = []
    for person in own_people(asking):
        accounts = asking.directory.accounts.get(person.id, ())
        one = Listed(
            person,
            posts(asking, person.id),
            phone(asking, person.phone),
            tuple(dict.fromkeys(platform_of(account.address) for account in accounts)),
        )
        if _has(sought, person.name, one.posts, one.phone, person.id):
            found.append(one)
    return found


def posts(asking: Asking, person: str) -> str:
    """Return what they answer for: 网格长（第一网格）、社区工作人员."""
    known = asking.directory.people[person]
    leads = [grid.name for grid in own_grids(asking) if grid.leader == person]
    helps = [grid.name for grid in own_grids(asking) if person in grid.deputies]
    keeps = [one.name for one in own_compounds(asking) if one.property == person]
    parts = []
    for role in Role:
        if role in known.roles:
            where = leads if role is Role.GRID_LEADER else keeps if role is Role.PROPERTY else []
            parts.append(_at(asking, text(f"role.{role}", asking.language), where))
    if helps:
        parts.append(_at(asking, asking.word("directory.deputy"), helps))
    return ("、" if asking.language == "zh" else ", ").join(parts)


def _at(asking: Asking, post: str, where: list[str]) -> str:
    if not where:
        return post
    return f"{post}（{'、'.join(where)}）" if asking.language == "zh" else f"{post} ({', '.join(where)})"


def places(asking: Asking, sought: str) -> list[tuple[Compound, str, list[tuple[Grid, str, str]]]]:
    """Return each compound, its property, and its grids with their buildings and leader, that have what is sought."""
    called = names(asking)
    found = []
    for compound in own_compounds(asking):
        grids = [
            (grid, "、".join(fold(grid.buildings)), called.get(grid.leader, grid.leader))
            for grid in own_grids(asking)
            if grid.compound == compound.id
        ]
        fitting = [
            row for row in grids if _has(sought, row[0].name, row[1], row[2]) or sought in row[0].buildings
        ]
        keeper = called.get(compound.property or "", compound.property or "")
        if fitting or _has(sought, compound.name, keeper):
            found.append((compound, keeper, fitting if fitting else grids))
    return found


def chats_of(asking: Asking) -> list[Address]:
    ours = (*asking.community.staff_chats, *asking.community.street_chats)
    return [*ours, *(chat for grid in own_grids(asking) for chat in grid.chats)]


def chats(asking: Asking, states: Mapping[Address, ChatState]) -> tuple[Bound, ...]:
    """Return every group, the staff's first, then the street's."""
    ours = [Bound(chat, None, states[chat]) for chat in asking.community.staff_chats]
    ours += [Bound(chat, None, states[chat], street=True) for chat in asking.community.street_chats]
    return (*ours, *(Bound(chat, grid, states[chat]) for grid in own_grids(asking) for chat in grid.chats))


def shown(asking: Asking, entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an entry as its reader may see it: accounts and phones are for those who have to reach people."""
    if asking.sight.personal or ("phone" not in entry and "accounts" not in entry):
        return entry
    return {**entry, "phone": phone(asking, entry.get("phone", "")), "accounts": []}


def heads_shown(asking: Asking, heads: Iterable[str]) -> list[str]:
    """Return `1-3 liuyun` as people write it, 1-3 刘云, where only one is called so."""
    called = names(asking)
    alone = {id for id, name in called.items() if list(called.values()).count(name) == 1}
    return [
        f"{buildings} {called[id] if id in alone else id}"
        for buildings, _, id in (one.rpartition(" ") for one in heads)
    ]


def heads_said(asking: Asking, lines: Iterable[str]) -> list[str]:
    """Return what people wrote with ids, as the tables have it; a name of nobody, or of several, stays."""
    found: dict[str, list[str]] = {}
    for one in own_people(asking):
        found.setdefault(one.name, []).append(one.id)
    said = []
    for buildings, _, who in (" ".join(line.split()).rpartition(" ") for line in lines):
        ids = found.get(who, [])
        said.append(f"{buildings} {ids[0] if len(ids) == 1 else who}".strip())
    return said


def phone(asking: Asking, number: str) -> str:
    return number if asking.sight.personal else masking.phone(number)


def link(mistake: Mistake) -> str:
    """Return where a mistake elsewhere is put right; "" where the page does not know."""
    return (
        f"/console/directory/{mistake.table}/{mistake.id}" if mistake.table in LISTED and mistake.id else ""
    )


def plainly(asking: Asking, mistake: Mistake) -> str:
    """Return a mistake for somebody who has never seen the file: names for ids, and what a form calls its tables."""
    words = named(mistake.words[asking.language], names(asking))
    called = {f"[[{table}]]": asking.word(f"directory.table.{table}") for table in LISTED}
    called |= {" roles ": f" {asking.word('directory.value.roles')} "}
    called |= {
        f" {role}": f" {asking.word('directory.quoted', words=name)}"
        for role, name in role_words(asking).items()
    }
    for code, name in called.items():
        words = words.replace(code, name)
    return words


def elsewhere(asking: Asking, mistake: Mistake) -> str:
    """Return a mistake that is not of the entry in hand, with where it stands: 第二网格 楼栋：13 已经属于 第一网格."""
    words = plainly(asking, mistake)
    if mistake.table not in LISTED:
        return words
    field = asking.word(f"directory.value.{mistake.key}") if mistake.key in VALUES else mistake.key
    return f"{names(asking).get(mistake.id, mistake.id)} {field}：{words}"


def _has(sought: str, *words: str) -> bool:
    return not sought or any(sought.casefold() in word.casefold() for word in words)
