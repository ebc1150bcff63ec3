"""A house with a small ledger in it, for the pages that show, prove and export it."""

from __future__ import annotations

import re
from dataclasses import replace

import httpx

from storage.records import Act, Category, Line, Person, Place, Role, State, Ticket
from tests.bot.web.house import NOON, Browser, House, a_queued_ticket, directory

DAY = 86_400_000


def a_line(ticket: Ticket, act: Act, person: str, at: int, reason: str = "") -> Line:
    return Line("jinghe", ticket.id, ticket.number, at, act, ticket.state, person, "telegram", reason)


def a_ticket(number: int, **changes: object) -> Ticket:
    plain = {"queued": None, "queued_at": None, "reporter": "meiyi", "state": State.RESOLVED}
    return replace(a_queued_ticket(number), **plain | changes)  # type: ignore[arg-type]


async def write_book(house: House) -> None:
    """Four tickets: one in each grid, a private complaint, and one whose reporter wants no name; and an auditor."""
    told = directory()
    people = told.people | {
        "audit": Person("audit", "jinghe", "审计组", frozenset({Role.AUDITOR}), listed=True),
        "hongse": Person("hongse", "jinghe", "红色物业", frozenset({Role.PROPERTY}), listed=True),
    }
    compounds = {
        id: replace(one, property="hongse") if id == "xinhai-east" else one
        for id, one in told.compounds.items()
    }
    lift = a_ticket(1001, place=Place("3", "2", "", "502"))
    lamp = a_ticket(
        1002, grid="xinhai-east-2", category=Category.LIGHTING, handler="lilei", reporter="r-chen"
    )
    quarrel = a_ticket(1003, private=True, category=Category.NOISE)
    shy = a_ticket(1004, anonymous=True, category=Category.NOISE)
    async with house.store.turn() as turn:
        await turn.directory.replace(replace(told, people=people, compounds=compounds))
        await turn.people.save(Person("r-chen", "jinghe", "陈大明"))
    async with house.store.turn() as turn:
        for ticket in (lift, lamp, quarrel, shy):
            turn.tickets.save(ticket)
        turn.ledger.append(a_line(lift, Act.REPORT, "meiyi", NOON - 40 * DAY, "repair"))
        turn.ledger.append(
            a_line(lift, Act.RESOLVE, "wangfang", NOON - 3000, "=换了门机，电话 13800138000，502室")
        )
        turn.ledger.append(a_line(lamp, Act.REPORT, "r-chen", NOON - 2000, "repair"))
        turn.ledger.append(a_line(quarrel, Act.REPORT, "r-chen", NOON - 1500, "complaint"))
        turn.ledger.append(a_line(shy, Act.REPORT, "meiyi", NOON - 1000, "complaint"))
        turn.ledger.append(a_line(shy, Act.TOLD, "", NOON - 900, "passive reporter"))
        turn.ledger.note(Act.CALL_MEETING, "jinghe", "zhaomin", NOON - 500, platform="console", reason="周五")


def numbers(page: str) -> list[int]:
    """The lines' numbers, as they stand on the page."""
    return [int(found.replace(",", "")) for found in re.findall(r'<td class="seq"[^>]*>([\d,]+)<', page)]


def fields(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of the page's own form."""
    found = re.search(
        r'name="csrf" value="([^"]+)"><input type="hidden" name="once" value="([^"]+)"', page.text
    )
    assert found, page.text
    return {"csrf": found[1], "once": found[2]}


async def export(house: House, browser: Browser, **chosen: str) -> httpx.Response:
    """Ask for an export, have it made, and return what the page says then."""
    form = fields(await browser.get("/console/exports"))
    asked = await browser.post("/console/exports", data=form | chosen)
    assert asked.status_code == 303, asked.text
    await house.run_errands()
    return await browser.get("/console/exports")


def link(page: httpx.Response) -> str:
    found = re.search(r'href="(/console/exports/\w+/file)"', page.text)
    assert found, page.text
    return found[1]
