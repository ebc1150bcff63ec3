"""What a ticket's page says about who was told: whom, when, whether it arrived, and where their conversation opens."""

from __future__ import annotations

import re

import pytest

from bot.web.console.told import link_to
from bot.web.words import word
from storage.records import DAY, Address, Fate, LetterKind, State
from tests.bot.web.house import NOON
from tests.bot.web.ticket_house import MINUTE, a_ticket, at_work, letter, put
from tests.bot.web.ticket_house import working as working

PAGE = "/console/tickets/1024"


async def test_who_was_told_and_whether_it_arrived(working):
    await put(working, a_ticket())
    async with working.store.turn() as turn:
        for one in (
            letter("wangfang", "telegram:1001", LetterKind.REMIND),
            letter("zhaomin"),
            letter("meiyi", "wechat:o1"),
            letter("web:demo-group", "web:demo-group", LetterKind.ALERT),
            letter("x", "telegram:9", LetterKind.CARD),
        ):
            turn.outbox.owe(one)
        await turn.flush()
        (first, *_) = sorted(one.letter.id for one in await turn.outbox.about("jinghe-1024"))
        await turn.outbox.sent([first], Address("telegram:1001"), "7", NOON + MINUTE)
    async with at_work(working) as browser:
        page = (await browser.get(PAGE)).text
    rows = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in page.split('<tr class="fate-')[1:]]
    rows = [row.partition("> ")[2] for row in rows]
    assert rows == [
        "居民 要办的事 网页 12:00 等着发",
        "梅** 进展 微信 12:00 等着发",
        "赵敏 进展 — 12:00 没送到",
        "王芳 提醒 Telegram 12:01 已送到",
    ]


@pytest.mark.parametrize(("days", "went"), [(90, False), (91, True)])
async def test_a_page_does_not_say_that_nobody_was_told_when_it_is_only_not_kept(working, days, went):
    await put(working, a_ticket(state=State.CLOSED, closed_at=NOON - days * DAY))
    async with at_work(working) as browser:
        page = (await browser.get(PAGE)).text
    assert ("还没有告知过谁" in page, "结束 90 天以后，告知的记录不再保存" in page) == (not went, went)


@pytest.mark.parametrize("fate", Fate)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_fate_and_kind_of_letter_has_a_word(fate, language):
    assert word(language, f"ticket.fate_{fate.value}")
    assert all(
        word(language, f"ticket.letter_{kind.value}") for kind in LetterKind if kind is not LetterKind.CARD
    )


@pytest.mark.parametrize(
    ("chat", "message", "link"),
    [
        ("telegram:-1001000001", "55", "https://t.me/c/1000001/55"),
        ("telegram:-1001000001/17", "55", "https://t.me/c/1000001/17/55"),
        ("telegram:-1001000001", "", ""),
        ("telegram:-1001000001", "5/../x", ""),
        ("telegram:-42", "55", ""),
        ("telegram:1001", "55", "tg://user?id=1001"),
        ("telegram:x", "", ""),
        ("web:abc", "1", ""),
        ("wecom:wangfang", "1", ""),
    ],
)
def test_a_conversation_opens_where_its_platform_has_an_address(chat, message, link):
    assert link_to(Address(chat), message) == link
