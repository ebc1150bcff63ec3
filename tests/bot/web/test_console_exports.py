"""Exports: made once for who asked, of what they may see, with no formula in them, and gone after a while."""

from __future__ import annotations

import asyncio
import csv
import io
import time
from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

from bot import errands
from bot.ledger_errands import LedgerFile
from handlers.desk.erasing import erase
from storage.records import Act, ErrandKind, Role
from tests.bot.web.book import export, fields, link, write_book
from tests.bot.web.house import House
from tests.bot.web.test_console import signed_in


@pytest.fixture
async def book(house: House) -> House:
    await write_book(house)
    return house


def rows(data: bytes) -> list[list[str]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


async def test_it_holds_what_was_asked_for_and_says_what_it_is(book):
    async with signed_in(book) as browser:
        page = await export(book, browser, when="2026-11", category="elevator")
        file = await browser.get(link(page))
    assert "%E5%8F%B0%E8%B4%A6-" in file.headers["content-disposition"]
    assert [row[18] for row in rows(file.content)[1:]] == ["2"]
    assert rows(file.content)[1][6].startswith("'=换了门机")
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(file.content))
    said = dict(workbook.get_sheet_by_name("说明").to_python())
    assert (said["导出人"], said["行数"], said["台账末行"]) == ("赵敏", "1", "第 8 行")
    assert said["末行校验值"] in page.text


async def test_that_it_was_exported_is_a_line_of_the_ledger(book):
    async with signed_in(book) as browser:
        await export(book, browser, category="elevator")
    async with book.store.view() as view:
        line = (await view.ledger.entries("jinghe", 7, 9))[-1].line
    assert (line.act, line.person, line.platform) == (Act.EXPORT, "zhaomin", "console")
    assert line.reason == "台账 xlsx 电梯"


async def test_csv_is_the_same_and_no_cell_of_it_is_a_formula(book):
    async with signed_in(book) as browser:
        xlsx = rows((await browser.get(link(await export(book, browser, category="elevator")))).content)
    async with signed_in(book, "wangfang") as browser:
        page = await export(book, browser, category="elevator", format="csv")
        text = (await browser.get(link(page))).content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == xlsx
    assert "'=换了门机" in text


@pytest.mark.parametrize(
    ("person", "seqs"), [("wangfang", "12456"), ("lilei", "3"), ("hongse", "12356"), ("audit", "12345678")]
)
async def test_everybody_exports_what_they_may_see(book, person, seqs):
    async with signed_in(book, person) as browser:
        table = rows((await browser.get(link(await export(book, browser)))).content)
    assert "".join(row[18] for row in table[1:]) == seqs
    cells = " ".join(cell for row in table for cell in row)
    assert ("陈大明" in cells) == (person in ("wangfang", "lilei", "hongse"))
    if person == "audit":
        assert not {word for word in ("502室", "13800138000", "r-chen", "meiyi") if word in cells}


async def test_a_form_sent_twice_is_one_export_and_one_at_a_time_is_enough(book):
    async with signed_in(book) as browser:
        form = fields(await browser.get("/console/exports"))
        for _ in range(2):
            assert (await browser.post("/console/exports", data=form)).status_code == 303
        another = fields(await browser.get("/console/exports"))
        refused = await browser.post("/console/exports", data=another)
        assert (refused.status_code, "还在导出" in refused.text) == (409, True)
    async with book.store.view() as view:
        assert len(await view.errands.of("jinghe", {ErrandKind.XLSX})) == 1
        lines = await view.ledger.entries("jinghe", 0, 99)
    assert [entry.line.act for entry in lines].count(Act.EXPORT) == 1


async def test_nobody_else_sees_or_fetches_it(book):
    async with signed_in(book) as browser:
        file = link(await export(book, browser))
    for other in ("wangfang", "audit", "sunli"):
        async with signed_in(book, other) as browser:
            assert (await browser.get(file)).status_code == 404
            assert (await browser.get(file.removesuffix("/file"))).status_code == 404
    async with book.browser() as browser:
        assert (await browser.get(file)).status_code == 303


