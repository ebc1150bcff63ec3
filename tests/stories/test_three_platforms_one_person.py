"""梅姨 has WeChat and Telegram: joined with a code, she hears each thing once, where she spoke last."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.records import State
from tests.stories.three_town import BUILDING_3, ThreeTown, three_town
from tests.whole_dump import mentions

CODE = re.compile(r"绑定 ([0-9A-Z]{4}-[0-9A-Z]{4})")


@pytest.fixture
async def town(kind_of_database: str, tmp_path: Path) -> AsyncIterator[ThreeTown]:
    async with three_town(tmp_path) as built:
        await built.scans(BUILDING_3)
        await built.says("电梯坏了")
        code = CODE.search(await built.says("绑定"))
        assert code
        private = built.town.mei.chat
        await built.town.says(built.town.mei, f"绑定 {code[1]}", private)
        await built.town.says(built.town.mei, "是", private)
        await built.settle()
        assert "合好了。" in built.town.last(built.town.mei)
        yield built


async def test_what_was_reported_on_wechat_is_told_and_rated_on_telegram_where_she_spoke_last(
    town: ThreeTown,
) -> None:
    await town.leader(town.office.wang.says("接单 1001"))
    before = len(town.told())
    await town.leader(town.office.wang.says("办结 1001 换了门机"))
    assert len(town.town.about(town.town.mei, "换了门机。您看行吗？")) == 1
    assert town.told()[before:] == []
    await town.town.presses(town.town.mei, "满意", town.town.mei.chat)
    assert (await town.town.ticket()).state is State.CLOSED


async def test_a_word_on_wechat_and_the_news_comes_there_once(town: ThreeTown) -> None:
    await town.forward(minutes=1)
    assert "#1001" in await town.says("我的工单")
    await town.leader(town.office.wang.says("接单 1001"))
    there = town.town.seen(town.town.mei)
    await town.leader(town.office.wang.says("办结 1001 换了门机"))
    assert sum("换了门机。您看行吗？" in said.text for said in town.told()) == 1
    assert town.town.seen(town.town.mei) == there
    await town.says("满意")
    assert (await town.town.ticket()).state is State.CLOSED


async def test_erased_on_one_platform_nothing_of_either_account_is_left(town: ThreeTown) -> None:
    openid = str(town.mei.openid)
    assert mentions(town.town.store, openid, "telegram:2001", "电梯坏了")
    private = town.town.mei.chat
    await town.town.says(town.town.mei, "删除我的信息", private)
    await town.town.says(town.town.mei, "确定删除", private)
    await town.settle()
    for _ in range(2):
        await town.forward(minutes=1)
    # 1001 is open: what it is about stays until it is over, and nothing of who said it.
    found = mentions(town.town.store, openid, "telegram:2001", "电梯坏了")
    assert found == {("tickets", "电梯坏了"), ("listings", "电梯坏了")}
    assert (await town.town.ticket()).reporter is None
