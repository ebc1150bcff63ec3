from __future__ import annotations

import asyncio
from contextlib import closing

import pytest

from storage.database import Contradiction, ReadOnlyTurn, StaleTicket, StorageFailed, Store
from storage.records import Clock, State
from tests.patience import PATIENCE
from tests.storage.hand import raw, tables
from tests.storage.things import GROUP, NOON, a_deadline, a_letter, a_line, a_person, a_ticket, report


class Trouble(Exception):
    """Something went wrong in the middle of a turn."""


async def everything(store: Store) -> dict[str, int]:
    """How many rows each table holds."""
    with closing(raw(store)) as file:
        return {table: file.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in tables(store)}


async def test_a_turn_rolls_back_whole(store: Store) -> None:
    before = await everything(store)
    with pytest.raises(Trouble):
        async with store.turn() as turn:
            number = await turn.tickets.next_number("jinghe")
            ticket = report(turn, number)
            turn.deadlines.set(a_deadline(ticket))
            turn.outbox.owe(a_letter(GROUP))
            turn.inbox.keep("telegram:1", NOON, {"toast": ""})
            await turn.people.save(a_person())
            await turn.flush()
            raise Trouble
    assert await everything(store) == before
    async with store.turn() as turn:
        assert await turn.tickets.next_number("jinghe") == 1001


async def test_a_turn_that_fails_at_the_flush_leaves_nothing_and_the_next_one_works(store: Store) -> None:
    with pytest.raises(Contradiction):
        async with store.turn() as turn:
            report(turn, 1001)
            turn.ledger.append(a_line(a_ticket(4711)))  # no such ticket
    async with store.turn() as turn:
        assert await turn.tickets.get("jinghe-1001") is None
        report(turn, 1001)
    async with store.view() as view:
        assert [entry.seq for entry in await view.ledger.of("jinghe-1001")] == [1]


async def test_two_turns_do_not_mix(store: Store) -> None:
    inside = asyncio.Event()
    may_go_on = asyncio.Event()

    async def the_one_that_fails() -> None:
        async with store.turn() as turn:
            report(turn, 1001)
            await turn.flush()
            inside.set()
            await may_go_on.wait()
            raise Trouble

    async def the_one_that_waits() -> None:
        await inside.wait()
        async with store.turn() as turn:
            report(turn, 1002)

    failing, waiting = asyncio.create_task(the_one_that_fails()), asyncio.create_task(the_one_that_waits())
    await inside.wait()
    await asyncio.sleep(0)
    may_go_on.set()
    results = await asyncio.gather(failing, waiting, return_exceptions=True)
    assert isinstance(results[0], Trouble)
    assert results[1] is None
    async with store.view() as view:
        assert list(await view.tickets.get_many(["jinghe-1001", "jinghe-1002"])) == ["jinghe-1002"]


async def test_a_turn_inside_a_turn_is_refused_instead_of_waiting_for_ever(store: Store) -> None:
    async with store.turn():
        with pytest.raises(RuntimeError, match="wait for itself"):
            async with store.turn():
                pass


async def test_a_cancelled_turn_is_rolled_back(store: Store) -> None:
    inside = asyncio.Event()

    async def cancelled() -> None:
        async with store.turn() as turn:
            report(turn, 1001)
            await turn.flush()
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(cancelled())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with store.turn() as turn:
        assert await turn.tickets.get("jinghe-1001") is None
        report(turn, 1002)


async def test_a_view_beside_an_open_turn_sees_only_what_is_committed(store: Store) -> None:
    async with store.turn() as turn:
        report(turn, 1001)
    async with store.turn() as turn, store.view() as view:
        report(turn, 1002)
        await turn.flush()
        assert set(await view.tickets.get_many(["jinghe-1001", "jinghe-1002"])) == {"jinghe-1001"}
    async with store.view() as view:
        assert len(await view.tickets.open_in_grid("xinhai-east-1")) == 2


async def test_a_view_keeps_its_snapshot_while_others_write(store: Store) -> None:
    async with store.view() as view:
        assert await view.tickets.open_in_grid("xinhai-east-1") == []
        async with store.turn() as turn:
            report(turn, 1001)
        assert await view.tickets.open_in_grid("xinhai-east-1") == []


async def test_more_views_than_readers_wait_for_each_other(store: Store) -> None:
    async def look() -> int:
        async with store.view() as view:
            return len(await view.tickets.open_in_grid("xinhai-east-1"))

    assert await asyncio.gather(*(look() for _ in range(10))) == [0] * 10


async def test_the_directory_is_there_while_every_reader_is_busy(store: Store) -> None:
    async with store.turn(), store.view(), store.view(), asyncio.timeout(PATIENCE):
        assert (await store.directory()).revision == 0


async def test_a_view_cannot_write(store: Store) -> None:
    async with store.view() as view:
        for write in (
            lambda: view.tickets.save(a_ticket()),
            lambda: view.deadlines.set(a_deadline(a_ticket())),
            lambda: view.deadlines.stop("jinghe-1001", Clock.ACCEPT),
            lambda: view.ledger.append(a_line(a_ticket())),
            lambda: view.outbox.owe(a_letter(GROUP)),
            lambda: view.inbox.keep("telegram:1", NOON, {}),
            lambda: view.people.touched(GROUP, NOON),
        ):
            with pytest.raises(ReadOnlyTurn):
                write()
        with pytest.raises(ReadOnlyTurn):
            await view.tokens.set("offset", "1")
        with pytest.raises(ReadOnlyTurn):
            await view.tickets.next_number("jinghe")


async def test_a_turn_that_is_over_takes_nothing_more(store: Store) -> None:
    async with store.turn() as turn:
        pass
    with pytest.raises(ReadOnlyTurn):
        turn.tickets.save(a_ticket())


async def test_sixty_four_messages_are_one_transaction(store: Store) -> None:
    async with store.turn() as turn:
        for key in range(64):
            ticket = report(turn, await turn.tickets.next_number("jinghe"))
            turn.deadlines.set(a_deadline(ticket))
            turn.outbox.owe(a_letter(GROUP, ticket=ticket.id))
            turn.inbox.keep(f"telegram:{key}", NOON, {"toast": ""})
    counted = await everything(store)
    assert [counted[table] for table in ("tickets", "ledger", "deadlines", "outbox", "inbox")] == [64] * 5


async def test_one_stale_message_takes_its_whole_turn_back_so_that_they_can_be_tried_one_by_one(
    store: Store,
) -> None:
    async with store.turn() as turn:
        old = report(turn, 1001)
    async with store.turn() as turn:
        turn.tickets.save(old)
    with pytest.raises(StaleTicket):
        async with store.turn() as turn:
            report(turn, 1002)
            turn.tickets.save(old)
    for again in (lambda turn: report(turn, 1002), lambda turn: turn.tickets.save(old)):
        try:
            async with store.turn() as turn:
                again(turn)
        except StaleTicket:
            continue
    async with store.view() as view:
        found = await view.tickets.get_many(["jinghe-1001", "jinghe-1002"])
        assert {ticket.number: ticket.version for ticket in found.values()} == {1001: 2, 1002: 1}


async def test_a_database_file_that_was_taken_away_is_noticed(file_store: Store) -> None:
    async with file_store.turn() as turn:
        report(turn, 1001)
    file_store.path.rename(file_store.path.with_suffix(".gone"))
    with pytest.raises(StorageFailed, match="gone"):
        async with file_store.turn() as turn:
            report(turn, 1002)
    file_store.path.with_suffix(".gone").rename(file_store.path)
    async with file_store.turn() as turn:
        report(turn, 1002, state=State.REPORTED)
