"""The console's door: a link opens it once, a session ends, can be ended, and leads where its person wanted to go."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.web.browsers import kind_of
from bot.web.console.office import USE_NOTED_EVERY
from bot.web.login import CONSOLE_PAGE, LINK_LIFE, SESSION_COOKIE, SESSION_LIFE
from bot.web.seats import account_of
from storage.records import Account
from tests.bot.web.house import HOST, SEATS, House, directory
from tests.bot.web.test_console import a_link, signed_in, use

HTML = {"accept": "text/html"}


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


async def test_the_demo_opens_its_console_with_one_press(house):
    async with house.browser() as browser:
        answer = await browser.post("/demo/console")
        assert answer.status_code == 303
        assert (await use(browser, answer.headers["location"])).status_code == 303


async def test_without_the_demo_nobody_gets_a_link_for_nothing(house):
    async with house.browser(house.make_app(demo=False)) as browser:
        assert (await browser.post("/demo/console")).status_code == 404


# --- sessions -----------------------------------------------------------------------------------------------------


def csrf_of(page: str) -> str:
    return re.search(r'name="csrf" value="([^"]+)"', page)[1]


async def sessions(house: House, person: str = "zhaomin"):
    async with house.store.view() as turn:
        return await turn.sessions.of(person, house.clock.now())


async def test_signing_in_again_gives_a_new_secret_and_ends_the_old_one(house):
    async with signed_in(house) as browser:
        first = browser.cookies[SESSION_COOKIE]
        await use(browser, await a_link(house))
        assert browser.cookies[SESSION_COOKIE] != first
        assert len(await sessions(house)) == 1


async def test_a_new_link_makes_the_older_one_void(house):
    older, newer = await a_link(house), await a_link(house)
    async with house.browser() as browser:
        assert (await use(browser, older)).status_code == 403
        assert (await use(browser, newer)).status_code == 303


async def test_who_is_signed_in_twice_sees_both_and_ends_the_other(house):
    async with signed_in(house) as here, signed_in(house) as there:
        page = (await here.get("/console/sessions")).text
        assert page.count("就是这里") == 1
        await here.post("/console/sessions", data={"csrf": csrf_of(page), "session": "others"})
        assert (await here.get("/console")).status_code == 200
        assert (await there.get("/console")).status_code == 303


async def test_staff_end_the_session_of_a_person_of_theirs_and_of_nobody_elses(house):
    async with (
        signed_in(house) as staff,
        signed_in(house, "wangfang") as leader,
        signed_in(house, "sunli") as far,
    ):
        page = (await staff.get("/console/sessions")).text
        assert "王芳" in page
        assert "孙丽" not in page
        for person in ("wangfang", "sunli"):
            (own,) = await sessions(house, person)
            form = {"csrf": csrf_of(page), "person": person, "session": own.name}
            await staff.post("/console/sessions", data=form)
        assert (await leader.get("/console")).status_code == 303
        assert (await far.get("/console")).status_code == 200


async def test_a_leader_sees_and_ends_their_own_alone(house):
    async with signed_in(house) as staff, signed_in(house, "wangfang") as leader:
        page = (await leader.get("/console/sessions")).text
        assert "赵敏" not in page
        (hers,) = await sessions(house)
        form = {"csrf": csrf_of(page), "person": "zhaomin", "session": hers.name}
        await leader.post("/console/sessions", data=form)
        assert (await staff.get("/console")).status_code == 200


async def test_who_leaves_the_community_file_is_out_at_once(house):
    async with signed_in(house, "lilei") as browser:
        assert (await browser.get("/console")).status_code == 200
        known = directory()
        grid = replace(known.grids["xinhai-east-2"], leader="wangfang")
        people = {id: one for id, one in known.people.items() if id != "lilei"}
        async with house.store.turn() as turn:
            await turn.directory.replace(
                replace(known, revision=1, grids={**known.grids, grid.id: grid}, people=people)
            )
        assert (await browser.get("/console")).status_code == 403


async def test_the_last_use_is_noted_now_and_then(house):
    async with signed_in(house) as browser:
        began = house.clock.now()
        house.clock.forward(USE_NOTED_EVERY - 1)
        await browser.get("/console")
        assert (await sessions(house))[0].used_at == began
        house.clock.forward(1)
        await browser.get("/console")
        assert (await sessions(house))[0].used_at == house.clock.now()


@pytest.mark.parametrize(
    ("user_agent", "kind"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50", "WeChat · iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/142.0 Mobile Safari/537.36", "Chrome · Android"),
        ("curl/8", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_is_known_by_its_kind_and_nothing_else_of_it_is_kept(user_agent, kind):
    assert kind_of(user_agent) == kind


# --- where they wanted to go ----------------------------------------------------------------------------------------


async def test_after_signing_in_one_is_where_one_wanted_to_go(house):
    async with house.browser(**HTML) as browser:
        assert (await browser.get("/console/sessions?lang=zh")).headers["location"] == "/console/login"
        answer = await use(browser, await a_link(house))
        assert answer.headers["location"] == "/console/sessions?lang=zh"
        await browser.get("/console")
        assert (await use(browser, await a_link(house))).headers["location"] == "/console"


async def test_a_stream_or_a_sent_form_is_nowhere_to_go(house):
    async with house.browser() as browser:
        await browser.get("/console/sessions", headers={"accept": "text/event-stream"})
        await browser.post("/console/sessions", headers=HTML)
        refused = await browser.get("/console/sessions", headers={**HTML, "hx-request": "true"})
        assert (refused.status_code, refused.headers["hx-redirect"]) == (401, "/console/login")
        assert (await use(browser, await a_link(house))).headers["location"] == "/console"


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.test", "https://evil.test/console", "/chat", "/console/../chat", "/console//evil.test", "/consoles",
        "/console/\\evil", "/console?x=<script>", "/console/a\nset-cookie: b", "/console@evil.test",
    ],
)  # fmt: skip
async def test_nobody_is_sent_anywhere_but_to_the_console(house, wanted):
    assert not CONSOLE_PAGE.fullmatch(wanted)
    async with house.browser() as browser:
        form = {"token": (await a_link(house)).partition("token=")[2]}
        header = {"cookie": f"huying_wanted={wanted}"} if wanted.isprintable() else {}
        answer = await browser.post("/console/login", data=form, headers=header)
        assert answer.headers["location"] == "/console"


# --- from the web chat ------------------------------------------------------------------------------------------------


async def bound(house: House, person: str) -> str:
    """A browser's chat secret that belongs to the person."""
    secret = "A" * 22
    async with house.store.turn() as turn:
        await turn.people.bind(Account(account_of(secret), person))
    return secret


