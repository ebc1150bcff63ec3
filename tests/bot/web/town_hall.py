"""A town hall for tests of directory and policy: a community of two grids, a real desk, and staff at a browser."""

from __future__ import annotations

import html
import itertools
import re
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
from starlette.types import ASGIApp

from bot.web.login import make_link
from handlers.community import directory_of, read_community
from handlers.desk import Desk
from storage.database import Store, open_store
from storage.media import MediaFolder
from storage.records import Act, Category, Clock, Deadline, Entry, Severity, Stage, State, Ticket
from tests.bot.web.house import HOST, NOON, Browser, House, a_queued_ticket
from tests.databases import fresh_file

HALL = """
[community]
id = "jinghe"
name = "径河社区"
service_phone = "027-83000000"
staff_chats = ["telegram:-1009"]
[[compound]]
id = "east"
name = "鑫海花城东区"
regime = "community"
property = "zhang"
[[compound]]
id = "west"
name = "西村"
regime = "none"
[[grid]]
id = "east-1"
compound = "east"
name = "第一网格"
buildings = ["1-8"]
leader = "wangfang"
deputies = ["lilei"]
chats = ["telegram:-1001"]
[[grid]]
id = "east-2"
compound = "east"
name = "第二网格"
buildings = ["9-12", "A座"]
leader = "lilei"
[[person]]
id = "wangfang"
name = "王芳"
roles = ["grid_leader"]
phone = "13800000001"
accounts = ["web:wangfang"]
[[person]]
id = "lilei"
name = "李雷"
roles = ["grid_leader"]
phone = "13800000002"
accounts = ["web:lilei"]
[[person]]
id = "zhang"
name = "张师傅"
roles = ["property"]
[[person]]
id = "zhaomin"
name = "赵敏"
roles = ["staff"]
[[person]]
id = "chenjie"
name = "陈洁"
roles = ["staff"]
[[person]]
id = "liuyun"
name = "刘云"
roles = ["liaison"]
[[person]]
id = "hanmei"
name = "韩梅"
roles = ["auditor"]
[[person]]
id = "meiyi"
name = "梅姨"
roles = ["resident"]
"""
OTHER = """
[community]
id = "other"
name = "东湖社区"
[[compound]]
id = "lake"
name = "湖景苑"
regime = "none"
[[grid]]
id = "lake-1"
compound = "lake"
name = "湖景网格"
leader = "sunli"
chats = ["telegram:-1077"]
[[person]]
id = "sunli"
name = "孙丽"
roles = ["grid_leader", "staff"]
accounts = ["web:sunli"]
"""


@dataclass
class Hall:
    house: House
    store: Store

    @asynccontextmanager
    async def staff(
        self, person: str = "zhaomin", *, at: httpx.AsyncBaseTransport | None = None
    ) -> AsyncIterator[Staff]:
        """Somebody signed in, at a browser of their own. `at`: who answers them, this process if nobody is named."""
        transport = at or httpx.ASGITransport(self.house.app)
        async with Staff(transport=transport, base_url=HOST) as browser:
            link = await make_link(self.store, person, HOST, self.house.clock.now())
            await browser.post("/console/login", data={"token": link.partition("token=")[2]})
            yield browser

    async def ledger(self, *acts: Act) -> list[Entry]:
        async with self.store.view() as view:
            lines = await view.ledger.entries("jinghe", 0, 999)
        return [one for one in lines if not acts or one.line.act in acts]

    async def ticket(self, number: int, *clocks: Deadline, **changes: object) -> Ticket:
        plain = {"severity": Severity.ORDINARY, "category": Category.LIGHTING}
        ticket = replace(a_queued_ticket(number), queued=None, queued_at=None, grid="east-1")
        ticket = replace(ticket, **(plain | changes))  # type: ignore[arg-type]
        async with self.store.turn() as turn:
            turn.tickets.save(ticket)
            for one in clocks:
                turn.deadlines.set(one)
        return ticket

    async def clocks(self, number: int) -> dict[Clock, Deadline]:
        async with self.store.view() as view:
            return {one.clock: one for one in await view.deadlines.of(f"jinghe-{number}")}


class Turns(httpx.AsyncBaseTransport):
    """Several processes behind one address: each request lands at the next."""

    def __init__(self, *apps: ASGIApp) -> None:
        self._next = itertools.cycle([httpx.ASGITransport(app) for app in apps])

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await next(self._next).handle_async_request(request)


class Staff(Browser):
    """Fills in the forms that stand on the console's pages."""

    async def fill(self, page: str, *, to: str = "", files: object = None, **fields: str) -> httpx.Response:
        """Open a page and send its form (the one that goes `to`, the page's own address if none is named), with what
        stands in it but for `fields`."""
        text = (await self.get(page)).text
        form = next(
            one for one in re.findall(r"<form.*?</form>", text, re.S) if f'action="{to or page}"' in one
        )
        return await self.post(to or page, data=filled(form) | fields, files=files)  # type: ignore[arg-type]

    async def propose(
        self, page: str, *, to: str = "", files: object = None, **fields: str
    ) -> httpx.Response:
        """The same, as far as the second look."""
        answer = await self.fill(page, to=to, files=files, **fields)
        assert answer.status_code == 303, answer.text
        return await self.get(answer.headers["location"])

    async def confirm(self, look: httpx.Response, **fields: str) -> httpx.Response:
        """Press the button of a second look."""
        address = look.url.path
        form = next(
            one for one in re.findall(r"<form.*?</form>", look.text, re.S) if f'action="{address}"' in one
        )
        return await self.post(address, data=filled(form) | fields)


def filled(form: str) -> dict[str, str]:
    """Return what a browser would send of a form that nobody touches."""
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        own = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if (
            "name" in own
            and own.get("type") != "file"
            and (own.get("type") != "checkbox" or " checked" in tag)
        ):
            fields[own["name"]] = html.unescape(own.get("value", ""))
    for name, words in re.findall(r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        fields[name] = html.unescape(words)
    for name, inner in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        options = re.findall(r'<option(?: value="([^"]*)")?( selected)?>', inner)
        fields[name] = next((value for value, chosen in options if chosen), options[0][0] if options else "")
    return fields


def seen(page: httpx.Response) -> str:
    """Return a page as it reads: without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.text)))


def running(number: int, clock: Clock, started: int, ends: int, **changes: object) -> Deadline:
    known = {"stage": Stage.OUT, "due_at": ends} | changes
    return Deadline(f"jinghe-{number}", clock, ends_at=ends, started_at=started, **known)  # type: ignore[arg-type]


@asynccontextmanager
async def hall_in(folder: Path, url: str = "") -> AsyncIterator[Hall]:
    """`url`: its database, a file in the folder if none is named."""
    store = await open_store(url or fresh_file(folder), patience=200)
    async with store.turn() as turn:
        both = (read_community(tomllib.loads(text)) for text in (HALL, OTHER))
        await turn.directory.replace(directory_of(*both))
    yield _hall(store, folder)
    await store.close()


@asynccontextmanager
async def beside(hall: Hall, folder: Path) -> AsyncIterator[Hall]:
    """Another process on the same database and media."""
    store = await open_store(hall.store.url, patience=200)
    yield _hall(store, folder)
    await store.close()


def _hall(store: Store, folder: Path) -> Hall:
    return Hall(House(store, MediaFolder(folder / "media"), desk=Desk(store)), store)  # type: ignore[arg-type]


__all__ = ["NOON", "Hall", "Staff", "State", "Turns", "beside", "filled", "hall_in", "running", "seen"]
