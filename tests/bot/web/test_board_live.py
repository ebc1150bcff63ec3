"""An open board is told what changed on it, and who is not concerned costs nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.web.console import drawing, stirring, watching
from storage.records import Act, Clock, Severity, State
from tests.bot.web.house import NOON, House, directory
from tests.bot.web.screen import a_ticket, boards, cards, costs, done, ends, watched
from tests.storage.things import a_line

EAST = "xinhai-east-2"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "GATHER", 0)
    monkeypatch.setattr(watching, "REST", 0)


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
