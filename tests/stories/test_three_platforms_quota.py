"""A long repair, and five messages are all that may be said to its reporter after her last words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.records import Act
from tests.stories.three_town import BUILDING_3, ThreeTown, three_town

LONG_WORK = (
    "接单 1001",
    "等配件 1001 门机",
    "继续 1001",
    "转办 1001 张师傅",
    "方案 1001 11月28日前换门机",
    "等天气 1001 下雨",
)


@pytest.fixture
async def town(kind_of_database: str, tmp_path: Path) -> AsyncIterator[ThreeTown]:
    async with three_town(tmp_path, template=False) as built:
        await built.scans(BUILDING_3)
        await built.forward(minutes=2)
        assert (await built.says("电梯坏了")).startswith("#1001")
        for order in LONG_WORK:
            await built.forward(minutes=1)
            worker = built.office.zhang if order.startswith(("方案", "等天气")) else built.office.wang
            await built.leader(worker.says(order))
        yield built


LEFT_OUT = "等天气：下雨"


async def test_the_last_place_is_kept_for_the_question_whether_it_is_mended(town: ThreeTown) -> None:
    assert [said.text.partition("\n")[0] for said in town.told()] == [
        "#1001 电梯 · 3号楼",
        "#1001 等配件：门机，先暂停计时。有进展会告诉您。",
        "#1001 已交给张师傅办，王芳负责到底。",
        "#1001 有方案了：11月28日前换门机",
    ]
    assert (await town.town.reasons(Act.UNTOLD))[-1] == "quota_used reporter"
    await town.leader(town.office.zhang.says("办结 1001 换了门机"))
    assert "换了门机。您看行吗？" in town.told()[-1].text
    assert len(town.told()) == 5
    answered = await town.says("满意")
    assert answered == "#1001 谢谢您的评价。", "it rains no more: what is over is not told"


async def test_what_was_left_out_comes_with_her_next_message_and_only_once(town: ThreeTown) -> None:
    answered = await town.says("怎么样了")
    assert LEFT_OUT in answered
    assert (await town.town.reasons(Act.TOLD))[-1] == "passive reporter"
    assert LEFT_OUT not in await town.says("谢谢")
    await town.leader(town.office.zhang.says("办结 1001 换了门机"))
    await town.says("满意")
    assert sum(f"{LEFT_OUT}，先暂停计时" in seen.text for seen in town.mei.seen) == 1
    assert all(town.mei.text.count(said.text) == 1 for said in town.told())
