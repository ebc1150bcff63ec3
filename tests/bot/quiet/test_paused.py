"""A platform that takes nothing at all for long: whoever was called there is not waited for."""

from __future__ import annotations

import pytest

from storage.records import DAY, HOUR, MINUTE, SECOND, Act, Address, Window
from tests.bot.quiet.community import DEPUTY, MEI, Town
from tests.databases import rows

LEADER_ON_WECHAT = Address("wechat:wangfang")
NEIGHBOUR = Address("telegram:3001")


async def leader_spoke(town: Town) -> None:
    """Whoever has just spoken may be told things, as far as the windows go."""
    async with town.store.turn() as turn:
        turn.windows.open(LEADER_ON_WECHAT, Window("talk", town.clock.now() + 48 * HOUR, 20))


@pytest.mark.leader_at(LEADER_ON_WECHAT)
async def test_a_call_does_not_wait_for_midnight_and_is_made_then_all_the_same(town: Town) -> None:
    await leader_spoke(town)
    town.quiet.rests_until = town.clock.now() + 8 * HOUR
    await town.says(NEIGHBOUR, "3号楼2单元电梯里困了个老人")
    assert (Act.UNTOLD, "paused wangfang") in await town.lines()
    assert any("电梯困人" in words for words in town.loud.words(DEPUTY))
    await town.later(8 * HOUR - SECOND, HOUR)
    assert town.quiet.sent == []
    await town.later(2 * SECOND)
    await town.later(2 * SECOND)
    assert any("电梯困人" in words for words in town.quiet.words(LEADER_ON_WECHAT))
    assert (Act.TOLD, "kefu wangfang") in await town.lines()


@pytest.mark.leader_at(LEADER_ON_WECHAT)
async def test_what_is_called_for_during_the_pause_is_not_tried_at_all(town: Town) -> None:
    await leader_spoke(town)
    town.quiet.rests_until = town.clock.now() + 8 * HOUR
    await town.says(NEIGHBOUR, "3号楼2单元电梯里困了个老人")
    await town.later(HOUR)
    asked = town.quiet.asked
    await town.says(NEIGHBOUR, "5号楼1单元电梯里困了个小孩")
    assert (Act.UNTOLD, "paused wangfang") in await town.lines(1002)
    assert town.quiet.asked == asked


@pytest.mark.leader_at(LEADER_ON_WECHAT)
async def test_minute_after_minute_is_a_long_pause_as_well(town: Town) -> None:
    await leader_spoke(town)
    town.quiet.rests_until, town.quiet.rest_at_most = town.clock.now() + 8 * HOUR, MINUTE
    await town.says(NEIGHBOUR, "3号楼2单元电梯里困了个老人")
    assert (Act.UNTOLD, "paused wangfang") not in await town.lines()
    await town.later(3 * MINUTE, 10 * SECOND)
    assert (Act.UNTOLD, "paused wangfang") in await town.lines()
    untold = [line for line in await town.lines() if line[0] is Act.UNTOLD]
    asked = town.quiet.asked
    await town.later(10 * MINUTE, 10 * SECOND)
    assert [line for line in await town.lines() if line[0] is Act.UNTOLD] == untold
    assert town.quiet.asked - asked <= 11


@pytest.mark.leader_at(LEADER_ON_WECHAT)
async def test_one_minute_is_waited_for(town: Town) -> None:
    await leader_spoke(town)
    town.quiet.rests_until, town.quiet.rest_at_most = town.clock.now() + MINUTE, MINUTE
    await town.says(NEIGHBOUR, "3号楼2单元电梯里困了个老人")
    await town.later(MINUTE + SECOND)
    await town.later(SECOND)
    assert any("电梯困人" in words for words in town.quiet.words(LEADER_ON_WECHAT))
    assert not any(act is Act.UNTOLD for act, _ in await town.lines())


async def test_news_waits_for_the_end_of_the_pause(town: Town) -> None:
    await town.says(MEI, "3号楼2单元电梯停了", letters=20)
    town.quiet.rests_until = town.clock.now() + DAY
    await town.says(Address("telegram:1001"), "接单 1001")
    await town.later(HOUR)
    assert await rows(town.url, "SELECT COUNT(*) FROM outbox WHERE fate = 'untold'") == [(0,)]
    await town.later(DAY)
    assert any("王芳已受理" in words for words in town.quiet.words(MEI))


@pytest.mark.leader_at(LEADER_ON_WECHAT)
async def test_who_speaks_meanwhile_is_told_with_the_answer(town: Town) -> None:
    await leader_spoke(town)
    town.quiet.rests_until = town.clock.now() + 8 * HOUR
    await town.says(NEIGHBOUR, "3号楼2单元电梯里困了个老人")
    answer = await town.says(LEADER_ON_WECHAT, "在")
    assert "电梯困人" in answer.said
    await town.later(9 * HOUR, HOUR)
    assert "能去的请马上" in answer.said
    assert not any("能去的请马上" in words for words in town.quiet.words(LEADER_ON_WECHAT))
