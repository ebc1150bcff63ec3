"""Staff at their screens: the whole program with a Telegram on loopback, and real browsers signed in to its console."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page

from bot.clock import SystemClock
from bot.web.login import make_link
from tests.browser.conftest import DESK, PLAYWRIGHT_WAITS
from tests.stories.town import TOWN, Town
from tests.stories.town import town as build

AXE = Path(__file__).parent / "axe" / "axe.min.js"
GRAVE = ("serious", "critical")


@cache
def axe_core() -> str:
    return AXE.read_text("utf-8")


@dataclass
class Table:
    """A town and the browsers that look at its console. `complaints`: what pages complained of, or asked of others."""

    town: Town
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.town.house.port}"

    async def sits_down(self, person: str = "chenjie", path: str = "/console", **surroundings: Any) -> Page:
        """Somebody opens the link they were sent, in a browser of their own, and a page of the console."""
        page = await self.opens(await self.link(person), **surroundings)
        await page.get_by_role("button", name="登录").click()
        await page.wait_for_url("**/console")
        if path != "/console":
            await page.goto(self.address + path)
        return page

    async def link(self, person: str) -> str:
        return await make_link(self.town.store, person, self.address, SystemClock().now())

    async def opens(self, address: str, **surroundings: Any) -> Page:
        """Somebody opens an address in a browser of their own."""
        context = await self.browser.new_context(**{"locale": "zh-CN", **DESK} | surroundings)
        context.set_default_timeout(PLAYWRIGHT_WAITS)
        self.contexts.append(context)
        page = await context.new_page()
        page.on(
            "console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text)
        )
        page.on(
            "response",
            lambda said: said.status >= 400 and self.complaints.append(f"{said.status} {said.url}"),
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "request", lambda asked: self._is_ours(asked.url) or self.complaints.append(f"asked {asked.url}")
        )
        await page.goto(address if address.startswith("http") else self.address + address)
        return page

    def _is_ours(self, url: str) -> bool:
        return url.startswith((self.address, "blob:" + self.address, "data:"))


async def barriers(page: Page) -> list[str]:
    """Return what keeps people with bad eyes or no mouse out of a page, as axe-core sees it: serious and critical findings."""
    # Given to the browser and not to the page: the page's own policy lets no foreign script in.
    await page.evaluate(axe_core())
    findings = "axe.run({ resultTypes: ['violations'] }).then((all) => JSON.stringify(all.violations))"
    found = json.loads(await page.evaluate(findings))
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


async def is_too_wide(page: Page) -> bool:
    """Tell whether the page as a whole has to be pushed sideways to be read."""
    return bool(
        await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
    )


@asynccontextmanager
async def table(folder: Path, browser: Browser, text: str = TOWN) -> AsyncIterator[Table]:
    """Set a table in a town of its own."""
    async with build(folder, text=text) as town:
        set_up = Table(town, browser)
        try:
            yield set_up
        finally:
            for context in set_up.contexts:
                await context.close()
    assert not set_up.complaints, set_up.complaints
