"""No form of the console counts that does not come from its own session's page; nothing is shown to who is not signed in."""

from __future__ import annotations

import re

import pytest

from tests.bot.web.house import House
from tests.bot.web.test_console import signed_in
from tests.bot.web.test_console_door import csrf_of
from tests.security.console_routes import TRIES, routes_of

AT_THE_DOOR = {"/console/login"}
"""Where nobody is signed in yet: what counts there is the link's own secret."""


def filled(path: str) -> str:
    """An address of the route, with the first thing that is tried there in it."""
    known = {"{number:int}": "1024", "{year:int}": "2026"}
    return re.sub(r"\{[\w:]+\}", lambda piece: known.get(piece[0], "x"), path)


def posts(house: House) -> list[str]:
    return [
        filled(path) for method, path in routes_of(house.app) if method == "POST" and path not in AT_THE_DOOR
    ]


async def test_a_form_without_its_sessions_own_token_is_refused_everywhere(house):
    taken = []
    async with signed_in(house) as browser, signed_in(house, "wangfang") as other:
        foreign = csrf_of((await other.get("/console")).text)
        for address in posts(house):
            for given in ({}, {"csrf": ""}, {"csrf": "forged"}, {"csrf": foreign}):
                answer = await browser.post(address, data=given | {"once": "abcdefgh"})
                taken += [] if answer.status_code == 403 else [(address, given, answer.status_code)]
        assert (await browser.get("/console")).status_code == 200, "and signed in still"
    assert taken == []


async def test_the_same_form_with_its_token_is_refused_for_no_such_reason(house):
    """Or else the test before would hold nothing: staff may send every form there is."""
    refused = []
    async with signed_in(house) as browser:
        csrf = csrf_of((await browser.get("/console")).text)
        for address in posts(house):
            if address != "/console/logout":
                answer = await browser.post(address, data={"csrf": csrf, "once": "abcdefgh"})
                refused += [(address, answer.status_code)] if answer.status_code in (403, 500) else []
    assert refused == []


async def test_what_changes_something_is_never_done_by_looking(house):
    async with signed_in(house) as browser:
        seen = {filled(path) for method, path in routes_of(house.app) if method == "GET"}
        for address in set(posts(house)) - seen:
            assert (await browser.get(address)).status_code in (404, 405), address


async def test_who_is_not_signed_in_is_sent_to_the_door_from_everywhere(house):
    async with house.browser() as browser:
        for method, path in routes_of(house.app):
            if path in AT_THE_DOOR or path == "/console/logout":
                continue
            answer = await browser.request(method, filled(path))
            assert (answer.status_code, answer.headers.get("location")) == (303, "/console/login"), path
            part = await browser.request(method, filled(path), headers={"hx-request": "true"})
            assert part.status_code == 401, path


async def test_a_page_of_another_site_can_send_no_form_at_all(house):
    async with signed_in(house) as browser:
        csrf = csrf_of((await browser.get("/console")).text)
        for address in [*posts(house), *AT_THE_DOOR]:
            for header in ({"origin": "https://evil.test"}, {"sec-fetch-site": "cross-site"}):
                answer = await browser.post(address, data={"csrf": csrf, "once": "abcdefgh"}, headers=header)
                assert answer.status_code == 403, address


@pytest.mark.parametrize("person", ["zhaomin", None])
async def test_every_answer_of_the_console_is_kept_by_nobody_and_runs_nothing_foreign(house, person):
    async with signed_in(house, person or "zhaomin") as browser:
        if person is None:
            browser.cookies.clear()
        for method, path in routes_of(house.app):
            if path == "/console/live":
                continue
            answer = await browser.request(method, filled(path))
            assert answer.headers["cache-control"].startswith(("no-store", "private")), path
            assert "script-src 'self';" in answer.headers["content-security-policy"], path
            assert answer.headers["x-frame-options"] == "DENY", path


def test_the_table_and_the_routes_agree(house):
    assert {path for _, path in routes_of(house.app)} <= {route.split(" ", 1)[1] for route in TRIES}
