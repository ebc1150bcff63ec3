"""Counted in SQL, on both databases, and once more one by one in Python: the same numbers."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from handlers.figures import SET_ASIDE, counted, gathered, total
from storage.database import Store
from storage.figures import RATES, STAGES
from storage.records import (
    DAY,
    HOUR,
    MINUTE,
    OPEN,
    Category,
    Counted,
    Overdue,
    Place,
    Repeat,
    Scope,
    State,
    Tally,
    Ticket,
)
from tests.storage.things import NOON, a_ticket

NOW = NOON + 40 * DAY
EVERYTHING = Scope("jinghe", None, True, "")
STRETCH = (NOON + 5 * DAY, NOON + 35 * DAY)
GRIDS = ("east-1", "east-2", "west-1")


def a_life(chance: random.Random, number: int) -> Ticket:
    """A ticket as the rules may leave it: every state, late or not, reopened or not."""
    begun = NOON + chance.randrange(40 * DAY)
    taken, solved = begun + chance.randrange(HOUR), begun + chance.randrange(HOUR, 3 * DAY)
    state = chance.choice(list(State))
    has = state not in (State.REPORTED, State.DECLINED) or chance.random() < 0.2
    done = state in (State.RESOLVED, State.CLOSED)

    def maybe(at: int) -> int | None:
        return at if chance.random() < 0.4 else None

    community = chance.choice(("jinghe", "jinghe", "jinghe", "other"))
    return a_ticket(
        number,
        community=community,
        grid=chance.choice(GRIDS if community == "jinghe" else ("lake-1",)),
        state=state,
        category=chance.choice(list(Category)[:4]),
        private=chance.random() < 0.2,
        reported_at=begun,
        accepted_at=taken if has else None,
        arrived_at=maybe(taken + 5 * MINUTE),
        resolved_at=solved if done else None,
        closed_at=solved + DAY if state is State.CLOSED else None,
        rating=chance.choice(("", "good", "fair")) if done else "",
        reopened=chance.choice((0, 0, 0, 1, 2)) if has else 0,
        accept_late_at=maybe(chance.choice((begun, NOW, NOW + HOUR))),
        solve_late_at=maybe(chance.choice((begun + 1, NOW, NOW + HOUR))),
        handler=chance.choice(("wangfang", "lilei", None)),
        place=Place(chance.choice(("", "3")), chance.choice(("", "2")), landmark=chance.choice(("", "花坛", "门口"))),
    )  # fmt: skip


WORLD: Sequence[Ticket] = [a_life(random.Random(number), 1001 + number) for number in range(400)]


@pytest.fixture
async def world(store: Store) -> Store:
    async with store.turn() as turn:
        for ticket in WORLD:
            turn.tickets.save(ticket)
    return store


def seen(scope: Scope, ticket: Ticket) -> bool:
    return (
        ticket.community == scope.community
        and (scope.grids is None or ticket.grid in scope.grids)
        and (scope.private or not ticket.private)
    )


def reported(scope: Scope, category: Category | None) -> list[Ticket]:
    since, until = STRETCH
    return [
        t for t in WORLD
        if seen(scope, t) and since <= t.reported_at < until and category in (None, t.category)
    ]  # fmt: skip


ASKED = [
    (EVERYTHING, None),
    (EVERYTHING, Category.DRAINAGE),
    (Scope("jinghe", ("east-1", "west-1"), True, "lilei"), None),
    (Scope("jinghe", None, False, "wangfang"), None),
    (Scope("jinghe", (), True, "wangfang"), None),
    (Scope("nowhere", None, True, ""), None),
]
"""A scope's person is somebody who handles tickets elsewhere: those belong to the figures of elsewhere."""


async def test_every_tally_is_the_sum_of_its_tickets(world: Store) -> None:
    for scope, category in ASKED:
        slowly = [Counted(t.grid, t.category, counted(t, NOW)) for t in reported(scope, category)]
        async with world.view() as turn:
            found = await turn.figures.tallies(scope, STRETCH, NOW, category)
            (rates,) = await turn.figures.rates(scope, [STRETCH], NOW, category)
        wanted = gathered(slowly, lambda one: (one.grid, one.category))
        assert {(one.grid, one.category): one.tally for one in found} == wanted
        assert {name: getattr(rates, name) for name in RATES} == {n: getattr(total(slowly), n) for n in RATES}


