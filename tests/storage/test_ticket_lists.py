"""What screens and rules ask for: lists, look-ups and counts, and that none of them reads a whole table."""

from __future__ import annotations

from dataclasses import replace

from storage.database import Store
from storage.records import OPEN, Act, Address, Card, Category, LetterKind, Level, Reason, State
from tests.storage.things import GROUP, NOON, a_letter, a_line, report


async def test_a_grid_shows_what_is_alive_newest_first(store: Store) -> None:
    async with store.turn() as turn:
        for number, state in enumerate(State, 1001):
            report(turn, number, state=state)
        report(turn, 2001, grid="xinhai-east-2")
    async with store.view() as view:
        shown = await view.tickets.open_in_grid("xinhai-east-1")
        assert {ticket.state for ticket in shown} == OPEN | {State.RESOLVED}
        assert shown == sorted(shown, key=lambda ticket: -ticket.reported_at)
        assert await view.tickets.open_in_grid("xinhai-east-1", limit=2) == shown[:2]


async def test_mine_are_those_i_reported_and_those_i_follow(store: Store) -> None:
    async with store.turn() as turn:
        own = report(turn, 1001, reporter="meiyi", state=State.CLOSED)
        report(turn, 1002, reporter="zhangshu")
        followed = report(turn, 1003, reporter="zhangshu")
        assert await turn.tickets.add_follower(followed.id, "meiyi", NOON)
    async with store.view() as view:
        assert await view.tickets.of_reporter("meiyi") == [followed, own]
        assert await view.tickets.of_reporter("meiyi", limit=1) == [followed]
        assert await view.tickets.of_reporter("nobody") == []


async def test_to_do_is_what_i_handle_and_what_nobody_took_in_my_grids(store: Store) -> None:
    async with store.turn() as turn:
        waiting = report(turn, 1001)
        mine = report(turn, 1002, grid="elsewhere", state=State.ON_SITE, handler="wangfang")
        report(turn, 1003, state=State.ACCEPTED, handler="lilei")
        report(turn, 1004, state=State.RESOLVED, handler="wangfang")
        both = report(turn, 1005, handler="wangfang")
    async with store.view() as view:
        assert await view.tickets.todo(["wangfang"], ["xinhai-east-1"]) == [waiting, mine, both]
        assert await view.tickets.todo(["wangfang"], ["xinhai-east-1"], limit=1) == [waiting]
        assert await view.tickets.todo(["wangfang"], []) == [mine, both]
        assert await view.tickets.todo([], []) == []


async def test_the_queue_starts_with_who_waited_longest(store: Store) -> None:
    async with store.turn() as turn:
        later = report(turn, 1001, queued=Reason.REFERRED, queued_at=NOON + 9)
        first = report(turn, 1002, queued=Reason.RESOLVE_MISSED, queued_at=NOON + 1)
        report(turn, 1003)
        report(turn, 1001, community="changqing", queued=Reason.REFERRED, queued_at=NOON)
    async with store.view() as view:
        assert await view.tickets.queue("jinghe") == [first, later]


async def test_a_platform_message_leads_to_its_ticket(store: Store) -> None:
    async with store.turn() as turn:
        by_card = report(turn, 1001)
        by_origin = report(turn, 1002, origin=Address(f"{GROUP}/17"), origin_message="500")
        by_letter = report(turn, 1003)
        await turn.cards.put(Card(by_card.id, Address(f"{GROUP}/17"), "501", "p"))
        turn.outbox.owe(a_letter(GROUP, ticket=by_letter.id))
        ((letter,),) = await turn.outbox.claim(NOON, lease=1, limit=9, platforms=["telegram"])
        await turn.outbox.sent([letter.id], GROUP, "502", NOON)
    async with store.view() as view:
        found = [await view.tickets.by_card(GROUP, message) for message in ("501", "500", "502", "503")]
        assert found == [by_card, by_origin, by_letter, None]
        assert await view.tickets.by_card(Address(f"{GROUP}/17"), "501") == by_card
        assert await view.tickets.by_card(Address("telegram:-2"), "501") is None


