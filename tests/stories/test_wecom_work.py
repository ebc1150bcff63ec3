"""The leader works on WeCom what residents report elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.records import State
from tests.platforms.wecom import a_photo
from tests.stories.wecom_town import WeComTown, wecom_town


@pytest.fixture
async def town(kind_of_database: str, tmp_path: Path) -> AsyncIterator[WeComTown]:
    async with wecom_town(tmp_path) as built:
        yield built
        built.whole()


async def test_both_addresses_prove_themselves_to_wecom(town: WeComTown) -> None:
    await town.wecom.verify()


async def test_a_tap_accepts_a_neighbours_ticket_and_the_card_says_so_at_once(town: WeComTown) -> None:
    await town.town.says(town.town.mei, "3号楼2单元电梯停了")
    await town.settle()
    card = town.wang.last
    assert "#1001 电梯 · 3号楼2单元" in card.text
    assert "接单" in card.labels
    await town.after(town.wang.presses("接单"))
    assert (await town.town.ticket()).state is State.ACCEPTED
    assert "王芳已受理 13:00" in card.text
    assert "接单" not in card.labels
    assert "到场" in card.labels
    assert "王芳已受理" in town.town.cards()[0].words


async def test_who_may_not_is_told_so_and_the_ticket_stays_as_it_is(town: WeComTown) -> None:
    await town.town.says(town.town.mei, "3号楼2单元电梯停了")
    await town.settle()
    message = town.wang.last.message
    await town.after(town.zhang.press(message, "accept:jinghe-1001"))
    assert (await town.town.ticket()).state is State.REPORTED
    assert "#1001" in town.zhang.last.text


async def test_it_is_resolved_with_words_and_a_photo_and_the_resident_sees_both(town: WeComTown) -> None:
    await town.town.says(town.town.mei, "3号楼2单元电梯停了")
    await town.after(town.wang.presses("接单"))
    await town.after(town.wang.presses("办结"))
    await town.after(town.wang.says("换了门机"))
    assert (await town.town.ticket()).state is State.RESOLVED
    assert any("换了门机" in words for words in town.town.seen(town.town.mei))
    await town.after(town.wang.sends_photo(a_photo()))
    await town.forward(seconds=5)
