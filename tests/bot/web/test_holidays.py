"""The State Council's notice is pasted into the console, and working time of that year counts by it."""

from __future__ import annotations

import re

import pytest

from handlers.clocks import calendar_of
from storage.records import DAY, Act, Allowance, Clock, Deadline, Holidays, Severity
from tests.bot.web.town_hall import Hall, running, seen

PAGE = "/console/policy/holidays/2027"
NOTICE = """一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（农历腊月二十九、周五）至11日（农历正月初六、周四）放假调休，共7天。1月31日（周日）、2月14日（周日）上班。"""
FILLED = Holidays(2027, ("2027-01-01..2027-01-03", "2027-02-05..2027-02-11"), ("2027-01-31", "2027-02-14"))


async def own(hall: Hall) -> tuple[Holidays, ...]:
    return (await hall.store.directory()).communities["jinghe"].policy.holidays


@pytest.fixture
async def a_long_matter(hall: Hall) -> Deadline:
    """Fifteen working days from 15 December on: until 5 January by weekdays, until the 6th when New Year's Friday is off."""
    hall.house.clock.forward(23 * DAY)
    start, given = hall.house.clock.now(), Allowance(working_days=15)
    community = (await hall.store.directory()).communities["jinghe"]
    clock = running(1024, Clock.RESOLVE, start, calendar_of(community).add(start, given), left=given)
    await hall.ticket(1024, clock, severity=Severity.COMPLEX)
    return clock


async def test_the_notice_is_pasted_and_moves_nothing_that_runs_unless_told_to(
    hall: Hall, a_long_matter: Deadline
):
    async with hall.staff() as staff:
        board = await staff.get("/console")
        assert f'href="{PAGE}"' in board.text
        assert "2027 年的放假安排还没有填" in seen(board)
        assert "2027 年 还没有填" in seen(await staff.get("/console/policy"))
        look = await staff.propose(PAGE, off=NOTICE)
        words = seen(look)
        assert "元旦 1月1日–3日、春节 2月5日–11日" in words
        assert "1月31日（周日）、2月14日（周日）" in words
        assert "#1024 解决时限 2027年1月5日周二 18:00 2027年1月6日周三 18:00" in words
        assert "/what-if" in look.text
        await staff.confirm(look)
        assert await own(hall) == (FILLED,)
        assert (await hall.clocks(1024))[Clock.RESOLVE].ends_at == a_long_matter.ends_at
        assert "还没有填" not in seen(await staff.get("/console"))
        shown = seen(await staff.get("/console/policy"))
        assert "2027 年 本社区填的 放假 元旦 1月1日–3日 春节 2月5日–11日" in shown
        assert "国庆节 10月1日–7日" in shown, "2026 came along"
        same = await staff.fill(PAGE)
        assert same.headers["location"].endswith("?same=1")
    (noted,) = await hall.ledger(Act.CHANGE_POLICY)
    assert noted.line.reason == (
        "＋放假安排 2027：放假 无→2027-01-01..2027-01-03 2027-02-05..2027-02-11、上班 无→2027-01-31 2027-02-14"
    )


async def test_told_to_the_clocks_are_moved_and_the_ledger_says_why(hall: Hall, a_long_matter: Deadline):
    async with hall.staff() as staff:
        await staff.confirm(await staff.propose(PAGE, off=NOTICE), move="yes")
        assert (await hall.clocks(1024))[Clock.RESOLVE].ends_at == a_long_matter.ends_at + DAY
        assert [one.line.reason for one in await hall.ledger(Act.RETIME)] == [
            "解决时限 2027年1月5日周二 18:00 → 2027年1月6日周三 18:00（放假安排改了）"
        ]
        await staff.confirm(await staff.propose(PAGE, off="", work=""))
    assert await own(hall) == ()


async def test_a_notice_that_begins_in_december_fills_that_year_too(hall: Hall):
    async with hall.staff() as staff:
        await staff.confirm(
            await staff.propose(PAGE, off="2026年12月31日至2027年1月2日放假，共3天。2026年12月27日上班")
        )
        await staff.confirm(await staff.propose(PAGE, off="1月1日至2日\n10月1日至7日"))
        english = await staff.get(f"{PAGE}?lang=en")
        assert "2027-10-01..2027-10-07" in english.text
    assert await own(hall) == (
        Holidays(2026, ("2026-12-31",), ("2026-12-27",)),
        Holidays(2027, ("2027-01-01..2027-01-02", "2027-10-01..2027-10-07")),
    )


@pytest.mark.parametrize(
    ("off", "work", "key", "words"),
    [
        ("1月1日至3日，共4天", "", "off", "写着共 4 天，数下来是 3 天"),
        ("1月1日", "2月7日（周六）", "work", "2月7日是周日，不是周六"),
        ("1月1日", "下个星期的周末", "work", "看不懂"),
        ("2月7日", "2月7日", "work", "又放假又上班"),
        ("", "2月7日", "off", "没有写放哪些天假"),
    ],
)
async def test_every_mistake_stands_beside_its_box_and_what_was_written_stays(
    hall: Hall, off: str, work: str, key: str, words: str
):
    async with hall.staff() as staff:
        answer = await staff.fill(PAGE, off=off, work=work)
    assert answer.status_code == 422
    beside = answer.text.partition(f'id="wrong-{key}">')[2].partition("</span>")[0]
    assert words in beside
    assert re.findall(r"<textarea[^>]*>(.*?)</textarea>", answer.text, re.S) == [off, work]
    assert await own(hall) == ()


async def test_an_auditor_reads_it_and_there_is_no_year_nine(hall: Hall):
    async with hall.staff("hanmei") as auditor:
        assert PAGE not in (await auditor.get("/console/policy")).text
        assert (await auditor.get(PAGE)).status_code == 403
    async with hall.staff() as staff:
        assert (await staff.get("/console/policy/holidays/9")).status_code == 404
