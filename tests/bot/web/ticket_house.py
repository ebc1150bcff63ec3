"""A house whose desk is the real one, with a ticket to look at and to work on."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from handlers.desk import Desk
from storage.records import (
    Act,
    Address,
    Attachment,
    Clock,
    Deadline,
    Instant,
    LetterKind,
    Line,
    Owed,
    Person,
    Place,
    Remark,
    Role,
    Stage,
    State,
    Ticket,
)
from tests.bot.web.house import GROUP, NOON, Browser, House, a_queued_ticket, directory
from tests.bot.web.test_console import signed_in

MINUTE = 60_000


@pytest.fixture
async def working(house: House) -> House:
    """The house with the real desk."""
    house.desk = Desk(house.store)  # type: ignore[assignment]
    house.app = house.make_app()
    return house


def a_ticket(number: int = 1024, **changes: Any) -> Ticket:
    """梅姨's lift in the first grid, which 王芳 has accepted."""
    known = {
        "queued": None,
        "queued_at": None,
        "level": 0,
        "place": Place("3", "2", room="1203"),
        "words": "3号楼2单元1203门口电梯停了，我电话13800001111",
        "reporter": "meiyi",
        "first_responder": "wangfang",
        "accepted_at": NOON,
        "origin": GROUP,
    }
    made = a_queued_ticket(number)
    return replace(made, **(known | changes))


def line(act: Act, at: Instant = NOON, person: str = "wangfang", reason: str = "", **more: Any) -> Line:
    about = {"ticket": "jinghe-1024", "number": 1024, "state": State.ACCEPTED, "platform": "telegram"} | more
    return Line(community="jinghe", at=at, act=act, person=person, reason=reason, **about)


async def put(house: House, *things: Ticket | Line | Remark | Attachment | Person | Deadline) -> None:
    async with house.store.turn() as turn:
        for one in things:
            match one:
                case Ticket():
                    turn.tickets.save(one)
                case Line():
                    turn.ledger.append(one)
                case Remark():
                    await turn.tickets.remark(one)
                case Attachment():
                    await turn.media.add(one)
                case Person():
                    await turn.people.save(one)
                case Deadline():
                    turn.deadlines.set(one)


def a_clock(clock: Clock, ends: Instant, stage: Stage = Stage.OUT, ticket: str = "jinghe-1024") -> Deadline:
    return Deadline(ticket, clock, stage, ends, ends, NOON)


def shot(sha256: str, **more: Any) -> Attachment:
    about = {"ticket": "jinghe-1024", "at": NOON, "person": "meiyi"} | more
    return Attachment(id=0, platform="web", kind="photo", ref=sha256, sha256=sha256, size=9, **about)


def letter(reader: str, route: str = "", kind: LetterKind = LetterKind.NEWS, **more: object) -> Owed:
    routes = (Address(route),) if route else ()
    return Owed(0, NOON, kind, 3, routes, reader, "jinghe-1024", {"say": {}}, **more)


async def lines(house: House, ticket: str = "jinghe-1024") -> list[tuple[Act, str, str]]:
    """What the ledger says of the ticket: act, person, reason."""
    async with house.store.view() as view:
        return [(e.line.act, e.line.person, e.line.reason) for e in await view.ledger.of(ticket)]


async def ticket(house: House, number: int = 1024) -> Ticket:
    async with house.store.view() as view:
        found = await view.tickets.by_number("jinghe", number)
    assert found is not None
    return found


def blanks(page: str, verb: str) -> dict[str, str]:
    """What the act's form brings along by itself."""
    form = next(one for one in page.split("<form")[1:] if f'name="do" value="{verb}"' in one)
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


async def does(
    browser: Browser, verb: str, number: int = 1024, page: str = "", files: Any = None, **said: str
) -> httpx.Response:
    """Fill in the form of an act and send it; returns the page that follows."""
    address = f"/console/tickets/{number}"
    page = page or (await browser.get(address)).text
    data = blanks(page, verb) | said
    return await browser.post(f"{address}/act", data=data, files=files, follow_redirects=True)


@asynccontextmanager
async def at_work(house: House, person: str = "wangfang") -> AsyncIterator[Browser]:
    async with signed_in(house, person) as browser:
        yield browser


def with_auditor() -> Any:
    """The directory with somebody who only reads."""
    known = directory()
    eyes = Person("jiancha", "jinghe", "监察", frozenset({Role.AUDITOR}), listed=True)
    return replace(known, revision=1, people={**known.people, eyes.id: eyes})
