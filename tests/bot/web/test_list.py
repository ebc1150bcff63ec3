"""The list of tickets: found by what is chosen and by words, page by page, and never what is not theirs."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from bot.web.console import listing
from storage.records import (
    HOUR,
    Act,
    Category,
    Clock,
    Kind,
    Person,
    Place,
    Reason,
    Remark,
    Severity,
    State,
)
from tests.bot.web.house import NOON, House
from tests.bot.web.screen import a_ticket, done, ends
from tests.bot.web.test_console import signed_in
from tests.bot.web.ticket_house import with_auditor

DAY_BEFORE = NOON - 24 * HOUR


async def listed(house: House, query: str = "", person: str = "zhaomin") -> str:
    async with signed_in(house, person) as browser:
        answer = await browser.get(f"/console/tickets?{query}")
        assert answer.status_code == 200, answer.status_code
        return answer.text


def numbers(page: str) -> list[int]:
    return [
        int(n) for n in re.findall(r'<th scope="row" class="number"><a href="/console/tickets/(\d+)"', page)
    ]


@pytest.fixture
async def filled(house: House) -> House:
    """Four tickets of two grids, and one of another community."""
    late = a_ticket(1001, words="3号楼电梯停了 13800138000", reported_at=DAY_BEFORE)
    await done(house, late, Act.REPORT, ends(late, Clock.ACCEPT, NOON - HOUR))
    await done(
        house,
        a_ticket(
            1002,
            grid="xinhai-east-2",
            category=Category.NOISE,
            kind=Kind.COMPLAINT,
            severity=Severity.EMERGENCY,
            state=State.CLOSED,
            resolved_at=NOON,
            words="楼上吵得睡不着",
        ),
    )
    await done(
        house,
        a_ticket(
            1003,
            state=State.ON_SITE,
            handler="wangfang",
            queued=Reason.REFERRED,
            queued_at=NOON,
            words="Lift DOOR stuck",
        ),
    )
    await done(house, a_ticket(1004, grid="xinhai-east-2", private=True, words="5栋那家半夜拉琴"))
    await done(house, a_ticket(1005, community="other", grid="lake-1", words="电梯在别的社区"))
    async with house.store.turn() as turn:
        await turn.tickets.remark(Remark("jinghe-1004", NOON, None, "楼道里的电梯也很吵"))
    return house


CHOSEN = [
    ("", [1004, 1003, 1002, 1001]),
    ("show=open", [1001, 1003, 1004]),
    ("grid=xinhai-east-2", [1004, 1002]),
    ("compound=xinhai-east", [1004, 1003, 1002, 1001]),
    ("category=noise", [1002]),
    ("handler=wangfang", [1003]),
    ("handler=-", [1004, 1002, 1001]),
    ("state=closed", [1002]),
    ("lane=meeting&show=open", [1003]),
    ("lane=over", [1002]),
    ("lane=over&show=open", [1002]),
    ("severity=emergency", [1002]),
    ("kind=complaint", [1002]),
    ("late=1", [1001]),
    ("missed=1", []),
    ("since=2026-11-22", [1004, 1003, 1002]),
    ("until=2026-11-21", [1001]),
    ("until=9999-12-31&since=0001-01-01", [1004, 1003, 1002, 1001]),
    ("done=2026-11-22", [1002]),
    ("done=2026-11-21", []),
    ("done=9999-12-31", [1004, 1003, 1002, 1001]),
    ("since=2026-11-21&until=2026-11-21&grid=xinhai-east-1", [1001]),
    ("q=" + quote("电梯"), [1004, 1001]),
    ("q=" + quote("電梯"), [1004, 1001]),
    ("q=" + quote("电梯 楼道"), [1004]),
    ("q=door", [1003]),
    ("q=" + quote("%"), []),
    ("q=" + quote("吵") + "&state=closed", [1002]),
    ("q=" + quote("吵") + "&show=open", [1004]),
    ("grid=nowhere&category=&state=x&late=2&since=tomorrow", [1004, 1003, 1002, 1001]),
]


async def test_a_ticket_is_found_by_what_is_chosen(filled: House) -> None:
    async with signed_in(filled) as browser:
        for query, expected in CHOSEN:
            page = (await browser.get(f"/console/tickets?{query}")).text
            assert numbers(page) == expected, query
            assert ("没有找到" in page) == (not expected)


async def test_a_ticket_that_waits_for_nothing_says_when_it_was_done(filled: House) -> None:
    async with signed_in(filled) as browser:
        page = (await browser.get("/console/tickets?done=2026-11-22")).text
    assert re.search(r"<time [^>]+>\d\d:\d\d 办结</time>", page)


async def test_a_number_leads_to_its_ticket(filled: House) -> None:
    async with signed_in(filled) as browser:
        for said in ("1003", "%231003", "%EF%BC%831003", " 1003 "):
            answer = await browser.get(f"/console/tickets?q={said}")
            assert (answer.status_code, answer.headers.get("location")) == (303, "/console/tickets/1003")


async def test_a_number_that_is_not_theirs_leads_nowhere(filled: House) -> None:
    """And nobody learns whether there is one."""
    async with signed_in(filled, "wangfang") as browser:
        for number in ("1004", "9999", "999999999999"):
            answer = await browser.get(f"/console/tickets?q={number}")
            assert (answer.status_code, numbers(answer.text)) == (200, [])


async def test_who_need_not_know_a_number_or_a_door_cannot_guess_it_by_searching(filled: House) -> None:
    home = a_ticket(1006, words="5号楼502漏水 电话13800138001", place=Place("5", room="502"))
    await done(filled, home, Act.REPORT)
    async with filled.store.turn() as turn:
        await turn.directory.replace(with_auditor())
    for said, staff, auditor in (
        ("漏水", [1006], [1006]),
        ("漏水 5号楼", [1006], [1006]),
        ("13800138", [1006, 1001], []),
        ("80013", [1006, 1001], []),
        ("502", [1006], []),
    ):
        assert numbers(await listed(filled, f"q={quote(said)}")) == staff, said
        assert numbers(await listed(filled, f"q={quote(said)}", "jiancha")) == auditor, said


EVERYWHERE = [
    "",
    "show=open",
    "grid=xinhai-east-2",
    "state=closed",
    "handler=-",
    "q=" + quote("吵"),
    "q=" + quote("电梯"),
    "after=1005",
    "show=open&after=0-0-0",
    "lane=over&after=2000",
    "late=1&since=2020-01-01",
]


async def test_a_leader_gets_another_grids_ticket_by_no_address(filled: House) -> None:
    async with signed_in(filled, "wangfang") as browser:
        for query in EVERYWHERE:
            page = (await browser.get(f"/console/tickets?{query}")).text
            assert set(numbers(page)) <= {1001, 1003}, query
            assert "拉琴" not in page
            assert "睡不着" not in page


async def test_who_took_a_ticket_elsewhere_finds_it(filled: House) -> None:
    await done(
        filled,
        a_ticket(
            1006, grid="xinhai-east-2", first_responder="wangfang", handler="lilei", state=State.ACCEPTED
        ),
    )
    assert numbers(await listed(filled, "", "wangfang")) == [1006, 1003, 1001]


async def test_a_resident_finds_nothing(filled: House) -> None:
    async with signed_in(filled, "meiyi") as browser:
        assert (await browser.get("/console/tickets?q=1001")).status_code == 403


async def test_pages_follow_each_other_while_tickets_arrive(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 3)
    for number in range(1001, 1009):
        await done(house, a_ticket(number))
    for query in ("", "show=open"):
        found: list[int] = []
        async with signed_in(house) as browser:
            path = f"/console/tickets?{query}"
            while path:
                page = (await browser.get(path)).text
                found += numbers(page)
                onward = re.search(r'rel="next" href="([^"]*)"', page)
                path = onward[1].replace("&amp;", "&") if onward else ""
                await done(house, a_ticket(1100 + len(query) * 100 + len(found)))
                assert len(found) < 50
        assert sorted(number for number in found if number < 1100) == list(range(1001, 1009))
        assert len(set(found)) == len(found)


async def test_a_place_that_is_none_is_the_first_page(filled: House) -> None:
    async with signed_in(filled) as browser:
        for after in ("x", "-1", "9" * 30, "2-1-1", "0-99999999999999999999-1", "１００３", "' OR 1=1"):
            for show in ("", "open"):
                page = (await browser.get(f"/console/tickets?show={show}&after={quote(after)}")).text
                assert len(numbers(page)) >= 3, (show, after)


async def test_what_was_found_is_marked_and_what_nobody_needs_to_know_masked(filled: House) -> None:
    page = await listed(filled, "q=" + quote("电梯"))
    assert "<mark>电梯</mark>停了 138****8000" in page
    assert "13800138000" not in page
    assert "13800138000" not in await listed(filled)


async def test_nothing_that_people_write_becomes_part_of_the_page(house: House) -> None:
    evil = '</span><script>alert(1)</script> & "'
    async with house.store.turn() as turn:
        await turn.people.save(Person("r-9", "jinghe", evil, frozenset()))
    await done(house, a_ticket(1001, words=evil, heading=evil, place=Place(evil), handler="r-9"))
    await done(house, a_ticket(1002, words=evil, handler_name=evil))
    for query in ("", "q=" + quote("<script>"), "q=" + quote(evil), 'q="><script>'):
        page = await listed(house, query)
        assert "<script>alert" not in page
        assert '"><script>' not in page
    assert "<mark>&lt;script&gt;</mark>" in await listed(house, "q=" + quote("<script>"))


async def test_every_state_kind_and_severity_can_be_shown_and_chosen(house: House) -> None:
    for number, state in enumerate(State, 1001):
        await done(house, a_ticket(number, state=state, severity=list(Severity)[number % 4], queued=None))
    for language in ("zh", "en"):
        page = await listed(house, f"lang={language}")
        assert len(numbers(page)) == len(State)
        for kind in (*State, *Kind, *Severity, *Category):
            assert f'<option value="{kind}"' in page


async def test_what_was_chosen_stays_chosen(filled: House) -> None:
    page = await listed(filled, "q=door&show=open&grid=xinhai-east-1&late=&since=2026-11-01")
    for shown in (
        'value="door"',
        'value="open" selected',
        'value="xinhai-east-1" selected',
        'value="2026-11-01"',
    ):
        assert shown in page
