"""What the community files say, kept as tables, read back whole, and replaced community by community."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, replace
from itertools import groupby
from typing import Any

from storage.connections import Row
from storage.examples import lesson_from
from storage.notices import posted_from
from storage.people import account_from, account_row, person_from, row_from
from storage.policies import policy_from, policy_json
from storage.records import (
    Account,
    Address,
    Community,
    Compound,
    Directory,
    Grid,
    Instant,
    Person,
    Regime,
    SecondOpinion,
    Spot,
    resident_id,
)
from storage.roster import duty_from, duty_rows
from storage.statements import BIGGEST, Room, as_json, keys_json


class DirectoryRoom(Room):
    """`turn.directory`."""

    async def revision(self) -> int:
        """Moves whenever something read() returns may have changed; 0 for a database nothing was imported into."""
        return int(await self.sql.value("directory_revision") or 0)

    async def replace(self, told: Directory, *, wholly: bool = False) -> None:
        """Let the communities in `told` be as it says; communities not in it are left alone.

        Residents, tickets, and accounts people bound themselves stay, and so do the roles of those who came by an
        invite and were never in the file. A person who left the file stays as a plain resident (listed=False), so
        that the ledger can name them; an account the file no longer names goes.
        An account the file gives to somebody is theirs, whoever had it. A community `told.duties` does not name keeps its
        duty roster. `told.revision`, lessons and what boards show are not read.

        `wholly`: `told` is what read() gave, changed by somebody who saw it all. Then everything is as it says: who came
        by an invite and accounts people bound themselves go as well where it leaves them out, languages are as it
        has them, and an account it leaves where it was is not a file's because of that.
        """
        await self.sql.flush()
        communities = keys_json(told.communities)
        for query in (
            "spots_clear",
            "grid_chats_clear",
            "grids_clear",
            "compounds_clear",
            "staff_chats_clear",
            "street_chats_clear",
        ):
            await self.sql.run(query, communities=communities)
        await self._write_places(told)
        await self._write_people(told, wholly=wholly)
        await self.sql.run("directory_bump")
        for room in self.sql.rooms:
            room.forget_known()

    async def _write_places(self, told: Directory) -> None:
        run_many = self.sql.run_many
        communities, grids = list(told.communities.values()), list(told.grids.values())
        await run_many("communities_put", _numbered(_community_row(one) for one in communities))
        staff = [{"community": one.id, "chat": chat} for one in communities for chat in one.staff_chats]
        await run_many("staff_chats_add", _numbered(staff))
        street = [{"community": one.id, "chat": chat} for one in communities for chat in one.street_chats]
        await run_many("street_chats_add", _numbered(street))
        await run_many("compounds_add", _numbered(_compound_row(one) for one in told.compounds.values()))
        await run_many("grids_add", _numbered(_grid_row(grid) for grid in grids))
        bound = [{"grid": grid.id, "chat": chat} for grid in grids for chat in grid.chats]
        await run_many("grid_chats_add", _numbered(bound))
        spots = [
            {"id": spot.id, "grid": spot.grid, "building": spot.building} for spot in told.spots.values()
        ]
        await run_many("spots_add", _numbered(spots))
        await self.sql.run("duties_clear", communities=keys_json(told.duties))
        await run_many("duties_add", [row for duties in told.duties.values() for row in duty_rows(duties)])

    async def _write_people(self, told: Directory, *, wholly: bool) -> None:
        people = keys_json(told.people)
        addresses = keys_json(account.address for accounts in told.accounts.values() for account in accounts)
        communities = keys_json(told.communities)
        if not wholly:
            await self.sql.run("people_unlist", communities=communities, people=people, addresses=addresses)
        dropped = await self.sql.write_returning(
            "accounts_strike" if wholly else "accounts_unlist", communities=communities, addresses=addresses
        )
        if wholly:
            await self.sql.run("people_strike", communities=communities, people=people)
        await self._let_go(dropped)
        await self.sql.run_many("people_list", [row_from(person) for person in told.people.values()])
        if wholly:
            spoken = [{"id": one.id, "language": one.language} for one in told.people.values()]
            await self.sql.run_many("people_speak", spoken)
        accounts = [
            {"address": account.address, "person": person}
            for person, owned in told.accounts.items()
            for account in owned
        ]
        await self.sql.run_many("accounts_keep" if wholly else "accounts_list", accounts)

    async def _let_go(self, dropped: Collection[Row]) -> None:
        """Let the accounts the file does not name any more be strangers', as any that speaks for the first time.

        Whoever speaks there would be the person they were before they were joined to another, and answer for what
        that one did: those are people of their own from now on.
        """
        before = {resident_id(Address(row["address"])): row for row in dropped}
        joined = await self.sql.rows("people_were_joined", keys=keys_json(before))
        fresh = []
        for person, row in ((person_from(found), before[found["id"]]) for found in joined):
            id = resident_id(Address(row["address"]), row["last_used_at"])
            fresh.append((replace(person, id=id), row))
        await self.sql.run_many("people_save", [row_from(person) for person, _ in fresh])
        accounts = [account_row(Account(row["address"], person.id)) for person, row in fresh]
        await self.sql.run_many("accounts_bind", accounts)

    async def read(self) -> Directory:
        """Read everything of every community: some thousands of rows for a city."""
        await self.sql.flush()
        rows = self.sql.rows
        staff = _grouped(await rows("staff_chats_all"), "community")
        street = _grouped(await rows("street_chats_all"), "community")
        chats = _grouped(await rows("grid_chats_all"), "grid")
        people = {row["id"]: person_from(row) for row in await rows("people_listed")}
        return Directory(
            revision=await self.revision(),
            communities={
                row["id"]: _community(row, staff.get(row["id"], ()), street.get(row["id"], ()))
                for row in await rows("communities_all")
            },
            compounds={row["id"]: _compound(row) for row in await rows("compounds_all")},
            grids={row["id"]: _grid(row, chats.get(row["id"], ())) for row in await rows("grids_all")},
            people=people,
            accounts=_accounts(await rows("accounts_of_listed"), people),
            spots={
                row["id"]: Spot(row["id"], row["grid"], row["building"]) for row in await rows("spots_all")
            },
            erased={row["person"]: row["at"] for row in await rows("erased_all")},
            lessons={row["community"]: lesson_from(row) for row in await rows("lessons_all")},
            meetings=_planned(await rows("meetings_to_come", community=None, before=BIGGEST)),
            duties={
                community: tuple(map(duty_from, lines))
                for community, lines in groupby(
                    await rows("duties_all"), key=lambda row: str(row["community"])
                )
            },
            posted={row["compound"]: posted_from(row) for row in await rows("notices_all")},
        )

    async def stir(self) -> None:
        """Something that read() returns and another room keeps has changed: everybody is to read anew."""
        await self.sql.run("directory_bump")


def _numbered(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"position": position} for position, row in enumerate(rows)]


def _grouped(rows: Collection[Row], key: str) -> dict[str, tuple[Address, ...]]:
    return {
        owner: tuple(Address(row["chat"]) for row in chats)
        for owner, chats in groupby(rows, key=lambda row: str(row[key]))
    }


def _planned(rows: Collection[Row]) -> dict[str, tuple[Instant, ...]]:
    found: dict[str, list[Instant]] = {}
    for row in rows:
        found.setdefault(row["community"], []).append(row["starts_at"])
    return {community: tuple(times) for community, times in found.items()}


def _accounts(rows: Collection[Row], people: dict[str, Person]) -> dict[str, tuple[Account, ...]]:
    found: dict[str, list[Account]] = {person: [] for person in people}
    for row in rows:
        found[row["person"]].append(account_from(row))
    return {person: tuple(accounts) for person, accounts in found.items()}


def _community_row(community: Community) -> dict[str, Any]:
    return {
        "id": community.id,
        "name": community.name,
        "timezone": community.timezone,
        "service_phone": community.service_phone,
        "policy": policy_json(community.policy),
        "words": as_json(community.words),
        "reading": as_json(asdict(community.second_opinion) if community.second_opinion else {}),
    }


def _community(row: Row, staff_chats: tuple[Address, ...], street_chats: tuple[Address, ...]) -> Community:
    return Community(
        id=row["id"],
        name=row["name"],
        timezone=row["timezone"],
        service_phone=row["service_phone"],
        staff_chats=staff_chats,
        street_chats=street_chats,
        policy=policy_from(row["policy"]),
        words=json.loads(row["words"]),
        second_opinion=SecondOpinion(**asked) if (asked := json.loads(row["reading"])) else None,
    )


def _compound_row(compound: Compound) -> dict[str, Any]:
    return {
        "id": compound.id,
        "community": compound.community,
        "name": compound.name,
        "regime": compound.regime,
        "property": compound.property,
    }


def _compound(row: Row) -> Compound:
    return Compound(row["id"], row["community"], row["name"], Regime(row["regime"]), row["property"])


def _grid_row(grid: Grid) -> dict[str, Any]:
    return {
        "id": grid.id,
        "community": grid.community,
        "compound": grid.compound,
        "name": grid.name,
        "buildings": as_json(grid.buildings),
        "leader": grid.leader,
        "deputies": as_json(grid.deputies),
        "heads": as_json(grid.heads),
    }


def _grid(row: Row, chats: tuple[Address, ...]) -> Grid:
    return Grid(
        id=row["id"],
        community=row["community"],
        compound=row["compound"],
        name=row["name"],
        buildings=tuple(json.loads(row["buildings"])),
        leader=row["leader"],
        deputies=tuple(json.loads(row["deputies"])),
        chats=chats,
        heads=tuple((building, person) for building, person in json.loads(row["heads"])),
    )
