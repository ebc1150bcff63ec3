"""The room of personal data: who did what with it, how long it stays, and requests made on paper."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from handlers.desk.erasing import Erasing
from handlers.desk.personal import see
from handlers.sight import sight
from storage.records import (
    TERMS,
    Account,
    Act,
    Address,
    Attachment,
    Entry,
    Keep,
    Person,
    Place,
    State,
    resident_id,
)
from tests.bot.web.house import NOON, Browser, House, a_photo, a_queued_ticket, directory
from tests.bot.web.test_console import signed_in
from tests.whole_dump import mentions

PAGE = "/console/privacy"
ACCOUNT = Address("wechat:oMeiOpenId")
MEI = resident_id(ACCOUNT)
WORDS = "502厨房漏水，电话13987654321"


@pytest.fixture
async def lived(house: House) -> House:
    """梅姨 reported something that is over; a leader looked at her contact."""
    kept = house.media.put(a_photo(), "image/png")
    async with house.store.turn() as turn:
        await turn.people.save(
            Person(MEI, "jinghe", "梅小燕", phone="13987654321", home=Place("3", "2", "5", "502"))
        )
        await turn.people.bind(Account(ACCOUNT, MEI, NOON))
        ended = a_queued_ticket(1024, state=State.CLOSED, queued=None, queued_at=None, closed_at=NOON)
        ticket = turn.tickets.save(
            replace(ended, reporter=MEI, words=WORDS, place=Place("3", "2", "5", "502"), reported_at=NOON)
        )
        await turn.media.add(Attachment(0, ticket.id, NOON, "wechat", "photo", "f", MEI, 9, kept.sha256))
        await see(turn, sight(directory().people["wangfang"], directory()), ticket, NOON)
    return house


def fields(page: str, form: str) -> dict[str, str]:
    """The hidden fields of the first form with this action."""
    _, _, rest = page.partition(f'action="{form}"')
    body, _, _ = rest.partition("</form>")
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', body))


async def post(browser: Browser, page: str, form: str, **more: str):
    return await browser.post(form, data=fields(page, form) | more)


async def lines(house: House, *acts: Act) -> list[Entry]:
    async with house.store.view() as view:
        entries = await view.ledger.entries("jinghe", 0, 99)
    return [entry for entry in entries if entry.line.act in acts]


async def test_who_looked_is_listed_and_residents_are_masked(lived: House) -> None:
    async with signed_in(lived) as browser:
        page = (await browser.get(PAGE)).text
        narrowed = (await browser.get(f"{PAGE}?act=erase")).text
    assert "王芳" in page
    assert "#1024" in page
    assert "梅小燕" not in page
    assert "还没有记录" in narrowed
    assert "730" in page


@pytest.mark.parametrize("person", ["wangfang", "meiyi", "sunli"])
async def test_nobody_but_the_communitys_staff_comes_in(lived: House, person: str) -> None:
    async with signed_in(lived, person) as browser:
        shown = await browser.get(PAGE)
        assert shown.status_code == (200 if person == "sunli" else 403)
        assert '<a href="/console">' in shown.text  # who stands before a closed room finds the way back
        page = (await browser.get(PAGE)).text
        if person != "sunli":
            for form in ("find", "person", "erase", "retention"):
                assert (await browser.post(f"{PAGE}/{form}", data={"person": MEI})).status_code == 403
            return
        # Staff of another community find nobody, and can neither see nor erase whom they know the id of.
        assert "没有找到" in (await post(browser, page, f"{PAGE}/find", sought="梅小燕")).text
        known = fields(page, f"{PAGE}/find") | {"person": MEI, "reason": "书面申请1号", "sure": "yes"}
        assert (await browser.post(f"{PAGE}/person", data=known)).status_code == 404
        await browser.post(f"{PAGE}/erase", data=known)
    assert mentions(lived.store, "梅小燕")


async def test_days_are_changed_within_bounds_and_stand_in_the_ledger(lived: House) -> None:
    async with signed_in(lived) as browser:
        page = (await browser.get(PAGE)).text
        chosen = {str(keep): str(term.usual) for keep, term in TERMS.items()}
        for wrong in ("0", "99999", "abc", ""):
            refused = await post(browser, page, f"{PAGE}/retention", **chosen | {"photos": wrong})
            assert refused.status_code == 422
        for _ in range(2):  # sent twice
            saved = await post(browser, page, f"{PAGE}/retention", **chosen | {"photos": "180"})
            assert saved.headers["location"] == f"{PAGE}?done=kept"
    (entry,) = await lines(lived, Act.CHANGE_RETENTION)
    assert (entry.line.person, entry.line.reason) == ("zhaomin", "照片 365→180 天")
    async with lived.store.view() as view:
        assert (await view.retention.days("jinghe"))[Keep.PHOTOS] == 180


@pytest.mark.parametrize("sought", ["小燕", "13987654321", "oMeiOpenId"])
async def test_somebody_is_found_masked_and_shown_for_a_reason(lived: House, sought: str) -> None:
    async with signed_in(lived) as browser:
        page = (await browser.get(PAGE)).text
        found = (await post(browser, page, f"{PAGE}/find", sought=sought)).text
        assert "梅**" in found
        assert "139****4321" in found
        assert re.search(r"<strong>梅\*\*</strong> <span class=\"small\">微信", found)
        assert (await post(browser, found, f"{PAGE}/person", reason="看")).status_code == 422
        for _ in range(2):  # sent twice
            shown = (await post(browser, found, f"{PAGE}/person", reason="书面申请1号")).text
            assert "梅小燕" in shown
            assert WORDS in shown
    (entry,) = await lines(lived, Act.DISCLOSE)
    assert (entry.line.person, entry.line.reason) == ("zhaomin", "书面申请1号（#1024）")


WHY = "申请2026112001号，梅小燕"
"""The line that stays for ever keeps the number of the paper, and not who it was."""


async def test_somebody_is_erased_on_paper_once_and_for_a_reason(lived: House) -> None:
    async with signed_in(lived) as browser:
        page = (await browser.get(PAGE)).text
        found = (await post(browser, page, f"{PAGE}/find", sought="梅小燕")).text
        shown = (await post(browser, found, f"{PAGE}/person", reason=WHY)).text
        assert (await post(browser, shown, f"{PAGE}/erase", reason=WHY)).status_code == 422
        assert mentions(lived.store, "梅小燕")
        for _ in range(2):  # sent twice
            done = await post(browser, shown, f"{PAGE}/erase", reason=WHY, sure="yes")
            assert done.headers["location"] == f"{PAGE}?done=erased"
        page = (await browser.get(PAGE)).text
    await Erasing(lived.store).look(NOON + 1)
    assert mentions(lived.store, "梅小燕", "13987654321", "oMeiOpenId") == set()
    told = [
        (entry.line.ticket, entry.line.person, entry.line.reason) for entry in await lines(lived, Act.ERASE)
    ]
    assert told == [("jinghe-1024", "zhaomin", ""), ("", "zhaomin", "申请2026112001号，****")]
    assert "赵敏" in page


async def test_whoever_stands_in_the_directory_is_not_erased_here(lived: House) -> None:
    async with signed_in(lived) as browser:
        page = (await browser.get(PAGE)).text
        assert "没有找到" in (await post(browser, page, f"{PAGE}/find", sought="王芳")).text
        known = fields(page, f"{PAGE}/find") | {"person": "wangfang", "reason": "书面申请1号", "sure": "yes"}
        refused = await browser.post(f"{PAGE}/erase", data=known)
        assert (refused.status_code, "名录" in refused.text) == (422, True)
