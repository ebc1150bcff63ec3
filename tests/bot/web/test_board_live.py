"""An open board is told what changed on it, and who is not concerned costs nothing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot.web.console import drawing, stirring
from bot.web.login import print_of
from handlers.desk.troubles import found
from handlers.troubles import Lasting, Trouble
from storage.records import Act, Clock, Grid, Reason, Severity, State
from tests.bot.web.house import NOON, House, directory
from tests.bot.web.screen import Screen, a_ticket, boards, count, done, ends, office, watched
from tests.storage.things import a_line

EAST = "xinhai-east-2"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stirring, "GATHER", 0)
    monkeypatch.setattr(stirring, "REST", 0)


@asynccontextmanager
async def costs(house: House) -> AsyncIterator[dict[str, list[str]]]:
    """Note every question asked of the database's readers, and everything that is drawn."""
    noted: dict[str, list[str]] = {"asked": [], "drawn": []}
    pages, readers = office(house).pages, [house.store._for_directory, *house.store._readers]
    fragment = pages.fragment

    def drawn(template: str, *args: Any, **known: Any) -> str:
        noted["drawn"].append(template)
        return fragment(template, *args, **known)

    for reader in readers:
        await reader._connection.set_trace_callback(noted["asked"].append)  # type: ignore[attr-defined]
    pages.fragment = drawn  # type: ignore[method-assign]
    try:
        yield noted
    finally:
        pages.fragment = fragment  # type: ignore[method-assign]
        for reader in readers:
            await reader._connection.set_trace_callback(None)  # type: ignore[attr-defined]


def cards(html: str) -> list[str]:
    """The cards an event brings, `-1024` for one that leaves."""
    found = re.findall(r'<li id="card-(\d+)"( data-gone)?', html)
    return [f"-{number}" if gone else number for number, gone in found]


async def test_a_card_comes_moves_and_goes(house: House) -> None:
    async with watched(house, "zhaomin") as (board,):
        ticket = await done(house, a_ticket(), Act.REPORT)
        came = await board.next()
        assert cards(came) == ["1024"]
        assert 'data-list="lane-accept"' in came
        assert 'id="head-accept" class="head" data-count="1"' in came
        assert "<strong>1</strong> 件未结" in came
        taken = replace(ticket, state=State.ACCEPTED, handler="wangfang")
        ticket = await done(house, taken, Act.ACCEPT, ends(taken, Clock.ARRIVE, NOON + 300_000))
        moved = await board.next()
        assert cards(moved) == ["1024"]
        assert 'data-list="lane-arrive"' in moved
        assert "12:05 前到场" in moved
        assert 'id="head-accept" class="head" data-count="0"' in moved
        assert 'id="head-arrive" class="head" data-count="1"' in moved
        await done(house, replace(ticket, state=State.WITHDRAWN), Act.WITHDRAW)
        gone = await board.next()
        assert cards(gone) == ["-1024"]
        assert "<strong>0</strong> 件未结" in gone


async def test_boards_of_other_communities_cost_nothing(house: House) -> None:
    ticket = await done(house, a_ticket(), Act.REPORT)
    async with watched(house, "zhaomin") as (board,):
        async with costs(house) as alone:
            ticket = await done(house, replace(ticket, state=State.ACCEPTED))
            await board.next()
        async with watched(house, *["sunli"] * 50) as others, costs(house) as among_many:
            await done(house, replace(ticket, state=State.ON_SITE), Act.ARRIVE)
            assert cards(await board.next()) == ["1024"]
            assert all(other.told.empty() for other in others)
    assert alone["asked"]
    assert len(among_many["asked"]) == len(alone["asked"])
    assert among_many["drawn"] == alone["drawn"]
    assert alone["drawn"].count("console/card.html") == 1


async def test_what_changes_where_nobody_looks_costs_nothing_at_all(house: House) -> None:
    async with watched(house, *["sunli"] * 3), costs(house) as nothing:
        await done(house, a_ticket(), Act.REPORT)
        assert not boards(house)._woken.is_set()
    assert nothing == {"asked": [], "drawn": []}


