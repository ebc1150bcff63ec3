"""An open page of a ticket is told whatever is written about it, and costs nothing while that is another one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.web.console import watching
from bot.web.console.following import Drawn
from bot.web.console.leaves import Leaves, OpenLeaf
from bot.web.console.office import Asking
from bot.web.login import SESSION_COOKIE
from storage.records import Act, Address, Clock, LetterKind, State
from storage.turn import Turn
from tests.bot.web.follower import Follower, request_of
from tests.bot.web.house import NOON, House, directory
from tests.bot.web.screen import costs, office
from tests.bot.web.test_console import signed_in
from tests.bot.web.ticket_house import MINUTE, a_clock, a_ticket, does, letter, line, put
from tests.bot.web.ticket_house import ticket as the_ticket
from tests.bot.web.ticket_house import working as working

PAGE = "/console/tickets/1024"
WANGFANG = Address("telegram:1001")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "GATHER", 0)
    monkeypatch.setattr(watching, "REST", 0)
    monkeypatch.setattr(watching, "LOOK_EVERY", 3600)


@pytest.fixture
async def told(working: House) -> House:
    """The house with a ticket that 王芳 has accepted, and another one; what is written comes to open pages."""
    working.store.on_turn = office(working).turned
    await put(working, a_ticket(), a_ticket(1025), line(Act.ACCEPT))
    return working


def open_leaves(house: House) -> Leaves:
    return next(one for one in office(house).watching if isinstance(one, Leaves))


@asynccontextmanager
async def followed(house: House, person: str = "wangfang", number: int = 1024) -> AsyncIterator[Follower]:
    """Somebody has the page open, has all of it, and waits."""
    async with signed_in(house, person) as browser:
        address = f"/console/tickets/{number}"
        since = (await browser.get(address)).text.partition('data-since="')[2].partition('"')[0]
        page = OpenLeaf(request_of(browser.cookies[SESSION_COOKIE]), f"jinghe-{number}")
        follower = Follower(open_leaves(house).events(page, since))
        try:
            while page.mark is None or page.meanwhile is not None:  # noqa: ASYNC110 - no event for it
                await asyncio.sleep(0)
            yield follower
        finally:
            await follower.close()


def brought(html: str) -> list[str]:
    """The ids of the elements an event brings; `-act-accept` for one that leaves."""
    found = re.findall(r'<\w+ id="((?:its|act)-\w+)"( data-gone)?', html)
    return [f"-{id}" if gone else id for id, gone in found if id != "its-words"]


async def test_state_clocks_acts_and_story_arrive(told: House) -> None:
    async with followed(told) as page, signed_in(told) as staff:
        assert page.told.empty(), "it has all of it"
        before = await the_ticket(told)
        await put(
            told,
            replace(before, state=State.ON_SITE, arrived_at=NOON),
            line(Act.ARRIVE, NOON, state=State.ON_SITE),
            a_clock(Clock.RESOLVE, NOON + 30 * MINUTE),
        )
        html = await page.next()
        assert {"its-head", "its-times", "its-tale", "-act-arrive", "act-resolve"} <= set(brought(html))
        assert "its-letters" not in brought(html)
        assert "12:30 前" in html
        assert "到场" in html
        # The forms that stay are drawn anew as well: they know what was seen when they are sent.
        assert 'name="seen" value="2"' in html
        await does(staff, "supervise", more_words="抓紧")
        while "抓紧" not in html:
            html = await page.next()
    assert open_leaves(told)._pages == set()
    assert open_leaves(told)._looking is None


async def test_what_becomes_of_a_letter_arrives_and_nothing_else_with_it(told: House) -> None:
    async with followed(told) as page:
        async with told.store.turn() as turn:
            turn.outbox.owe(letter("wangfang", WANGFANG, LetterKind.REMIND))
        owed = await page.next()
        async with told.store.turn() as turn:
            ((one,),) = await turn.outbox.claim(NOON, lease=9, limit=9, platforms=["telegram"])
        carried = await page.next()
        async with told.store.turn() as turn:
            await turn.outbox.sent([one.id], WANGFANG, "7", NOON + MINUTE)
        arrived = await page.next()
    for html, word in ((owed, "等着发"), (carried, "正在发"), (arrived, "已送到")):
        assert brought(html) == ["its-letters"]
        assert word in html


async def test_a_page_of_another_ticket_costs_nothing_at_all(told: House) -> None:
    async with followed(told) as page, followed(told, number=1025) as other:
        async with told.store.turn() as turn:
            turn.outbox.owe(replace(letter("wangfang", WANGFANG), ticket="jinghe-1025"))
        await other.next()
        async with costs(told) as alone:
            async with told.store.turn() as turn:
                await turn.outbox.sent([1], WANGFANG, "7", NOON)
            await other.next()
        async with followed(told), costs(told) as among_others:
            async with told.store.turn() as turn:
                await turn.outbox.drop([1], "twice")
                turn.ledger.append(line(Act.TOLD, ticket="jinghe-1025", number=1025))
            await other.next()
            assert not any(
                one.stirred.is_set() for one in open_leaves(told)._pages if one.ticket == "jinghe-1024"
            )
        assert alone["drawn"].count("console/ticket_head.html") == 1
        assert among_others["drawn"] == alone["drawn"]
        assert len(among_others["asked"]) == len(alone["asked"])
        assert page.told.empty()


async def test_what_is_written_while_a_page_is_drawn_is_not_lost(
    told: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with told.store.turn() as turn:
        turn.outbox.owe(letter("wangfang", WANGFANG))
    draw, drawn = open_leaves(told).draw, []

    async def drawn_before_it_was_sent(turn: Turn, asking: Asking, page: OpenLeaf) -> Drawn | None:
        drawn.append(await draw(turn, asking, page))
        if len(drawn) == 1:
            async with told.store.turn() as other:
                await other.outbox.sent([1], WANGFANG, "7", NOON)
        return drawn[-1]

    monkeypatch.setattr(open_leaves(told), "draw", drawn_before_it_was_sent)
    async with followed(told) as page:
        html = await page.next()
    assert brought(html) == ["its-letters"]
    assert "已送到" in html


async def test_who_may_not_see_it_any_more_is_told_to_go(told: House) -> None:
    async with followed(told) as hers, followed(told, "zhaomin") as staff:
        moved = replace(
            await the_ticket(told), grid="xinhai-east-2", handler="lilei", first_responder="lilei"
        )
        await put(told, moved, line(Act.TRANSFER, person="zhaomin", reason="归第二网格"))
        assert await hers.next() == "over"
        await hers.ended()
        assert "归第二网格" in await staff.next()
    async with followed(told, number=1025) as hers:
        elsewhere = replace(a_ticket(1025), handler=None, first_responder=None)
        await put(told, replace(elsewhere, version=(await the_ticket(told, 1025)).version))
        known = directory()
        grid = replace(known.grids["xinhai-east-1"], leader="lilei")
        async with told.store.turn() as turn:
            await turn.directory.replace(replace(known, grids={**known.grids, grid.id: grid}))
        open_leaves(told).stirred()
        html = await hers.next()
        while html != "over":
            html = await hers.next()


async def test_an_ended_session_hears_nothing_more(told: House) -> None:
    async with followed(told) as gone:
        (page,) = open_leaves(told)._pages
        async with told.store.turn() as turn:
            await turn.sessions.close(page.session)
        open_leaves(told).stirred()
        assert await gone.next() == "over"


async def test_what_another_process_wrote_is_found_by_one_look_for_all_pages(told: House) -> None:
    async with followed(told) as page, followed(told, number=1025), followed(told, "zhaomin", 1025):
        told.store.on_turn = lambda turned: None
        await put(told, line(Act.TOLD))
        assert page.told.empty()
        async with costs(told) as noted:
            open_leaves(told).stirred()
            assert brought(await page.next())[0] == "its-tale"
        # One look, and one more mark for the page that was drawn.
        assert len([sql for sql in noted["asked"] if "FROM deadlines" in sql and "GROUP BY" in sql]) == 2
        assert noted["drawn"].count("console/ticket_head.html") == 1


async def test_who_comes_back_has_what_changed_and_loses_what_can_be_done_no_more(told: House) -> None:
    async with followed(told) as page:
        await put(told, line(Act.TOLD))
        await page.next()
        seen = page.seen
    await put(
        told, replace(await the_ticket(told), state=State.ON_SITE), line(Act.ARRIVE, state=State.ON_SITE)
    )
    async with signed_in(told, "wangfang") as browser:
        again = OpenLeaf(request_of(browser.cookies[SESSION_COOKIE]), "jinghe-1024")
        page = Follower(open_leaves(told).events(again, f'{seen}.act-"><script>'))
        html = await page.next()
        await page.close()
    assert "-act-arrive" in brought(html)
    assert "its-head" in brought(html)
    assert "<script" not in html


async def test_the_stream_is_opened_by_its_address(told: House) -> None:
    async with signed_in(told, "lilei") as browser:
        theirs, none = [await browser.get(f"/console/tickets/{n}/live") for n in (1024, 1999)]
    assert (theirs.status_code, theirs.text) == (none.status_code, none.text)
    assert theirs.status_code == 404


async def test_what_was_written_in_a_form_stays_when_somebody_else_was_quicker(told: House) -> None:
    async with signed_in(told, "wangfang") as hers, signed_in(told) as staff:
        page = (await hers.get(PAGE)).text
        await does(staff, "dismiss", sure="yes")
        late = await does(hers, "resolve", page=page, words="换了整块门机板")
    assert late.status_code == 409
    assert "换了整块门机板</textarea>" in late.text
