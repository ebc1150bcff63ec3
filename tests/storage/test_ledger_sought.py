"""Looking through the ledger: the latest first, leaf by leaf, and nothing that is not to be seen."""

from __future__ import annotations

import pytest

from storage import ledger
from storage.database import Store
from storage.records import Act, Category, Community, Compound, Directory, Grid, Person, Regime, Scope, Sought
from tests.storage.things import NOON, a_line, a_ticket, report

ALL = Scope("jinghe", None, True, "")
LEADER = Scope("jinghe", ("east-1",), True, "wangfang")
PROPERTY = Scope("jinghe", ("east-1", "west-1"), False, "hongse")


@pytest.fixture
async def written(store: Store) -> Store:
    """Five tickets, two lines about the community itself, and one by who 梅姨 was before she was known as herself."""
    grids = {id: Grid(id, "jinghe", id[:4], id, ("1",), "wangfang") for id in ("east-1", "west-1")}
    compounds = {id: Compound(id, "jinghe", id, Regime.NONE) for id in ("east", "west")}
    told = Directory(0, {"jinghe": Community("jinghe", "径河社区")}, compounds, grids, {}, {}, {})
    async with store.turn() as turn:
        await turn.directory.replace(told)
        await turn.people.save(Person("meiyi", "jinghe", "梅姨"))
    async with store.turn() as turn:
        report(turn, 1, grid="east-1", reporter="meiyi")
        report(turn, 2, grid="west-1", reporter="chen")
        report(turn, 3, grid="east-1", private=True, category=Category.NOISE)
        report(turn, 4, grid="west-1", anonymous=True, reporter="meiyi")
        report(turn, 5, grid="west-1", handler="wangfang", category=Category.LIGHTING)
        turn.ledger.note(Act.EXPORT, "jinghe", "zhaomin", NOON + 10, platform="console")
        turn.ledger.append(a_line(a_ticket(1), Act.ACCEPT, NOON + 20, person="wangfang"))
        turn.ledger.note(Act.CALL_MEETING, "jinghe", "zhaomin", NOON - 5, platform="console")
        shy = a_ticket(4, anonymous=True, reporter="meiyi")
        turn.ledger.append(a_line(shy, Act.ADD, NOON + 25, person="r-before"))
    return store


async def seqs(store: Store, sought: Sought) -> list[int]:
    """By leaves, which must be the same as all at once in the ledger's own order."""
    async with store.view() as view:
        found, before = [], None
        while True:
            leaf = await view.ledger.latest(sought, before, 2)
            found += leaf.entries
            before = leaf.older
            if before is None:
                break
        assert {entry.seq for entry in await view.ledger.found(sought, 0, 100)} == {one.seq for one in found}
    assert [(one.line.at, one.seq) for one in found] == sorted(
        ((o.line.at, o.seq) for o in found), reverse=True
    )
    return sorted(entry.seq for entry in found)


FOUND = [
    (Sought(ALL), [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    (Sought(LEADER), [1, 3, 5, 7]),
    (Sought(PROPERTY), [1, 2, 4, 5, 7, 9]),
    (Sought(Scope("luwan", None, True, "")), []),
    (Sought(ALL, grid="west-1"), [2, 4, 5, 9]),
    (Sought(LEADER, grid="west-1"), [5]),
    (Sought(ALL, compound="east"), [1, 3, 7]),
    (Sought(ALL, category="lighting"), [5]),
    (Sought(ALL, act="export"), [6]),
    (Sought(LEADER, act="export"), []),
    (Sought(ALL, since=NOON + 10), [6, 7, 9]),
    (Sought(ALL, since=NOON, until=NOON + 10), [1, 2, 3, 4, 5]),
    (Sought(ALL, until=NOON), [8]),
    (Sought(ALL, persons=("zhaomin",)), [6, 8]),
    # What she reported without her name is not found by her name.
    (Sought(ALL, persons=("meiyi",)), [1, 2, 3, 5]),
    # Nor by who they were before they were joined to her.
    (Sought(ALL, persons=("meiyi", "r-before")), [1, 2, 3, 5]),
]


@pytest.mark.parametrize("read_back", [ledger.READ_BACK, 3])
async def test_lines_are_found_by_what_is_sought_and_may_be_seen(
    written: Store, read_back: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "READ_BACK", read_back)
    found = {sought: await seqs(written, sought) for sought, _ in FOUND}
    assert found == dict(FOUND)


async def test_what_is_rare_takes_several_leaves(written: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "READ_BACK", 3)
    async with written.view() as view:
        first = await view.ledger.latest(Sought(ALL, act="call_meeting"), None, 2)
        assert (first.entries, first.older is None) == ((), False)


async def test_the_head_and_the_extent_of_a_time(written: Store) -> None:
    async with written.view() as view:
        assert await view.ledger.head("luwan") == (0, ledger.NOTHING_BEFORE)
        last = (await view.ledger.entries("jinghe", 8, 9))[-1]
        assert await view.ledger.head("jinghe") == (9, last.hash)
        assert await view.ledger.extent(Sought(ALL)) == (1, 9)
        assert await view.ledger.extent(Sought(LEADER, since=NOON + 10, until=NOON + 20)) == (6, 6)
        assert await view.ledger.extent(Sought(ALL, since=NOON + 30)) == (0, 0)


async def test_a_person_who_was_joined_is_looked_for_under_all_their_ids(written: Store) -> None:
    async with written.turn() as turn:
        await turn.people.save(Person("r-chen", "jinghe", "陈叔"))
        await turn.people.save(Person("chen", "jinghe", "陈叔"))
        await turn.joining.join("chen", Person("r-chen", "jinghe", "陈叔"))
    async with written.view() as view:
        assert await view.people.ids_of("r-chen") == ("r-chen", "chen")
        assert await view.people.ids_of("meiyi") == ("meiyi",)
