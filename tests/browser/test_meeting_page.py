"""A whole joint meeting at the table: from the queue to minutes in Word and PDF, on a screen and on a telephone."""

from __future__ import annotations

import io
from pathlib import Path

import docx
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import PHONE
from tests.browser.table import Table, barriers, is_too_wide, table

WORDS = ("3号楼2单元楼道灯不亮", "5号楼1单元下水道堵了", "9号楼门禁坏了，刷卡进不去", "11号楼垃圾三天没清了")


async def decides(page: Page, number: int, outcome: str, done: str, **fields: str) -> None:
    """Open one of an item's four outcomes, fill it in, send it, and find it written down."""
    item = page.locator(f"#item-{number}")
    await item.locator("summary", has_text=outcome).click()
    form = item.locator("details[open] form")
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        if await field.evaluate("(field) => field.tagName") == "SELECT":
            await field.select_option(value)
        else:
            await field.fill(value)
    await form.get_by_role("button", name=done).click()
    await expect(page.locator(f"#outcome-{number}")).to_contain_text(outcome)
    await expect(item).to_be_in_viewport()


async def fetched(there: Table, page: Page, name: str) -> bytes:
    async with page.expect_download() as download:
        await page.get_by_role("link", name=name).click()
    path = await (await download.value).path()
    return path.read_bytes()


async def test_a_meeting_is_held_at_the_screen_and_followed_on_a_telephone(
    tmp_path: Path, browser: Browser
) -> None:
    async with table(tmp_path, browser) as there:
        for words in WORDS:
            await there.town.says(there.town.mei, words)
        await there.town.forward(hours=6)
        page = await there.sits_down(path="/console/meeting")
        await expect(page.locator("#main")).to_contain_text("#1004")
        assert await barriers(page) == []

        await page.get_by_role("button", name="现在开会").click()
        await expect(page.locator("#progress")).to_contain_text("0 / 4")
        for box in await page.locator(".seatbox input[type=checkbox]").all():
            await box.check()
        await page.locator("[name=chair]").fill("陈洁")
        await page.get_by_role("button", name="记下到会").click()

        other = await there.sits_down(
            "chenjie", path=page.url.removeprefix(there.address).partition("?")[0], **PHONE
        )
        assert not await is_too_wide(other)
        assert await barriers(other) == []

        await decides(
            page, 1001, "决议", "记下决议", words="更换整段线路", responsible="zhang", date="2026-12-10"
        )
        await expect(other.locator("#outcome-1001")).to_contain_text("更换整段线路")
        await decides(page, 1002, "缓议", "缓到下次", words="等疏通公司报价")
        await decides(page, 1003, "转部门", "转过去", department="公安", words="请派人看门禁线路")
        await decides(page, 1004, "挂账", "挂上账", words="等街道清运车", date="2027-01-15")
        await expect(other.locator("#progress")).to_contain_text("4 / 4")

        await page.locator("summary", has_text="散会").click()
        await page.get_by_label("都记好了，可以散会").check()
        await page.get_by_role("button", name="散会，定下纪要").click()
        word = await fetched(there, page, "纪要（Word）")
        paper = await fetched(there, page, "纪要（PDF）")
        await there.town.settle()

        written = docx.Document(io.BytesIO(word))
        text = "\n".join(
            [one.text for one in written.paragraphs]
            + [cell.text for each in written.tables for row in each.rows for cell in row.cells]
        )
        for said in ("更换整段线路", "等疏通公司报价", "请派人看门禁线路", "等街道清运车", "张师傅"):
            assert said in text
        assert paper.startswith(b"%PDF")
        assert there.town.about(there.town.group, "#1001", "更换整段线路")
        ticket = await there.town.ticket(1001)
        assert ticket.decision
        assert ticket.queued is None
        assert (await there.town.ticket(1002)).queued is not None
