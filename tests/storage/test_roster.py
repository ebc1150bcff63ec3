"""Roster, swaps and what notice boards count, on both databases."""

from __future__ import annotations

from dataclasses import replace

from storage.database import Store
from storage.records import DAY, HOUR, Category, Duty, Posted, State, Swap
from tests.storage.test_directory import a_town
from tests.storage.things import NOON, a_ticket

EAST = "xinhai-east-1"
SAT, SUN = (
    Duty("jinghe", "wangfang", "sat", "08:00", "20:00"),
    Duty("jinghe", "lilei", "sun", "20:00", "08:00", EAST),
)


async def test_a_roster_is_kept_in_order_and_moves_the_directory(store: Store) -> None:
    async with store.turn() as turn:
        await turn.directory.replace(a_town())
        before = await turn.directory.revision()
        await turn.roster.put("jinghe", (SUN, SAT, SUN))
    after = await store.directory()
    assert after.duties == {"jinghe": (SUN, SAT)}
    assert after.revision > before


async def test_a_file_that_does_not_speak_of_duty_leaves_the_roster_and_one_that_does_replaces_it(
    store: Store,
) -> None:
    async with store.turn() as turn:
        await turn.directory.replace(replace(a_town(), duties={"jinghe": (SAT,)}))
        await turn.directory.replace(a_town())
    assert (await store.directory()).duties == {"jinghe": (SAT,)}
    async with store.turn() as turn:
        await turn.directory.replace(replace(a_town(), duties={"jinghe": ()}))
    assert (await store.directory()).duties == {}


async def test_what_a_board_shows_is_kept(store: Store) -> None:
    chosen = Posted(phones=False, notice="周三停水 <b>8点</b>")
    async with store.turn() as turn:
        await turn.directory.replace(a_town())
        await turn.notices.choose("xinhai-east", Posted())
        await turn.notices.choose("xinhai-east", chosen)
        await turn.directory.replace(a_town())
    assert (await store.directory()).posted == {"xinhai-east": chosen}


async def test_a_swap_is_answered_once(store: Store) -> None:
    swap = Swap("s1", "jinghe", SAT.id, "2026-11-28", "wangfang", "lilei", NOON, NOON + DAY)
    async with store.turn() as turn:
        await turn.roster.ask(swap)
        await turn.roster.ask(swap)
        assert await turn.roster.waiting_for("lilei", NOON + DAY - 1) == [swap]
        assert await turn.roster.waiting_for("lilei", NOON + DAY) == []
        assert await turn.roster.waiting_for("wangfang", NOON) == []
        assert await turn.roster.answer("s1", "taken")
        assert not await turn.roster.answer("s1", "refused")
        assert await turn.roster.waiting_for("lilei", NOON) == []
        assert (await turn.roster.asked("s1")) == replace(swap, answer="taken")
        assert (await turn.roster.asked("s2")) is None


async def test_a_grid_stands_as_its_tickets_do(store: Store) -> None:
    week, month = NOON - 2 * DAY, NOON - 20 * DAY
    done = {"state": State.CLOSED, "resolved_at": NOON - DAY, "closed_at": NOON - DAY + HOUR}
    async with store.turn() as turn:
        for ticket in (
            a_ticket(1),
            a_ticket(2, accept_late_at=NOON),
            a_ticket(3, state=State.ACCEPTED, accept_late_at=NOON - DAY, solve_late_at=NOON - 1),
            a_ticket(4, state=State.ACCEPTED, accept_late_at=NOON - DAY, solve_late_at=NOON + 1),
            a_ticket(5, state=State.RESOLVED, resolved_at=NOON - DAY, solve_late_at=NOON - DAY),
            a_ticket(6, **done),
            a_ticket(7, **done | {"resolved_at": NOON - 3 * DAY}),
            a_ticket(8, **done | {"resolved_at": NOON - 30 * DAY, "closed_at": NOON - 30 * DAY}),
            a_ticket(9, state=State.WITHDRAWN),
            a_ticket(10, grid="other"),
        ):
            turn.tickets.save(ticket)
        standing = await turn.notices.standing([EAST, "empty"], week, month, NOON)
    east, empty = standing[EAST], standing["empty"]
    assert (east.open, east.overdue, east.week, east.month) == (4, 2, 2, 3)
    assert (empty.open, empty.overdue, empty.week, empty.month) == (0, 0, 0, 0)


async def test_results_are_the_latest_and_nothing_private(store: Store) -> None:
    def done(number: int, **changes: object):
        at = NOON - number * HOUR
        known = {"state": State.CLOSED, "reported_at": at - HOUR, "resolved_at": at, "closed_at": at + HOUR}
        return a_ticket(number, **known | changes)

    async with store.turn() as turn:
        for ticket in (
            *map(done, range(10, 22)),
            done(1, private=True),
            done(2, anonymous=True),
            done(3, category=Category.NEIGHBOR_DISPUTE),
            done(4, state=State.RESOLVED, closed_at=None),
            done(5, state=State.ACCEPTED, closed_at=None),
            done(6, grid="other"),
            done(7, grid="third"),
        ):
            turn.tickets.save(ticket)
        found = await turn.notices.results([EAST, "other"], NOON, 5)
    assert [(grid, (NOON - one.resolved_at) // HOUR) for grid, one in found] == [
        (EAST, 4),
        ("other", 6),
        (EAST, 10),
        (EAST, 11),
        (EAST, 12),
    ]
    assert {(one.category, one.building) for _, one in found} == {("elevator", "3")}
