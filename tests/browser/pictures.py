"""The pictures in the README, taken anew: `python -m tests.browser.pictures docs`.

They show the real pages after the fortnight of tests/browser/lively.py.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import expect

from tests.browser.conftest import DESK, PHONE, chromium
from tests.browser.lively import fortnight
from tests.browser.table import table

PICTURES = (
    ("console-board", "/console", DESK),
    ("console-ticket", "/console/tickets/1008", DESK),
    ("console-meeting", "/console/meeting", DESK),
    ("console-ledger", "/console/ledger", DESK),
    ("console-figures", "/console/figures", DESK),
    ("console-phone", "/console", PHONE),
    ("notice-board", "/board/xinhai-east", PHONE),
)


async def take(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        async with chromium() as browser, table(Path(scratch), browser) as there:
            await fortnight(there.town)
            for name, path, surroundings in PICTURES:
                page = await there.sits_down(path=path, **surroundings)
                # The ledger asks for its proof every second until it is there.
                await expect(page.locator("progress")).to_have_count(0)
                await page.screenshot(path=folder / f"{name}.png")


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1])))
