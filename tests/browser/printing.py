"""Print a file as a person would."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser


async def as_pdf(browser: Browser, page: Path) -> tuple[bytes, int]:
    """Return the PDF, and how many sheets have more on them than fits."""
    shown = await browser.new_page()
    try:
        await shown.goto(page.as_uri())
        await shown.emulate_media(media="print")
        over = "[...document.querySelectorAll('.sheet')].filter(s => s.scrollHeight > s.clientHeight).length"
        return await shown.pdf(prefer_css_page_size=True), int(await shown.evaluate(over))
    finally:
        await shown.close()
