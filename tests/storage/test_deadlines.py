from __future__ import annotations

from contextlib import closing

from storage.database import Store
from storage.records import Address, Allowance, Clock, Dialogue, Stage
from tests.storage.hand import raw
from tests.storage.things import NOON, a_deadline, report


async def test_what_is_due_comes_oldest_first_and_exactly_now_is_due(store: Store) -> None:
    async with store.turn() as turn:
        due = [a_deadline(report(turn, 1000 + n), due_at=NOON + n) for n in (3, 1, 2, 4)]
        for deadline in due:
            turn.deadlines.set(deadline)
        assert await turn.deadlines.due(NOON + 3) == [due[1], due[2], due[0]]
        assert await turn.deadlines.due(NOON + 3, limit=2) == [due[1], due[2]]
        assert await turn.deadlines.due(NOON) == []


async def test_a_paused_clock_is_never_due_and_keeps_what_was_left(store: Store) -> None:
    async with store.turn() as turn:
        ticket = report(turn)
        paused = a_deadline(ticket, Clock.RESOLVE, None, stage=Stage.WARN, left=Allowance(0, False, 3))
        turn.deadlines.set(paused)
    async with store.view() as view:
        assert await view.deadlines.due(NOON * 2) == []
        assert await view.deadlines.next_due() is None
        assert await view.deadlines.of(ticket.id) == [paused]
        assert (await view.deadlines.of(ticket.id))[0].left == Allowance(0, False, 3)


async def test_setting_a_clock_replaces_it(store: Store) -> None:
    async with store.turn() as turn:
        ticket = report(turn)
        turn.deadlines.set(a_deadline(ticket, due_at=NOON))
    async with store.turn() as turn:
        turn.deadlines.set(later := a_deadline(ticket, due_at=NOON + 5, stage=Stage.TWICE))
        assert await turn.deadlines.of(ticket.id) == [later]


async def test_a_stopped_clock_is_gone_and_stopping_twice_is_nothing(store: Store) -> None:
    async with store.turn() as turn:
        ticket = report(turn)
        accept, resolve = a_deadline(ticket), a_deadline(ticket, Clock.RESOLVE)
        turn.deadlines.set(accept)
        turn.deadlines.set(resolve)
        await turn.flush()
        turn.deadlines.stop(ticket.id, Clock.ACCEPT)
        turn.deadlines.stop(ticket.id, Clock.ACCEPT)
    async with store.view() as view:
        assert await view.deadlines.of(ticket.id) == [resolve]


async def test_clocks_not_written_yet_are_read_as_they_were_set(store: Store) -> None:
    async with store.turn() as turn:
        ticket, other = report(turn), report(turn, 1002)
        turn.deadlines.set(kept := a_deadline(other))
        turn.deadlines.set(resolve := a_deadline(ticket, Clock.RESOLVE))
        assert await turn.deadlines.of(ticket.id) == [resolve]
        turn.deadlines.stop(ticket.id, Clock.RESOLVE)
        turn.deadlines.set(review := a_deadline(ticket, Clock.REVIEW))
        assert await turn.deadlines.of(ticket.id) == [review]
        assert await turn.deadlines.of(other.id) == [kept]


async def test_the_next_alarm_rings_for_deadlines_and_dialogues(store: Store) -> None:
    chat = Address("telegram:1001")
    async with store.turn() as turn:
        assert await turn.deadlines.next_due() is None
        turn.deadlines.set(a_deadline(report(turn), due_at=NOON + 9))
        assert await turn.deadlines.next_due() == NOON + 9
        await turn.dialogues.put(Dialogue(chat, chat, "building", {}, NOON + 4))
        assert await turn.deadlines.next_due() == NOON + 4
        await turn.dialogues.drop(chat, chat)
        assert await turn.deadlines.next_due() == NOON + 9


async def test_a_sweep_walks_the_index_of_running_deadlines_and_nothing_else(file_store: Store) -> None:
    async with file_store.turn() as turn:
        for number in range(1001, 1301):
            turn.deadlines.set(a_deadline(report(turn, number), due_at=None if number % 3 else NOON + number))
    with closing(raw(file_store)) as file:
        file.execute("ANALYZE")
        sql = file_store._sql["deadlines_due"]
        plan = [row[3] for row in file.execute(f"EXPLAIN QUERY PLAN {sql}", {"now": NOON, "limit": 100})]
    assert plan[0] == "SEARCH deadlines USING INDEX deadlines_running (due_at>? AND due_at<?)"
