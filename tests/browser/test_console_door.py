"""The door of the console: links that open once, links that open nothing any more, and rooms of others."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from bot.clock import SystemClock
from bot.web.login import LINK_LIFE, make_link
from tests.browser.table import Table, barriers, table
from tests.stories.town import TOWN

TWO_GRIDS = TOWN.replace(
    "[[person]]",
    """[[grid]]
id = "xinhai-east-2"
compound = "xinhai-east"
name = "第二网格"
buildings = ["13-20"]
leader = "sunli"
[[person]]
id = "sunli"
name = "孙丽"
roles = ["grid_leader"]
[[person]]""",
    1,
)
LINK = re.compile(r"http://127\.0\.0\.1:\d+/console/login\?token=[\w-]{43}")


def refused(there: Table, *answers: str) -> None:
    """The browsers were answered so, and complained of nothing else."""
    said = [one for one in there.complaints if not one.startswith("Failed to load resource")]
    assert [one.split()[0] for one in said] == list(answers), said
    there.complaints.clear()


async def signs_in(page: Page) -> None:
    await page.get_by_role("button", name="登录").click()


async def test_a_way_in_is_asked_for_in_the_chat_and_opens_once(tmp_path: Path, browser: Browser) -> None:
    async with table(tmp_path, browser, TWO_GRIDS) as there:
        town = there.town
        await town.says(town.mei, "3号楼2单元楼道灯不亮")

        page = await there.opens("/console/tickets/1001")
        await expect(page.get_by_role("main")).to_contain_text("私聊呼应发「控制台」")
        await expect(page.get_by_role("button", name="登录")).to_have_count(0)
        assert await barriers(page) == []

        await town.says(town.leader, "控制台", town.leader.chat)
        # Telegram takes no button that leads to a loopback address: there the link stands in words.
        link = LINK.search(town.last(town.leader))
        assert link, town.last(town.leader)
        await page.goto(link[0])
        await signs_in(page)
        await page.wait_for_url("**/console/tickets/1001")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("#1001")
        await expect(page.get_by_role("banner")).to_contain_text("王芳")

        again = await there.opens(link[0])
        await signs_in(again)
        await expect(again.get_by_role("main")).to_contain_text("这个链接已经用过，或者过期了")
        assert await barriers(again) == []
        old = await make_link(town.store, "wangfang", there.address, SystemClock().now() - LINK_LIFE)
        await again.goto(old)
        await signs_in(again)
        await expect(again.get_by_role("main")).to_contain_text("这个链接已经用过，或者过期了")
        refused(there, "403", "403")
        await again.goto(there.address + "/console")
        await again.wait_for_url("**/console/login")

        other = await there.sits_down("sunli")
        await expect(other.get_by_role("main")).not_to_contain_text("#1001")
        answer = await other.goto(there.address + "/console/tickets/1001")
        assert answer is not None
        assert answer.status == 404
        await expect(other.get_by_role("main")).to_contain_text("没有这个页面，或者您不能看")
        await expect(other.get_by_role("main")).not_to_contain_text("楼道灯")
        assert await barriers(other) == []
        refused(there, "404")