async def test_boards_that_show_the_same_are_drawn_once(house: House) -> None:
    async with watched(house, *["zhaomin"] * 20) as screens, costs(house) as noted:
        await done(house, a_ticket(), Act.REPORT)
        told = {await screen.next() for screen in screens}
    assert len(told) == 1
    assert noted["drawn"].count("console/card.html") == 1


async def test_a_leaders_board_is_not_told_of_another_grid(house: House) -> None:
    async with watched(house, "zhaomin", "lilei", "wangfang") as (staff, east, west):
        async with costs(house) as noted:
            ticket = await done(house, a_ticket(), Act.REPORT)
            await staff.next()
            assert cards(await west.next()) == ["1024"]
        assert noted["drawn"].count("console/card.html") == 2
        # Now it becomes a matter of the other grid: it comes there and leaves here.
        ticket = await done(house, replace(ticket, grid=EAST), Act.REASSIGN)
        assert cards(await west.next()) == ["-1024"]
        came = await east.next()
        assert cards(came) == ["1024"]
        await done(house, replace(ticket, followers=3), Act.FOLLOW)
        assert "3 户跟进" in await east.next()
        assert west.told.empty()
        # What was told of #1024 is the first that the board of the other grid ever heard.
        assert east.told.empty()


async def test_a_complaint_about_people_leaves_the_boards_of_those_who_may_not_see_it(house: House) -> None:
    known = directory()
    compounds = {**known.compounds, "xinhai-east": replace(known.compounds["xinhai-east"], property="meiyi")}
    async with house.store.turn() as turn:
        await turn.directory.replace(replace(known, compounds=compounds))
    ticket = await done(house, a_ticket(), Act.REPORT)
    async with watched(house, "meiyi") as (board,):
        assert "#1024" in board.page
        await done(house, replace(ticket, private=True), Act.RECLASS)
        told = await board.next()
        assert cards(told) == ["-1024"]
        assert "电梯" not in told


async def test_a_board_is_told_only_of_what_was_chosen(house: House) -> None:
    async with watched(house, "zhaomin", query="severity=emergency") as (board,):
        ticket = await done(house, a_ticket(1001), Act.REPORT)
        await done(house, a_ticket(1002, severity=Severity.EMERGENCY), Act.REPORT)
        assert cards(await board.next()) == ["1002"]
        await done(house, replace(ticket, severity=Severity.EMERGENCY), Act.REGRADE)
        assert cards(await board.next()) == ["1001"]


async def test_acts_that_change_nothing_on_a_card_wake_nobody(house: House) -> None:
    ticket = await done(house, a_ticket(), Act.REPORT)
    async with watched(house, "zhaomin") as (board,):
        await done(house, ticket, Act.TOLD)
        assert not boards(house)._woken.is_set()
        assert board.told.empty()


