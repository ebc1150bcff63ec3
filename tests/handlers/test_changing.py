"""What the second look shows is what is done: any walk of edits, right or wrong, against the database."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import pytest

from handlers.community import Loaded, Mistakes, directory_of, loaded_of, read_community, write_community
from handlers.desk import changing
from handlers.differences import differences
from handlers.directory_changes import Change, Edit, Gone, change_from, fresh_id, placed, print_of
from storage.database import Store, open_store
from storage.records import Person, Role
from tests.bot.web.town_hall import HALL, OTHER
from tests.databases import fresh_database

NOON = 1_795_320_000_000
STAFF = Person("zhaomin", "jinghe", "赵敏", frozenset({Role.STAFF}), listed=True)


def an_edit(chance: random.Random, loaded: Loaded) -> Edit:
    """Draw an edit somebody may make, now and then one that cannot be."""
    people = [one.id for one in loaded.people]
    somebody, grid = chance.choice(people), chance.choice(loaded.grids)
    compound = chance.choice(loaded.compounds).id
    number = chance.randrange(99)
    return chance.choice(
        [
            Edit("person", somebody, {"phone": f"138{number:08}", "language": chance.choice(["en", None])}),
            Edit(
                "person",
                somebody,
                {"accounts": [f"web:a{number}", "telegram:7"][: chance.randrange(3)] or None},
            ),
            Edit("person", somebody, {"roles": chance.sample([role.value for role in Role], 3)}),
            Edit("person", somebody, None),
            Edit("person", f"p{number}", {"name": "韩冬", "roles": ["grid_leader"]}, new=True),
            Edit("grid", grid.id, {"leader": somebody, "deputies": None}),
            Edit("grid", grid.id, {"buildings": [f"{number}-{number + 3}", "B座"], "compound": compound}),
            Edit("grid", grid.id, {"chats": [f"telegram:-{number}"], "name": f"网格{number}"}),
            Edit(
                "grid", f"g{number}", {"name": "新网格", "compound": compound, "leader": somebody}, new=True
            ),
            Edit("grid", grid.id if len(loaded.grids) > 1 else "nowhere", None),
            Edit(
                "compound",
                compound,
                {"regime": "none", "property": chance.choice([somebody, "红色物业", None])},
            ),
            Edit("community", "", {"service_phone": str(number), "staff_chats": [f"web:s{number}"]}),
            Edit("policy", "ordinary", {"resolve": chance.choice(["2h", "3wd", "soon", None])}),
            Edit("category", "elevator", {"severity": chance.choice(["complex", None]), "accept": "9m"}),
            Edit("holidays", "2027", {"off": chance.choice([["2027-01-01"], ["2027-02-30"], None])}),
            Edit("meeting", "", {"calendar": chance.choice(["fri 15:00", None])}),
            Edit("escalation", "", {"followers": chance.choice([number + 1, None])}),
        ]
    )


@pytest.mark.parametrize("seed", [7, 2026])
async def test_what_is_shown_is_what_is_done(tmp_path: Path, seed: int) -> None:
    async with fresh_database(tmp_path) as url:
        store = await open_store(url)
        done, refused = await a_walk(store, random.Random(seed))
        await store.close()
    assert done > 15
    assert refused > 5


async def a_walk(store: Store, chance: random.Random) -> tuple[int, int]:
    """Make edits one after the other; return how many were made, and how many refused."""
    done = refused = 0
    async with store.turn() as turn:
        await turn.directory.replace(
            directory_of(*(read_community(tomllib.loads(one)) for one in (HALL, OTHER)))
        )
    for _ in range(60):
        directory = await store.directory()
        before = loaded_of(directory, "jinghe")
        assert before is not None
        edits = tuple(an_edit(chance, before) for _ in range(chance.choice([1, 1, 2])))
        change = change_from(Change(edits).as_data())
        async with store.turn() as turn:
            try:
                weighed = await changing.weigh(turn, directory, "jinghe", change, NOON)
            except (Mistakes, Gone):
                refused += 1
                continue
            await changing.make(turn, directory, STAFF, weighed, (), NOON)
        after = loaded_of(await store.directory(), "jinghe")
        assert after is not None
        assert differences(weighed.after, after) == []
        assert list(weighed.differences) == differences(before, after)
        assert weighed.print == print_of(write_community(before))
        other = loaded_of(await store.directory(), "other")
        assert other == loaded_of(directory, "other")
        done += 1
    return done, refused


@pytest.mark.parametrize(
    ("line", "table", "id", "key"),
    [
        ("[[grid]] east-1 leader: 没有写 · is missing", "grid", "east-1", "leader"),
        ("[[person]] 第3个/no. 3 name: 没有写 · is missing", "person", "第3个/no. 3", "name"),
        ("[community] timezone: 没有 · none", "community", "", "timezone"),
        ("[policy.ordinary] accept: 不是 · no", "policy", "ordinary", "accept"),
        ("[holidays.2027] off: 不是 · no", "holidays", "2027", "off"),
        ("[category.elevator] handler: 不在 · none", "category", "elevator", "handler"),
        ("[[grid]] east-1 “colour”: 不认识 · unknown", "grid", "east-1", "colour"),
        ("[words]: 看不懂 · cannot be read", "words", "", ""),
        ("工作表 grid：有两列 a · sheet grid: two columns a", "", "", ""),
    ],
)
def test_a_mistake_is_taken_apart(line: str, table: str, id: str, key: str) -> None:
    found = placed(line)
    assert (found.table, found.id, found.key, found.line) == (table, id, key, line)
    assert found.words["zh"]
    assert found.words["en"]


def test_an_id_nobody_has_is_found() -> None:
    assert fresh_id("jinghe", "p", {"jinghe-p1", "jinghe-p2"}) == "jinghe-p3"
    assert len(fresh_id("x" * 24, "p", set())) <= 24


def test_in_which_order_accounts_were_used_is_no_difference() -> None:
    one = {"person": [{"id": "a", "accounts": ["web:1", "web:2"]}]}
    other = {"person": [{"id": "a", "accounts": ["web:2", "web:1"]}]}
    assert print_of(one) == print_of(other)
    assert print_of(one) != print_of({"person": [{"id": "a", "accounts": ["web:2"]}]})
