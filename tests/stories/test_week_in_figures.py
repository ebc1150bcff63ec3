"""On Monday the grid's group and the staff hear of their week on Telegram, with a picture, in one message each."""

from __future__ import annotations

import asyncio
from io import BytesIO

import pytest
from PIL import Image

from bot import figure_pictures
from storage.records import ErrandKind, ErrandState
from tests.patience import PATIENCE
from tests.stories.town import Town

pytestmark = pytest.mark.on_one_database


async def done_and_rated(town: Town, words: str, number: int) -> None:
    await town.says(town.mei, words)
    await town.says(town.leader, f"接单 {number}", town.leader.chat)
    await town.says(town.leader, f"办结 {number} 换了灯泡", town.leader.chat)
    await town.says(town.mei, f"满意 {number}", town.mei.chat)


async def drawn(town: Town) -> None:
    """Return when the running program has drawn what it was asked for."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with town.store.view() as view:
                (asked,) = await view.errands.of("jinghe", {ErrandKind.CHARTS})
            if asked.state is ErrandState.DONE:
                return
            await asyncio.sleep(0.02)


async def test_the_week_comes_on_monday_with_its_picture(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_pictures, "RING_AFTER", 0.05)
    await done_and_rated(town, "3号楼2单元楼道灯不亮", 1001)
    await town.forward(hours=24 * 4)  # Thursday of the week after
    await done_and_rated(town, "5号楼1单元楼道灯不亮", 1002)
    await town.forward(hours=24 * 3 + 19)  # Monday, 8:00
    await town.forward(hours=1)
    await drawn(town)
    await town.forward(minutes=2)
    # The words wait for their picture.
    assert not town.about(town.group, "第一网格 · 上周")
    await town.forward(minutes=1)
    for where, whose in ((town.group, "第一网格"), (town.staff_room, "径河社区")):
        (told,) = [m for m in where.messages if m.sender.is_bot and "上周（11月23日至11月29日）" in m.words]
        assert told.words.startswith(f"{whose} · 上周")
        assert "登记 1 件，办结 1 件，都按时。\n响应率 100%（1/1）" in told.words
        (picture,) = told.photos
        assert Image.open(BytesIO(picture.content)).size == (picture.about["width"], picture.about["height"])
    assert not town.refusals()
