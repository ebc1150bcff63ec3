"""The console: a link opens it once, a session ends, and everybody sees what is theirs to see."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager

import pytest

from bot.web.login import LINK_LIFE, SESSION_COOKIE, SESSION_LIFE, make_link
from bot.web.server import serve_http
from storage.records import Reason, State
from tests.bot.web.house import HOST, Browser, House, a_queued_ticket
from tests.bot.web.test_live import watching


async def a_link(house: House, person: str = "zhaomin") -> str:
    return await make_link(house.store, person, HOST, house.clock.now())


async def use(browser: Browser, link: str):
    return await browser.post("/console/login", data={"token": link.partition("token=")[2]})


@asynccontextmanager
async def signed_in(house: House, person: str = "zhaomin"):
    async with house.browser() as browser:
        await use(browser, await a_link(house, person))
        yield browser


async def test_a_link_opens_the_console_for_its_person(house):
    async with house.browser() as browser:
        link = await a_link(house)
        assert link.startswith(f"{HOST}/console/login?token=")
        assert "登录" in (await browser.get(link)).text
        answer = await use(browser, link)
        assert answer.headers["location"] == "/console"
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert "赵敏，您好" in (await browser.get("/console")).text


async def test_a_messengers_preview_does_not_use_the_link_up(house):
    link = await a_link(house)
    async with house.browser() as preview, house.browser() as browser:
        for _ in range(3):
            assert SESSION_COOKIE not in (await preview.get(link)).cookies
        assert (await use(browser, link)).status_code == 303


async def test_a_link_works_once(house):
    link = await a_link(house)
    async with house.browser() as first, house.browser() as second:
        assert (await use(first, link)).status_code == 303
        refused = await use(second, link)
        assert refused.status_code == 403
        assert "已经用过" in refused.text
        assert (await second.get("/console")).status_code == 303


async def test_a_link_is_over_after_ten_minutes(house):
    link = await a_link(house)
    house.clock.forward(LINK_LIFE)
    async with house.browser() as browser:
        assert (await use(browser, link)).status_code == 403


@pytest.mark.parametrize("token", ["", "guessed", "x" * 5000])
async def test_a_guessed_link_opens_nothing(house, token):
    async with house.browser() as browser:
        assert (await browser.post("/console/login", data={"token": token})).status_code == 403


async def test_a_session_is_over_after_twelve_hours(house):
    async with signed_in(house) as browser:
        assert (await browser.get("/console")).status_code == 200
        house.clock.forward(SESSION_LIFE)
        assert (await browser.get("/console")).status_code == 303


async def test_over_https_the_session_cookie_is_secure(house):
    app = house.make_app(public_url="https://huying.test")
    async with house.browser(app) as browser:
        answer = await use(browser, await a_link(house))
        assert "; secure" in answer.headers["set-cookie"].lower()


async def test_signing_out_ends_the_session_and_needs_the_pages_own_token(house):
    async with signed_in(house) as browser:
        session = browser.cookies[SESSION_COOKIE]
        page = (await browser.get("/console")).text
        assert (await browser.post("/console/logout", data={"csrf": "forged"})).status_code == 403
        assert (await browser.get("/console")).status_code == 200
        csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
        await browser.post("/console/logout", data={"csrf": csrf})
        browser.cookies.set(SESSION_COOKIE, session, domain="huying.test", path="/console")
        assert (await browser.get("/console")).status_code == 303


async def test_the_store_holds_no_token_that_would_open_anything(house):
    link = await a_link(house)
    async with house.browser() as browser:
        await use(browser, link)
        session = browser.cookies[SESSION_COOKIE]
    async with house.store.turn():
        dump = house.store.path.read_bytes() + house.store.path.with_name("huying.db-wal").read_bytes()
    assert link.partition("token=")[2].encode() not in dump
    assert session.encode() not in dump


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


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_reason_can_be_shown(house, reason, language):
    async with house.store.turn() as turn:
        turn.tickets.save(a_queued_ticket(queued=reason))
    async with signed_in(house) as browser:
        assert (await browser.get(f"/console?lang={language}")).status_code == 200


@pytest.mark.parametrize("state", State)
async def test_every_state_a_ticket_may_be_open_in_can_be_shown(house, state):
    async with house.store.turn() as turn:
        turn.tickets.save(a_queued_ticket(state=state))
    async with signed_in(house) as browser:
        assert (await browser.get("/console")).status_code == 200


async def test_the_board_follows_the_tickets_while_it_is_open(house):
    async with signed_in(house) as browser:
        cookies = {SESSION_COOKIE: browser.cookies[SESSION_COOKIE]}
    server = await serve_http(house.app, house.webchat, "127.0.0.1", 0)
    try:
        async with watching(server, cookies=cookies, path="/console/live") as event:
            assert "#1024" not in (await event())[1]
            async with house.store.turn() as turn:
                turn.tickets.save(a_queued_ticket())
            assert "#1024" in (await event())[1]
    finally:
        await server.stop()


async def test_the_board_is_not_told_to_those_who_are_not_signed_in(house):
    async with house.browser() as browser:
        answer = await browser.get("/console/live")
        assert answer.text.strip() == ""


async def test_the_demo_opens_its_console_with_one_press(house):
    async with house.browser() as browser:
        answer = await browser.post("/demo/console")
        assert answer.status_code == 303
        assert (await use(browser, answer.headers["location"])).status_code == 303


async def test_without_the_demo_nobody_gets_a_link_for_nothing(house):
    async with house.browser(house.make_app(demo=False)) as browser:
        assert (await browser.post("/demo/console")).status_code == 404
