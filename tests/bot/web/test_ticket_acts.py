"""Every act of a ticket's page: a form that becomes an order in words, done once, with what others did meanwhile told."""

from __future__ import annotations

import itertools

import pytest

from bot.web.console import acts
from bot.web.console.acts import DOINGS, NOT_HERE, TABLE, Group, Lacking, Need, order_of
from bot.web.uploads import Form
from bot.web.words import word
from handlers.commands import Verb, read_text
from handlers.desk import load
from handlers.known import Known
from handlers.messages import Inbound, Sender
from handlers.orders import RULES
from storage.records import Account, Act, Address, State
from tests.bot.web.house import NOON, a_photo, directory
from tests.bot.web.test_console_door import csrf_of
from tests.bot.web.ticket_house import (
    a_ticket,
    at_work,
    blanks,
    does,
    line,
    lines,
    put,
    ticket,
)
from tests.bot.web.ticket_house import working as working

PAGE = "/console/tickets/1024"
SAID = {
    "words": "换了灯泡", "more_words": "请尽快", "whom": "lilei", "reason": "not_ours", "category": "water_supply",
    "waiting": "parts", "span": "2h", "date": "2026-11-28", "number": "1025", "sure": "yes",
}  # fmt: skip
"""A form with everything in it."""


def form(**said: str) -> Form:
    return Form(SAID | said, ())


# --- the table ----------------------------------------------------------------------------------------------------------


def test_every_order_about_a_ticket_has_its_form_or_its_reason_for_none():
    assert set(DOINGS) | NOT_HERE == {*RULES, Verb.MERGE}
    assert len(TABLE) == len(DOINGS)


