"""Whoever reported where nothing can be replaced hears each thing that happens once: no less, and nothing twice."""

from __future__ import annotations

from storage.records import HOUR, MINUTE, SECOND
from tests.bot.quiet.community import CHEN, LEADER, MEI, Town


async def news_of(town: Town, said: str) -> list[str]:
    """What 梅姨 hears of what the leader does."""
    before = len(town.quiet.sent)
    await town.says(LEADER, said)
    await town.later(5 * SECOND)
    return town.quiet.words(MEI)[before:]


async def test_each_step_is_one_message_to_the_reporter(town: Town) -> None:
    await town.says(MEI, "3号楼2单元电梯停了", letters=20)
    accepted = await news_of(town, "接单 1001")
    assert len(accepted) == 1
    assert "王芳已受理" in accepted[0]
    assert "解决" in accepted[0]
    assert await news_of(town, "到场 1001") == []
    (paused,) = await news_of(town, "等配件 1001")
    assert "等配件" in paused
    assert await news_of(town, "继续 1001") == []
    (handed,) = await news_of(town, "转办 1001 李雷")
    assert "已交给李雷办" in handed
    (done,) = await news_of(town, "办结 1001 换了门机")
    assert "您看行吗" in done
    assert "满意 1001" in done


async def test_a_plus_one_is_no_message_to_the_reporter(town: Town) -> None:
    await town.says(MEI, "3号楼2单元电梯停了", letters=20)
    await town.says(CHEN, "3号楼2单元电梯停了", letters=20)
    await town.later(MINUTE)
    assert town.quiet.words(MEI) == []


async def test_what_could_not_be_done_in_time_is_said_honestly_once(town: Town) -> None:
    await town.says(MEI, "3号楼2单元电梯停了", letters=20)
    await town.says(LEADER, "接单 1001")
    await town.later(6 * HOUR, 10 * MINUTE)
    queued = [words for words in town.quiet.words(MEI) if "联席会议" in words]
    assert len(queued) == 1


async def test_a_refusal_is_said_once_with_what_can_be_done(town: Town) -> None:
    await town.says(MEI, "3号楼2单元电梯停了", letters=20)
    (refused,) = await news_of(town, "不予受理 1001 不归我们管")
    assert "没能受理" in refused
    assert "异议" in refused


async def test_who_opens_it_again_hears_until_when(town: Town) -> None:
    await town.says(MEI, "3号楼2单元电梯停了", letters=20)
    await town.says(LEADER, "接单 1001")
    await town.says(LEADER, "办结 1001 好了")
    answer = await town.says(MEI, "不满意 1001 门还是关不上")
    assert "#1001" in answer.said
    assert "解决" in answer.said


async def test_taken_and_handed_on_in_one_go_is_one_message(town: Town) -> None:
    await town.says(MEI, "3号楼2单元电梯停了", letters=20)
    (handed,) = await news_of(town, "转办 1001 李雷")
    assert "李雷" in handed
