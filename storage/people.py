"""People and the accounts they are reached at."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache

from storage.connections import Row
from storage.records import Account, Address, Instant, Person, Place, Role
from storage.statements import Lists, Room, Shelf, Statements, as_json, keys_json


def person_from(row: Row) -> Person:
    """Read a row of `people`."""
    home = ("home_building", "home_unit", "home_floor", "home_room", "home_landmark")
    return Person(
        id=row["id"],
        community=row["community"],
        name=row["name"],
        roles=_roles(row["roles"]),
        phone=row["phone"],
        language=row["language"],
        home_grid=row["home_grid"],
        home=Place(*(row[column] for column in home)),
        listed=bool(row["listed"]),
    )


@lru_cache(maxsize=256)
def _roles(written: str) -> frozenset[Role]:
    """Most people have the same few."""
    return frozenset(Role(role) for role in json.loads(written))


def row_from(person: Person) -> dict[str, object]:
    """Write a person as the parameters of people_save."""
    return {
        "id": person.id,
        "community": person.community,
        "name": person.name,
        "roles": as_json(sorted(person.roles)),
        "phone": person.phone,
        "language": person.language,
        "home_grid": person.home_grid,
        "home_building": person.home.building,
        "home_unit": person.home.unit,
        "home_floor": person.home.floor,
        "home_room": person.home.room,
        "home_landmark": person.home.landmark,
        "listed": int(person.listed),
    }


def account_from(row: Row) -> Account:
    """Read a row of `accounts`."""
    reachable = None if row["reachable"] is None else bool(row["reachable"])
    return Account(Address(row["address"]), row["person"], row["last_used_at"], reachable)


def account_row(account: Account) -> dict[str, object]:
    """Write an account as the parameters of accounts_bind."""
    reachable = None if account.reachable is None else int(account.reachable)
    return {
        "address": account.address,
        "person": account.person,
        "last_used_at": account.last_used_at,
        "reachable": reachable,
        "listed": 0,
    }


class People(Room):
    """A change that concerns a listed person moves the directory's revision, so that every copy is read again."""

    def __init__(self, statements: Statements) -> None:
        super().__init__(statements)
        self._people: Shelf[str, Person] = Shelf()
        self._accounts: Shelf[Address, Account] = Shelf()
        self._touched: dict[Address, tuple[Instant, bool]] = {}
        self._of: Lists[Account] = Lists(statements, "accounts_of", "person", account_from)

    async def get(self, id: str) -> Person | None:
        return (await self.get_many([id])).get(id)

    async def get_many(self, ids: Collection[str]) -> dict[str, Person]:
        """Return those known, by id."""
        unknown = [id for id in ids if id not in self._people]
        if unknown:
            found = {row["id"]: person_from(row) for row in await self._rows("people_get", unknown)}
            for id in unknown:
                self._people.learn(id, found.get(id))
        return {id: person for id in ids if (person := self._people.get(id)) is not None}

    async def meant_by(self, ids: Collection[str]) -> dict[str, Person]:
        """Return whom these ids mean now: whoever was joined to another (storage/joining.py) is that one."""
        joined = {row["id"]: row["joined_to"] for row in await self._rows("people_joined", ids)}
        people = await self.get_many({joined.get(id, id) for id in ids})
        return {id: people[joined.get(id, id)] for id in ids if joined.get(id, id) in people}

    async def ids_of(self, person: str) -> tuple[str, ...]:
        """Return the ids this person has in the ledger: their own, and those of whom they were joined with."""
        return (person, *(row["id"] for row in await self.sql.rows("people_joined_to", person=person)))

    async def by_account(self, address: Address) -> Person | None:
        return (await self.by_accounts([address])).get(address)

    async def by_accounts(self, addresses: Collection[Address]) -> dict[Address, Person]:
        """Return the people behind those addresses that are bound to somebody."""
        unknown = [address for address in addresses if address not in self._accounts]
        if unknown:
            found = {row["address"]: account_from(row) for row in await self._rows("accounts_get", unknown)}
            for address in unknown:
                self._accounts.learn(address, found.get(address))
        owners = {a: account.person for a in addresses if (account := self._accounts.get(a)) is not None}
        people = await self.get_many(set(owners.values()))
        return {address: people[person] for address, person in owners.items()}

    async def accounts(self, person: str) -> list[Account]:
        """The person's accounts, last used first."""
        return (await self.accounts_of_many([person]))[person]

    async def accounts_of_many(self, people: Collection[str]) -> dict[str, list[Account]]:
        """The accounts of each of them; accounts() then finds them in the turn."""
        if not self._of.knows(people):
            await self.flush()
        return await self._of.of_many(people)

    async def save(self, person: Person) -> None:
        """Write the person as they shall be known; buffered until the turn's end or a query that must see it."""
        self.sql.may_write()
        self._people.put(person.id, person)

    async def bind(self, account: Account) -> None:
        """The account belongs to the person it names from now on, whoever had it before. Buffered likewise."""
        self.sql.may_write()
        self._accounts.put(account.address, account)
        self._of.forget()

    def touched(self, address: Address, at: Instant, *, private: bool = False) -> None:
        """Buffered. Its owner wrote at `at`; `private`: to the bot alone, so letters will reach them there."""
        self.sql.may_write()
        self._of.forget()
        last, was_private = self._touched.get(address, (0, False))
        self._touched[address] = (max(last, at), private or was_private)

    async def reachable(self, address: Address, yes: bool) -> None:
        """Note whether letters reach this account (an address nobody is bound to is nothing)."""
        await self.flush()
        await self._bump_if(
            "accounts_reachability_differs", addresses=keys_json([address]), reachable=int(yes)
        )
        await self.sql.run("accounts_set_reachable", address=address, reachable=int(yes))
        self._accounts.forget()
        self._of.forget()

    async def flush(self) -> None:
        people, _ = self._people.take()
        if people:
            ids = keys_json(person.id for person in people)
            if any(person.listed for person in people):
                await self.sql.run("directory_bump")
            else:
                await self._bump_if("people_any_listed", ids=ids)
            await self.sql.run_many("people_save", [row_from(person) for person in people])
        accounts, _ = self._accounts.take()
        if accounts:
            await self._bump_if(
                "accounts_any_of_listed",
                addresses=keys_json(account.address for account in accounts),
                people=keys_json({account.person for account in accounts}),
            )
            await self.sql.run_many("accounts_bind", [account_row(account) for account in accounts])
        await self._flush_touched()

    async def _flush_touched(self) -> None:
        touched, self._touched = self._touched, {}
        if not touched:
            return
        everyone = keys_json(touched)
        private = [address for address, (_, alone) in touched.items() if alone]
        # Only what others read from the directory moves its revision: who is reachable, and which account comes first.
        await self._bump_if("accounts_order_changes", addresses=everyone)
        if private:
            await self._bump_if(
                "accounts_reachability_differs", addresses=keys_json(private), reachable=int(True)
            )
        rows = [
            {"address": address, "at": at, "private": int(alone)} for address, (at, alone) in touched.items()
        ]
        await self.sql.run_many("accounts_touch", rows)
        for address, (at, alone) in touched.items():
            if (account := self._accounts.get(address)) is not None:
                used = max(account.last_used_at, at)
                self._accounts.learn(
                    address, replace(account, last_used_at=used, reachable=alone or account.reachable)
                )

    def forget_known(self) -> None:
        self._people.forget()
        self._accounts.forget()
        self._of.forget()

    async def _rows(self, query: str, keys: Collection[str]) -> list[Row]:
        return await self.sql.rows(query, keys=keys_json(keys))

    async def _bump_if(self, query: str, **parameters: object) -> None:
        if await self.sql.value(query, **parameters):
            await self.sql.run("directory_bump")
