"""Telling a resident later: as long as WeChat lets it be said, then by a template, then when they speak again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.records import Act
from tests.stories.wechat_town import WeChatTown, wechat_town

CODE = "xinhai-east_3"


@pytest.fixture
async def bare(kind_of_database: str, tmp_path: Path) -> AsyncIterator[WeChatTown]:
    """An account without a template message."""
    async with wechat_town(tmp_path, template=False) as built:
        yield built


async def reported(there: WeChatTown) -> None:
    await there.mei.follows(CODE)
    assert (await there.says("电梯坏了")).startswith("#1001")


async def two_days_later(there: WeChatTown) -> None:
    """Nobody has done anything, and all that may be said was said, or its time is over."""
    await there.forward(hours=49)


async def test_after_two_days_the_news_is_a_template_message(there: WeChatTown) -> None:
    await reported(there)
    await two_days_later(there)
    await there.town.says(there.town.leader, "接单 1001", there.town.leader.chat)
    await there.settle()
    last = there.told()[-1]
    assert last.how == "template"
    assert last.data["character_string1"] == "1001"
    assert last.data["thing2"] == "电梯 · 3号楼"
    assert last.data["phrase3"] == "已受理"
    assert "template reporter" in await there.town.reasons(Act.TOLD)


async def test_without_a_template_the_leader_sees_who_is_not_told_and_the_news_comes_with_their_next_words(
    bare: WeChatTown,
) -> None:
    town = bare.town
    await reported(bare)
    await two_days_later(bare)
    before = len(bare.mei.seen)
    await town.says(town.leader, "接单 1001", town.leader.chat)
    await bare.settle()
    assert len(bare.mei.seen) == before
    assert "window_over reporter" in await town.reasons(Act.UNTOLD)
    assert "还没告诉 微信居民" in town.about(town.leader, "#1001 电梯")[0]

    answered = await bare.says("怎么样了")
    assert "王芳已受理" in answered
    assert "passive reporter" in (await town.reasons(Act.TOLD))[-1]
    assert "还没告诉" not in town.about(town.leader, "#1001 电梯")[0]


async def test_a_template_message_that_did_not_arrive_is_not_told(there: WeChatTown) -> None:
    await reported(there)
    there.mei.blocks_templates = True
    await two_days_later(there)
    before = len(there.told())
    await there.town.says(there.town.leader, "接单 1001", there.town.leader.chat)
    await there.settle()
    assert len(there.told()) == before
    assert "closed reporter" in await there.town.reasons(Act.UNTOLD)
    assert "还没告诉 微信居民" in there.town.about(there.town.leader, "#1001 电梯")[0]
    assert "王芳已受理" in await there.says("怎么样了")


async def test_of_five_places_the_last_is_kept_for_the_question_at_the_end(bare: WeChatTown) -> None:
    town, private = bare.town, bare.town.leader.chat
    await reported(bare)
    orders = (
        "接单 1001",
        "等配件 1001 门机",
        "继续 1001",
        "等天气 1001 下雨",
        "继续 1001",
        "转办 1001 张师傅",
        "等配件 1001 门机",
    )
    for order in orders:
        await bare.forward(minutes=1)
        await town.says(town.leader, order, private)
    await bare.settle()
    assert len(bare.told()) == 4
    await town.says(town.leader, "办结 1001 换了门机", private)
    await bare.settle()
    assert len(bare.told()) == 5
    assert "您看行吗" in bare.told()[-1].text
    assert bare.wechat.refusals == []
    assert any(reason.startswith("quota_used") for reason in await town.reasons(Act.UNTOLD))


async def test_who_has_left_is_known_to_have(bare: WeChatTown) -> None:
    town = bare.town
    await reported(bare)
    await bare.mei.unfollows()
    await town.says(town.leader, "接单 1001", town.leader.chat)
    await bare.settle()
    assert bare.told() == []
    async with town.store.view() as view:
        person = await view.people.by_account("wechat:oMeiYi0000000000000000000001")
        assert person is not None
        (account,) = await view.people.accounts(person.id)
    assert account.reachable is False
    await bare.mei.follows(CODE)
    await bare.settle()
    async with town.store.view() as view:
        (account,) = await view.people.accounts(person.id)
    assert account.reachable is True


async def test_a_wechat_that_hangs_slows_nobody_elses_news(there: WeChatTown) -> None:
    town = there.town
    await reported(there)
    hang = there.wechat.faults.hang(times=None)
    await town.leader.says("接单 1001", town.leader.chat)
    await town.telegram.wait_for(lambda: town.about(town.leader, "已受理"))
    hang.release()
    await there.settle()
    assert "已受理" in there.told()[-1].text
