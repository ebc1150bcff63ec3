"""What a stranger sees first: three seats, live, by mouse, by touch and by keyboard."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.web.live import QUEUE_EVERY
from handlers.messages import Answer, Button, Outgoing
from tests.bot.web.house import GROUP, SEATS, a_queued_ticket
from tests.browser.conftest import DESK, PHONE, Screen
from tests.browser.table import barriers, is_too_wide

GROUP_SEAT, LEADER_SEAT, STAFF_SEAT = (f"#{seat.dom}" for seat in SEATS)
CARD = Outgoing(
    GROUP,
    "等王芳接单 · 14:05 前",
    "#1024 电梯",
    ((Button("接单", "accept:1"), Button("我也遇到", "follow:1")),),
)


async def test_all_three_seats_stand_side_by_side_on_a_desk(screen: Screen):
    async with screen.person(**DESK) as page:
        for seat in (GROUP_SEAT, LEADER_SEAT, STAFF_SEAT):
            await expect(page.locator(f"{seat} textarea")).to_be_in_viewport()
        await expect(page.locator(".queue")).to_be_in_viewport()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_tapped_sentence_is_said_by_the_chosen_person_and_the_card_appears_and_changes(
    screen: Screen,
):
    async with screen.person(**DESK) as page:
        group = page.locator(GROUP_SEAT)
        await group.get_by_text("陈叔", exact=True).click()
        await group.get_by_role("button", name="3号楼2单元电梯停在5楼 门打不开").click()
        await expect(group.locator(".message .words")).to_have_text("3号楼2单元电梯停在5楼 门打不开")
        (heard,) = screen.house.desk.heard
        assert heard.sender.name == "陈叔"

        message = await screen.house.webchat.send(CARD)
        card = group.locator(f"#m-{SEATS[0].dom}-{message}")
        await expect(card.locator(".heading")).to_have_text("#1024 电梯")
        screen.house.desk.answer = Answer("已受理，请在 14:07 前到场")
        await card.get_by_role("button", name="接单").click()
        await expect(page.locator("#notes")).to_contain_text("已受理，请在 14:07 前到场")
        assert screen.house.desk.heard[-1].press == "accept:1"
        assert screen.house.desk.heard[-1].sender.name == "陈叔"

        await screen.house.webchat.send(Outgoing(GROUP, "王芳已受理", "#1024 电梯", edit=message))
        await expect(card.locator(".words")).to_have_text("王芳已受理")
        await expect(group.locator(".message")).to_have_count(2)


async def test_the_queue_fills_while_one_looks(screen: Screen):
    async with screen.person(**DESK) as page:
        await expect(page.locator(".queue")).to_contain_text("现在没有待议的事")
        async with screen.house.store.turn() as turn:
            turn.tickets.save(a_queued_ticket())
        await expect(page.locator(".queue")).to_contain_text("#1024", timeout=10_000 * QUEUE_EVERY)
        await expect(page.locator(".queue")).to_contain_text("超过解决时限")


async def test_the_clock_runs_ahead_before_ones_eyes(screen: Screen):
    async with screen.person(**DESK) as page:
        began = await page.locator("#clock").inner_text()
        await expect(page.locator("#clock")).not_to_have_text(began, timeout=20_000)


async def test_on_a_phone_a_tab_shows_one_seat_and_marks_news_elsewhere(screen: Screen):
    async with screen.person(**PHONE) as page:
        await expect(page.locator(f"{GROUP_SEAT} textarea")).to_be_in_viewport()
        await expect(page.locator(f"{LEADER_SEAT} textarea")).to_be_hidden()
        await screen.house.webchat.send(Outgoing(SEATS[1].chat, "请接单"))
        tab = page.locator(".tabs label", has_text="网格长")
        await expect(tab).to_have_class("news")
        await tab.tap()
        await expect(page.locator(f"{LEADER_SEAT} .words")).to_have_text("请接单")
        await expect(tab).not_to_have_class("news")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_everything_can_be_done_by_keyboard(screen: Screen):
    await screen.house.webchat.send(CARD)
    async with screen.person(**DESK) as page:
        button = page.locator(GROUP_SEAT).get_by_role("button", name="我也遇到")
        await button.focus()
        await page.keyboard.press("Enter")
        await page.locator(f"{GROUP_SEAT} textarea").focus()
        await page.keyboard.type("谁家有电钻借一下")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("就用一晚")
        await page.keyboard.press("Enter")
        await expect(page.locator(f"{GROUP_SEAT} textarea")).to_have_value("")
        # Enter on the choice of a name sends nothing: no sentence, no button.
        await page.locator(f"{GROUP_SEAT} input[name=as]").first.focus()
        await page.keyboard.press("ArrowRight")
        await expect(page.locator(f"{GROUP_SEAT} input[name=as]").nth(1)).to_be_checked()
        press, words = screen.house.desk.heard
        assert press.press == "follow:1"
        assert words.text == "谁家有电钻借一下\n就用一晚"


async def test_a_card_that_changes_under_the_keyboard_keeps_its_focus(screen: Screen):
    message = await screen.house.webchat.send(CARD)
    async with screen.person(**DESK) as page:
        await page.locator(GROUP_SEAT).get_by_role("button", name="我也遇到").focus()
        await screen.house.webchat.send(
            Outgoing(GROUP, "王芳已受理", "#1024 电梯", CARD.buttons, edit=message)
        )
        await expect(page.locator(f"{GROUP_SEAT} .message .words")).to_have_text("王芳已受理")
        await expect(page.locator(GROUP_SEAT).get_by_role("button", name="我也遇到")).to_be_focused()


@pytest.mark.parametrize("path", ["/", "/chat"])
async def test_nothing_keeps_anybody_out_of_a_chat(screen: Screen, path: str):
    async with screen.person(path, **PHONE) as page:
        await page.locator("textarea").first.fill("谁家有电钻借一下")
        await page.get_by_role("button", name="发送").first.tap()
        await expect(page.locator(".message .words", has_text="电钻").first).to_be_visible()
        assert await barriers(page) == []
        assert not await is_too_wide(page)
