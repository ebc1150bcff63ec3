"""Every page of the console as anybody finds it: on a desk and on a telephone, by day and in the dark, in both languages."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, Page, expect

from bot.web.console.rooms import ADDRESSES
from tests.browser.conftest import DESK, PHONE
from tests.browser.lively import fortnight
from tests.browser.table import Table, barriers, is_too_wide, table

BESIDE_THE_MENU = (
    "/console/tickets",
    "/console/tickets?q=漏水",
    "/console/tickets/1008",
    "/console/ledger?act=resolve",
    "/console/exports",
    "/console/directory/person/wangfang",
    "/console/directory/grid/xinhai-east-1",
    "/console/directory/community/jinghe",
    "/console/directory?show=places",
    "/console/directory?show=chats",
    "/console/directory?show=file",
    "/console/policy/edit/lighting",
    "/console/policy/holidays/2027",
    "/console/policy/edit/rules",
    "/console/sessions",
    "/board/xinhai-east",
    "/board/xinhai-east?print=1",
)
UNFOLD = (
    "document.querySelectorAll('details').forEach((one) => { one.removeAttribute('name'); one.open = true; })"
)


async def changes_the_rules(there: Table, page: Page) -> list[str]:
    """Write another time into the rules for lighting and look at what it would do; return where that is shown."""
    await page.goto(there.address + "/console/policy/edit/lighting")
    await page.locator("form.entry [name=resolve]").fill("3h")
    await page.get_by_role("button", name="下一步").click()
    await page.wait_for_url("**/policy/changes/*")
    await expect(page.get_by_role("button", name="确认")).to_be_visible()
    await page.get_by_role("link", name="如果上个月就按新规则").click()
    await page.wait_for_url("**/what-if*")
    await expect(page.locator("#run progress")).to_have_count(0, timeout=30_000)
    what_if = page.url.removeprefix(there.address)
    return [what_if.removesuffix("/what-if"), what_if]


async def calls_a_meeting(there: Table, page: Page) -> str:
    """Open a meeting now, unless one is under way; return its address."""
    await page.goto(there.address + "/console/meeting")
    now = page.get_by_role("button", name="现在开会")
    await (now if await now.count() else page.locator("#main a[href^='/console/meeting/']").first).click()
    await expect(page.locator("#progress")).to_be_visible()
    return page.url.removeprefix(there.address).partition("?")[0]


async def faults(there: Table, page: Page, path: str) -> list[str]:
    """Open a page and say what is wrong with it: as it comes, and with everything on it unfolded."""
    answer = await page.goto(there.address + path)
    found = [] if answer is not None and answer.ok else [f"answered {answer and answer.status}"]
    if await is_too_wide(page):
        found.append("too wide")
    await page.evaluate(UNFOLD)
    if await is_too_wide(page):
        found.append("too wide when unfolded")
    found += [*await barriers(page), *there.complaints]
    there.complaints.clear()
    return [f"{path}: {one}" for one in found]


async def test_every_page_of_the_console_is_for_everybody(tmp_path: Path, browser: Browser) -> None:
    async with table(tmp_path, browser) as there:
        await fortnight(there.town)
        found: list[str] = []
        for surroundings in ({**DESK, "color_scheme": "light"}, {**PHONE, "color_scheme": "dark"}):
            page = await there.sits_down(**surroundings)
            pages = [*ADDRESSES.values(), *BESIDE_THE_MENU, *await changes_the_rules(there, page)]
            pages.append(await calls_a_meeting(there, page))
            for path in pages:
                found += await faults(there, page, path)
        await page.goto(there.address + "/console?lang=en")
        for path in pages:
            await page.goto(there.address + path)
            if await is_too_wide(page):
                found.append(f"{path}: too wide in English")
        assert not found, "\n".join(found)