@pytest.mark.parametrize("verb", DOINGS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_act_says_what_it_is_and_what_then(verb, language):
    assert word(language, f"ticket.do_{verb.value}")
    assert word(language, f"ticket.hint_{verb.value}")
    for need in DOINGS[verb].needs:
        assert word(language, f"ticket.f_{need.value}")


@pytest.mark.parametrize("verb", DOINGS)
def test_every_form_becomes_the_order_it_says(verb):
    order = read_text(order_of(DOINGS[verb], 1024, form()))
    assert order is not None
    assert (order.verb, order.number) == (verb, 1024)


@pytest.mark.parametrize("verb", [verb for verb in DOINGS if Need.WORDS in DOINGS[verb].needs])
@pytest.mark.parametrize(
    "words",
    ["1025 接单", "#1025", "3号楼好了", "满意", "/bind x", "督办 1025", "好\n改派 1025 lilei", "  。 "],
)
def test_no_words_make_another_order_of_it(verb, words):
    order = read_text(order_of(DOINGS[verb], 1024, form(words=words)))
    assert order is not None
    assert (order.verb, order.number) == (verb, 1024)


def test_what_is_said_stands_in_the_order():
    said = {verb: order_of(DOINGS[verb], 1024, form()) for verb in DOINGS}
    assert said[Verb.RESOLVE] == "办结 #1024 换了灯泡"
    assert said[Verb.TRANSFER] == "转办 #1024 lilei 请尽快"
    assert said[Verb.PAUSE] == "等配件 #1024 请尽快"
    assert said[Verb.DECIDE] == "决议 #1024 2026-11-28 换了灯泡"
    assert said[Verb.DECLINE] == "不予受理 #1024 不归社区和物业管；请尽快"
    assert said[Verb.GRANT] == "准延 #1024 2h"
    assert said[Verb.MERGE] == "并案 #1024 1025"
    assert order_of(DOINGS[Verb.TRANSFER], 1024, form(office="供 电 局")) == "转办 #1024 供电局 请尽快"


@pytest.mark.parametrize(
    ("verb", "without", "why"),
    [
        (Verb.RESOLVE, {"words": ""}, "ticket.lacks_words"),
        (Verb.PLAN, {"words": " \n"}, "ticket.lacks_words"),
        (Verb.TRANSFER, {"whom": ""}, "ticket.lacks_whom"),
        (Verb.REASSIGN, {"whom": "a b"}, "ticket.lacks_whom"),
        (Verb.DECLINE, {"reason": "because"}, "ticket.lacks_reason"),
        (Verb.DECLINE, {"sure": ""}, "ticket.lacks_sure"),
        (Verb.MERGE, {"sure": ""}, "ticket.lacks_sure"),
        (Verb.MERGE, {"number": "那一张"}, "ticket.lacks_number"),
        (Verb.PAUSE, {"waiting": "Godot"}, "ticket.lacks_waiting"),
        (Verb.DECIDE, {"date": "明天"}, "ticket.lacks_date"),
        (Verb.RECLASS, {"category": ""}, "ticket.lacks_choice"),
        (Verb.GRANT, {"span": ""}, "ticket.lacks_choice"),
    ],
)
def test_what_is_lacking_is_asked_for(verb, without, why):
    with pytest.raises(Lacking) as lacking:
        order_of(DOINGS[verb], 1024, form(**without))
    assert lacking.value.why == why
    assert word("zh", why)
    assert word("en", why)


STATES = (State.REPORTED, State.ACCEPTED, State.PLANNED, State.RESOLVED, State.DECLINED)
PEOPLE = ("wangfang", "zhaomin", "meiyi", "lilei")
"""The grid's leader, staff, who reported it, and somebody from elsewhere who was handed it."""


def as_it_stands(number: int, state: State, person: str):
    taken = state is not State.REPORTED
    return a_ticket(
        number,
        state=state,
        handler="lilei" if person == "lilei" else "wangfang",
        resolved_at=NOON if state is State.RESOLVED else None,
        accepted_at=NOON if taken else None,
        first_responder="wangfang" if taken else None,
    )


async def test_what_is_offered_can_be_done(working):
    """Whoever, in whatever state: the order of every form that stands on the page is carried out."""
    tried = dict(enumerate(itertools.product(STATES, PEOPLE, DOINGS), 2000))
    made = [as_it_stands(number, state, person) for number, (state, person, _) in tried.items()]
    await put(working, a_ticket(1025), *made)
    async with working.store.turn() as turn:
        await turn.people.bind(Account(Address("telegram:1004"), "zhaomin"))
    offered = []
    async with working.store.view() as view:
        for number, (_, person, verb) in tried.items():
            known = Known(directory(), NOON, "console", speaker=directory().people[person])
            known = await load.with_file(view, known, f"jinghe-{number}", story=True)
            if DOINGS[verb] in acts.possible(known, known.file):
                offered.append(number)
    for n, number in enumerate(offered):
        await orders(working, n, number, *tried[number][1:])
    refused = [tried[number] for number in offered if not await lines(working, f"jinghe-{number}")]
    assert "\n".join(sorted(" ".join(one) for one in refused)) == ""
    assert len(offered) > 100


async def orders(house, n: int, number: int, person: str, verb: Verb) -> None:
    order = order_of(DOINGS[verb], number, form(whom="meiyi" if person == "zhaomin" else "zhaomin"))
    chat = Address(f"console:{person}")
    # Not all at once: whoever floods is not listened to.
    at, sender = NOON + n * 2_000, Sender(chat, person)
    said = Inbound(f"{chat}:{number}", at, chat, True, sender, text=order, signed_in=person, at_once=9000)
    await house.desk.receive(said, at)


# --- on the page --------------------------------------------------------------------------------------------------------


async def test_an_act_is_done_answered_and_shown(working):
    await put(working, a_ticket(state=State.REPORTED, accepted_at=None, first_responder=None, handler=None))
    async with at_work(working) as browser:
        after = await does(browser, "accept")
        assert 'role="status"' in after.text
        assert "已受理" in after.text
        assert "#1024" in after.text.partition('role="status"')[2][:200]
        assert (await browser.get(str(after.url))).text.count('class="said"') == 1
    assert await lines(working) == [(Act.ACCEPT, "wangfang", "")]
    async with at_work(working, "zhaomin") as other:
        assert 'class="said"' not in (await other.get(after.url.raw_path.decode())).text


async def test_done_with_photos_which_are_then_those_of_the_finished_work(working):
    await put(working, a_ticket())
    photos = [("photo", (f"{n}.png", a_photo(40 + n), "image/png")) for n in range(2)]
    async with at_work(working) as browser:
        after = await does(browser, "resolve", files=photos)
        assert "处理后的照片" in after.text
        again = await does(
            browser, "add", files=[("photo", ("x.png", b"no photo", "image/png"))], words="补一句"
        )
        assert "有 1 张照片没收下" in again.text
        alone = await does(browser, "add", files=[("photo", ("x.png", b"no photo", "image/png"))])
        assert alone.status_code == 422
    assert (await ticket(working)).state is State.RESOLVED
    async with working.store.view() as view:
        kept = await view.media.of("jinghe-1024")
    assert [one.after for one in kept] == [True, True]


async def test_a_form_sent_twice_is_done_once_and_answered_the_same(working):
    await put(working, a_ticket())
    async with at_work(working, "zhaomin") as browser:
        page = (await browser.get(PAGE)).text
        first = await does(browser, "supervise", page=page, more_words="今天要办")
        again = await does(browser, "supervise", page=page, more_words="今天要办")
        assert first.url == again.url
        photo = {"photo": ("a.png", a_photo(), "image/png")}
        twice = [await does(browser, "add", page=page, files=photo) for _ in range(2)]
        assert twice[0].url == twice[1].url
    assert [act for act, _, _ in await lines(working)] == [Act.SUPERVISE, Act.ADD]


async def test_whoever_was_faster_is_named_and_what_was_written_is_not_lost(working):
    await put(working, a_ticket())
    async with at_work(working) as slow, at_work(working, "zhaomin") as fast:
        page = (await slow.get(PAGE)).text
        await does(fast, "transfer", whom="lilei")
        stale = await does(slow, "transfer", page=page, whom="zhaomin", more_words="请物业来看")
        assert stale.status_code == 409
        assert "赵敏 转办" in stale.text
        assert "请物业来看" in stale.text
        assert (await ticket(working)).handler == "lilei"
        await does(slow, "transfer", page=stale.text, whom="zhaomin", more_words="请物业来看")
    assert (await ticket(working)).handler == "zhaomin"


async def test_what_changes_nothing_of_it_holds_nobody_up(working):
    await put(working, a_ticket())
    async with at_work(working) as browser:
        page = (await browser.get(PAGE)).text
        await put(working, line(Act.FOLLOW, NOON, "r-1"), line(Act.REMIND, NOON, "", "resolve"))
        assert (await does(browser, "resolve", page=page, words="好了")).status_code == 200
    assert (await ticket(working)).state is State.RESOLVED


async def test_what_cannot_be_undone_is_asked_twice(working):
    await put(working, a_ticket())
    async with at_work(working) as browser:
        asked = await does(browser, "decline", reason="not_ours", more_words="请打 95598")
        assert asked.status_code == 422
        assert "我确定" in asked.text
        assert "请打 95598" in asked.text
        assert (await ticket(working)).state is State.ACCEPTED
        await does(browser, "decline", reason="not_ours", more_words="请打 95598", sure="yes")
    assert (await ticket(working)).note == "不归社区和物业管；请打 95598"


async def test_who_may_not_is_told_so_by_the_desk(working):
    await put(working, a_ticket())
    async with at_work(working) as browser:
        page = (await browser.get(PAGE)).text
        assert 'value="grant"' not in page
        forged = blanks(page, "resolve") | {"do": "grant", "span": "3d"}
        answer = await browser.post(f"{PAGE}/act", data=forged, follow_redirects=True)
        assert "社区工作人员" in answer.text.partition('class="said"')[2][:300]
    assert await lines(working) == []


@pytest.mark.parametrize(
    "changes", [{"do": ""}, {"do": "help"}, {"do": "follow"}, {"once": "x"}, {"once": ""}]
)
async def test_a_form_nobody_gave_out_is_refused(working, changes):
    await put(working, a_ticket())
    async with at_work(working) as browser:
        page = (await browser.get(PAGE)).text
        data = blanks(page, "resolve") | {"words": "好了"} | changes
        assert (await browser.post(f"{PAGE}/act", data=data)).status_code == 400
        assert csrf_of(page)
    assert await lines(working) == []


async def test_a_large_photo_may_be_sent_here_and_nowhere_else_in_the_console(working):
    await put(working, a_ticket())
    async with at_work(working) as browser:
        page = (await browser.get(PAGE)).text
        large = [("photo", ("x.png", b"x" * 2_000_000, "image/png"))]
        kept = await does(browser, "resolve", page=page, files=large, words="好了")
        assert "有 1 张照片没收下" in kept.text
        other = await browser.post("/console/sessions", data={"csrf": csrf_of(page)}, files=large)
        assert other.status_code == 413


def test_grave_acts_stand_apart():
    assert {verb for verb, group, _ in TABLE if group is Group.DANGER} == {
        Verb.MERGE, Verb.DECLINE, Verb.DISMISS, Verb.WITHDRAW,
    }  # fmt: skip
