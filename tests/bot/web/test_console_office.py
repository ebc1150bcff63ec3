"""An act in the console is an order to the desk: by who is signed in, answered on the page, and done once."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from bot.channels.webchat import WebChannel
from bot.web.console.office import Asking, Office
from bot.web.pages import Pages, Site
from bot.web.uploads import Form
from handlers.desk import Desk
from handlers.sight import sight
from storage.records import Act, Reason, State
from storage.sessions import Session
from tests.bot.web.house import NOON, House, TurnedClock, a_queued_ticket, directory
from tests.bot.web.test_console import signed_in


@pytest.fixture
async def office(house: House) -> Office:
    async with house.store.turn() as turn:
        turn.tickets.save(a_queued_ticket(state=State.REPORTED, handler=None))
    clock = TurnedClock()
    return Office(
        house.store,
        house.media,
        Desk(house.store),
        WebChannel(house.store, clock),
        Pages(Site()),
        clock,
        clock,
        lambda *one: house.handed_over.append(one),
    )


def asking(person: str) -> Asking:
    known = directory()
    one = known.people[person]
    request = Request({"type": "http", "headers": []})
    session = Session("name", person, NOON, NOON, NOON + 1, "")
    return Asking(
        request, session, one, sight(one, known), known, known.communities["jinghe"], "zh", "csrf", NOON
    )


async def lines(house: House) -> list[tuple[Act, str, str]]:
    async with house.store.view() as view:
        return [
            (e.line.act, e.line.person, e.line.platform) for e in await view.ledger.entries("jinghe", 0, 9)
        ]


async def test_who_is_signed_in_acts_and_is_answered_on_the_page(house: House, office: Office) -> None:
    answer = await office.act(asking("wangfang"), Form({"once": "abcdefgh"}, ()), "接单 1024")
    assert "1024" in answer.said + answer.toast
    assert await lines(house) == [(Act.ACCEPT, "wangfang", "console")]
    async with house.store.view() as view:
        assert (await view.people.accounts("wangfang")) == []


async def test_a_form_sent_twice_is_done_once_and_answered_the_same(house: House, office: Office) -> None:
    form = Form({"once": "abcdefgh"}, ())
    first = await office.act(asking("zhaomin"), form, "督办 1024 今天要办")
    again = await office.act(asking("zhaomin"), form, "督办 1024 今天要办")
    assert (again.said, again.toast) == (first.said, first.toast)
    assert again.repeat
    assert [act for act, _, _ in await lines(house)] == [Act.SUPERVISE]


async def test_who_may_not_is_told_so_and_nothing_is_done(house: House, office: Office) -> None:
    answer = await office.act(asking("lilei"), Form({"once": "abcdefgh"}, ()), "办结 1024 好了")
    assert answer.said + answer.toast
    assert await lines(house) == []


async def test_the_menu_leads_only_where_its_reader_may_go(house: House) -> None:
    async with house.store.turn() as turn:
        turn.tickets.save(a_queued_ticket(queued=Reason.REFERRED))
    async with signed_in(house, "wangfang") as browser:
        page = (await browser.get("/console")).text
    assert 'aria-current="page"' in page
    assert "时限规则" not in page
