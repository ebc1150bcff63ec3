"""The ledger's page: everybody reads the lines that are theirs to see, and the badge says whether they are untouched."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest

from bot.web.console import ledger
from handlers.desk import troubles
from storage.records import Act, ErrandKind, Line, State
from tests.bot.web.book import fields, numbers, write_book
from tests.bot.web.house import House, a_queued_ticket
from tests.bot.web.test_console import signed_in


@pytest.fixture
async def book(house: House) -> House:
    await write_book(house)
    return house


async def read(house: House, person: str, query: str = "") -> str:
    async with signed_in(house, person) as browser:
        answer = await browser.get(f"/console/ledger{query}")
    assert answer.status_code == 200
    return answer.text


SEEN = {
    "zhaomin": [7, 6, 5, 4, 3, 2, 1],
    "audit": [7, 6, 5, 4, 3, 2, 1],
    "wangfang": [6, 5, 4, 2, 1],
    "lilei": [3],
    "hongse": [6, 5, 3, 2, 1],
}


async def test_everybody_reads_what_is_theirs_to_see_the_latest_first(book):
    assert {person: numbers(await read(book, person)) for person in SEEN} == SEEN


async def test_a_resident_reads_nothing(book):
    async with signed_in(book, "meiyi") as browser:
        assert (await browser.get("/console/ledger")).status_code == 403
        assert (await browser.get("/console/exports")).status_code == 403


FILTERED = [
    ("?when=2026-10", [1]),
    ("?when=2026", [7, 6, 5, 4, 3, 2, 1]),
    ("?when=2025", []),
    ("?from=2026-11-22&to=2026-11-22", [7, 6, 5, 4, 3, 2]),
    ("?to=2026-11-01", [1]),
    ("?category=lighting", [3]),
    ("?grid=xinhai-east-2", [3]),
    ("?compound=xinhai-east&act=resolve", [2]),
    ("?person=wangfang", [2]),
    ("?act=call_meeting", [7]),
    ("?when=nonsense&grid=lake-1&category=%27--&act=x&person=meiyi&before=x", [7, 6, 5, 4, 3, 2, 1]),
]


async def test_lines_are_filtered(book):
    seen = {}
    async with signed_in(book) as browser:
        for query, _ in FILTERED:
            page = (await browser.get(f"/console/ledger{query}")).text
            seen[query] = numbers(page)
            assert ("没有符合条件的记录" in page) == (not seen[query])
    assert seen == dict(FILTERED)


async def test_days_that_do_not_go_together_are_said_to_be_so(book):
    for query, says in (
        ("?from=2026-11-02&to=2026-11-01", "开始日期在结束日期之后"),
        ("?from=x", "日期看不懂"),
    ):
        page = await read(book, "zhaomin", query)
        assert says in page
        assert numbers(page) == []


async def test_leaves_follow_each_other_and_keep_the_filters(book, monkeypatch):
    monkeypatch.setattr(ledger, "LEAF", 2)
    seen, address = [], "/console/ledger?category=noise"
    async with signed_in(book) as browser:
        while address:
            page = (await browser.get(address)).text
            seen += numbers(page)
            further = re.search(r'href="(/console/ledger\?[^"]*before=[^"]+)"', page)
            address = further[1].replace("&amp;", "&") if further else ""
    assert seen == [6, 5, 4]


async def test_who_reported_without_a_name_is_named_nowhere(book):
    page = await read(book, "wangfang", "?category=noise")
    assert "匿名" in page
    assert "陈大明" in page
    assert "梅姨" not in page.partition("<tbody>")[2]


async def test_an_auditor_reads_residents_masked_and_staff_by_name(book):
    table = (await read(book, "audit")).partition("<tbody>")[2]
    assert "陈**" in table
    assert "王芳" in table
    assert not {word for word in ("陈大明", "13800138000", "502室") if word in table}
    assert "138****8000" in table


async def prove(house: House, browser) -> str:
    form = fields(await browser.get("/console/ledger"))
    for _ in range(2):
        assert (await browser.post("/console/ledger/proof", data=form)).status_code == 303
    waiting = await browser.get("/console/ledger/proof")
    assert "正在准备核验" in waiting.text
    assert 'hx-trigger="every 1s"' in waiting.text
    async with house.store.view() as view:
        assert len([o for o in await view.errands.of("jinghe", {ErrandKind.VERIFY}) if o.open]) == 1
    await house.run_errands()
    return (await browser.get("/console/ledger")).text


async def test_the_badge_proves_the_chain_when_asked(book):
    async with signed_in(book, "audit") as browser:
        assert "还没有核验过" in (await browser.get("/console/ledger")).text
        page = await prove(book, browser)
    assert "已核验 7 行 · 12:00 · 没有被改过" in page
    assert "hx-trigger" not in page


async def test_a_broken_chain_is_shown_in_red_with_where_and_staff_are_told(book):
    with closing(sqlite3.connect(book.store.path)) as file:
        file.execute("DROP TRIGGER ledger_is_never_changed")
        file.execute("UPDATE ledger SET reason = '没事' WHERE seq = 3")
        file.commit()
    async with signed_in(book) as browser:
        page = await prove(book, browser)
        assert "这一行被改过 第 3 行 #1002" in re.sub(r"\s+", " ", page)
        assert "台账核验没有通过" in (await browser.get("/console")).text
    async with signed_in(book, "sunli") as browser:
        assert "台账核验没有通过" not in (await browser.get("/console")).text
    with closing(sqlite3.connect(book.store.path)) as file:
        file.execute("UPDATE ledger SET reason = 'repair' WHERE seq = 3")
        file.commit()
    async with signed_in(book) as browser:
        book.clock.forward(1000)
        assert "没有被改过" in await prove(book, browser)
    async with book.store.view() as view:
        assert await troubles.lasting(view) == []


async def test_only_this_sessions_form_asks_for_a_proof(book):
    async with signed_in(book) as browser:
        assert (await browser.post("/console/ledger/proof", data={"csrf": "x"})).status_code == 403


@pytest.mark.parametrize(
    "platform", ["", "clock", "command", "console", "telegram", "wechat", "wecom", "web"]
)
async def test_a_line_from_wherever_it_was_written_can_be_read(house, platform):
    async with house.store.turn() as turn:
        turn.tickets.save(a_queued_ticket())
        turn.ledger.append(
            Line(
                "jinghe",
                "jinghe-1024",
                1024,
                house.clock.now(),
                Act.REMIND,
                State.ACCEPTED,
                "",
                platform,
                "resolve",
            )
        )
    assert numbers(await read(house, "zhaomin")) == [1]
