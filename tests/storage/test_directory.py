from __future__ import annotations

from dataclasses import replace

import pytest

from storage.database import Contradiction, Store
from storage.records import (
    DAY,
    HOUR,
    MINUTE,
    Account,
    Address,
    Allowance,
    Category,
    CategoryPolicy,
    Clock,
    Community,
    Compound,
    Directory,
    Grid,
    Person,
    Place,
    Policy,
    Regime,
    Role,
    SecondOpinion,
    Severity,
    Spot,
    resident_id,
)
from tests.storage.things import NOON, a_person, report

WANG, LEI = Address("telegram:1001"), Address("wecom:lilei")


def a_town() -> Directory:
    policy = Policy(
        clocks={
            Severity.ORDINARY: {
                Clock.ACCEPT: Allowance(5 * MINUTE),
                Clock.RESOLVE: Allowance(2 * HOUR, True),
            },
            Severity.COMPLEX: {Clock.RESOLVE: Allowance(0, False, 15)},
        },
        close_after=Allowance(3 * DAY),
        categories={
            Category.ELEVATOR: CategoryPolicy(Severity.MAJOR, "lilei", {Clock.ARRIVE: Allowance(MINUTE)}),
            Category.PETS: CategoryPolicy(),
        },
        meeting="fri 15:00",
        followers=5,
        meeting_place="社区会议室",
        representatives=("meiyi",),
        quorum=2,
    )
    staff = (Address("telegram:-9"), Address("telegram:-8"))
    words = {"elevator": ["升降机"], "weights": {"漏": 2}}
    roles = {"wangfang": Role.GRID_LEADER, "lilei": Role.PROPERTY}
    return Directory(
        revision=99,
        communities={
            "jinghe": Community(
                "jinghe",
                "径河社区",
                "Asia/Shanghai",
                "027-83000000",
                staff,
                policy,
                words,
                SecondOpinion("https://model.example.org/v1", "qwen"),
                (Address("web:street"), Address("telegram:-7")),
            )
        },
        compounds={
            "west": Compound("west", "jinghe", "鑫海花城西区", Regime.COMMERCIAL, "lilei"),
            "east": Compound("east", "jinghe", "鑫海花城东区", Regime.NONE),
        },
        grids={
            "west-2": Grid(
                "west-2", "jinghe", "west", "第二", ("10", "2", "A座"), "wangfang", ("lilei", "b"), ()
            ),
            "east-1": Grid(
                "east-1", "jinghe", "east", "第一", ("1",), "wangfang", (), (Address("web:g"), WANG)
            ),
        },
        people={
            id: Person(id, "jinghe", id, frozenset({role}), "138", listed=True) for id, role in roles.items()
        },
        accounts={"wangfang": (Account(WANG, "wangfang"),), "lilei": (Account(LEI, "lilei"),)},
        spots={"s2": Spot("s2", "west-2", "A座"), "s1": Spot("s1", "east-1", "1")},
    )


async def imported(store: Store, told: Directory) -> Directory:
    async with store.turn() as turn:
        await turn.directory.replace(told)
    return await store.directory()


async def test_a_town_comes_back_as_the_file_says_it_in_its_order(store: Store) -> None:
    told = a_town()
    read = await imported(store, told)
    assert replace(read, revision=99) == told
    assert list(read.compounds) == ["west", "east"]
    assert list(read.grids) == ["west-2", "east-1"]


async def test_importing_the_same_again_changes_nothing(store: Store) -> None:
    first = await imported(store, a_town())
    again = await imported(store, a_town())
    assert replace(again, revision=first.revision) == first


async def test_the_copy_in_memory_is_kept_until_something_moves(store: Store) -> None:
    first = await imported(store, a_town())
    async with store.turn() as turn:
        report(turn)
    assert await store.directory() is first
    assert await imported(store, a_town()) is not first


async def test_what_left_the_file_is_gone_and_its_tickets_stay(store: Store) -> None:
    told = a_town()
    await imported(store, told)
    async with store.turn() as turn:
        report(turn, 1001, grid="west-2")
    smaller = replace(
        told,
        compounds={"east": told.compounds["east"]},
        grids={"east-1": told.grids["east-1"]},
        spots={"s1": told.spots["s1"]},
    )
    read = await imported(store, smaller)
    assert (set(read.compounds), set(read.grids), set(read.spots)) == ({"east"}, {"east-1"}, {"s1"})
    async with store.view() as view:
        assert len(await view.tickets.open_in_grid("west-2")) == 1


async def test_who_left_the_file_is_still_known_by_name_but_has_no_office_and_no_listed_account(
    store: Store,
) -> None:
    told = a_town()
    await imported(store, told)
    bound = Address("telegram:77")
    async with store.turn() as turn:
        await turn.people.bind(Account(bound, "lilei"))
    read = await imported(
        store,
        replace(
            told,
            people={"wangfang": told.people["wangfang"]},
            accounts={"wangfang": told.accounts["wangfang"]},
        ),
    )
    assert set(read.people) == set(read.accounts) == {"wangfang"}
    async with store.view() as view:
        lilei = await view.people.by_account(bound)
        assert lilei
        assert (lilei.name, lilei.listed, lilei.roles) == ("lilei", False, frozenset({Role.RESIDENT}))
        assert await view.people.by_account(LEI) is None


