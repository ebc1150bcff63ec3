"""/console/notice: staff choose what is public and write the roster; leaders look, and give away their own shifts."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from handlers.desk import Desk
from storage.records import Act, Duty, Posted
from tests.bot.web.house import Browser, House
from tests.bot.web.notice_town import town
from tests.bot.web.test_console import signed_in

ROOM = "/console/notice"


@pytest.fixture
async def here(house: House) -> House:
    async with house.store.turn() as turn:
        await turn.directory.replace(town())
    return house


def hidden(page: str) -> dict[str, str]:
    """The fields that every form of a page carries."""
    return {
        name: re.search(rf'name="{name}" value="([^"]*)"', page)[1]  # type: ignore[index]
        for name in ("csrf", "once", "compound")
    }


async def send(browser: Browser, path: str, fields: dict[str, str], *, known: dict[str, str] | None = None):
    known = known or hidden((await browser.get(ROOM)).text)
    return await browser.post(path, data=known | fields)


async def lines(house: House) -> list[tuple[Act, str, str, str]]:
    async with house.store.view() as view:
        entries = [entry.line for entry in await view.ledger.entries("jinghe", 0, 99)]
    return [(one.act, one.person, one.platform, one.reason) for one in entries]


async def duties(house: House) -> tuple[Duty, ...]:
    return (await house.store.directory()).duties.get("jinghe", ())


async def test_staff_choose_what_is_public_and_it_is_in_the_ledger(here: House) -> None:
    async with signed_in(here, "zhaomin") as browser:
        page = (await browser.get(ROOM)).text
        assert 'name="phones" value="1" checked' in page
        assert 'name="head_phones" value="1">' in page
        known = hidden(page)
        shown = {"heads": "1", "counts": "1", "notice": "  周三\n停水 "}
        for _ in range(2):
            answer = await send(browser, ROOM, shown, known=known)
            assert answer.headers["location"] == f"{ROOM}?compound=xinhai-east"
        assert 'value="周三 停水"' in (await browser.get(ROOM)).text
    posted = (await here.store.directory()).posted["xinhai-east"]
    assert posted == Posted(phones=False, duty=False, results=False, notice="周三 停水")
    assert await lines(here) == [
        (
            Act.CHANGE_NOTICE,
            "zhaomin",
            "console",
            "鑫海花城东区：负责人电话不公开、值班不公开、最近办结不公开、改了通知",
        )
    ]


async def test_a_preview_shows_the_board_and_keeps_nothing(here: House) -> None:
    async with signed_in(here, "zhaomin") as browser:
        answer = await send(browser, f"{ROOM}/preview", {"notice": "只是试试"})
    assert "只是试试" in answer.text
    assert "预览" in answer.text
    assert "13800000001" not in answer.text
    assert (await here.store.directory()).posted == {}
    assert await lines(here) == []


@pytest.mark.parametrize("person", ["wangfang", "lilei"])
async def test_leaders_look_and_change_nothing_but_their_own_shift(here: House, person: str) -> None:
    before = await duties(here)
    async with signed_in(here, person) as browser:
        page = (await browser.get(ROOM)).text
        assert 'name="phones"' not in page
        assert "加一个班" not in page
        assert page.count("问问对方") == (1 if person == "wangfang" else 0)
        known = {"csrf": re.search(r'name="csrf" value="([^"]*)"', page)[1], "compound": "xinhai-east"}  # type: ignore[index]
        for path in (ROOM, f"{ROOM}/preview", f"{ROOM}/duty", f"{ROOM}/duty/remove"):
            assert (await browser.post(path, data=known)).status_code == 403
    assert (await here.store.directory()).posted == {}
    assert await duties(here) == before


@pytest.mark.parametrize("path", [ROOM, f"{ROOM}/duty", f"{ROOM}/duty/remove", f"{ROOM}/duty/swap"])
async def test_a_form_of_nobody_or_of_another_session_is_refused(here: House, path: str) -> None:
    async with here.browser() as stranger:
        assert (await stranger.post(path, data={"csrf": "x"})).headers["location"] == "/console/login"
    async with signed_in(here, "zhaomin") as browser:
        assert (await browser.post(path, data={"csrf": "x"})).status_code == 403


async def test_another_communitys_board_cannot_be_named(here: House) -> None:
    async with signed_in(here, "zhaomin") as browser:
        assert (await send(browser, ROOM, {"compound": "lake"})).status_code == 404


ADDED = {"person": "lilei", "grid": "xinhai-east-2", "date": "2026-11-28", "from": "20:00", "to": "8:00"}


@pytest.mark.parametrize(("weekly", "day"), [("1", "sat"), ("", "2026-11-28")])
async def test_a_shift_is_added_once_and_removed(here: House, weekly: str, day: str) -> None:
    before = await duties(here)
    async with signed_in(here, "zhaomin") as browser:
        known = hidden((await browser.get(ROOM)).text)
        for _ in range(2):
            answer = await send(browser, f"{ROOM}/duty", ADDED | {"weekly": weekly}, known=known)
        where = urlsplit(answer.headers["location"])
        assert parse_qs(where.query)["week"] == ["2026-11-28"]
        added = Duty("jinghe", "lilei", day, "20:00", "08:00", "xinhai-east-2")
        assert await duties(here) == (*before, added)
        page = (await browser.get(answer.headers["location"])).text
        assert "20:00–08:00" in page
        await send(browser, f"{ROOM}/duty/remove", {"duty": added.id, "date": "2026-11-28"})
    assert await duties(here) == before
    words = f"{'每周六' if weekly else day} 20:00–08:00 李雷（第二网格）"
    assert [(act, reason) for act, _, _, reason in await lines(here)] == [
        (Act.CHANGE_ROSTER, f"加 {words}"),
        (Act.CHANGE_ROSTER, f"删 {words}"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"person": "nobody"},
        {"person": "sunli"},
        {"person": "meiyi"},
        {"grid": "lake-1"},
        {"grid": "nowhere"},
        {"date": "2026-02-30"},
        {"date": "9999-12-31"},
        {"from": "8 Uhr"},
        {"to": ""},
    ],
)
async def test_what_is_no_shift_is_said_and_not_added(here: House, wrong: dict[str, str]) -> None:
    before = await duties(here)
    async with signed_in(here, "zhaomin") as browser:
        answer = await send(browser, f"{ROOM}/duty", ADDED | wrong)
    assert answer.status_code == 422
    assert "没有加上" in answer.text
    assert await duties(here) == before


async def test_a_swap_is_said_to_the_desk(here: House) -> None:
    async with signed_in(here, "zhaomin") as browser:
        shift = {"duty": (await duties(here))[0].id, "date": "2026-11-22", "person": "lilei"}
        assert (await send(browser, f"{ROOM}/duty/swap", shift)).status_code == 200
        gone = await send(browser, f"{ROOM}/duty/swap", shift | {"duty": "gone"})
        assert gone.status_code == 422
    async with signed_in(here, "wangfang") as browser:
        await send(browser, f"{ROOM}/duty/swap", shift)
    said = [(one.text, one.signed_in) for one in here.desk.heard]
    assert said == [
        ("换班 2026-11-22 08:00 wangfang lilei", "zhaomin"),
        ("换班 2026-11-22 08:00 lilei", "wangfang"),
    ]


async def test_gaps_and_overlaps_are_said_in_words(here: House) -> None:
    async with signed_in(here, "zhaomin") as browser:
        await send(
            browser,
            f"{ROOM}/duty",
            ADDED | {"date": "2026-11-22", "grid": "", "from": "11:00", "to": "14:00"},
        )
        page = (await browser.get(ROOM)).text
        assert "11:00 到 14:00，整个社区同时排了赵敏和李雷。" in page
        coming = (await browser.get(f"{ROOM}?week=2026-11-25")).text
    assert "11月23日周一 09:00 到 11月29日周日 09:00，整个社区没有人值班。" in coming
    assert "week=2026-11-30" in coming


@pytest.mark.parametrize("week", ["", "x", "0001-01-01", "9999-12-31", "2026-13-01"])
async def test_a_week_that_is_none_is_this_one(here: House, week: str) -> None:
    async with signed_in(here, "zhaomin") as browser:
        assert "2026-11-16 起的一周" in (await browser.get(f"{ROOM}?week={week}")).text


async def test_all_sheets_of_a_compound_are_printed_at_once(here: House) -> None:
    async with signed_in(here, "wangfang") as browser:
        page = await browser.get(f"{ROOM}/sheets?compound=xinhai-east")
        assert page.text.count('<section class="sheet of-building">') == 5
        assert (await browser.get(f"{ROOM}/sheets?compound=lake")).status_code == 404
    async with here.browser() as stranger:
        assert (await stranger.get(f"{ROOM}/sheets?compound=xinhai-east")).status_code == 303


async def test_what_came_of_a_swap_stands_on_the_page(here: House) -> None:
    here.desk = Desk(here.store)  # type: ignore[assignment]
    here.app = here.make_app()
    shift = {"duty": (await duties(here))[0].id, "date": "2026-11-22", "person": "lilei"}
    async with signed_in(here, "zhaomin") as browser:
        known = hidden((await browser.get(ROOM)).text)
        for _ in range(2):
            answer = await send(browser, f"{ROOM}/duty/swap", shift, known=known)
        assert "王芳的班由李雷来值" in answer.text
        assert "替王芳" in answer.text
    assert [(act, person) for act, person, _, _ in await lines(here)] == [(Act.SWAP_DUTY, "zhaomin")]
    stand_in = next(one for one in await duties(here) if one.instead)
    assert (stand_in.person, stand_in.instead, stand_in.day) == ("lilei", "wangfang", "2026-11-22")
