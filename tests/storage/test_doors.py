"""Invites, sign-in links, sessions, jobs, the pulse and tokens."""

from __future__ import annotations

import asyncio

from storage.database import Store
from storage.invites import Invite
from storage.records import Address, Role
from tests.storage.things import NOON

GUESSER = Address("telegram:666")


async def test_an_invite_is_used_once(store: Store) -> None:
    async with store.turn() as turn:
        await turn.invites.create("h", Role.GRID_LEADER, "east-1", "jinghe", NOON + 1)
        await turn.invites.create("s", Role.STAFF, None, "jinghe", NOON + 1)
    async with store.turn() as turn:
        assert await turn.invites.take("h", NOON) == Invite(Role.GRID_LEADER, "east-1", "jinghe", NOON + 1)
        assert await turn.invites.take("h", NOON) is None
        assert await turn.invites.take("s", NOON) == Invite(Role.STAFF, None, "jinghe", NOON + 1)
    async with store.turn() as turn:
        assert await turn.invites.take("h", NOON) is None


async def test_an_invite_ends_and_a_wrong_code_is_none(store: Store) -> None:
    async with store.turn() as turn:
        await turn.invites.create("h", Role.STAFF, None, "jinghe", NOON)
        assert await turn.invites.take("h", NOON) is None
        assert await turn.invites.take("x", NOON - 1) is None
        assert await turn.invites.take("h", NOON - 1) is not None


async def test_of_two_who_try_the_same_code_at_once_one_gets_it(store: Store) -> None:
    async with store.turn() as turn:
        await turn.invites.create("h", Role.STAFF, None, "jinghe", NOON + 1)

    async def take() -> Invite | None:
        async with store.turn() as turn:
            return await turn.invites.take("h", NOON)

    assert [invite is None for invite in await asyncio.gather(take(), take())] == [False, True]


async def test_an_invite_taken_in_a_turn_that_fails_is_still_good(store: Store) -> None:
    async with store.turn() as turn:
        await turn.invites.create("h", Role.STAFF, None, "jinghe", NOON + 1)
    try:
        async with store.turn() as turn:
            assert await turn.invites.take("h", NOON)
            raise ZeroDivisionError
    except ZeroDivisionError:
        async with store.turn() as turn:
            assert await turn.invites.take("h", NOON)


async def test_guesses_are_counted_per_account_and_time(store: Store) -> None:
    async with store.turn() as turn:
        for at in range(5):
            await turn.invites.note_miss(GUESSER, NOON + at)
        await turn.invites.note_miss(Address("telegram:1"), NOON)
        assert await turn.invites.misses(GUESSER, NOON + 2) == 3
        assert await turn.invites.misses(GUESSER, NOON + 9) == 0


async def test_a_job_is_done_by_the_first_who_asks(store: Store) -> None:
    async def claim(job: str, period: str) -> bool:
        async with store.turn() as turn:
            return await turn.jobs.claim(job, period, NOON)

    assert await asyncio.gather(*(claim("agenda", "2026-11-26") for _ in range(4))) == [
        True,
        False,
        False,
        False,
    ]
    assert await claim("agenda", "2026-12-03")
    assert await claim("digest", "2026-11-26")


async def test_the_pulse_tells_when_it_last_beat(store: Store) -> None:
    async with store.turn() as turn:
        assert await turn.pulse.last() is None
        await turn.pulse.beat(NOON)
        await turn.pulse.beat(NOON + 1_000)
    async with store.view() as view:
        assert await view.pulse.last() == NOON + 1_000


async def test_a_token_is_found_again(store: Store) -> None:
    async with store.turn() as turn:
        assert await turn.tokens.get("telegram/offset") is None
        await turn.tokens.set("telegram/offset", "7001")
        await turn.tokens.set("telegram/offset", "7002")
    async with store.view() as view:
        assert await view.tokens.get("telegram/offset") == "7002"