async def test_a_message_about_two_tickets_leads_to_none(store: Store) -> None:
    async with store.turn() as turn:
        for number in (1001, 1002):
            turn.outbox.owe(a_letter(GROUP, kind=LetterKind.REMIND, ticket=report(turn, number).id))
        (bundle,) = await turn.outbox.claim(NOON, lease=1, limit=9, platforms=["telegram"])
        await turn.outbox.sent([letter.id for letter in bundle], GROUP, "502", NOON)
        assert await turn.tickets.by_card(GROUP, "502") is None


async def test_counts_are_per_state(store: Store) -> None:
    async with store.turn() as turn:
        for number in range(1001, 1004):
            report(turn, number)
        report(turn, 1001, community="changqing", state=State.CLOSED)
    async with store.view() as view:
        assert await view.tickets.counts() == {State.REPORTED: 3, State.CLOSED: 1}
        assert await view.tickets.counts("changqing") == {State.CLOSED: 1}


async def test_the_evening_line_counts_what_was_resolved_and_what_in_time(store: Store) -> None:
    async with store.turn() as turn:
        for number, state, level, at in (
            (1001, State.RESOLVED, Level.REMIND, NOON),
            (1002, State.CLOSED, Level.ALERT, NOON + 9),
            (1003, State.RESOLVED, Level.NONE, NOON + 10),
            (1004, State.ACCEPTED, Level.NONE, NOON),
        ):
            ticket = report(turn, number, state=state, level=level)
            turn.ledger.append(a_line(ticket, Act.RESOLVE, at, person="wangfang"))
        assert await turn.tickets.resolved_by("wangfang", NOON, NOON + 10) == (2, 1)
        assert await turn.tickets.resolved_by("lilei", NOON, NOON + 10) == (0, 0)


async def test_what_is_open_in_a_grid_follows_what_the_same_turn_saves(store: Store) -> None:
    async with store.turn() as turn:
        older = report(turn, 1001)
        assert [t.number for t in await turn.tickets.open_in_grid("xinhai-east-1")] == [1001]
        report(turn, 1002)
        report(turn, 1003, grid="xinhai-east-2")
        assert [t.number for t in await turn.tickets.open_in_grid("xinhai-east-1")] == [1002, 1001]
        turn.tickets.save(replace(older, state=State.CLOSED))
        assert [t.number for t in await turn.tickets.open_in_grid("xinhai-east-1")] == [1002]
    async with store.view() as view:
        assert [t.number for t in await view.tickets.open_in_grid("xinhai-east-1")] == [1002]


async def test_what_is_open_in_many_grids_is_read_together_and_follows_the_turn_as_well(store: Store) -> None:
    leaks, lifts = frozenset({Category.LEAK_WALL}), frozenset({Category.ELEVATOR})
    async with store.turn() as turn:
        report(turn, 1001, category=Category.LEAK_WALL)
        lift = report(turn, 1002)
        report(turn, 1003, grid="xinhai-east-2")
    async with store.turn() as turn:
        first, second = "xinhai-east-1", "xinhai-east-2"
        await turn.tickets.look_up_open([(first, leaks), (first, lifts), (second, None), (first, leaks)])
        moved = turn.tickets.save(replace(lift, grid=second, category=Category.LEAK_WALL))
        report(turn, 1004, category=Category.LEAK_WALL)

        async def numbers(grid: str, alike: frozenset[Category] | None) -> list[int]:
            return [ticket.number for ticket in await turn.tickets.open_in_grid(grid, alike=alike)]

        assert await numbers(first, leaks) == [1004, 1001]
        assert await numbers(first, lifts) == []
        assert await numbers(second, None) == [1002, 1003]
        assert await numbers(second, leaks) == [moved.number]
