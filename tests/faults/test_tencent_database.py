"""The database in trouble while WeChat and WeCom push: 503, and the repeat is taken, once, with its answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.wechat_hook import ANSWER_SECONDS
from tests.databases import KIND, KINDS
from tests.faults.checker import nothing_is_wrong
from tests.faults.database_troubles import Trouble, full_disk, locked, read_only
from tests.faults.tencent_town import WORDS, TencentTown, tencent_town
from tests.faults.trial.form import LONG

LENGTHY = f"{WORDS}，" + "里面有人拍门" * 90
"""Too much for the last free bytes of a page."""


@pytest.fixture
async def there(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[TencentTown]:
    monkeypatch.setenv(KIND, request.param)
    async with tencent_town(tmp_path) as built:
        built.wecom.app.line.limit = 1.0
        yield built
        await built.settle()
        nothing_is_wrong(await built.evidence())


@pytest.mark.parametrize("trouble", [full_disk, locked, read_only], ids=lambda trouble: trouble.__name__)
@pytest.mark.parametrize("there", KINDS, indirect=True)
async def test_what_cannot_be_stored_is_answered_as_soon_as_it_can(
    there: TencentTown, trouble: Trouble
) -> None:
    """WeChat waits a little; WeCom is told 503 and brings it again."""
    await there.mei.says("5号楼1单元水管漏水")
    await there.settle()
    async with trouble(there.town):
        reporting = asyncio.create_task(there.wang.says(f"7号楼{LENGTHY[3:]}"))
        saying = asyncio.create_task(there.mei.says(LENGTHY))
        await there.wecom.wait_for(lambda: any(push.statuses for push in there.wecom.pushes))
        assert there.wecom.pushes[-1].statuses[0] == 503
        assert not saying.done()
    push = await saying
    assert [delivery.status for delivery in push.deliveries] == [200]
    assert (await reporting).taken  # type: ignore[union-attr]
    await there.settle()
    tickets = {ticket.place.building: ticket.number for ticket in await there.town.tickets()}
    assert tickets.keys() == {"3", "5", "7"}
    assert f"#{tickets['3']}" in there.answers()[-1]


@pytest.mark.parametrize("there", KINDS if LONG else ["sqlite"], indirect=True)
async def test_a_push_that_could_not_be_stored_in_time_gets_its_answer_when_it_comes_again(
    there: TencentTown,
) -> None:
    async with read_only(there.town):
        saying = asyncio.create_task(there.mei.says(LENGTHY))
        # As long as the door itself tries again, and a little.
        await asyncio.sleep(ANSWER_SECONDS)
    push = await saying
    assert [delivery.status for delivery in push.deliveries] == [503, 200]
    assert "#1001" in there.answers()[-1]
    assert len(await there.town.tickets()) == 1
