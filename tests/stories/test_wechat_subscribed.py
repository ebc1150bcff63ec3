"""An account with a subscription notice: who agreed is told by it, who did not is not, and one that is lost counts as
not told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.records import Act
from tests.stories.wechat_town import WeChatTown, wechat_town


@pytest.fixture
async def there(kind_of_database: str, tmp_path: Path) -> AsyncIterator[WeChatTown]:
    async with wechat_town(tmp_path, notice=True) as built:
        yield built


async def test_who_agreed_to_notices_is_told_after_two_days_and_one_that_is_lost_is_not(
    there: WeChatTown,
) -> None:
    town, private, notice = there.town, there.town.leader.chat, there.wechat.world.templates.notice.id
    await there.mei.follows("xinhai-east_3")
    assert (await there.says("电梯坏了")).startswith("#1001")

    await there.forward(hours=49)
    await town.says(town.leader, "接单 1001", private)
    await there.settle()
    assert "window_over reporter" in await town.reasons(Act.UNTOLD)  # she has not agreed to anything

    assert "王芳已受理" in await there.says("怎么样了")
    await there.mei.subscribes(notice)
    await there.forward(hours=49)
    await town.says(town.leader, "等配件 1001 门机", private)
    await there.settle()
    last = there.told()[-1]
    assert (last.how, last.data["character_string1"]) == ("subscribe", "1001")
    assert "subscribe reporter" in await town.reasons(Act.TOLD)
    await town.says(town.leader, "看全程 1001", private)
    assert town.about(town.leader, "订阅通知")

    lost = {"TemplateId": "some-page's-own", "MsgID": 1, "ErrorCode": 1, "ErrorStatus": "system failed"}
    head = {"CreateTime": 1, "MsgType": "event", "Event": "subscribe_msg_sent_event"}
    await there.wechat.world.push(there.mei, {**head, "SubscribeMsgSentEvent": {"List": lost}}, quiet=True)
    assert "closed reporter" not in await town.reasons(Act.UNTOLD)  # not ours

    there.mei.loses_notices = True
    await there.forward(minutes=10)
    await town.says(town.leader, "办结 1001 换了门机", private)
    await there.settle()
    assert there.told()[-1] is last
    assert (await town.reasons(Act.UNTOLD))[-1] == "closed reporter"
    assert "还没告诉 微信居民" in town.about(town.leader, "#1001 电梯")[0]
    assert "您看行吗" in await there.says("怎么样了")
    assert "还没告诉" not in town.about(town.leader, "#1001 电梯")[0]
