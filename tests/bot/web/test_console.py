"""The console: everybody sees what is theirs to see, as it is now."""

from __future__ import annotations

from contextlib import asynccontextmanager

from bot.web.login import SESSION_COOKIE, make_link
from bot.web.server import serve_http
from storage.records import Reason
from tests.bot.web.house import HOST, Browser, House, a_queued_ticket
from tests.bot.web.test_live import watching
from tests.storage.things import a_line


async def a_link(house: House, person: str = "zhaomin") -> str:
    return await make_link(house.store, person, HOST, house.clock.now())


async def use(browser: Browser, link: str):
    return await browser.post("/console/login", data={"token": link.partition("token=")[2]})


@asynccontextmanager
async def signed_in(house: House, person: str = "zhaomin"):
    async with house.browser() as browser:
        await use(browser, await a_link(house, person))
        yield browser


async def test_staff_see_the_queue_with_reasons_and_the_communitys_open_tickets(house):
    async with house.store.turn() as turn:
        turn.tickets.save(a_queued_ticket(1024, followers=4))
        turn.tickets.save(
            a_queued_ticket(1025, queued=None, queued_at=None, heading="楼道灯 · 5号楼", grid="xinhai-east-2")
        )
        turn.tickets.save(a_queued_ticket(1001, community="other", grid="lake-1", heading="湖边路灯"))
    async with signed_in(house) as browser:
        page = (await browser.get("/console")).text
    assert "#1024" in page
    assert "超过解决时限" in page
    assert "王芳" in page
    assert "楼道灯 · 5号楼" in page
    assert "湖边路灯" not in page


async def test_a_leader_sees_their_own_grids_alone(house):
    async with house.store.turn() as turn:
        turn.tickets.save(a_queued_ticket(1024))
        turn.tickets.save(
            a_queued_ticket(1025, heading="楼道灯 · 5号楼", grid="xinhai-east-2", handler="lilei")
        )
    async with signed_in(house, "wangfang") as browser:
        page = (await browser.get("/console")).text
    assert "#1024" in page
    assert "#1025" not in page


async def test_a_resident_sees_nothing_of_it(house):
    async with signed_in(house, "meiyi") as browser:
        assert (await browser.get("/console")).status_code == 403


async def test_every_reason_can_be_shown(house):
    async with house.store.turn() as turn:
        for number, reason in enumerate(Reason, 1001):
            turn.tickets.save(a_queued_ticket(number, queued=reason))
    async with signed_in(house) as browser:
        for language in ("zh", "en"):
            page = (await browser.get(f"/console?lang={language}")).text
            assert page.count('<li id="card-') == len(Reason)


async def test_the_board_follows_the_tickets_while_it_is_open(house):
    async with signed_in(house) as browser:
        cookies = {SESSION_COOKIE: browser.cookies[SESSION_COOKIE]}
    server = await serve_http(house.app, house.webchat, "127.0.0.1", 0)
    try:
        async with watching(server, cookies=cookies, path="/console/live") as event:
            assert "#1024" not in (await event())[1]
            async with house.store.turn() as turn:
                ticket = turn.tickets.save(a_queued_ticket())
                turn.ledger.append(a_line(ticket))
            assert "#1024" in (await event())[1]
    finally:
        await server.stop()


async def test_the_board_is_not_told_to_those_who_are_not_signed_in(house):
    async with house.browser() as browser:
        answer = await browser.get("/console/live")
        assert answer.text.strip() == ""
