"""A ticket's page: the whole of it for those who may see it, a resident's privacy, and nothing at all for the others."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from storage.records import Act, Address, Clock, Person, Remark, Stage, State
from tests.bot.web.house import NOON, a_photo
from tests.bot.web.test_console_door import csrf_of
from tests.bot.web.ticket_house import (
    MINUTE,
    a_clock,
    a_ticket,
    at_work,
    letter,
    line,
    lines,
    put,
    shot,
    with_auditor,
)
from tests.bot.web.ticket_house import working as working

PAGE = "/console/tickets/1024"


def story_of(page: str) -> list[str]:
    """The words of each happening, without what is around them."""
    tale = page.partition('class="tale">')[2].partition("</ol>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in tale.split("<li")[1:]]


async def test_what_it_is_how_it_stands_and_who_answers_for_it(working):
    await put(working, a_ticket(followers=3, queued=None), a_clock(Clock.RESOLVE, NOON + 30 * MINUTE))
    async with at_work(working) as browser:
        page = (await browser.get(PAGE)).text
    for words in (
        "电梯 · 3号楼2单元", "已受理", "重大", "报修", "3 户跟进", "鑫海花城东区 · 第一网格",
        "12:30 前", "到时没解决，列入联席会议", "王芳",
    ):  # fmt: skip
        assert words in page, words


@pytest.mark.parametrize("clock", Clock)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_clock_says_when_and_what_then(working, clock, language):
    await put(working, a_ticket(), a_clock(clock, NOON + 30 * MINUTE))
    async with at_work(working) as browser:
        page = (await browser.get(f"{PAGE}?lang={language}")).text
    assert "12:30" in page


async def test_a_clock_that_is_late_or_stands_still_says_so(working):
    late = a_clock(Clock.ACCEPT, NOON - MINUTE, Stage.TWICE)
    await put(
        working,
        a_ticket(state=State.REPORTED, accepted_at=None, pause_reason="等配件"),
        replace(late, due_at=NOON + 4 * MINUTE),
        replace(a_clock(Clock.RESOLVE, NOON + MINUTE), due_at=None),
    )
    async with at_work(working) as browser:
        page = (await browser.get(PAGE)).text
    assert "已超时，11:59 到期" in page
    assert "12:04 还没人接单，列入联席会议" in page
    assert "暂停中（等配件）" in page


async def test_a_clock_that_has_run_out_for_good_is_still_there(working):
    await put(
        working,
        a_ticket(),
        replace(a_clock(Clock.ARRIVE, NOON - MINUTE, Stage.OVER), due_at=None),
        a_clock(Clock.RESOLVE, NOON + 30 * MINUTE),
    )
    async with at_work(working) as browser:
        clocks = (await browser.get(PAGE)).text.partition('class="clocks"')[2].partition("</ul>")[0]
    assert clocks.index("已超时，11:59 到期") < clocks.index("12:30 前")
    assert "暂停" not in clocks


async def test_the_whole_story_stands_in_order_with_what_was_said_and_shown(working):
    sha = {name: character * 64 for name, character in (("before", "a"), ("after", "b"))}
    await put(
        working,
        a_ticket(state=State.RESOLVED, note="换了门机"),
        line(Act.REPORT, NOON, "meiyi", "repair", state=State.REPORTED),
        line(Act.ACCEPT, NOON + MINUTE),
        line(Act.ADD, NOON + 2 * MINUTE, "meiyi", "words"),
        line(Act.REMIND, NOON + 3 * MINUTE, "", "resolve"),
        line(Act.RESOLVE, NOON + 4 * MINUTE, reason="换了门机"),
        Remark("jinghe-1024", NOON + 2 * MINUTE, "meiyi", "里面没有人"),
        shot(sha["before"], caption="门打不开"),
        shot(sha["after"], after=True, person="wangfang", at=NOON + 4 * MINUTE, caption="办结 1024 换了门机"),
    )
    async with at_work(working) as browser:
        page = (await browser.get(PAGE)).text
    told = story_of(page)
    assert [one.partition("12:")[2][:2] for one in told] == ["00", "01", "02", "03", "04"]
    assert "梅** 登记 报修" in told[0]
    assert "处理前" in told[0]
    assert "王芳 受理" in told[1]
    assert "梅** 补充 里面没有人" in told[2]
    assert "系统 提醒 解决时限" in told[3]
    assert "王芳 办结 换了门机 处理后" in told[4]
    assert "门打不开（12:00）" in page
    assert "换了门机（12:04）" in page


async def test_residents_are_masked_until_somebody_asks_and_that_is_written_down(working):
    await put(
        working,
        a_ticket(note="住户13900002222说好了"),
        line(Act.REPORT, NOON, "meiyi", "repair"),
        Person("r-1", "jinghe", "陈小明"),
        line(Act.FOLLOW, NOON, "r-1"),
    )
    secret = ("梅姨", "1203", "13800001111", "13900002222", "陈小明")
    async with at_work(working) as browser:
        page = (await browser.get(PAGE)).text
        assert [one for one in secret if one in page] == []
        assert "梅**" in page
        assert "陈**" in page
        for _ in range(2):  # pressed twice it has been looked at once
            shown = await browser.post(f"{PAGE}/contact", data={"csrf": csrf_of(page), "once": "abcdefgh"})
            assert [one for one in secret[:3] if one not in shown.text] == []
        assert (await browser.get(PAGE)).text.count("王芳</strong> 查看个人信息") == 1
    assert (await lines(working))[-1] == (Act.SEE, "wangfang", "")


async def test_the_form_of_one_ticket_opens_no_other_unseen(working):
    """Or who looks at one could look at all, with one line in the ledger."""
    other = a_ticket(1025)
    await put(working, a_ticket(), other)
    async with at_work(working) as browser:
        form = {"csrf": csrf_of((await browser.get(PAGE)).text), "once": "abcdefgh"}
        for number in (1024, 1025):
            await browser.post(f"/console/tickets/{number}/contact", data=form)
    async with working.store.view() as view:
        assert [one.line.act for one in await view.ledger.of(other.id)] == [Act.SEE]


async def test_who_wants_to_stay_unnamed_is_named_to_nobody(working):
    await put(
        working,
        a_ticket(anonymous=True, private=True, origin_private=True, origin=Address("telegram:2001")),
        line(Act.REPORT, NOON, "meiyi", "complaint"),
        Remark("jinghe-1024", NOON, "meiyi", "就是他家"),
    )
    async with working.store.turn() as turn:
        # She was somebody else here before, and was written to as such.
        before = Person("r-before", "jinghe", "梅姨")
        await turn.people.save(before)
        await turn.joining.join(before.id, Person("meiyi", "jinghe", "梅姨"))
        turn.outbox.owe(letter("meiyi", "telegram:2001"))
        turn.outbox.owe(letter("r-before", "telegram:2001", once="before"))
    async with at_work(working, "zhaomin") as browser:
        page = (await browser.get(PAGE)).text
        shown = (await browser.post(f"{PAGE}/contact", data={"csrf": csrf_of(page)})).text
    for said in (page, shown):
        assert "匿名居民" in said
        assert "梅" not in said
        assert "2001" not in said


async def test_who_only_reads_sees_it_and_nobodys_contact_and_no_act(working):
    await put(working, a_ticket())
    async with working.store.turn() as turn:
        await turn.directory.replace(with_auditor())
    async with at_work(working, "jiancha") as browser:
        page = (await browser.get(PAGE)).text
        assert "现在没有您可以办的" in page
        assert 'class="act"' not in page
        assert "查看联系方式" not in page
        form = {"csrf": csrf_of(page), "once": "abcdefgh", "do": "supervise"}
        assert (await browser.post(f"{PAGE}/contact", data=form)).status_code == 403
        assert (await browser.post(f"{PAGE}/act", data=form)).status_code == 403
    assert await lines(working) == []


@pytest.mark.parametrize("person", ["lilei", "sunli"])
async def test_one_that_is_not_theirs_is_answered_like_one_that_is_not_there(working, person):
    kept = working.media.put(a_photo(), "image/png")
    await put(working, a_ticket(), shot(kept.sha256))
    async with at_work(working, person) as browser:
        csrf = {"csrf": csrf_of((await browser.get("/console")).text), "once": "abcdefgh", "do": "accept"}
        for end in ("", f"/photos/{kept.sha256}"):
            theirs, none = [await browser.get(f"/console/tickets/{n}{end}") for n in (1024, 1999)]
            assert (theirs.status_code, theirs.text) == (none.status_code, none.text)
            assert theirs.status_code == 404
        for end in ("/act", "/contact"):
            theirs, none = [await browser.post(f"/console/tickets/{n}{end}", data=csrf) for n in (1024, 1999)]
            assert (theirs.status_code, theirs.text) == (none.status_code, none.text)
            assert theirs.status_code == 404
    assert await lines(working) == []


async def test_a_photo_is_shown_to_who_sees_its_ticket_and_by_that_ticket_alone(working):
    kept = working.media.put(a_photo(), "image/png")
    await put(working, a_ticket(), a_ticket(1025), shot(kept.sha256), shot("c" * 64))
    async with at_work(working) as browser:
        shown = await browser.get(f"{PAGE}/photos/{kept.sha256}")
        assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
        for other in (
            f"/console/tickets/1025/photos/{kept.sha256}",
            f"{PAGE}/photos/{'c' * 64}",
            f"{PAGE}/photos/x",
        ):
            assert (await browser.get(other)).status_code == 404


async def test_the_ticket_it_was_merged_into_is_named_to_who_may_see_that(working):
    await put(
        working,
        a_ticket(state=State.MERGED, merged_into="jinghe-1025"),
        a_ticket(1025, grid="xinhai-east-2", handler="lilei", first_responder="lilei"),
        line(Act.MERGE, NOON, "zhaomin", "#1025"),
    )
    async with at_work(working) as leader, at_work(working, "zhaomin") as staff:
        theirs, whole = (await leader.get(PAGE)).text, (await staff.get(PAGE)).text
    assert "1025" not in theirs
    assert "已并入另一张工单" in theirs
    assert 'href="/console/tickets/1025"' in whole
    assert '并案 <span class="because">#1025' in whole


async def test_a_handler_from_elsewhere_sees_the_one_ticket_they_were_given(working):
    await put(working, a_ticket(handler="lilei"))
    async with at_work(working, "lilei") as browser:
        assert (await browser.get(PAGE)).status_code == 200


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_state_can_be_shown_to_everybody_who_sees_it(working, state, language):
    await put(working, a_ticket(state=state, rating="good", plan="x", decision="y"))
    for person in ("wangfang", "zhaomin"):
        async with at_work(working, person) as browser:
            assert (await browser.get(f"{PAGE}?lang={language}")).status_code == 200
