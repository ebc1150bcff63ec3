"""What must hold between the tables of a community file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from handlers.places import bare
from handlers.tables import nearest, quoted
from storage.records import (
    Account,
    Address,
    Community,
    Compound,
    Grid,
    Person,
    Role,
    chat_of,
    platform_of,
)


def check(
    community: Community,
    compounds: Sequence[Compound],
    grids: Sequence[Grid],
    people: Sequence[Person],
    accounts: Sequence[Account],
) -> tuple[list[str], list[str]]:
    """Return the mistakes that show only when the tables are read together, and the warnings."""
    persons = {person.id: person for person in people if person.id}
    mistakes = chain(
        _twice("compound", [one.id for one in compounds]),
        _twice("grid", [one.id for one in grids]),
        _twice("person", [one.id for one in people]),
        *(_people_of(grid, persons) for grid in grids),
        _representatives(community, persons),
        _compounds_of(grids, compounds),
        _overlaps(grids),
        _shared_chats(community, grids),
        _shared_accounts(accounts),
    )
    return list(mistakes), list(_warnings(community, compounds, grids, persons))


def line(where: str, chinese: str, english: str) -> str:
    """Return a mistake or warning as it is shown: where it stands, Chinese, English."""
    return f"{' '.join(where.split())}: {chinese} · {english}"


def _twice(table: str, ids: Iterable[str]) -> Iterable[str]:
    seen: dict[str, int] = {}
    for one in ids:
        seen[one] = seen.get(one, 0) + 1
        if one and seen[one] == 2:
            yield line(f"[[{table}]] {one} id", "用了两次", "is used twice")


def _people_of(grid: Grid, persons: dict[str, Person]) -> Iterable[str]:
    at = f"[[grid]] {grid.id}"
    leader = persons.get(grid.leader)
    if leader is None and grid.leader:
        yield nobody(f"{at} leader", grid.leader, persons)
    if leader is not None and Role.GRID_LEADER not in leader.roles:
        yield line(
            f"{at} leader",
            f"{quoted(grid.leader)} 的 roles 里没有 grid_leader",
            f"{quoted(grid.leader)} does not have the role grid_leader",
        )
    for deputy in dict.fromkeys(grid.deputies):
        if deputy not in persons:
            yield nobody(f"{at} deputies", deputy, persons)
    for deputy in dict.fromkeys(
        one for one in grid.deputies if one == grid.leader or grid.deputies.count(one) > 1
    ):
        yield line(
            f"{at} deputies",
            f"{quoted(deputy)} 写重复了，或者就是网格长",
            f"{quoted(deputy)} is named twice, or is the leader",
        )


def _representatives(community: Community, persons: Iterable[str]) -> Iterable[str]:
    for one in community.policy.representatives:
        if one not in persons:
            yield nobody("[meeting] representatives", one, persons)


def nobody(where: str, written: str, persons: Iterable[str]) -> str:
    """Return the mistake of naming somebody who is not in the file."""
    zh, en = nearest(written, persons)
    return line(
        where, f"[[person]] 里没有 {quoted(written)}{zh}", f"nobody in [[person]] is {quoted(written)}{en}"
    )


def _compounds_of(grids: Iterable[Grid], compounds: Iterable[Compound]) -> Iterable[str]:
    known = [compound.id for compound in compounds]
    for grid in grids:
        if grid.compound and grid.compound not in known:
            zh, en = nearest(grid.compound, known)
            yield line(
                f"[[grid]] {grid.id} compound",
                f"[[compound]] 里没有 {quoted(grid.compound)}{zh}",
                f"no [[compound]] is {quoted(grid.compound)}{en}",
            )


def _overlaps(grids: Iterable[Grid]) -> Iterable[str]:
    """Name the buildings that two grids of one compound, or one grid twice, lay claim to."""
    claimed: dict[tuple[str, str], str] = {}
    for grid in grids:
        doubled: dict[str, list[str]] = {}
        for building in grid.buildings:
            spot = (grid.compound, bare(building))
            if spot in claimed:
                doubled.setdefault(claimed[spot], []).append(building)
            claimed.setdefault(spot, grid.id)
        for owner, buildings in doubled.items():
            names = " ".join(buildings[:10]) + (" …" if len(buildings) > 10 else "")
            at = f"[[grid]] {grid.id} buildings"
            yield line(at, f"{names} 已经属于 {owner}", f"{names} already belong to {owner}")


def _shared_chats(community: Community, grids: Iterable[Grid]) -> Iterable[str]:
    """Name every group that is bound twice. Two topics of one group are one group, unless one list names both."""
    owners: dict[Address, str] = {}
    seen: set[Address] = set()
    for where, chat in bound(community, grids):
        first = owners.setdefault(chat_of(chat), where)
        if first != where or chat in seen:
            yield line(where, f"{chat} 已经绑定在 {first}", f"{chat} is already bound in {first}")
        seen.add(chat)


STREET_CHATS = "[community] street_chats"
"""Where a file has the street's: the one group that several communities may share."""


def bound(community: Community, grids: Iterable[Grid]) -> Iterable[tuple[str, Address]]:
    """Give every group of a file and where in the file it stands."""
    for chat in community.staff_chats:
        yield "[community] staff_chats", chat
    for chat in community.street_chats:
        yield STREET_CHATS, chat
    for grid in grids:
        for chat in grid.chats:
            yield f"[[grid]] {grid.id} chats", chat


def _shared_accounts(accounts: Iterable[Account]) -> Iterable[str]:
    owners: dict[Address, str] = {}
    for account in accounts:
        at = f"[[person]] {account.person} accounts"
        if account.address in owners:
            first = owners[account.address]
            yield line(
                at,
                f"{account.address} 已经是 {first} 的账号",
                f"{account.address} already belongs to {first}",
            )
        owners.setdefault(account.address, account.person)


def _warnings(
    community: Community, compounds: Iterable[Compound], grids: Sequence[Grid], persons: dict[str, Person]
) -> Iterable[str]:
    offices = chain(
        ((f"[[compound]] {one.id} property", one.property) for one in compounds),
        ((f"[category.{name}] handler", own.handler) for name, own in community.policy.categories.items()),
    )
    for where, office in offices:
        if office is not None and office not in persons:
            zh, en = nearest(office, persons)
            yield line(
                where,
                f"{quoted(office)} 不在 [[person]] 里，当作没有账号的单位名称{zh}",
                f"{quoted(office)} is not in [[person]], taken as the name of an office without an account{en}",
            )
    for grid in grids:
        if not grid.buildings:
            yield line(f"[[grid]] {grid.id} buildings", "没有楼栋", "has no buildings")
    for _, chat in bound(community, grids):
        if platform_of(chat) == "telegram" and not chat.startswith("telegram:-"):
            yield line(chat, "Telegram 群的编号以 - 开头", "the id of a Telegram group begins with -")
    if not community.staff_chats and not any(Role.STAFF in person.roles for person in persons.values()):
        yield line(
            "[community] staff_chats",
            "没有工作群，也没有 staff，超时无人可告",
            "neither a staff chat nor anybody with the role staff: nobody hears of missed deadlines",
        )
