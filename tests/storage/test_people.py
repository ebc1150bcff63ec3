from __future__ import annotations

import pytest

from storage.database import Contradiction, Store
from storage.records import Account, Address, Person, Place, Role
from tests.storage.things import NOON, a_person

TELEGRAM, WECOM = Address("telegram:1001"), Address("wecom:mei")


async def revision(store: Store) -> int:
    return (await store.directory()).revision


async def test_a_person_comes_back_as_saved(store: Store) -> None:
    person = Person(
        id="wangfang",
        community="jinghe",
        name="王芳",
        roles=frozenset({Role.GRID_LEADER, Role.VOLUNTEER}),
        phone="13800000001",
        language="en",
        home_grid="xinhai-east-1",
        home=Place("3", "2", "5", "501", "门卫旁"),
        listed=True,
    )
    async with store.turn() as turn:
        await turn.people.save(person)
        assert await turn.people.get("wangfang") == person
    async with store.view() as view:
        assert await view.people.get("wangfang") == person
        assert await view.people.get_many(["wangfang", "nobody"]) == {"wangfang": person}


async def test_an_account_leads_to_its_person(store: Store) -> None:
    async with store.turn() as turn:
        await turn.people.save(a_person())
        await turn.people.bind(Account(TELEGRAM, "meiyi"))
        assert await turn.people.by_account(TELEGRAM) == a_person()
    async with store.view() as view:
        assert await view.people.by_accounts([TELEGRAM, WECOM]) == {TELEGRAM: a_person()}
        assert await view.people.by_account(WECOM) is None


async def test_a_stranger_is_known_from_the_moment_they_are_saved(store: Store) -> None:
    async with store.turn() as turn:
        assert await turn.people.by_account(TELEGRAM) is None
        await turn.people.save(a_person())
        await turn.people.bind(Account(TELEGRAM, "meiyi"))
        assert await turn.people.by_account(TELEGRAM) == a_person()


async def test_an_account_moves_to_whom_it_is_bound(store: Store) -> None:
    async with store.turn() as turn:
        for id in ("meiyi", "wangfang"):
            await turn.people.save(a_person(id))
        await turn.people.bind(Account(TELEGRAM, "meiyi"))
    async with store.turn() as turn:
        await turn.people.bind(Account(TELEGRAM, "wangfang"))
    async with store.view() as view:
        person = await view.people.by_account(TELEGRAM)
        assert person
        assert person.id == "wangfang"
        assert await view.people.accounts("meiyi") == []


async def test_an_account_of_nobody_cannot_be(store: Store) -> None:
    with pytest.raises(Contradiction):
        async with store.turn() as turn:
            await turn.people.bind(Account(TELEGRAM, "nobody"))


async def test_the_account_used_last_comes_first(store: Store) -> None:
    async with store.turn() as turn:
        await turn.people.save(a_person())
        await turn.people.bind(Account(TELEGRAM, "meiyi", NOON))
        await turn.people.bind(Account(WECOM, "meiyi", NOON + 1))
        assert [account.address for account in await turn.people.accounts("meiyi")] == [WECOM, TELEGRAM]
        turn.people.touched(TELEGRAM, NOON + 2)
        turn.people.touched(TELEGRAM, NOON + 1)
        assert [account.address for account in await turn.people.accounts("meiyi")] == [TELEGRAM, WECOM]
    async with store.view() as view:
        assert (await view.people.accounts("meiyi"))[0] == Account(TELEGRAM, "meiyi", NOON + 2, None)


async def test_who_writes_in_private_is_reachable_and_who_blocks_is_not(store: Store) -> None:
    async def reachable() -> bool | None:
        async with store.view() as view:
            return (await view.people.accounts("meiyi"))[0].reachable

    async with store.turn() as turn:
        await turn.people.save(a_person())
        await turn.people.bind(Account(TELEGRAM, "meiyi"))
        turn.people.touched(TELEGRAM, NOON)
    assert await reachable() is None
    async with store.turn() as turn:
        turn.people.touched(TELEGRAM, NOON, private=True)
        turn.people.touched(TELEGRAM, NOON)
    assert await reachable() is True
    async with store.turn() as turn:
        await turn.people.reachable(TELEGRAM, False)
        await turn.people.reachable(WECOM, False)
        turn.people.touched(WECOM, NOON, private=True)
    assert await reachable() is False


async def test_residents_come_and_go_without_the_directory_being_read_again(store: Store) -> None:
    before = await revision(store)
    async with store.turn() as turn:
        await turn.people.save(a_person())
        await turn.people.bind(Account(TELEGRAM, "meiyi"))
        turn.people.touched(TELEGRAM, NOON, private=True)
        await turn.people.reachable(TELEGRAM, False)
    assert await revision(store) == before


async def test_the_directory_follows_the_accounts_of_listed_people(store: Store) -> None:
    async def accounts() -> list[tuple[str, bool | None]]:
        directory = await store.directory()
        return [(account.address, account.reachable) for account in directory.accounts["wangfang"]]

    async with store.turn() as turn:
        await turn.people.save(a_person("wangfang", listed=True))
        await turn.people.bind(Account(TELEGRAM, "wangfang", NOON))
    assert await accounts() == [(TELEGRAM, None)]
    async with store.turn() as turn:
        await turn.people.bind(Account(WECOM, "wangfang", NOON + 1))
    assert await accounts() == [(WECOM, None), (TELEGRAM, None)]
    async with store.turn() as turn:
        turn.people.touched(TELEGRAM, NOON + 2)
    assert await accounts() == [(TELEGRAM, None), (WECOM, None)]
    async with store.turn() as turn:
        await turn.people.reachable(WECOM, False)
    assert await accounts() == [(TELEGRAM, None), (WECOM, False)]
    async with store.turn() as turn:
        await turn.people.save(a_person("meiyi"))
        await turn.people.bind(Account(WECOM, "meiyi"))
    assert await accounts() == [(TELEGRAM, None)]


async def test_the_same_account_used_again_moves_nothing(store: Store) -> None:
    async with store.turn() as turn:
        await turn.people.save(a_person("wangfang", listed=True))
        await turn.people.bind(Account(TELEGRAM, "wangfang", NOON, True))
        await turn.people.bind(Account(WECOM, "wangfang", NOON - 1))
    first = await store.directory()
    async with store.turn() as turn:
        turn.people.touched(TELEGRAM, NOON + 2, private=True)
    assert await store.directory() is first
