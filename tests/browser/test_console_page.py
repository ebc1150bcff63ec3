"""The console as people use it: signing in, watching the board, without a mouse, on a phone, in the dark."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from storage.records import Act
from tests.browser.conftest import PHONE
from tests.browser.table import Table, barriers, is_too_wide, table


@pytest_asyncio.fixture(loop_scope="session")
async def staff(tmp_path: Path, browser: Browser) -> AsyncIterator[Table]:
    async with table(tmp_path, browser) as set_up:
        yield set_up


async def test_a_call_on_telegram_is_on_the_board_at_once(staff: Table) -> None:
    page = await staff.sits_down()
    await staff.town.says(staff.town.mei, "3号楼2单元电梯停在5楼 门打不开")
    await expect(page.get_by_role("region", name="等接单")).to_contain_text("#1001")
    await expect(page.locator("#lane-accept .left")).to_contain_text("剩")
    await staff.town.presses(staff.town.leader, "接单")
    await expect(page.get_by_role("region", name="等到场")).to_contain_text("#1001")
    await expect(page.get_by_role("region", name="等接单")).not_to_contain_text("#1001")
    await expect(page.locator("#head-arrive .count")).to_have_text("1")


async def test_an_open_ticket_follows_and_what_somebody_is_writing_on_it_stays(staff: Table) -> None:
    await staff.town.says(staff.town.mei, "3号楼2单元电梯停在5楼 门打不开")
    page = await staff.sits_down(path="/console/tickets/1001")
    await expect(page.locator(".state")).to_have_text("待接单")
    await expect(page.locator(".clocks .left").first).to_contain_text("剩")
    await page.locator("#act-add > summary").click()
    words = page.locator("#act-add textarea")
    await words.press_sequentially("备用钥匙在")
    await staff.town.presses(staff.town.leader, "接单")
    await expect(page.locator(".state")).to_have_text("已受理")
    await expect(page.locator("#its-tale")).to_contain_text("受理")
    await expect(page.locator("#act-accept")).to_have_count(0)
    await expect(page.locator("#act-arrive")).to_have_count(1)
    await staff.town.forward(minutes=6)
    await expect(page.locator("#its-letters")).to_contain_text("已送到")
    await words.press_sequentially("门卫室")
    await expect(words).to_have_value("备用钥匙在门卫室")
    await expect(words).to_be_focused()
    await expect(page.locator(".acts .nothing")).to_be_hidden()


async def test_who_was_about_to_press_a_button_that_leaves_stays_beside_it_and_presses_no_other(
    staff: Table,
) -> None:
    await staff.town.says(staff.town.mei, "3号楼2单元电梯停在5楼 门打不开")
    page = await staff.sits_down("wangfang", "/console/tickets/1001", **PHONE)
    await page.locator("#act-accept button").focus()
    await staff.town.presses(staff.town.leader, "接单")
    await expect(page.locator("#act-arrive")).to_have_count(1)
    await expect(page.get_by_role("region", name="办理")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.locator("#act-arrive button")).to_be_focused()
    assert await staff.town.reasons(Act.ARRIVE) == []


async def test_a_countdown_follows_the_clock_of_the_house(staff: Table) -> None:
    await staff.town.says(staff.town.mei, "3号楼2单元电梯停在5楼 门打不开")
    page = await staff.sits_down(path="/console/tickets/1001")
    left = page.locator(".clocks li", has_text="接单").locator(".left")
    await expect(left).to_have_text("剩 5 分钟")
    await staff.town.forward(minutes=3)
    await staff.town.says(staff.town.chen, "我也遇到 1001")
    await expect(page.locator("#its-tale")).to_contain_text("跟进")
    await expect(left).to_have_text("剩 2 分钟")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_keeps_anybody_out_of_the_board(staff: Table, scheme: str) -> None:
    await staff.town.says(staff.town.mei, "3号楼2单元电梯停在5楼 门打不开")
    page = await staff.sits_down(**PHONE, color_scheme=scheme)
    assert await barriers(page) == []
    assert not await is_too_wide(page)