async def invited(store: Store, address: str = "telegram:88") -> Person:
    """Somebody who came by a code for staff."""
    person = Person("r-0123456789abcdef", "jinghe", "陈洁", frozenset({Role.STAFF}), listed=True)
    async with store.turn() as turn:
        await turn.people.save(person)
        await turn.people.bind(Account(Address(address), person.id))
    return person


async def test_who_came_by_an_invite_keeps_the_role_though_the_file_does_not_know_them(store: Store) -> None:
    await imported(store, a_town())
    person = await invited(store)
    read = await imported(store, a_town())
    assert read.people[person.id].roles == {Role.STAFF}
    assert [account.address for account in read.accounts[person.id]] == ["telegram:88"]


async def test_who_came_by_an_invite_and_once_stood_in_the_file_leaves_with_it(store: Store) -> None:
    told = a_town()
    await imported(store, told)
    person = await invited(store)
    account = Account(Address("telegram:88"), person.id)
    named = replace(
        told, people={**told.people, person.id: person}, accounts={**told.accounts, person.id: (account,)}
    )
    assert person.id in (await imported(store, named)).people
    assert person.id not in (await imported(store, told)).people


async def test_who_came_by_an_invite_and_whose_account_the_file_gives_to_somebody_is_that_somebody(
    store: Store,
) -> None:
    told = a_town()
    await imported(store, told)
    person = await invited(store)
    lei = (*told.accounts["lilei"], Account(Address("telegram:88"), "lilei"))
    read = await imported(store, replace(told, accounts={**told.accounts, "lilei": lei}))
    assert person.id not in read.people


async def test_an_account_that_left_the_file_is_shut_and_one_its_owner_bound_is_not(store: Store) -> None:
    told = a_town()
    await imported(store, told)
    bound = Address("telegram:77")
    async with store.turn() as turn:
        await turn.people.bind(Account(bound, "wangfang", NOON))
    read = await imported(store, replace(told, accounts={"lilei": told.accounts["lilei"]}))
    assert [account.address for account in read.accounts["wangfang"]] == [bound]


async def test_whoever_speaks_from_an_account_that_left_the_file_is_nobody_the_account_was_before(
    store: Store,
) -> None:
    told = a_town()
    before = a_person(resident_id(WANG))
    async with store.turn() as turn:
        await turn.people.save(before)
        await turn.people.bind(Account(WANG, before.id, NOON))
        await turn.directory.replace(replace(told, accounts={"lilei": told.accounts["lilei"]}))
        await turn.joining.join(before.id, told.people["wangfang"])
    await imported(store, told)
    read = await imported(store, replace(told, accounts={"lilei": told.accounts["lilei"]}))
    assert read.accounts["wangfang"] == ()
    async with store.view() as view:
        now = await view.people.by_account(WANG)
        assert now is not None
        assert now.id not in (before.id, "wangfang")
        assert (now.roles, now.listed) == (frozenset({Role.RESIDENT}), False)
        assert (await view.people.meant_by([before.id]))[before.id].id == "wangfang"


async def test_an_import_keeps_what_people_told_us_and_how_they_are_reached(store: Store) -> None:
    told = a_town()
    await imported(store, told)
    async with store.turn() as turn:
        own = replace(told.people["wangfang"], language="en", home_grid="east-1", home=Place("1"))
        await turn.people.save(own)
        turn.people.touched(WANG, NOON, private=True)
    read = await imported(store, told)
    assert read.people["wangfang"] == own
    assert read.accounts["wangfang"] == (Account(WANG, "wangfang", NOON, True),)


async def test_an_account_the_file_gives_to_somebody_is_theirs(store: Store) -> None:
    async with store.turn() as turn:
        await turn.people.save(a_person("meiyi"))
        await turn.people.bind(Account(WANG, "meiyi", NOON))
        assert await turn.people.by_account(WANG) == a_person("meiyi")
        await turn.directory.replace(a_town())
        person = await turn.people.by_account(WANG)
        assert person
        assert person.id == "wangfang"
        assert await turn.people.get("meiyi") == a_person("meiyi")


async def test_a_second_community_leaves_the_first_alone(store: Store) -> None:
    first = await imported(store, a_town())
    other = Directory(
        revision=0,
        communities={"changqing": Community("changqing", "长青社区")},
        compounds={"c": Compound("c", "changqing", "长青里", Regime.NONE)},
        grids={"c-1": Grid("c-1", "changqing", "c", "一", ("1",), "zhao")},
        people={"zhao": Person("zhao", "changqing", "赵", listed=True)},
        accounts={},
        spots={},
    )
    both = await imported(store, other)
    assert set(both.communities) == {"jinghe", "changqing"}
    assert set(both.people) == {"wangfang", "lilei", "zhao"}
    assert both.accounts["zhao"] == ()
    assert {id: grid for id, grid in both.grids.items() if grid.community == "jinghe"} == first.grids
    assert both.accounts["wangfang"] == first.accounts["wangfang"]


async def test_a_town_that_contradicts_itself_is_not_taken_at_all(store: Store) -> None:
    first = await imported(store, a_town())
    told = a_town()
    with pytest.raises(Contradiction):
        await imported(store, replace(told, compounds={"east": told.compounds["east"]}))
    assert await store.directory() is first