async def test_a_long_lane_is_shown_anew_as_far_as_it_is_shown(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (drawing, stirring):
        monkeypatch.setattr(module, "MOST_CARDS", 2)
    tickets = [await done(house, a_ticket(number), Act.REPORT) for number in (1001, 1002, 1003)]
    async with watched(house, "zhaomin") as (board,):
        await done(house, replace(tickets[0], state=State.ACCEPTED))
        told = await board.next()
    # The third moves up into the lane, the first stands in its new one.
    assert cards(told) == ["1001", "1002", "1003"]
    assert '<ol id="lane-accept"' in told


async def test_many_changes_at_once_are_one_board(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stirring, "MOST_CHANGED", 2)
    async with watched(house, "zhaomin") as (board,):
        async with house.store.turn() as turn:
            for number in (1001, 1002, 1003):
                ticket = turn.tickets.save(a_ticket(number))
                turn.ledger.append(a_line(ticket))
        told = await board.next()
    assert '<div id="board"' in told
    assert cards(told) == ["1001", "1002", "1003"]


# --- coming and going -------------------------------------------------------------------------------------------------


async def test_who_comes_back_misses_nothing(house: House) -> None:
    await done(house, a_ticket(1001), Act.REPORT)
    async with watched(house, "zhaomin") as (board,):
        await done(house, a_ticket(1002), Act.REPORT)
        seen, _ = await board.told.get()
    await done(house, a_ticket(1003), Act.REPORT)
    for since in (seen, "", "99999-0", "x", "1-2-3"):
        again = Screen(house)
        try:
            await again.open("zhaomin", since=since)
            assert cards(await again.next()) == ["1001", "1002", "1003"]
        finally:
            await again.close()


async def test_who_comes_back_late_to_what_others_watch_has_it_all_at_once(house: House) -> None:
    async with watched(house, "zhaomin") as (board,):
        await done(house, a_ticket(1001), Act.REPORT)
        seen, _ = await board.told.get()
        await done(house, a_ticket(1002), Act.REPORT)
        await board.next()
        again = Screen(house)
        try:
            await again.open("zhaomin", since=seen)
            assert cards(await again.next()) == ["1001", "1002"]
        finally:
            await again.close()


async def test_who_has_it_all_is_told_nothing_at_first(house: House) -> None:
    await done(house, a_ticket(1001), Act.REPORT)
    async with watched(house, "zhaomin", "zhaomin") as (board, other):
        await done(house, a_ticket(1002), Act.REPORT)
        assert cards(await board.next()) == ["1002"]
        assert cards(await other.next()) == ["1002"]


async def test_an_ended_session_hears_nothing_more(house: House) -> None:
    async with watched(house, "zhaomin", "zhaomin") as (gone, stays):
        async with house.store.turn() as turn:
            await turn.sessions.close(print_of(gone.session))
        await done(house, a_ticket(), Act.REPORT)
        assert cards(await stays.next()) == ["1024"]
        assert await gone.next() == "over"
        assert gone.told.empty()
        assert count(house) == 1


async def test_an_expired_session_ends_its_board_though_nothing_changes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stirring, "LOOK_EVERY", 0.01)
    async with watched(house, "zhaomin") as (board,):
        house.clock.forward(13 * 3_600_000)
        assert await board.next() == "over"


async def test_a_trouble_of_the_machine_comes_to_those_who_can_do_something(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stirring, "LOOK_EVERY", 0.01)
    async with watched(house, "zhaomin", "wangfang") as (staff, leader):
        await found(house.store, Lasting(Trouble.AWAY, "telegram", NOON, "why", "me", NOON))
        told = await staff.next()
        assert 'id="troubles"' in told
        assert 'class="trouble"' in told
        assert leader.told.empty()


async def test_another_directory_begins_everything_anew(house: House) -> None:
    ticket = await done(house, a_ticket(), Act.REPORT)
    async with watched(house, "wangfang") as (board,):
        known = directory()
        grid = replace(known.grids["xinhai-east-1"], leader="lilei")
        mine = Grid("xinhai-east-3", "jinghe", "xinhai-east", "第三网格", ("9",), "wangfang")
        async with house.store.turn() as turn:
            await turn.directory.replace(replace(known, grids={**known.grids, grid.id: grid, mine.id: mine}))
        await done(house, replace(ticket, state=State.ON_SITE, queued=Reason.REFERRED, queued_at=NOON))
        assert board.watching is not None
        async with asyncio.timeout(10):
            await board.watching
        assert board.told.empty()
        again = Screen(house)
        try:
            await again.open("wangfang", since=board.page.partition('data-since="')[2].partition('"')[0])
            assert cards(await again.next()) == []
        finally:
            await again.close()


async def test_what_another_process_wrote_is_found_by_one_look(house: House) -> None:
    async with watched(house, "zhaomin", "sunli") as (board, other):
        house.store.on_turn = lambda turned: None
        await done(house, a_ticket(), Act.REPORT)
        async with costs(house) as noted:
            boards(house).stirred()
            assert cards(await board.next()) == ["1024"]
        assert other.told.empty()
        heads = [one for one in noted["asked"] if "FROM ledger_heads" in one]
        assert len(heads) == 1


async def test_nobody_looks_when_no_board_is_open(house: House) -> None:
    async with watched(house, "zhaomin"):
        assert boards(house)._looking is not None
    assert boards(house)._looking is None
    assert boards(house)._groups == {}
