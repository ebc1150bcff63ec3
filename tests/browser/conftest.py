"""A real browser before a real server. Skipped only where no Chromium is installed."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.web.server import HttpServer, serve_http
from storage.database import open_store
from storage.media import MediaFolder
from tests.bot.web.house import House, directory
from tests.databases import fresh_file
from tests.patience import PATIENCE

HERE = Path(__file__).parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), None)
ARGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
# A passing test waits for nothing; on a busy machine everything may take long.
PLAYWRIGHT_WAITS = PATIENCE * 1000
expect.set_options(timeout=PLAYWRIGHT_WAITS)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1440, "height": 900}}


@dataclass
class Screen:
    """A browser, the house it looks at, and everything pages complained of or asked of other hosts."""

    browser: Browser
    house: House
    server: HttpServer
    complaints: list[str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    @asynccontextmanager
    async def person(self, path: str = "/", **surroundings) -> AsyncIterator[Page]:
        """A person with a browser of their own, looking at a page."""
        context = await self.browser.new_context(**{"locale": "zh-CN"} | surroundings)
        context.set_default_timeout(PLAYWRIGHT_WAITS)
        page = await context.new_page()
        page.on(
            "console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text)
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "request", lambda asked: self._is_ours(asked.url) or self.complaints.append(f"asked {asked.url}")
        )
        await page.goto(self.address + path)
        yield page
        await context.close()

    def _is_ours(self, url: str) -> bool:
        return url.startswith((self.address, "blob:" + self.address))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run every test of this room in one loop, in which the browser lives."""
    for item in items:
        if item.path.is_relative_to(HERE) and inspect.iscoroutinefunction(getattr(item, "function", None)):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start Chromium. Skips where none is installed."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed here: browser tests need one")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS.split())
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests: each has surroundings of its own in it."""
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="session")
async def screen(tmp_path: Path, browser: Browser) -> AsyncIterator[Screen]:
    store = await open_store(fresh_file(tmp_path))
    async with store.turn() as turn:
        await turn.directory.replace(directory())
    house = House(store, MediaFolder(tmp_path / "media"), public_url="")
    server = await serve_http(house.app, house.webchat, "127.0.0.1", 0)
    screen = Screen(browser, house, server, [])
    yield screen
    await server.stop()
    await store.close()
    assert screen.complaints == []
