"""A community file: from the plain tables of a TOML file or a spreadsheet to records, and back.

Every mistake in a file is named at once and nothing of such a file is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.addresses import ACCOUNTS, GROUPS, read_address
from handlers.buildings import expand, fold, spot_id
from handlers.clocks import time_zones
from handlers.community_check import check
from handlers.policy_table import read_policy, write_policy
from handlers.reading import check_words
from handlers.reading_table import read_reading, write_reading
from handlers.roster_table import check_roster, read_duties, read_heads, write_duties, write_heads
from handlers.tables import Row, quoted
from handlers.weekly import next_meeting as next_meeting
from storage.records import (
    Account,
    Address,
    Community,
    Compound,
    Directory,
    Duty,
    Grid,
    Person,
    Regime,
    Role,
    Spot,
)

LONGEST_BUILDING = 16
LANGUAGES = ("zh", "en")
_ID = re.compile(r"[A-Za-z0-9_-]{1,24}")


class Mistakes(Exception):
    """The file cannot be used; `mistakes` are one line each, to be shown as they are."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Loaded:
    """One community as its file has it. `warnings` are for the one who imports, and keep nothing from being used.

    `duties`: None where the file does not speak of duty: the roster stays as it is.
    """

    community: Community
    compounds: tuple[Compound, ...]
    grids: tuple[Grid, ...]
    people: tuple[Person, ...]
    accounts: tuple[Account, ...]
    spots: tuple[Spot, ...]
    warnings: tuple[str, ...] = ()
    duties: tuple[Duty, ...] | None = None


def read_community(data: Mapping[str, Any]) -> Loaded:
    """Return the records of a file as tomllib gives it. Raises Mistakes naming everything that is wrong."""
    mistakes: list[str] = []
    file = Row("", data, mistakes)
    community = _read_head(file)
    compounds = tuple(_read_compound(row, community.id) for row in file.rows("compound"))
    grids = tuple(_read_grid(row, community.id) for row in file.rows("grid"))
    listed = [_read_person(row, community.id) for row in file.rows("person")]
    duties = read_duties(file, community.id)
    file.close()
    people = tuple(person for person, _ in listed)
    accounts = tuple(account for _, own in listed for account in own)
    wrong, warnings = check(community, compounds, grids, people, accounts)
    wrong_roster, odd = check_roster(duties or (), grids, {one.id: one for one in people})
    if mistakes or wrong or wrong_roster:
        raise Mistakes([*mistakes, *wrong, *wrong_roster])
    spots = tuple(
        Spot(spot_id(grid.compound, building), grid.id, building)
        for grid in grids
        for building in grid.buildings
    )
    return Loaded(community, compounds, grids, people, accounts, spots, (*warnings, *odd), duties)


def _read_head(file: Row) -> Community:
    row = file.table("community")
    if row is None:
        file.wrong("[community]", "没有写", "is missing")
        row = Row("[community]", {"id": "?", "name": "?"}, [])
    zone = row.text("timezone") or "Asia/Shanghai"
    if zone not in time_zones():
        row.wrong(
            "timezone",
            f"没有 {quoted(zone)} 这个时区，例如 Asia/Shanghai",
            "is no time zone such as Asia/Shanghai",
        )
    words = file.raw("words")
    if not isinstance(words, Mapping | None):
        file.wrong("[words]", "应是一个 [words] 表", "must be a table [words]")
        words = None
    try:
        check_words(words or {})
    except ValueError as mistake:
        file.wrong("[words]", f"看不懂：{mistake}", f"cannot be read: {mistake}")
    community = Community(
        id=_read_id(row),
        name=row.text("name", required=True),
        timezone=zone,
        service_phone=row.text("service_phone"),
        staff_chats=_read_addresses(row, "staff_chats", GROUPS),
        street_chats=_read_addresses(row, "street_chats", GROUPS),
        policy=read_policy(file),
        words=words or {},
        second_opinion=read_reading(file),
    )
    row.close()
    return community


def _read_compound(row: Row, community: str) -> Compound:
    compound = Compound(
        id=_read_id(row),
        community=community,
        name=row.text("name", required=True),
        regime=row.name_of("regime", Regime, required=True) or Regime.NONE,
        property=row.text("property") or None,
    )
    row.close()
    return compound


def _read_grid(row: Row, community: str) -> Grid:
    grid = Grid(
        id=_read_id(row),
        community=community,
        compound=row.text("compound", required=True),
        name=row.text("name", required=True),
        buildings=_read_buildings(row),
        leader=row.text("leader", required=True),
        deputies=row.texts("deputies"),
        chats=_read_addresses(row, "chats", GROUPS),
        heads=read_heads(row),
    )
    row.close()
    return grid


def _read_buildings(row: Row) -> tuple[str, ...]:
    buildings: list[str] = []
    for written in row.texts("buildings", longest=LONGEST_BUILDING):
        try:
            buildings.extend(expand(written))
        except ValueError:
            row.wrong("buildings", f"{quoted(written)} 倒着写了，或者太长", "runs backwards or too far")
    return tuple(buildings)


