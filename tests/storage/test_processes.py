"""Several processes on one database: each test opens it as two of them would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing

import pytest

from storage.database import StorageFailed, Store, open_store
from storage.proof import verify
from storage.records import LetterKind
from tests.patience import PATIENCE
from tests.storage.hand import raw
from tests.storage.letters import LEASE, claim, claimed_ids, fate, owe, sent
from tests.storage.things import GROUP, NOON, a_deadline, a_letter, report

TURNS_WAIT = 5_000


@pytest.fixture
async def two(store: Store) -> AsyncIterator[tuple[Store, Store]]:
    processes = [await open_store(store.url, patience=TURNS_WAIT) for _ in range(2)]
    yield processes[0], processes[1]
    for process in processes:
        await process.close()


async def report_held(store: Store, times: int) -> None:
    """Number and write reports as the desk does, each in a turn of its own."""
    for _ in range(times):
        async with store.turn() as turn:
            await turn.hold(["jinghe"])
            number = await turn.tickets.next_number("jinghe")
            # Let the other process come between, if it can.
            await asyncio.sleep(0)
            report(turn, number)


async def test_two_processes_number_tickets_and_ledger_without_a_gap(two: tuple[Store, Store]) -> None:
    await asyncio.gather(*(report_held(process, 20) for process in two))
    async with two[0].view() as view:
        lines = await view.ledger.entries("jinghe", 0, 100)
    assert [line.line.number for line in lines] == list(range(1001, 1041))
    assert [line.seq for line in lines] == list(range(1, 41))
    assert (await verify(two[1])).ok


async def test_a_forgotten_hold_cannot_fork_the_chain(two: tuple[Store, Store]) -> None:
    await report_held(two[0], 1)

    async def forgetful(store: Store, first: int) -> None:
        for number in range(first, first + 20):
            async with store.turn() as turn:
                report(turn, number)

    await asyncio.gather(forgetful(two[0], 2001), forgetful(two[1], 3001))
    assert (await verify(two[0])).lines == 41
    assert (await verify(two[0])).ok


async def test_what_is_held_is_waited_for(two: tuple[Store, Store]) -> None:
    order: list[str] = []
    held, go = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with two[0].turn() as turn:
            await turn.hold(["jinghe", "changqing"])
            held.set()
            await go.wait()
            report(turn)
            order.append("first")

    async def second() -> None:
        await held.wait()
        asyncio.get_running_loop().call_later(0.05, go.set)
        async with two[1].turn() as turn:
            await turn.hold(["changqing"])
            order.append("second")
            assert await turn.tickets.get("jinghe-1001")

    await asyncio.gather(first(), second())
    assert order == ["first", "second"]


async def test_a_sweep_takes_only_what_nobody_else_decides_on(postgres_store: Store) -> None:
    other = await open_store(postgres_store.url)
    async with postgres_store.turn() as turn, other.turn() as sweep:
        await turn.hold(["jinghe"])
        assert await sweep.try_hold(["jinghe", "changqing"]) == {"changqing"}
        assert await sweep.try_hold([]) == set()
    async with other.turn() as sweep:
        assert await sweep.try_hold(["jinghe"]) == {"jinghe"}
    await other.close()


async def test_one_writer_alone_holds_whatever_it_asks_for(file_store: Store) -> None:
    async with file_store.turn() as turn:
        await turn.hold(["jinghe"])
        assert await turn.try_hold(["jinghe", "changqing"]) == {"jinghe", "changqing"}


async def test_what_is_held_for_too_long_fails_the_turn(store: Store) -> None:
    other = await open_store(store.url, patience=1)
    with pytest.raises(StorageFailed, match="lock"):
        async with store.turn() as turn:
            await turn.hold(["jinghe"])
            async with other.turn() as late:
                await late.hold(["jinghe"])
    async with other.turn() as again:
        await again.hold(["jinghe"])
    await other.close()


async def test_after_a_hold_nothing_read_before_it_is_believed(postgres_store: Store) -> None:
    other = await open_store(postgres_store.url)
    async with postgres_store.turn() as turn:
        assert await turn.tickets.get("jinghe-1001") is None
        assert await turn.deadlines.of("jinghe-1001") == await turn.tickets.followers("jinghe-1001") == []
        async with other.turn() as beside:
            beside.deadlines.set(a_deadline(report(beside)))
            await beside.tickets.add_follower("jinghe-1001", "zhangshu", NOON)
        await turn.hold(["jinghe"])
        assert await turn.tickets.get("jinghe-1001") is not None
        assert len(await turn.deadlines.of("jinghe-1001")) == 1
        assert await turn.tickets.followers("jinghe-1001") == ["zhangshu"]
    await other.close()


async def test_letters_of_two_processes_get_their_ids_beside_each_other(postgres_store: Store) -> None:
    other = await open_store(postgres_store.url, patience=1)
    async with postgres_store.turn() as turn, other.turn() as beside:
        for one in (turn, beside, turn):
            one.outbox.owe(a_letter(GROUP))
            await one.flush()
    assert await claimed_ids(postgres_store, limit=1) == [[1]]
    await other.close()


async def test_no_change_of_the_web_chat_appears_behind_one_already_seen(postgres_store: Store) -> None:
    """A live page asks for what came after the last change it knows: numbers must become visible in their order."""
    other = await open_store(postgres_store.url, patience=1)
    async with postgres_store.turn() as turn:
        await turn.web.add(GROUP, "梅姨", None, "电梯停了", at=NOON)
        await turn.flush()
        with pytest.raises(StorageFailed, match="lock"):
            async with other.turn() as beside:
                await beside.web.add(GROUP, "王芳", None, "收到", at=NOON)
    async with other.turn() as beside:
        await beside.web.add(GROUP, "王芳", None, "收到", at=NOON)
    async with postgres_store.view() as view:
        assert [shown.change for shown in await view.web.since(GROUP, 0)] == [1, 2]
    await other.close()


async def test_letters_of_a_dead_holder_are_released_as_perhaps_arrived(store: Store) -> None:
    await owe(store, a_letter(GROUP), a_letter("web:mei"), a_letter("telegram:1", kind=LetterKind.CARD))
    assert len(await claim(store)) == 3
    async with store.turn() as turn:
        assert await turn.outbox.release("telegram") == [GROUP, "telegram:1"]
        assert await turn.outbox.release("telegram") == []
    bundles = await claim(store, NOON + 1)
    assert sorted((letter.id, letter.attempts) for (letter,) in bundles) == [(1, 1), (3, 1)]
    assert await fate(store, 2) == ("claimed", "")


async def test_who_takes_a_line_over_knows_what_was_sent_on_it(store: Store) -> None:
    alert = a_letter(GROUP, kind=LetterKind.ALERT)
    await owe(store, alert, alert, a_letter("telegram:7"), a_letter("web:mei"))
    await claim(store)
    await sent(store, 1, 2, message="5")
    await sent(store, 3, message="6")
    async with store.view() as view:
        assert await view.outbox.sent_lately("telegram", NOON - 1) == [(GROUP, NOON), (GROUP, NOON)]
        assert await view.outbox.sent_lately("telegram", NOON - 1, limit=1) == [(GROUP, NOON)]
        assert await view.outbox.sent_lately("telegram", NOON) == []
        assert await view.outbox.sent_lately("web", NOON - 1) == []


async def test_a_name_is_held_once_and_free_when_it_is_given_up(two: tuple[Store, Store]) -> None:
    first, second = two
    held = await first.claim("line/telegram")
    assert held is not None
    assert held.name == "line/telegram"
    assert await second.claim("line/telegram") is None
    assert await first.claim("line/telegram") is None, "not even twice by the same process"
    other = await second.claim("poll/telegram")
    assert other is not None
    await held.release()
    await held.release()
    again = await second.claim("line/telegram")
    assert again is not None
    assert not held.lost.is_set()
    await again.release()
    await other.release()


async def test_who_closes_gives_up_what_it_holds(postgres_store: Store) -> None:
    other = await open_store(postgres_store.url)
    held = await other.claim("poll/telegram")
    assert held is not None
    await other.close()
    assert held.lost.is_set()
    # The server needs a moment to see that the other one left.
    async with asyncio.timeout(PATIENCE):
        while await postgres_store.claim("poll/telegram") is None:  # noqa: ASYNC110 - there is nothing to be told by
            await asyncio.sleep(0.01)


def kill_others(store: Store, query: str = "%") -> None:
    """End every other connection to the database, as an administrator or a restart does."""
    with closing(raw(store)) as hand:
        hand.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE ?",
            (query,),
        )


async def test_a_claim_is_lost_with_its_connection_and_can_be_had_anew(postgres_store: Store) -> None:
    store = postgres_store
    held = await store.claim("poll/telegram")
    assert held is not None
    kill_others(store)
    async with asyncio.timeout(PATIENCE):
        await held.lost.wait()
        other = await open_store(store.url)
        again = await other.claim("poll/telegram")
        assert again is not None
        assert await store.claim("poll/telegram") is None
        # What was lost is nobody's to give up.
        await held.release()
        assert await store.claim("poll/telegram") is None
        await other.close()


async def test_others_are_told_of_what_they_may_have_to_act_on(postgres_store: Store) -> None:
    listener = await open_store(postgres_store.url)
    heard = asyncio.Event()
    listener.on_stir = heard.set
    async with asyncio.timeout(PATIENCE):
        # The first word: something may have been said before it listened.
        await heard.wait()
        for told in ("letter", "deadline", "web"):
            heard.clear()
            async with postgres_store.turn() as turn:
                if told == "letter":
                    turn.outbox.owe(a_letter(GROUP))
                elif told == "deadline":
                    turn.deadlines.set(a_deadline(report(turn)))
                else:
                    await turn.web.add(GROUP, "梅姨", None, "电梯停了", at=NOON)
            await heard.wait()
    await listener.close()


async def test_nobody_is_told_of_ones_own_writing_nor_of_a_heartbeat(postgres_store: Store) -> None:
    """Two processes that stir each other with every sweep would never sleep."""
    listener = await open_store(postgres_store.url)
    heard: list[str] = []
    listening, end = asyncio.Event(), asyncio.Event()
    listener.on_stir = listening.set
    async with asyncio.timeout(PATIENCE):
        await listening.wait()
        listener.on_stir = lambda: (heard.append("stir"), end.set())  # type: ignore[assignment,func-returns-value]
        async with listener.turn() as turn:
            turn.outbox.owe(a_letter(GROUP))
        async with postgres_store.turn() as turn:
            await turn.pulse.beat(NOON)
        await claim(postgres_store)
        # A word of a kind of its own, behind the others.
        with closing(raw(postgres_store)) as hand:
            hand.execute("SELECT pg_notify('huying', 'somebody else')")
        await end.wait()
    assert heard == ["stir"]
    await listener.close()


async def test_who_lost_the_connection_is_told_that_it_may_have_missed_something(
    postgres_store: Store,
) -> None:
    heard = asyncio.Event()
    postgres_store.on_stir = heard.set
    async with asyncio.timeout(PATIENCE):
        await heard.wait()
        heard.clear()
        kill_others(postgres_store)
        await heard.wait()


async def test_the_lease_of_a_letter_passes_to_another_process(two: tuple[Store, Store]) -> None:
    await owe(two[0], a_letter(GROUP))
    assert await claim(two[0])
    assert await claim(two[1]) == []
    ((letter,),) = await claim(two[1], NOON + LEASE)
    assert letter.attempts == 1
