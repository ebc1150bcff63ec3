"""The board: what must happen next, by when, and for whom; each sees what is theirs."""

from __future__ import annotations

import re
from html import unescape

import pytest

from bot.web.console import drawing, spans
from storage.records import (
    DAY,
    HOUR,
    LENIENT,
    MINUTE,
    NEVER,
    Act,
    Clock,
    Lane,
    Listed,
    Person,
    Place,
    Reason,
    Severity,
    State,
)
from tests.bot.web.house import NOON, House
from tests.bot.web.screen import a_ticket, done, ends
from tests.bot.web.test_console import signed_in


def lane(page: str, name: Lane) -> str:
    """What stands in a lane."""
    found = re.search(rf'<section class="lane lane-{name}".*?</section>', page, re.DOTALL)
    assert found is not None
    return found[0]


async def board(house: House, person: str = "zhaomin", query: str = "") -> str:
    async with signed_in(house, person) as browser:
        answer = await browser.get(f"/console?{query}")
        assert answer.status_code == 200
        return answer.text


WHERE = {
    Lane.ACCEPT: {"state": State.REPORTED},
    Lane.ARRIVE: {"state": State.ACCEPTED},
    Lane.WORK: {"state": State.PLANNED},
    Lane.PAUSED: {"state": State.ON_SITE, "paused_at": NOON, "pause_reason": "等配件"},
    Lane.MEETING: {"state": State.ON_SITE, "queued": Reason.FOLLOWERS, "queued_at": NOON},
    Lane.RATE: {"state": State.RESOLVED, "resolved_at": NOON},
}


async def test_each_ticket_stands_where_what_comes_next_is(house: House) -> None:
    for number, changes in enumerate(WHERE.values(), 1001):
        await done(house, a_ticket(number, **changes))
    await done(house, a_ticket(1010, state=State.CLOSED))
    page = await board(house)
    for number, name in enumerate(WHERE, 1001):
        assert re.findall(r"#(\d+)</span>", lane(page, name)) == [str(number)]
    assert "等配件" in lane(page, Lane.PAUSED)
    assert "跟进户数多" in lane(page, Lane.MEETING)
    assert "#1010" not in page
    assert "<strong>6</strong> 件未结" in page
    assert "<strong>1</strong> 件今天办结" in page


async def test_the_most_urgent_stands_first_and_says_how_long_it_has(house: House) -> None:
    calm, late, urgent = (
        a_ticket(1001, place=Place("7")),
        a_ticket(1002, followers=4, private=True),
        a_ticket(1003, severity=Severity.EMERGENCY, heading="电梯困人"),
    )
    await done(house, calm, Act.REPORT, ends(calm, Clock.ACCEPT, NOON + 5 * MINUTE))
    await done(house, late, Act.REPORT, ends(late, Clock.ACCEPT, NOON - 65 * MINUTE))
    await done(house, urgent, Act.REPORT, ends(urgent, Clock.ACCEPT, NOON + 3 * HOUR))
    first = lane(await board(house), Lane.ACCEPT)
    assert re.findall(r"#(\d+)</span>", first) == ["1003", "1002", "1001"]
    assert '12:05 前接单</time> <span class="left">剩 5 分钟' in first
    assert '10:55 前接单</time> <span class="left">已超 1 小时 5 分钟' in first
    assert 'class="card late"' in first
    assert "4 户跟进" in first
    assert "不公开" in first
    assert "紧急 · 电梯困人" in first
    assert "1 件超时" in first
    assert "less than" not in first


async def test_a_lane_shows_some_and_says_how_many_there_are(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "MOST_CARDS", 2)
    monkeypatch.setattr(drawing, "FEW_CARDS", 2)
    for number in range(1001, 1006):
        await done(house, a_ticket(number))
    first = lane(await board(house), Lane.ACCEPT)
    assert first.count("<li") == 2
    assert 'href="/console/tickets?lane=accept&amp;show=open">看全部 5 件' in first


async def test_each_sees_the_cards_and_the_counts_of_what_is_theirs(house: House) -> None:
    await done(house, a_ticket(1001))
    await done(house, a_ticket(1002, grid="xinhai-east-2"))
    await done(house, a_ticket(1003, grid="xinhai-east-2", state=State.ACCEPTED, handler="wangfang"))
    await done(house, a_ticket(1004, community="other", grid="lake-1"))
    page = await board(house, "wangfang")
    assert sorted(re.findall(r"#(\d+)</span>", page)) == ["1001", "1003"]
    assert "<strong>2</strong> 件未结" in page
    assert "<strong>3</strong> 件未结" in await board(house)


CHOSEN = [
    ("grid=xinhai-east-1", [1001, 1003]),
    ("compound=xinhai-east", [1001, 1002, 1003]),
    ("handler=wangfang", [1003]),
    ("handler=-", [1001, 1002]),
    ("category=noise", []),
    ("severity=emergency", [1002]),
    ("grid=lake-1", [1001, 1002, 1003]),
    ("grid=%27&lane=x&since=yesterday&state=closed", [1001, 1002, 1003]),
]


