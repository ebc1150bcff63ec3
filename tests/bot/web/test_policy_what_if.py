"""What if last month had gone by the new policy: counted once, beside everything else, for whichever process is asked."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.errands import Doing
from bot.what_if_errand import WhatIf
from handlers.comparison import comparison_from
from storage.records import (
    DAY,
    MINUTE,
    Act,
    Category,
    ErrandKind,
    ErrandState,
    Line,
    Severity,
    State,
    Ticket,
)
from tests.bot.web.house import a_queued_ticket
from tests.bot.web.town_hall import NOON, Hall, Staff, Turns, beside, hall_in, seen
from tests.databases import fresh_database

ORDINARY = "/console/policy/edit/ordinary"


async def a_month(hall: Hall, count: int) -> None:
    """Lamps of October, each solved after 50 minutes: late by half an hour, in time by two."""
    october = NOON - 30 * DAY
    async with hall.store.turn() as turn:
        for number in range(2000, 2000 + count):
            ticket = a_lamp(number, october + number)
            turn.tickets.save(ticket)
            told = ((Act.REPORT, 0), (Act.ACCEPT, 1), (Act.ARRIVE, 3), (Act.RESOLVE, 50))
            for act, after in told:
                at = ticket.reported_at + after * MINUTE
                turn.ledger.append(
                    Line("jinghe", ticket.id, number, at, act, ticket.state, "wangfang", "web", "")
                )


def a_lamp(number: int, reported_at: int) -> Ticket:
    return replace(
        a_queued_ticket(number, state=State.CLOSED, queued=None, queued_at=None),
        category=Category.LIGHTING,
        severity=Severity.ORDINARY,
        grid="east-1",
        reported_at=reported_at,
    )


async def test_last_month_is_run_through_the_new_policy_beside_everything_else(hall: Hall):
    await a_month(hall, 7)
    async with hall.staff() as staff:
        address = await what_if(staff)
        text = await finished(hall, staff, address)
        assert "全部 7 — — 7 → 0 — 7 → 0" in text
        assert "照明 7" in text
        assert "第一网格 7" in text
        assert "解决不再超时 · 不用进联席会议" in text
        hall.house.clock.forward(MINUTE)
        assert "全部 7" in seen(await staff.get(address)), "and is not run anew for it"
        assert "没有工单" in await finished(hall, staff, f"{address}?month=2026-11")
        assert "没有工单" in await finished(hall, staff, f"{address}?month=2026-03")
        assert (await staff.get(f"{address}?month=1999-01")).status_code == 404
    async with hall.staff() as other:
        assert (await other.get(address)).status_code == 404


async def finished(hall: Hall, staff: Staff, address: str) -> str:
    assert "正在算" in (await staff.get(address)).text
    await hall.house.run_errands()
    return seen(await staff.get(address))


async def test_a_run_is_begun_once_reads_by_pages_and_gives_way(hall: Hall, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.what_if_errand.PAGE", 3)
    monkeypatch.setattr("bot.what_if_errand.SLICE", 0.0)
    await a_month(hall, 7)
    async with hall.staff() as staff:
        address = await what_if(staff)
        for _ in range(2):
            await staff.get(address)
    async with hall.store.turn() as turn:
        (errand,) = await turn.errands.of("jinghe", {ErrandKind.WHAT_IF})
    doing, seen_so_far = Doing(errand, hall.house.media.root), set()
    run = asyncio.create_task(WhatIf(hall.store, hall.house.clock)(doing))
    while not run.done():
        seen_so_far.add(doing.done)
        await asyncio.sleep(0)
    assert (doing.done, doing.total) == (7, 7)
    assert len(seen_so_far) > 3
    assert comparison_from(run.result()).tickets["", ""] == 7


async def test_a_run_that_broke_off_says_so_and_is_begun_anew_on_demand(hall: Hall):
    await a_month(hall, 2)
    async with hall.staff() as staff:
        address = await what_if(staff)
        await staff.get(address)
        async with hall.store.turn() as turn:
            (taken,) = [await turn.errands.take(NOON)]
            await turn.errands.end(taken.id, ErrandState.FAILED, {"why": "stopped"}, NOON)
        for _ in range(2):
            assert "没有算成，请再试一次" in (await staff.get(address)).text
        again = f"{address}?again=1"
        assert "全部 2" in await finished(hall, staff, again)
        assert "全部 2" in seen(await staff.get(again))


async def test_a_run_of_what_is_not_proposed_any_more_breaks_off(hall: Hall):
    async with hall.staff() as staff:
        look = await staff.propose(ORDINARY, resolve="2h")
        address = await what_if(staff, look)
        await staff.get(address)
        await staff.confirm(look)
        await hall.house.run_errands()
        async with hall.store.view() as view:
            (errand,) = await view.errands.of("jinghe", {ErrandKind.WHAT_IF})
        assert (errand.state, errand.said) == (ErrandState.FAILED, {"why": "over"})
        assert (await staff.get(address)).status_code == 404


async def what_if(staff: Staff, look: httpx.Response | None = None) -> str:
    """Propose two hours for a lamp, if nothing is proposed yet; return where the page leads to from there."""
    look = look or await staff.propose(ORDINARY, resolve="2h")
    return re.findall(r'href="([^"]+/what-if)"', look.text)[0]


async def test_the_next_request_may_land_at_another_process(tmp_path: Path):
    async with (
        fresh_database(tmp_path, "postgres") as url,
        hall_in(tmp_path, url) as hall,
        beside(hall, tmp_path) as other,
    ):
        await a_month(hall, 7)
        async with hall.staff(at=Turns(hall.house.app, other.house.app)) as staff:
            look = await staff.propose(ORDINARY, resolve="2h")
            assert "解决 默认（30分钟） → 2小时" in seen(look)
            address = await what_if(staff, look)
            assert "正在算" in (await staff.get(address)).text
            await other.house.run_errands()
            for _ in range(2):
                assert "全部 7 — — 7 → 0 — 7 → 0" in seen(await staff.get(address))
            for _ in range(2):
                assert (await staff.confirm(look)).status_code == 303
            for _ in range(2):
                assert "一般 5分钟 5分钟 2小时" in seen(await staff.get("/console/policy"))
        assert len(await hall.ledger(Act.CHANGE_POLICY)) == 1