async def test_the_web_chats_own_browser_needs_no_link(house):
    secret = await bound(house, "wangfang")
    async with house.browser() as browser:
        browser.cookies.set("huying_chat", secret, domain="huying.test")
        assert 'action="/chat/console"' in (await browser.get("/chat/console")).text
        assert SESSION_COOKIE not in browser.cookies
        assert (await browser.post("/chat/console")).headers["location"] == "/console"
        assert "王芳，您好" in (await browser.get("/console")).text


async def test_a_resident_or_a_stranger_gets_in_nowhere_from_the_chat(house):
    secret = await bound(house, "meiyi")
    async with house.browser() as browser:
        assert (await browser.post("/chat/console")).status_code == 403
        browser.cookies.set("huying_chat", secret, domain="huying.test")
        assert (await browser.post("/chat/console")).status_code == 403
        assert (await browser.post("/chat/console", data={"seat": SEATS[0].secret})).status_code == 403
        assert SESSION_COOKIE not in browser.cookies


async def test_guesses_are_held_up(house):
    async with house.browser() as browser:
        browser._transport.client = ("203.0.113.9", 123)
        answers = [
            (await browser.post("/console/login", data={"token": "guess"})).status_code for _ in range(125)
        ]
    assert answers[0] == 403
    assert answers[-1] == 429
