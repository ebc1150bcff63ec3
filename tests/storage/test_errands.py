"""Errands: asked for once, taken by one process, and given up when it died."""

from __future__ import annotations

import pytest

from storage.database import Store
from storage.errands import GIVEN_UP
from storage.records import Community, Directory, Errand, ErrandKind, ErrandState
from tests.storage.things import NOON

KEEP = 3_600_000


def an_errand(id: str = "a", kind: ErrandKind = ErrandKind.XLSX, **changes: object) -> Errand:
    told: dict[str, object] = {"community": "jinghe", "person": "zhaomin", "asked_at": NOON}
    return Errand(id, kind, **told | changes)  # type: ignore[arg-type]


@pytest.fixture
async def asked(store: Store) -> Store:
    communities = {id: Community(id, id) for id in ("jinghe", "luwan")}
    async with store.turn() as turn:
        await turn.directory.replace(Directory(0, communities, {}, {}, {}, {}, {}))
    async with store.turn() as turn:
        await turn.errands.ask(an_errand(wanted={"category": "elevator"}))
    return store


async def test_what_is_asked_for_twice_is_done_once(asked: Store) -> None:
    async with asked.turn() as turn:
        await turn.errands.ask(an_errand(wanted={}))
        first, second = await turn.errands.take(NOON + 1), await turn.errands.take(NOON + 1)
    assert first is not None
    assert (first.state, first.wanted, second) == (ErrandState.UNDER_WAY, {"category": "elevator"}, None)


async def test_what_failed_is_begun_anew_when_it_is_asked_for_again(asked: Store) -> None:
    async with asked.turn() as turn:
        for state, begun in ((ErrandState.FAILED, True), (ErrandState.DONE, False)):
            await turn.errands.take(NOON)
            await turn.errands.beat("a", 5, 9, NOON)
            await turn.errands.end("a", state, {"why": "stopped"}, NOON)
            await turn.errands.ask(an_errand(asked_at=NOON + 7))
            found = await turn.errands.get("a")
            assert found is not None
            assert (found.open, found.done, found.said == {}) == (begun, 0 if begun else 5, begun)


async def test_they_are_taken_in_the_order_they_were_asked_for(asked: Store) -> None:
    async with asked.turn() as turn:
        await turn.errands.ask(an_errand("z", asked_at=NOON - 1))
        taken = [await turn.errands.take(NOON), await turn.errands.take(NOON)]
    assert [one.id for one in taken if one] == ["z", "a"]


async def test_what_may_hold_somebody_erased_counts_as_failed_even_while_it_is_being_made(
    asked: Store,
) -> None:
    async with asked.turn() as turn:
        for id, kind in (("b", ErrandKind.CSV), ("c", ErrandKind.VERIFY), ("d", ErrandKind.XLSX)):
            await turn.errands.ask(an_errand(id, kind, community="luwan" if id == "d" else "jinghe"))
        for _ in range(4):
            await turn.errands.take(NOON)
        await turn.errands.end("b", ErrandState.DONE, {"lines": 1}, NOON + 1)
        await turn.errands.ask(an_errand("waiting"))
        await turn.errands.void(["jinghe"], NOON + 2)
        await turn.errands.end("a", ErrandState.DONE, {"lines": 9}, NOON + 3)
        found = {id: await turn.errands.get(id) for id in ("a", "b", "c", "d", "waiting")}
        assert set(await turn.errands.tidy(NOON + 4, KEEP)) == {"c", "d", "waiting"}
    states = {id: (one.state, one.said) for id, one in found.items() if one}
    thrown_away = (ErrandState.FAILED, {"why": "erased"})
    assert (states["a"], states["b"]) == (thrown_away, thrown_away)
    assert {id: state for id, (state, _) in states.items() if id > "b"} == {
        "c": ErrandState.UNDER_WAY,
        "d": ErrandState.UNDER_WAY,
        "waiting": ErrandState.WAITING,
    }


async def test_it_says_how_far_it_is_and_what_came_of_it(asked: Store) -> None:
    async with asked.turn() as turn:
        await turn.errands.take(NOON)
        await turn.errands.beat("a", 500, 1000, NOON + 5)
        halfway = await turn.errands.get("a")
        await turn.errands.end("a", ErrandState.DONE, {"lines": 1000}, NOON + 9)
        await turn.errands.beat("a", 700, 1000, NOON + 10)
        (over,) = await turn.errands.of("jinghe", {ErrandKind.XLSX}, "zhaomin")
        assert await turn.errands.of("jinghe", {ErrandKind.VERIFY}) == []
        assert await turn.errands.of("luwan", {ErrandKind.XLSX}) == []
    assert halfway is not None
    assert (halfway.done, halfway.total, halfway.open) == (500, 1000, True)
    assert (over.state, over.said, over.beat_at, over.open) == (
        ErrandState.DONE,
        {"lines": 1000},
        NOON + 9,
        False,
    )


async def test_one_whose_process_died_has_failed(asked: Store) -> None:
    async with asked.turn() as turn:
        await turn.errands.take(NOON)
        await turn.errands.tidy(NOON + GIVEN_UP, KEEP)
        waited = await turn.errands.get("a")
        await turn.errands.tidy(NOON + GIVEN_UP + 1, KEEP)
        given_up = await turn.errands.get("a")
    assert waited is not None
    assert given_up is not None
    assert (waited.state, given_up.state) == (ErrandState.UNDER_WAY, ErrandState.FAILED)


async def test_what_is_over_goes_after_a_while_but_a_communitys_last_proof_stays(asked: Store) -> None:
    async with asked.turn() as turn:
        for id, community in (("v1", "jinghe"), ("v2", "jinghe"), ("v3", "luwan")):
            await turn.errands.ask(an_errand(id, ErrandKind.VERIFY, community=community, person=""))
        while await turn.errands.take(NOON):
            pass
        for id, at in (("a", 0), ("v1", 1), ("v2", 2), ("v3", 1)):
            await turn.errands.end(id, ErrandState.DONE, {}, NOON + at)
        assert set(await turn.errands.tidy(NOON + KEEP - 9, KEEP)) == {"a", "v1", "v2", "v3"}
        assert set(await turn.errands.tidy(NOON + KEEP + 9, KEEP)) == {"v2", "v3"}


async def test_the_pictures_it_drew_go_with_it(asked: Store) -> None:
    drawn = {"staff": "5e" * 32, "xinhai-east-1": "c0" * 32}
    async with asked.turn() as turn:
        await turn.errands.take(NOON)
        await turn.errands.end("a", ErrandState.DONE, {"pictures": drawn}, NOON)
        await turn.errands.tidy(NOON + KEEP, KEEP)
        assert await turn.media_gone.waiting(9) == []
        await turn.errands.tidy(NOON + KEEP + 1, KEEP)
        assert await turn.media_gone.waiting(9) == sorted(drawn.values())
