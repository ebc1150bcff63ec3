"""An open page of a meeting under way is told what others do at its table, and costs nothing while nothing changes there."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.web.console import watching
from bot.web.console.tables import Table, Tables
from bot.web.login import SESSION_COOKIE
from storage.records import Act, Reason
from tests.bot.web.follower import Follower, request_of
from tests.bot.web.screen import costs, office
from tests.bot.web.test_console_meeting import opened, sends
from tests.bot.web.town_hall import NOON, Hall, Staff
from tests.storage.things import a_line


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "GATHER", 0)
    monkeypatch.setattr(watching, "REST", 0)
    monkeypatch.setattr(watching, "LOOK_EVERY", 3600)


@pytest.fixture
async def queued(hall: Hall) -> Hall:
    for number in (1024, 1025):
        await hall.ticket(number, queued=Reason.RESOLVE_MISSED, queued_at=NOON)
    return hall


def open_tables(hall: Hall) -> Tables:
    return next(one for one in office(hall.house).watching if isinstance(one, Tables))


async def follows(hall: Hall, reader: Staff, table: str, since: str = "") -> Follower:
    """Open the page's stream."""
    async with hall.store.view() as view:
        meeting = await view.meetings.get(table.rpartition("/")[2])
    assert meeting is not None
    request = request_of(reader.cookies[SESSION_COOKIE])
    return Follower(open_tables(hall).events(Table(request, meeting), since))


def brought(html: str) -> list[str]:
    """The ids of the elements an event brings, without what is inside a whole item."""
    found = re.findall(r'\bid="(progress|attending|outcome-\d+|item-\d+)"', html)
    return [one for one in found if one.replace("outcome", "item") not in set(found) - {one}]


@asynccontextmanager
async def followed(hall: Hall, person: str, table: str) -> AsyncIterator[Follower]:
    """Somebody has the page open, has had all of it, and waits."""
    async with hall.staff(person) as reader:
        follower = await follows(hall, reader, table)
        try:
            await follower.next()
            yield follower
        finally:
            await follower.close()


async def test_attendance_an_outcome_a_new_item_and_the_end_arrive(queued: Hall) -> None:
    async with queued.staff() as staff:
        table = await opened(staff)
        async with followed(queued, "chenjie", table) as other:
            await sends(staff, table, f"{table}/act", "here", **{"here.zhang": "1", "others": "居民代表吴婆"})
            while "到会够数" not in (told := await other.next()):
                assert brought(told) == ["attending"]
            assert brought(told) == ["attending"]
            assert "<form" not in told
            await sends(staff, table, f"{table}/act", "defer", 1024, words="等报价")
            told = await other.next()
            assert brought(told) == ["progress", "outcome-1024"]
            assert "等报价" in told
            assert "<form" not in told
            ticket = await queued.ticket(1030, queued=Reason.REFERRED, queued_at=NOON + 1)
            async with queued.store.turn() as turn:
                turn.ledger.append(a_line(ticket, Act.REASSIGN))
            told = await other.next()
            assert brought(told) == ["progress", "item-1030"]
            assert 'data-list="items"' in told
            await sends(staff, table, f"{table}/act", "close", sure="yes")
            while "data-over" not in told:
                told = await other.next()
        assert open_tables(queued)._pages == set()
        assert open_tables(queued)._looking is None


async def test_an_open_meeting_of_another_community_asks_nothing_when_ours_changes(queued: Hall) -> None:
    async with queued.staff() as staff, queued.staff("sunli") as elsewhere:
        ours, theirs = await opened(staff), await opened(elsewhere)
        async with followed(queued, "sunli", theirs) as other:
            (page,) = open_tables(queued)._pages
            async with queued.store.view() as view:
                meeting = await view.meetings.get(ours.rpartition("/")[2])
                ticket = await view.tickets.get("jinghe-1024")
            assert meeting is not None
            assert ticket is not None
            async with costs(queued.house) as nothing:
                async with queued.store.turn() as turn:
                    turn.meetings.save(meeting)
                    turn.ledger.append(a_line(ticket, Act.DECIDE))
                assert not page.stirred.is_set()
            assert nothing == {"asked": [], "drawn": []}
            assert other.told.empty()


async def test_acts_that_change_nothing_at_the_table_wake_nobody(queued: Hall) -> None:
    async with queued.staff() as staff:
        table = await opened(staff)
        async with queued.store.view() as view:
            (ticket, *_) = await view.tickets.queue("jinghe")
        async with followed(queued, "chenjie", table), costs(queued.house) as nothing:
            async with queued.store.turn() as turn:
                turn.ledger.append(a_line(ticket, Act.TOLD))
            assert not any(page.stirred.is_set() for page in open_tables(queued)._pages)
        assert nothing == {"asked": [], "drawn": []}


async def test_what_another_process_wrote_is_found_by_one_look(queued: Hall) -> None:
    async with queued.staff() as staff, queued.staff("sunli") as elsewhere:
        table, theirs = await opened(staff), await opened(elsewhere)
        async with followed(queued, "chenjie", table) as one, followed(queued, "sunli", theirs) as other:
            queued.store.on_turn = lambda turned: None
            await sends(staff, table, f"{table}/act", "here", **{"here.zhang": "1"})
            assert one.told.empty()
            async with costs(queued.house) as noted:
                open_tables(queued).stirred()
                assert brought(await one.next()) == ["attending"]
            assert len([sql for sql in noted["asked"] if "FROM sessions" in sql and "json_each" in sql]) == 1
            assert other.told.empty()
            assert noted["drawn"].count("console/meeting_attending.html") == 1


async def test_an_ended_session_hears_nothing_more(queued: Hall) -> None:
    async with queued.staff() as staff:
        table = await opened(staff)
        async with followed(queued, "chenjie", table) as gone:
            (page,) = open_tables(queued)._pages
            async with queued.store.turn() as turn:
                await turn.sessions.close(page.session)
            open_tables(queued).stirred()
            assert await gone.next() == "over"


async def test_who_comes_back_misses_nothing_and_hears_nothing_twice(queued: Hall) -> None:
    async with queued.staff() as staff, queued.staff("chenjie") as reader:
        table = await opened(staff)
        page = (await reader.get(table)).text
        since = page.partition('data-since="')[2].partition('"')[0]
        await sends(staff, table, f"{table}/act", "defer", 1024, words="等报价")
        again = await follows(queued, reader, table, since)
        told = await again.next()
        assert "等报价" in told
        assert "item-1024" not in brought(told)
        await again.close()
        # It has everything: the first it hears now is the end.
        again = await follows(queued, reader, table, again.seen)
        await sends(staff, table, f"{table}/act", "close", sure="yes")
        assert "data-over" in await again.next()
        await again.ended()
        # A page that was hidden meanwhile learns it when it is seen.
        hidden = await follows(queued, reader, table)
        await hidden.ended()
        assert "data-over" in await hidden.next()
