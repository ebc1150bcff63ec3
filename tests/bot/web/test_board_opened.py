"""Boards that are opened, go and come back miss nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.web.console import drawing, watching
from bot.web.console.watchers import Group
from bot.web.login import print_of
from handlers.desk.troubles import found
from handlers.troubles import Lasting, Trouble
from storage.records import Act, Grid, Reason, State
from storage.turn import Turn
from tests.bot.web.house import NOON, House, directory
from tests.bot.web.screen import Screen, a_ticket, boards, cards, costs, count, done, watched
from tests.patience import PATIENCE


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "GATHER", 0)
    monkeypatch.setattr(watching, "REST", 0)


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


async def test_what_is_written_while_a_board_is_opened_comes_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LOOK_EVERY", 3600)
    draw = boards(house)._drawn

    async def drawn_before_the_call(turn: Turn, looking: drawing.Looking) -> tuple[Group, str]:
        seen = await draw(turn, looking)
        await done(house, a_ticket(), Act.REPORT)
        return seen

    monkeypatch.setattr(boards(house), "_drawn", drawn_before_the_call)
    async with watched(house, "zhaomin") as (board,):
        assert "#1024" not in board.page
        assert cards(await board.next()) == ["1024"]


async def test_what_the_others_were_told_while_a_board_is_opened_comes_with_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LOOK_EVERY", 3600)
    ticket = await done(house, a_ticket(), Act.REPORT)
    async with watched(house, "zhaomin") as (board,):
        draw = boards(house)._drawn

        async def drawn_before_the_others_were_told(
            turn: Turn, looking: drawing.Looking
        ) -> tuple[Group, str]:
            seen = await draw(turn, looking)
            if board.told.empty():
                await done(house, replace(ticket, state=State.WITHDRAWN), Act.WITHDRAW)
                while board.told.empty():  # noqa: ASYNC110 - no event for it
                    await asyncio.sleep(0.01)
            return seen

        monkeypatch.setattr(boards(house), "_drawn", drawn_before_the_others_were_told)
        late = Screen(house)
        try:
            await late.open("zhaomin", since="")
            assert cards(await late.next()) == []
            assert late.told.empty()
        finally:
            await late.close()
        assert cards(await board.next()) == ["-1024"]


async def test_a_board_that_never_gets_there_goes_and_comes_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watched(house, "zhaomin"):
        draw = boards(house)._drawn

        async def drawn_too_late(turn: Turn, looking: drawing.Looking) -> tuple[Group, str]:
            seen, html = await draw(turn, looking)
            seen.seq -= 1
            return seen, html

        monkeypatch.setattr(boards(house), "_drawn", drawn_too_late)
        await done(house, a_ticket(), Act.REPORT)
        late = Screen(house)
        await late.open("zhaomin", since="")
        assert late.watching is not None
        async with asyncio.timeout(PATIENCE):
            await late.watching
        assert late.told.empty()
        assert count(house) == 1


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
    monkeypatch.setattr(watching, "LOOK_EVERY", 0.01)
    async with watched(house, "zhaomin") as (board,):
        house.clock.forward(13 * 3_600_000)
        assert await board.next() == "over"


async def test_a_trouble_of_the_machine_comes_to_those_who_can_do_something(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LOOK_EVERY", 0.01)
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
        async with asyncio.timeout(PATIENCE):
            await board.watching
        assert board.told.empty()
        again = Screen(house)
        try:
            await again.open("wangfang", since=board.page.partition('data-since="')[2].partition('"')[0])
            assert cards(await again.next()) == []
        finally:
            await again.close()


async def test_a_directory_that_says_the_same_begins_nothing_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LOOK_EVERY", 0.01)
    async with watched(house, "wangfang") as (board,):
        (group,) = boards(house)._groups.values()
        before = group.looking.directory.revision
        async with house.store.turn() as turn:
            await turn.directory.replace(directory())
        while group.looking.directory.revision == before:  # noqa: ASYNC110 - no event for it
            await asyncio.sleep(0.01)
        await done(house, a_ticket(), Act.REPORT)
        assert cards(await board.next()) == ["1024"]


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