async def test_who_sees_less_since_does_not_get_what_they_exported(book):
    async with signed_in(book) as browser:
        file = link(await export(book, browser))
        told = await book.store.directory()
        less = replace(told.people["zhaomin"], roles=frozenset({Role.AUDITOR}))
        async with book.store.turn() as turn:
            await turn.directory.replace(replace(told, people=told.people | {"zhaomin": less}))
        assert (await browser.get(file)).status_code == 403


async def test_what_may_hold_somebody_erased_since_is_thrown_away_and_asked_for_again(book):
    async with signed_in(book) as browser:
        file = link(await export(book, browser))
        made = book.app.state.runner.file(file.split("/")[3], "ledger")
        assert made.is_file()
        async with book.store.turn() as turn:
            await turn.hold(["jinghe"])
            chen = await turn.people.get("r-chen")
            await erase(turn, chen, book.clock.now(), platform="telegram")
        assert (await browser.get(file)).status_code == 404
        assert "请重新导一份" in (await browser.get("/console/exports")).text
        await book.run_errands()
        assert not made.exists()
        # And one may at once.
        again = (await browser.get(link(await export(book, browser)))).content
    assert "陈大明" not in " ".join(cell for row in rows(again) for cell in row)


async def test_who_lost_the_right_before_it_was_made_gets_none(book):
    async with signed_in(book) as browser:
        form = fields(await browser.get("/console/exports"))
        await browser.post("/console/exports", data=form)
        told = await book.store.directory()
        people = {id: person for id, person in told.people.items() if id != "zhaomin"}
        async with book.store.turn() as turn:
            await turn.directory.replace(replace(told, people=people))
        await book.run_errands()
        async with book.store.turn() as turn:
            await turn.directory.replace(told)
        page = await browser.get("/console/exports")
    assert "不能看这些内容" in page.text
    assert "/file" not in page.text


async def test_it_goes_after_a_while(book):
    async with signed_in(book) as browser:
        file = link(await export(book, browser))
        assert len(list((book.media.root / "exports").iterdir())) == 1
        book.clock.forward(errands.KEPT + 1)
        await book.run_errands()
        assert (await browser.get(file)).status_code == 404
    assert list((book.media.root / "exports").iterdir()) == []


async def test_stopped_in_the_middle_it_says_so_and_leaves_nothing(book, monkeypatch):
    begun = asyncio.Event()

    async def endless(self, doing):
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(LedgerFile, "__call__", endless)
    async with signed_in(book) as browser:
        form = fields(await browser.get("/console/exports"))
        await browser.post("/console/exports", data=form)
        running = asyncio.create_task(book.app.state.runner.run())
        await begun.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        page = (await browser.get("/console/exports")).text
    assert "系统重启" in page
    assert list((book.media.root / "exports").iterdir()) == []


async def test_while_it_is_made_the_page_says_how_far_it_is(book, monkeypatch):
    monkeypatch.setattr(errands, "BEAT_EVERY", 0.001)
    halfway, on = asyncio.Event(), asyncio.Event()

    async def slow(self, doing):
        doing.at(30, 120)
        halfway.set()
        await on.wait()
        return {"lines": 120, "bytes": 9, "seq": 9, "hash": "f" * 64, "at": book.clock.now()}

    monkeypatch.setattr(LedgerFile, "__call__", slow)
    async with signed_in(book) as browser:
        await browser.post("/console/exports", data=fields(await browser.get("/console/exports")))
        running = asyncio.create_task(book.run_errands())
        await halfway.wait()
        patience = time.monotonic() + 30
        while "25%" not in (page := (await browser.get("/console/exports")).text):
            assert time.monotonic() < patience, page
        assert '<progress max="100" value="25">' in page
        on.set()
        await running
        assert "120 行" in (await browser.get("/console/exports")).text


async def test_one_that_fails_says_so_and_the_next_is_made(book, monkeypatch):
    async def broken(self, doing):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(LedgerFile, "__call__", broken)
        async with signed_in(book) as browser:
            assert "导出没有成功" in (await export(book, browser)).text
    async with signed_in(book) as browser:
        assert "下载" in (await export(book, browser)).text
