"""The minutes to download: for those who see the meeting, masked for who need not know residents."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from docx import Document
from docx.oxml.ns import qn

from storage.records import Act, Meeting, MeetingItem, MeetingState, Outcome
from tests.bot.web.book import write_book
from tests.bot.web.house import NOON, House
from tests.bot.web.test_console import signed_in

AT = "/console/meeting/jinghe-m1/minutes"


@pytest.fixture
async def held(house: House) -> House:
    await write_book(house)
    meeting = Meeting("jinghe-m1", "jinghe", "zhaomin", NOON, NOON, "", MeetingState.CLOSED, 2026, 1)
    async with house.store.turn() as turn:
        turn.meetings.save(replace(meeting, begun_at=NOON, closed_at=NOON + 1))
        turn.meetings.save(
            replace(meeting, id="jinghe-m2", state=MeetingState.PLANNED, year=None, number=None)
        )
        words = "先联系 13800138000"
        turn.meetings.decide(
            MeetingItem("jinghe-m1", "jinghe-1001", Outcome.DEFERRED, words, NOON, "zhaomin")
        )
    return house


async def test_staff_get_it_in_word_and_pdf_in_their_own_language(held):
    async with signed_in(held) as browser:
        word = await browser.get(f"{AT}.docx")
        english = await browser.get(f"{AT}.docx?lang=en")
        pdf = await browser.get(f"{AT}.pdf")
    assert "filename*=utf-8''%E5%BE%84%E6%B2%B3" in word.headers["content-disposition"]
    assert "径河社区联席会议纪要" in text(word.content)
    assert "13800138000" in text(word.content)
    assert "Deferred because" in text(english.content)
    assert (pdf.headers["content-type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")


async def test_an_auditor_gets_it_without_numbers_to_call(held):
    async with signed_in(held, "audit") as browser:
        word = text((await browser.get(f"{AT}.docx")).content)
    assert "138****8000" in word
    assert "13800138000" not in word


async def test_who_takes_it_is_in_the_ledger_and_who_is_refused_is_not(held):
    async with signed_in(held, "audit") as browser:
        await browser.get(f"{AT}.docx")
        await browser.get(f"{AT}.exe")
    async with signed_in(held, "wangfang") as browser:
        await browser.get(f"{AT}.docx")
    async with held.store.view() as view:
        lines = [one.line for one in await view.ledger.entries("jinghe", 0, 100)]
    assert [(line.person, line.platform, line.reason) for line in lines if line.act is Act.EXPORT] == [
        ("audit", "console", "纪要 docx 2026年第1次")
    ]


@pytest.mark.parametrize(
    ("person", "status"), [("wangfang", 403), ("hongse", 403), ("meiyi", 403), ("sunli", 404), ("", 303)]
)
async def test_nobody_else_gets_it(held, person, status):
    async with signed_in(held, person) if person else held.browser() as browser:
        assert (await browser.get(f"{AT}.docx")).status_code == status


@pytest.mark.parametrize(
    "path", [f"{AT}.exe", "/console/meeting/jinghe-m2/minutes.pdf", "/console/meeting/x/minutes.pdf"]
)
async def test_there_are_none_of_a_meeting_that_has_not_begun(held, path):
    async with signed_in(held) as browser:
        assert (await browser.get(path)).status_code == 404


def text(data: bytes) -> str:
    return "".join(node.text or "" for node in Document(io.BytesIO(data)).element.body.iter(qn("w:t")))
