"""What goes in and out of the console as files: the ledger exported and read back, a photo of what was done."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from playwright.async_api import Browser, Page, expect
from python_calamine import CalamineWorkbook

from storage.records import Act
from tests.bot.web.house import a_photo
from tests.browser.table import Table, table

NOTE = "=1+1"


async def exported(there: Table, page: Page, kind: str) -> bytes:
    """Ask for the ledger as a file, wait until it is there and take it home."""
    await page.goto(there.address + "/console/ledger")
    await page.get_by_role("link", name="导出").click()
    await page.get_by_label("格式").select_option(kind)
    await page.get_by_role("button", name="开始导出").click()
    ready = page.get_by_role("listitem").filter(has_text=f".{kind}").get_by_role("link", name="下载")
    await expect(ready).to_be_visible(timeout=30_000)
    async with page.expect_download() as download:
        await ready.click()
    file = await download.value
    assert file.suggested_filename.startswith("台账-径河社区")
    assert file.suggested_filename.endswith(f".{kind}")
    return (await file.path()).read_bytes()


async def test_the_ledger_is_exported_and_read_back_as_it_stands(tmp_path: Path, browser: Browser) -> None:
    async with table(tmp_path, browser) as there:
        town = there.town
        await town.says(town.mei, "3号楼2单元楼道灯不亮")
        await town.says(town.leader, "接单 1001", in_=town.leader.chat)
        await town.says(town.leader, f"办结 1001 {NOTE}", in_=town.leader.chat)
        assert await town.reasons(Act.RESOLVE) == [NOTE]

        page = await there.sits_down()
        sheet = await exported(there, page, "xlsx")
        text = await exported(there, page, "csv")

        await page.goto(there.address + "/console/ledger")
        seen = await page.locator("table.ledger tbody tr").all_inner_texts()
        newest_first = [int(row.split()[-1].replace(",", "")) for row in seen]
        rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
        lines = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
        # That each was asked for is a line of its own, and the second file has the first's.
        assert [int(row[18]) for row in rows[1:]] == sorted(newest_first)[: len(rows) - 1]
        assert len(rows) - 1 == len(newest_first) - 1
        assert len(lines) == len(rows) + 1
        assert lines[: len(rows)] == rows
        for one in (rows, lines):
            assert [row[6] for row in one if NOTE in row[6]] == [f"'{NOTE}"], "words, and no formula"


async def test_a_photo_of_what_was_done_and_an_impatient_finger(tmp_path: Path, browser: Browser) -> None:
    async with table(tmp_path, browser) as there:
        town = there.town
        await town.says(town.mei, "3号楼2单元楼道灯不亮")
        await town.says(town.leader, "接单 1001", in_=town.leader.chat)
        page = await there.sits_down("wangfang", "/console/tickets/1001")
        form = page.locator("details").filter(has=page.locator("summary", has_text=re.compile("^办结$")))
        await form.locator("summary").click()
        await form.get_by_label("说明").fill("换了灯泡")
        await form.get_by_label("照片").set_input_files(
            {"name": "after.png", "mimeType": "image/png", "buffer": a_photo(60)}
        )
        button = form.get_by_role("button", name="办结")
        await button.scroll_into_view_if_needed()
        box = await button.bounding_box()
        assert box is not None
        # While somebody else's turn takes its time nothing answers: the page still stands there at the second click.
        async with town.store.turn():
            for _ in range(2):
                async with page.expect_request("**/act"):
                    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        await page.wait_for_url(re.compile(r"\?done="))
        await town.settle()

        await expect(page.get_by_role("main").get_by_role("status")).to_have_text(
            "#1001 已办结，去问报修人了。"
        )
        assert (await town.acts()).count(Act.RESOLVE) == 1
        after = page.get_by_role("img", name=re.compile("处理后的照片")).first
        await expect(after).to_have_js_property("complete", True)
        assert await after.evaluate("(image) => image.naturalWidth") > 0
        assert "换了灯泡" in town.cards()[-1].words, [card.words for card in town.cards()]
