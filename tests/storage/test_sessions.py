"""Links and sessions as the store keeps them: used once, over at their end, ended by whose they are."""

from __future__ import annotations

from storage.database import Store
from storage.records import HOUR, Person
from storage.sessions import Session
from tests.storage.things import NOON

LATER = NOON + HOUR


async def test_a_sign_in_link_is_used_once_and_ends(store: Store) -> None:
    async with store.turn() as turn:
        await turn.sessions.create_link("a", "wangfang", NOON + 1)
        await turn.sessions.create_link("b", "lilei", NOON)
        assert await turn.sessions.take_link("a", NOON) == "wangfang"
        assert await turn.sessions.take_link("a", NOON) is None
        assert await turn.sessions.take_link("b", NOON) is None
        assert await turn.sessions.take_link("c", NOON) is None


async def test_a_new_link_makes_the_persons_older_ones_void_and_nobody_elses(store: Store) -> None:
    async with store.turn() as turn:
        await turn.sessions.create_link("first", "wangfang", LATER)
        await turn.sessions.create_link("hers", "lilei", LATER)
        await turn.sessions.create_link("second", "wangfang", LATER)
        assert await turn.sessions.take_link("first", NOON) is None
        assert await turn.sessions.take_link("hers", NOON) == "lilei"
        assert await turn.sessions.take_link("second", NOON) == "wangfang"


async def test_a_session_lasts_until_its_end_or_until_it_is_closed(store: Store) -> None:
    async with store.turn() as turn:
        await turn.sessions.open("a", "wangfang", NOON, NOON + 1, "Chrome · Windows")
        await turn.sessions.open("b", "lilei", NOON, NOON + 1, "")
        assert await turn.sessions.get("a", NOON) == Session(
            "a", "wangfang", NOON, NOON, NOON + 1, "Chrome · Windows"
        )
        assert await turn.sessions.get("a", NOON + 1) is None
        await turn.sessions.close("b")
        await turn.sessions.close("b")
        assert await turn.sessions.get("b", NOON) is None


async def test_the_last_use_only_ever_moves_on(store: Store) -> None:
    async with store.turn() as turn:
        await turn.sessions.open("a", "wangfang", NOON, LATER, "")
        await turn.sessions.used("a", NOON + 9)
        await turn.sessions.used("a", NOON + 5)
        (own,) = await turn.sessions.of("wangfang", NOON)
        assert own.used_at == NOON + 9


async def test_ending_takes_the_persons_own_alone(store: Store) -> None:
    one, two, hers = ("a" * 64, "b" * 64, "c" * 64)
    async with store.turn() as turn:
        for hash, person in ((one, "wangfang"), (two, "wangfang"), (hers, "lilei")):
            await turn.sessions.open(hash, person, NOON, LATER, "")
        await turn.sessions.end("wangfang", "c" * 16)
        await turn.sessions.end_others("wangfang", one)
        assert [s.name for s in await turn.sessions.of("wangfang", NOON)] == ["a" * 16]
        assert [s.name for s in await turn.sessions.of("lilei", NOON)] == ["c" * 16]
        await turn.sessions.end("wangfang", "a" * 16)
        assert await turn.sessions.of("wangfang", NOON) == []


async def test_a_communitys_sessions_are_those_of_its_people_the_last_used_first(store: Store) -> None:
    async with store.turn() as turn:
        for id, community in (("wangfang", "jinghe"), ("lilei", "jinghe"), ("sunli", "other")):
            await turn.people.save(Person(id, community, id))
            await turn.sessions.open(id, id, NOON, LATER, "")
        await turn.sessions.used("lilei", NOON + 1)
        assert [s.person for s in await turn.sessions.in_community("jinghe", NOON)] == ["lilei", "wangfang"]
        assert await turn.sessions.in_community("jinghe", LATER) == []
