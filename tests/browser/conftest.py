"""A real browser before a real server. Skipped only where no Chromium is installed."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from bot.web.server import HttpServer, serve_http
from storage.database import open_store
from storage.media import MediaFolder
from tests.bot.web.house import House, directory

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), None)
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed here: browser tests need one"
)
ARGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
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
        context.set_default_timeout(10_000)
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


@pytest.fixture
async def screen(tmp_path: Path) -> AsyncIterator[Screen]:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed here: browser tests need one")
    store = await open_store(f"sqlite:///{tmp_path / 'huying.db'}")
    await store.migrate()
    async with store.turn() as turn:
        await turn.directory.replace(directory())
    house = House(store, MediaFolder(tmp_path / "media"), public_url="")
    server = await serve_http(house.app, house.webchat, "127.0.0.1", 0)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS.split())
        screen = Screen(browser, house, server, [])
        yield screen
        await browser.close()
    await server.stop()
    await store.close()
    assert screen.complaints == []
