"""Two processes sweep one database: what is due is acted on by one of them, and neither undoes what the other did."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from pathlib import Path

import pytest

from handlers.desk import Desk, sweeping
from handlers.messages import Decision
from storage.database import Store
from storage.records import HOUR, MINUTE, Act, Category
from tests.handlers.test_desk_of_two import NOON, said, two

REPORTS = 12


async def reported(store: Store) -> None:
    """So many lamps, each in a building of its own."""
    desk = Desk(store)
    for n in range(REPORTS):
        await desk.receive(said(n, f"{n + 1}号楼楼道灯坏了"), NOON)


async def acts(store: Store) -> Counter[Act]:
    async with store.view() as view:
        return Counter(entry.line.act for entry in await view.ledger.entries("jinghe", 0, 1000))


async def test_each_deadline_is_acted_on_by_one_of_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with two(tmp_path) as stores:
        await reported(stores[0])
        with caplog.at_level(logging.ERROR):
            for minutes in (4, 5, 10, 40):
                await asyncio.gather(*(Desk(store).sweep(NOON + minutes * MINUTE) for store in stores))
        done = await acts(stores[0])
        assert (done[Act.ALERT], done[Act.QUEUE]) == (REPORTS, REPORTS)
        assert done[Act.REMIND] == 2 * REPORTS  # to accept, and to solve
        assert not caplog.records


async def test_questions_nobody_answered_are_filed_by_one_of_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with two(tmp_path) as stores:
        for n in range(REPORTS):
            await Desk(stores[0]).receive(said(n, "楼道灯坏了"), NOON)  # which building, is asked
        with caplog.at_level(logging.ERROR):
            await asyncio.gather(*(Desk(store).sweep(NOON + 10 * MINUTE) for store in stores))
        async with stores[0].view() as view:
            filed = await view.tickets.open_in_grid("xinhai-east-1")
        assert [ticket.category for ticket in filed] == [Category.LIGHTING] * REPORTS
        assert not caplog.records


async def test_a_clock_that_is_put_off_does_not_begin_again_when_another_process_has_stopped_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two(tmp_path) as (store, other):
        await reported(store)
        async with store.view() as view:
            ticket = (await view.tickets.open_in_grid("xinhai-east-1"))[0]

        async def stopped_meanwhile() -> None:
            async with other.turn() as turn:
                for deadline in await turn.deadlines.of(ticket.id):
                    turn.deadlines.stop(ticket.id, deadline.clock)

        async def breaks(*_: object) -> Decision:
            await stopped_meanwhile()
            raise ArithmeticError("cannot be acted on")

        monkeypatch.setattr(sweeping, "_act_on", breaks)
        await sweeping._singly(store, await store.directory(), NOON + HOUR, None)
        async with store.view() as view:
            assert await view.deadlines.of(ticket.id) == []
