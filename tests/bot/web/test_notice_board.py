"""/board/COMPOUND: everybody may look, it tells who answers for what, and nothing of any resident."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from storage.records import (
    DAY,
    MINUTE,
    Category,
    Place,
    Regime,
    State,
    Ticket,
)
from tests.bot.web.house import NOON, House, a_queued_ticket
from tests.bot.web.notice_town import BOARD, choose, done, look, put, town

RESIDENTS = (
    "梅姨",
    "13912345678",
    "1702室",
    "泄露",
    "src=x",
    "onerror",
    "13600000000",
    "西门老槐树",
    "换了梅姨家的锁芯",
)


@pytest.fixture
async def here(house: House) -> House:
    async with house.store.turn() as turn:
        await turn.directory.replace(town())
    return house


async def test_everybody_sees_who_answers_who_is_on_duty_and_how_it_stands(here: House) -> None:
    await put(
        here,
        done(1001),
        done(1002, state=State.RESOLVED, closed_at=None),
        a_queued_ticket(1003, queued=None, solve_late_at=NOON - 1),
        a_queued_ticket(1004, queued=None, grid="xinhai-east-2"),
    )
    page = await look(here)
    for words in (
        "鑫海花城东区",
        'href="tel:02783000000"',
        '王芳</b> <a class="tel" href="tel:13800000001"',
        "李雷",
        "张&lt;b&gt;师傅",
        "赵敏",
        "楼栋长 刘阿姨",
        "1-3号楼",
        "到 20:00",
        "到 11月23日周一 09:00",
        'href="/chat?place=xinhai-east_3"',
        "13800000003",
        *(f'href="tel:{number}"' for number in ("119", "110", "120")),
        "用了 2 小时",
        "电梯</b> · 3号楼",
        "超时：误过了接单或办好的时限",
    ):
        assert words in page, words
    assert "13900000001" not in page
    assert page.count("用了 2 小时") == 2
    in_english = await look(here, f"{BOARD}?lang=en")
    for words in ("Bldg 1-3", "Lift</b> · Bldg 3", ">Bldg 3</a>"):
        assert words in in_english, words
    assert "号楼" not in in_english
    assert "<td>1</td><td>1</td><td>2</td><td>2</td>" in page
    assert 'name="robots" content="noindex"' in page
    assert "<script" not in page


async def test_it_speaks_english_to_who_does(here: House) -> None:
    page = await look(here, **{"accept-language": "en"})
    assert "On duty now" in page
    assert "王芳" in page


def nasty() -> list[Ticket]:
    """Tickets in every state, of every category, with everything people should not write in every field of text."""
    told = "梅姨 13912345678 1702室 泄露<img src=x onerror=alert(1)>"
    tickets = []
    for number, (state, category) in enumerate(itertools.product(State, Category), start=2001):
        secret = number % 3
        tickets.append(
            done(
                number,
                state=state,
                resolved_at=NOON - number * MINUTE if state in (State.RESOLVED, State.CLOSED) else None,
                closed_at=NOON if state is State.CLOSED else None,
                private=secret == 1,
                anonymous=secret == 2,
                heading=told,
                handler_name=told,
                note="换了梅姨家的锁芯",
                plan=told,
                decision=told,
                pause_reason=told,
            )
        )
        place = Place("梅姨家1702室" if number % 2 else "3", "2", "17", "1702室", "西门老槐树旁梅姨家")
        tickets[-1] = replace(tickets[-1], category=category, place=place, words=told, reporter="meiyi")
    return tickets


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_nothing_of_a_resident_stands_on_it_whatever_tickets_say(here: House, language: str) -> None:
    await put(here, *nasty())
    await choose(here, head_phones=True)
    for path in (
        f"{BOARD}?lang={language}",
        f"{BOARD}?print=1&lang={language}",
        f"{BOARD}?print=1&building=xinhai-east_3",
    ):
        page = await look(here, path)
        assert [words for words in RESIDENTS if words in page] == []
    page = await look(here, f"{BOARD}?lang={language}")
    assert page.count('<span class="when">') == 10


async def test_quarrels_between_neighbours_and_private_matters_are_no_results(here: House) -> None:
    quarrel = replace(done(1003), category=Category.NEIGHBOR_DISPUTE)
    await put(here, done(1001, private=True), done(1002, anonymous=True), quarrel)
    page = await look(here)
    assert "还没有。" in page


@pytest.mark.parametrize(
    ("switch", "gone"),
    [
        ("phones", "13800000001"),
        ("heads", "刘阿姨"),
        ("duty", "现在值班"),
        ("counts", "本周办结"),
        ("results", "最近办结"),
    ],
)
async def test_what_staff_do_not_show_is_gone_at_once(here: House, switch: str, gone: str) -> None:
    await put(here, done(1001))
    assert gone in await look(here)
    await choose(here, **{switch: False})
    assert gone not in await look(here)
    assert gone not in await look(here, f"{BOARD}?print=1")
    assert "王芳" in await look(here)


async def test_a_notice_stands_there_as_it_was_written_and_runs_nothing(here: House) -> None:
    await choose(here, notice="停水<script>alert(1)</script>", head_phones=True)
    page = await look(here)
    assert "停水&lt;script&gt;" in page
    assert "<script" not in page
    assert "13900000001" in page


async def test_a_compound_without_property_or_roster_has_a_board_too(here: House) -> None:
    known = town()
    lake = replace(known, duties={"jinghe": (), "other": ()})
    assert known.compounds["lake"].regime is Regime.NONE
    async with here.store.turn() as turn:
        await turn.directory.replace(lake)
    page = await look(here, "/board/lake")
    assert "社区志愿服务队" in page
    assert "现在没有排班" in page


async def test_old_results_are_not_recent(here: House) -> None:
    long_ago = NOON - 200 * DAY
    await put(here, done(1001, resolved_at=long_ago, closed_at=long_ago))
    assert "还没有。" in await look(here)
