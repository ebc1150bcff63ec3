"""The console without a mouse: from the link to a ticket that is done, and where one is all the way."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, expect

from storage.records import Act
from tests.browser.table import table

HERE = """() => {
    const here = document.activeElement, style = getComputedStyle(here), box = here.getBoundingClientRect();
    const words = here.labels?.[0]?.innerText || here.innerText || here.ariaLabel || here.name || "";
    return {
        words: words.trim().split("\\n")[0],
        // The parts of a date field are marked by the browser itself, out of a page's sight.
        marked: here.type === "date" || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0),
        shown: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
}"""
FAR = 80
"""More stops than any page on this way has before what is looked for."""


async def tabs_to(page: Page, words: str) -> list[str]:
    """Press Tab until on what says `words`; everywhere on the way one can see where one is. Returns the stops."""
    stops: list[str] = []
    while not (stops and stops[-1] == words):
        assert len(stops) < FAR, f"{words} is not among {stops}"
        await page.keyboard.press("Tab")
        here: dict[str, Any] = await page.evaluate(HERE)
        stops.append(here["words"])
        assert here["shown"], f"out of sight: {stops}"
        assert here["marked"], f"nothing shows that one is there: {stops}"
    return stops


async def test_a_leader_signs_in_and_reports_a_ticket_done_without_a_mouse(
    tmp_path: Path, browser: Browser
) -> None:
    async with table(tmp_path, browser) as there:
        town = there.town
        await town.says(town.mei, "3号楼2单元楼道灯不亮")
        await town.says(town.leader, "接单 1001", in_=town.leader.chat)

        page = await there.opens(await there.link("wangfang"))
        await tabs_to(page, "登录")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/console")

        assert await tabs_to(page, "跳到内容") == ["跳到内容"], "the first stop of every page"
        await page.keyboard.press("Enter")
        await expect(page.locator("#main")).to_be_focused()
        await page.reload()
        await tabs_to(page, "台账")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/console/ledger")
        await tabs_to(page, "跳到内容")
        await page.keyboard.press("Enter")
        assert "台账" not in await tabs_to(page, "#1001"), "the menu is skipped"
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/console/tickets/1001")

        await tabs_to(page, "办结")
        await page.keyboard.press("Enter")
        await tabs_to(page, "说明")
        await page.keyboard.type("换了灯泡")
        await tabs_to(page, "办结")
        await page.keyboard.press("Enter")
        await page.wait_for_url(re.compile(r"\?done="))

        answer = page.get_by_role("main").get_by_role("status")
        await expect(answer).to_contain_text("#1001")
        await expect(answer).to_be_focused()
        assert await town.reasons(Act.RESOLVE) == ["换了灯泡"]
