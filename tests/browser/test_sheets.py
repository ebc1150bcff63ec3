"""The sheets for the stairwell, printed by a real browser."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import Browser

from bot.sheets import ORDER, Sheet, Way, printed
from tests.browser.printing import as_pdf


async def test_every_building_is_one_page_of_a4_whatever_its_names_are(
    tmp_path: Path, browser: Browser
) -> None:
    ways = [Way(channel, f"https://huying.example.org/{channel}/{'x' * 60}") for channel in ORDER]
    long = Sheet(
        "锦绣江南综合楼",
        "一个名字特别长的花园小区东南片区二期",
        "东西湖区吴家山街道径河社区",
        "欧阳王芳",
        "027-83000000",
        ways,
    )
    page = tmp_path / "sheets.html"
    page.write_text(
        printed([long, Sheet("3号楼", "鑫海花城", "径河社区", "王芳", "", ways[:1])]), encoding="utf-8"
    )
    pdf, cut_off = await as_pdf(browser, page)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2
    assert cut_off == 0