def _read_person(row: Row, community: str) -> tuple[Person, list[Account]]:
    roles = (row.as_name("roles", one, Role) for one in row.texts("roles"))
    person = Person(
        id=_read_id(row),
        community=community,
        name=row.text("name", required=True),
        roles=frozenset(role for role in roles if role is not None),
        phone=row.text("phone"),
        language=row.text("language") or LANGUAGES[0],
        listed=True,
    )
    if "roles" not in row:
        row.wrong("roles", "没有写", "is missing")
    if person.language not in LANGUAGES:
        row.wrong("language", f"{quoted(person.language)} 应是 zh 或 en", "must be zh or en")
    accounts = [Account(own, person.id) for own in _read_addresses(row, "accounts", ACCOUNTS)]
    row.close()
    return person, accounts


def _read_id(row: Row) -> str:
    written = row.text("id", required=True)
    if written and _ID.fullmatch(written) is None:
        row.wrong(
            "id",
            f"{quoted(written)} 只能用字母、数字、_ 和 -，最多 24 个",
            "may hold only letters, digits, _ and -, at most 24",
        )
    return written


def _read_addresses(row: Row, key: str, kinds: Mapping[str, re.Pattern[str]]) -> tuple[Address, ...]:
    addresses: list[Address] = []
    for written in row.texts(key):
        try:
            addresses.append(read_address(written, kinds))
        except ValueError:
            platforms = " ".join(kinds)
            row.wrong(
                key,
                f"{quoted(written)} 不是“平台:编号”，平台有 {platforms}",
                f"is no platform:id, platforms are {platforms}",
            )
    return tuple(addresses)


def write_community(loaded: Loaded) -> dict[str, Any]:
    """Return the tables that read back as these records; what a file need not say is left out."""
    accounts = _by_person(loaded.accounts)
    head = loaded.community
    tables: dict[str, Any] = {
        "community": _filled(
            id=head.id,
            name=head.name,
            timezone=head.timezone,
            service_phone=head.service_phone,
            staff_chats=list(head.staff_chats),
            street_chats=list(head.street_chats),
        ),
        "compound": [
            _filled(id=one.id, name=one.name, regime=one.regime.value, property=one.property)
            for one in loaded.compounds
        ],
        "grid": [
            _filled(
                id=one.id,
                compound=one.compound,
                name=one.name,
                buildings=fold(one.buildings),
                leader=one.leader,
                deputies=list(one.deputies),
                chats=list(one.chats),
                heads=write_heads(one.heads),
            )
            for one in loaded.grids
        ],
        "person": [
            _filled(id=one.id, name=one.name)
            | {"roles": [role.value for role in Role if role in one.roles]}
            | _filled(
                phone=one.phone,
                language=one.language if one.language != LANGUAGES[0] else "",
                accounts=[account.address for account in accounts.get(one.id, ())],
            )
            for one in loaded.people
        ],
        "duty": write_duties(loaded.duties or ()),
        "reading": write_reading(head.second_opinion),
        "words": dict(head.words),
    }
    return {key: table for key, table in tables.items() if table} | write_policy(head.policy)


def _filled(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _by_person(accounts: Iterable[Account]) -> dict[str, tuple[Account, ...]]:
    own: dict[str, tuple[Account, ...]] = {}
    for account in accounts:
        own[account.person] = (*own.get(account.person, ()), account)
    return own


def directory_of(*loaded: Loaded, revision: int = 1) -> Directory:
    """Return the directory of these communities, as storage would read it back."""
    return Directory(
        revision=revision,
        communities={one.community.id: one.community for one in loaded},
        compounds={own.id: own for one in loaded for own in one.compounds},
        grids={own.id: own for one in loaded for own in one.grids},
        people={own.id: own for one in loaded for own in one.people},
        accounts=_by_person(account for one in loaded for account in one.accounts),
        spots={own.id: own for one in loaded for own in one.spots},
        duties={one.community.id: one.duties for one in loaded if one.duties is not None},
    )


def loaded_of(directory: Directory, community: str) -> Loaded | None:
    """Return one community out of the directory as its file would have it, None when it is not there."""
    if community not in directory.communities:
        return None
    grids = tuple(one for one in directory.grids.values() if one.community == community)
    people = tuple(one for one in directory.people.values() if one.community == community)
    ours = {grid.id for grid in grids}
    return Loaded(
        community=directory.communities[community],
        compounds=tuple(one for one in directory.compounds.values() if one.community == community),
        grids=grids,
        people=people,
        accounts=tuple(account for one in people for account in directory.accounts.get(one.id, ())),
        spots=tuple(spot for spot in directory.spots.values() if spot.grid in ours),
        duties=directory.duties.get(community, ()),
    )