async def test_the_board_shows_what_is_chosen(house: House) -> None:
    await done(house, a_ticket(1001))
    await done(house, a_ticket(1002, grid="xinhai-east-2", severity=Severity.EMERGENCY))
    await done(house, a_ticket(1003, state=State.ACCEPTED, handler="wangfang"))
    async with signed_in(house) as browser:
        for query, numbers in CHOSEN:
            page = (await browser.get(f"/console?{query}")).text
            assert sorted(map(int, re.findall(r"#(\d+)</span>", page))) == numbers, query
            assert f"<strong>{len(numbers)}</strong> 件未结" in page


DAY_BEFORE = NOON - 24 * HOUR


@pytest.fixture
async def busy(house: House) -> House:
    """Something behind every number, in both grids; some was done yesterday, some was done and opened again."""
    for number, (grid, changes) in enumerate(
        [(grid, changes) for grid in ("xinhai-east-1", "xinhai-east-2") for changes in WHERE.values()], 1001
    ):
        ticket = a_ticket(number, grid=grid, **changes)
        clocks = [ends(ticket, Clock.RESOLVE, NOON - HOUR)] if number % 3 else []
        await done(house, ticket, Act.REPORT, *clocks)
    over = {"state": State.CLOSED, "closed_at": NOON}
    await done(house, a_ticket(1020, resolved_at=NOON - HOUR, **over))
    await done(house, a_ticket(1021, resolved_at=DAY_BEFORE, **over))
    await done(house, a_ticket(1022, severity=Severity.EMERGENCY, resolved_at=NOON, private=True, **over))
    await done(house, a_ticket(1023, severity=Severity.EMERGENCY, reopened=1))
    return house


@pytest.mark.parametrize(
    "query", ["", "grid=xinhai-east-2", "severity=emergency", "lane=over&q=x&done=2000-01-01"]
)
@pytest.mark.parametrize("person", ["zhaomin", "wangfang"])
async def test_behind_every_number_stands_the_list_of_exactly_those(
    busy: House, person: str, query: str
) -> None:
    counted = []
    async with signed_in(busy, person) as browser:
        page = (await browser.get(f"/console?{query}")).text
        strip = page.partition('<ul id="strip"')[2].partition("</ul>")[0]
        for address, count in re.findall(r'href="([^"]+)"><strong>(\d+)</strong>', strip):
            listed = (await browser.get(unescape(address))).text
            assert listed.count('<th scope="row"') == int(count), address
            counted.append(int(count))
    assert len(counted) == 5
    assert person == "wangfang" or query or all(counted)


async def test_what_was_done_that_day_is_still_the_same_list_after_midnight(busy: House) -> None:
    (address,) = re.findall(r'href="([^"]+done=[^"]+)"', await board(busy))
    lists = []
    for hours in (0, 13):
        busy.clock.forward(hours * HOUR)
        async with signed_in(busy) as browser:
            lists.append(
                re.findall(r'<a href="/console/tickets/(\d+)', (await browser.get(unescape(address))).text)
            )
    assert len(lists[0]) == 4
    assert lists[1] == lists[0]
    assert "<strong>0</strong> 件今天办结" in await board(busy)


async def test_nothing_that_people_write_becomes_part_of_the_page(house: House) -> None:
    evil = '"><script>alert(1)</script>'
    async with house.store.turn() as turn:
        await turn.people.save(Person("r-9", "jinghe", evil, frozenset()))
    ticket = a_ticket(
        1001,
        heading=evil,
        place=Place(evil, landmark=evil),
        state=State.ON_SITE,
        paused_at=NOON,
        pause_reason=evil,
        handler_name=evil,
    )
    await done(house, ticket)
    await done(house, a_ticket(1002, handler="r-9", state=State.ACCEPTED))
    page = await board(house)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


async def test_every_clock_and_every_lane_can_be_shown(house: House) -> None:
    for number, clock in enumerate(Clock, 1001):
        ticket = a_ticket(number, **list(WHERE.values())[number % len(WHERE)])
        await done(house, ticket, Act.REPORT, ends(ticket, clock, NOON + number * HOUR))
    for language in ("zh", "en"):
        page = await board(house, query=f"lang={language}")
        assert len(re.findall(r'<span class="clock">', page)) == len(Clock)


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (0, "不到 1 分钟"),
        (MINUTE - 1, "不到 1 分钟"),
        (MINUTE, "1 分钟"),
        (59 * MINUTE, "59 分钟"),
        (HOUR, "1 小时"),
        (2 * HOUR + 5 * MINUTE, "2 小时 5 分钟"),
        (DAY, "1 天"),
        (DAY + 4 * HOUR + MINUTE, "1 天 4 小时"),
        (3 * DAY + 4 * HOUR, "3 天"),
    ],
)
def test_a_span_is_said_in_as_few_words_as_it_takes(length: int, said: str) -> None:
    assert spans.span(length, "zh") == said


def test_nobody_is_late_by_a_pauses_end_or_the_residents_silence() -> None:
    for clock in (*Clock, None):
        row = Listed("t", 1, Lane.WORK, 1, clock, NOON)
        assert spans.late(row, NOON) == (clock is not None and clock not in LENIENT)
        assert bool(spans.left(row, NOON, "zh")) == spans.late(row, NOON)
    assert spans.left(Listed("t", 1, Lane.WORK, 1, None, NEVER), NOON, "zh") == ""
