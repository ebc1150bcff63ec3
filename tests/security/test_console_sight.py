"""By no address of the console does the leader of one grid learn anything of another grid's ticket."""

from __future__ import annotations

import asyncio
import io
import zipfile
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from handlers.desk import Desk
from storage.records import Act, Person, Place, Remark
from tests.bot.web.book import export, link
from tests.bot.web.house import HOST, NOON, Browser, House
from tests.bot.web.test_console import signed_in
from tests.bot.web.test_console_door import csrf_of
from tests.bot.web.ticket_house import a_ticket, line, put, shot
from tests.patience import PATIENCE
from tests.security.console_routes import (
    HOW_TO,
    NOTE,
    NUMBER,
    PHOTO,
    REMARK,
    REPORTER,
    SECRETS,
    TRIES,
    WORDS,
    Ask,
    routes_of,
)

OWN = "3号楼2单元"
"""What the leader of the first grid sees of a ticket of theirs."""


@pytest.fixture
async def two_grids(house: House) -> House:
    """A ticket in each grid, both in the queue; of the second one everything there can be."""
    house.desk = Desk(house.store)  # type: ignore[assignment]
    house.app = house.make_app()
    queued = {"queued": a_ticket().queued or "resolve_missed", "queued_at": NOON}
    secret = a_ticket(
        NUMBER, grid="xinhai-east-2", handler="lilei", first_responder="lilei", words=WORDS, note=NOTE,
        heading=WORDS, place=Place("4", landmark="湖心亭"), reporter=REPORTER, decision=NOTE, plan=NOTE, **queued,
    )  # fmt: skip
    about = {"ticket": secret.id, "number": NUMBER}
    await put(
        house,
        Person(REPORTER, "jinghe", "夏目"),
        replace(a_ticket(), **queued),
        secret,
        line(Act.REPORT, NOON, "meiyi", "repair"),
        line(Act.REPORT, NOON, REPORTER, "repair", **about),
        line(Act.RESOLVE, NOON, "lilei", NOTE, **about),
        Remark(secret.id, NOON, REPORTER, REMARK),
        shot(PHOTO, ticket=secret.id, person=REPORTER, caption=WORDS),
    )
    path = house.media.path(PHOTO)
    path.parent.mkdir(parents=True)
    path.write_bytes(WORDS.encode())
    return house


def found_in(answer: bytes) -> list[str]:
    """Return which of the secrets an answer holds, inside a spreadsheet or a document as well."""
    if answer.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer)) as packed:
            answer = b"".join(packed.read(name) for name in packed.namelist())
    text = unquote(answer.decode("utf-8", "replace"))
    return [one for one in SECRETS if one in text]


def said(answer: httpx.Response) -> bytes:
    return answer.content + unquote(str(answer.headers)).encode()


async def asks(house: House, browser: Browser, method: str, ask: Ask, csrf: str) -> bytes:
    """Return everything the request is answered with, from where it leads as well."""
    if ask.stream:
        return await first_of_stream(house, browser, ask.address)
    if method == "GET":
        return said(await browser.get(ask.address, follow_redirects=True))
    form = {"csrf": csrf, "once": "abcdefgh-1"} | ask.form
    # A file beside it: pages that take one shall not refuse for want of it.
    answer = await browser.post(ask.address, data=form, follow_redirects=True)
    return said(answer)


async def first_of_stream(house: House, browser: Browser, address: str) -> bytes:
    """Open the stream and return what it begins with."""
    heard: list[bytes] = []
    enough = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if not heard and not asked.is_set():
            asked.set()
            return {"type": "http.request", "body": b"", "more_body": False}
        await enough.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        heard.append(message.get("body", b""))
        if b"\n\n" in b"".join(heard) or message.get("more_body") is False:
            enough.set()

    asked = asyncio.Event()
    request = browser.build_request("GET", HOST + address, headers={"accept": "text/event-stream"})
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "path": address, "raw_path": address.encode(),
        "query_string": b"", "root_path": "", "scheme": "http", "server": ("huying.test", 80), "client": None,
        "headers": [(name.lower(), value) for name, value in request.headers.raw], "extensions": {},
    }  # fmt: skip
    async with asyncio.timeout(PATIENCE):
        await house.app(scope, receive, send)
    return b"".join(heard)


def test_every_route_of_the_console_is_tried(house: House) -> None:
    there = [f"{method} {path}" for method, path in routes_of(house.app)]
    missing = [one for one in there if not TRIES.get(one)]
    how_to = [HOW_TO.format(missing=one, path=one.split()[1], number=NUMBER) for one in missing]
    assert missing == [], "\n\n".join(how_to)
    assert set(TRIES) - set(there) == set(), "these are no routes any more: take their lines out"


async def test_nothing_of_another_grids_ticket_is_in_any_answer(two_grids: House) -> None:
    leaks = []
    async with signed_in(two_grids, "wangfang") as browser:
        page = (await browser.get("/console")).text
        assert OWN in page
        for route, ways in TRIES.items():
            for ask in ways:
                answer = await asks(two_grids, browser, route.split()[0], ask, csrf_of(page))
                # What one was asked for with is no news.
                asked = {one for one in SECRETS if one in ask.address + "".join(ask.form.values())}
                leaks += [(route, ask.address, one) for one in found_in(answer) if one not in asked]
    assert leaks == []
    async with two_grids.store.view() as view:
        lines = [entry.line.act for entry in await view.ledger.of(f"jinghe-{NUMBER}")]
    assert lines == [Act.REPORT, Act.RESOLVE], "and nothing was done to it"


async def test_staff_are_shown_it_by_the_same_requests(two_grids: House) -> None:
    """Or else the other tests would hold nothing."""
    hidden = []
    async with signed_in(two_grids) as browser:
        page = (await browser.get("/console")).text
        for route, ways in TRIES.items():
            for ask in ways:
                if ask.shows:
                    answer = await asks(two_grids, browser, route.split()[0], ask, csrf_of(page))
                    hidden += [] if found_in(answer) else [(route, ask.address)]
    assert hidden == []


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
async def test_nothing_of_it_is_in_an_export(two_grids: House, kind: str) -> None:
    async with signed_in(two_grids, "wangfang") as leader, signed_in(two_grids) as staff:
        theirs = await leader.get(link(await export(two_grids, leader, format=kind)))
        whole = await staff.get(link(await export(two_grids, staff, format=kind)))
    assert theirs.status_code == 200
    assert found_in(theirs.content) == []
    assert str(NUMBER) in found_in(whole.content)


async def test_one_that_is_not_theirs_is_answered_as_if_there_were_none(two_grids: House) -> None:
    async with signed_in(two_grids, "wangfang") as browser:
        csrf = {"csrf": csrf_of((await browser.get("/console")).text), "once": "abcdefgh", "do": "accept"}
        for method, path in routes_of(two_grids.app):
            if "{number:int}" not in path:
                continue
            answers = []
            for number in (NUMBER, NUMBER + 1):
                address = path.replace("{number:int}", str(number)).replace("{sha256}", PHOTO)
                answer = await browser.request(method, address, data=csrf if method == "POST" else None)
                answers.append((answer.status_code, answer.text))
            assert answers[0] == answers[1], path
            assert answers[0][0] == 404, path
