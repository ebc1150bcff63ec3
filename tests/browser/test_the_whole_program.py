"""The whole program in the browser, with the real desk: a call in the group is taken, done and rated by tapping."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

from playwright.async_api import Browser, expect

from bot.app import house
from bot.clock import SystemClock
from bot.showing import UNOPENED, seats
from bot.web.demo import Demo
from handlers.community import directory_of, read_community
from storage.database import open_store
from storage.media import MediaFolder
from tests.browser.conftest import DESK
from tests.databases import fresh_file


async def test_a_call_in_the_group_is_taken_done_and_rated_by_tapping(
    tmp_path: Path, browser: Browser
) -> None:
    store = await open_store(fresh_file(tmp_path))
    sample = files("bot").joinpath("sample.toml").read_text("utf-8")
    async with store.turn() as turn:
        await turn.directory.replace(directory_of(read_community(tomllib.loads(sample))))
    demo = Demo(seats(), 1, "chenjie")
    media = MediaFolder(tmp_path / "media")
    async with house(store, media, SystemClock(), demo=demo, unopened=UNOPENED) as running:
        surroundings = await browser.new_context(locale="zh-CN", **DESK)
        page = await surroundings.new_page()
        await page.goto(f"http://127.0.0.1:{running.port}/")
        group, leader = (page.locator(f"#{seat.dom}") for seat in demo.seats[:2])

        await group.locator("textarea").fill("3号楼2单元电梯停在5楼，门打不开")
        await group.get_by_role("button", name="发送").click()
        card = group.locator(".bot", has_text="#1001")
        await expect(card).to_contain_text("等王芳")

        await leader.get_by_role("button", name="接单", exact=True).first.click()
        await expect(card).to_contain_text("王芳已受理")

        await leader.locator("textarea").fill("办结 1001 换了门机")
        await leader.get_by_role("button", name="发送").click()
        await group.get_by_role("button", name="满意", exact=True).click()
        await expect(card.first).to_contain_text("已结案")
        await surroundings.close()
    await store.close()