async def test_the_world_has_something_of_everything() -> None:
    tally = total([Counted(t.grid, t.category, counted(t, NOW)) for t in reported(EVERYTHING, None)])
    assert all(getattr(tally, name) for name in Tally.__slots__ + RATES)
    assert tally.accepted < tally.to_accept
    assert tally.solved_in_time < tally.to_solve < tally.reported
    assert tally.satisfied < tally.rated


async def test_several_stretches_are_asked_for_together(world: Store) -> None:
    days = [(NOON + n * DAY, NOON + (n + 1) * DAY) for n in range(5, 35)]
    async with world.view() as turn:
        (whole,) = await turn.figures.rates(EVERYTHING, [STRETCH], NOW)
        each = await turn.figures.rates(EVERYTHING, days, NOW)
    assert sum(one.to_solve for one in each) == whole.to_solve > 0


async def test_how_long_each_stage_took(world: Store) -> None:
    for scope, category in ASKED[:4]:
        async with world.view() as turn:
            found = await turn.figures.spans(scope, STRETCH, category)
        counting = [t for t in reported(scope, category) if t.state not in SET_ASIDE]
        for stage, field in zip(
            STAGES, ("accepted_at", "arrived_at", "resolved_at", "closed_at"), strict=True
        ):
            took = [at - t.reported_at for t in counting if (at := getattr(t, field)) is not None]
            assert found[stage] == Counter(int(span / MINUTE) for span in took), stage


async def test_what_is_overdue_now(world: Store) -> None:
    for scope, category in ASKED[:4]:
        async with world.view() as turn:
            found = await turn.figures.overdue(scope, GRIDS, NOW, category)
        for grid in GRIDS:
            here = [
                t for t in WORLD
                if seen(scope, t) and t.grid == grid and t.state in OPEN and category in (None, t.category)
            ]  # fmt: skip
            waiting = [t for t in here if t.state is State.REPORTED and (t.accept_late_at or NOW + 1) <= NOW]
            unsolved = [t for t in here if (t.solve_late_at or NOW + 1) <= NOW]
            one = found.get(grid, Overdue(grid))
            assert (one.open, one.unaccepted, one.unsolved) == (len(here), len(waiting), len(unsolved))
            assert one.overdue == len({t.id for t in (*waiting, *unsolved)})


async def test_what_was_solved_in_a_stretch_counts_there_whenever_it_was_reported(world: Store) -> None:
    since, until = STRETCH
    solved = [t for t in WORLD if seen(EVERYTHING, t) and t.resolved_at and since <= t.resolved_at < until]
    assert any(t.reported_at < since for t in solved)
    async with world.view() as turn:
        found = await turn.figures.done(EVERYTHING, STRETCH)
    assert found == Counter(t.category for t in solved)


async def test_places_where_it_happens_again_and_again(world: Store) -> None:
    places: Counter[tuple[str, ...]] = Counter()
    for t in reported(EVERYTHING, None):
        landmark = "" if t.place.building else t.place.landmark
        if t.state not in SET_ASIDE and not t.private and (t.place.building or landmark):
            places[t.grid, t.category, t.place.building, t.place.unit, landmark] += 1
    async with world.view() as turn:
        found = await turn.figures.repeats(EVERYTHING, STRETCH, least=3)
        few = await turn.figures.repeats(EVERYTHING, STRETCH, least=3, most=2)
    keys = {(r.grid, r.category, r.place.building, r.place.unit, r.place.landmark): r.times for r in found}
    assert keys == {place: times for place, times in places.items() if times >= 3} != {}
    assert [r.times for r in found] == sorted((r.times for r in found), reverse=True)
    assert few == found[:2]


async def test_what_a_turn_has_saved_counts_at_once(store: Store) -> None:
    repeated = [
        a_ticket(1001 + n, reported_at=NOON + n, place=Place("3", "2", landmark=f"{n}")) for n in range(3)
    ]
    hidden = replace(a_ticket(1004, reported_at=NOON, private=True), place=Place("3", "2"))
    async with store.turn() as turn:
        for ticket in (*repeated, hidden):
            turn.tickets.save(ticket)
        ((one,)) = await turn.figures.tallies(EVERYTHING, (NOON, NOON + DAY), NOON)
        found = await turn.figures.repeats(EVERYTHING, (NOON, NOON + DAY))
    assert one.tally.reported == 4
    assert found == [Repeat("xinhai-east-1", "elevator", Place("3", "2"), 3, NOON + 2)]
