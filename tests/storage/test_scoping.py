"""What a Scope lets the queries see is what handlers/sight.py lets a person see, ticket by ticket."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from handlers.sight import Sight
from storage.database import Store
from storage.records import Grid, Person, Scope
from storage.scoping import scoped, with_conditions
from tests.storage.things import a_ticket

LEADER = Person("lin", "jinghe", "林")
EAST = Grid("east-1", "jinghe", "east", "第一网格", ("1",), "lin")
NOBODYS, ONE, EVERY = (), (EAST,), (EAST, replace(EAST, id="east-2"))
TICKETS = [
    a_ticket(
        1001 + n, community=community, grid=grid, private=private, handler=handler, first_responder=first
    )
    for n, (community, grid, private, handler, first) in enumerate(
        product(
            ("jinghe", "other"),
            ("east-1", "east-2", "no-more"),
            (False, True),
            (None, "lin", "wu"),
            (None, "lin"),
        )
    )
]


@pytest.fixture
async def full(store: Store) -> Store:
    async with store.turn() as turn:
        for ticket in TICKETS:
            turn.tickets.save(ticket)
    return store


async def test_every_sight_is_the_same_in_sql_as_in_python(full: Store) -> None:
    async with full.view() as view:
        for grids, everything, private in product((NOBODYS, ONE, EVERY), (False, True), (False, True)):
            seen = Sight(LEADER, "jinghe", grids, frozenset(), everything, private)
            expected = [ticket.number for ticket in TICKETS if seen.sees(ticket)]
            sql = with_conditions("SELECT t.number FROM tickets t WHERE /*sees t*/ ORDER BY t.number")
            rows = await view.tickets.sql.connection.fetch(sql, scoped(seen.scope))
            assert [row["number"] for row in rows] == expected


async def test_a_query_without_the_condition_is_refused_not_wide(full: Store) -> None:
    assert with_conditions("WHERE /*sees t*/ AND 1 = 1").count("t.community = :seen_in") == 1
    async with full.view() as view:
        with pytest.raises(Exception, match=r"syntax|incomplete"):
            await view.tickets.sql.connection.fetch(
                "SELECT 1 FROM tickets t WHERE /*sees t*/", scoped(Scope("jinghe", None, True, "x"))
            )
