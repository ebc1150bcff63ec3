"""An account that has a subscription notice instead of a template message: who agreed to it is told by it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from bot.channels.wechat_probe import probe
from handlers.messages import Gist
from storage.database import Store
from tests.bot.wechat.sending import Account, sending
from tests.storage.things import NOON

GIST = Gist(1024, "电梯 · 3号楼2单元", "已受理", NOON, "王芳已受理，14:07 前到场。")
SEND = "message/subscribe/bizsend"


@pytest.fixture
async def there(store: Store) -> AsyncIterator[Account]:
    async with sending(store, notice=True) as account:
        yield account


async def agrees(there: Account, template: str = "", times: int = 1_000) -> None:
    """What she tapped in an article of the account."""
    there.mei.consents[template or there.wechat.world.templates.notice.id] = times


async def test_without_a_window_who_agreed_is_told_by_the_notice(there: Account) -> None:
    await agrees(there)
    message = await there.sends(gist=GIST)
    assert re.fullmatch("subscribe:[0-9a-f]{12}", message)
    assert (there.mei.last.how, there.mei.last.data) == (
        "subscribe",
        {
            "character_string1": "1024",
            "thing2": "电梯 · 3号楼2单元",
            "phrase3": "已受理",
            "date4": "2027年1月15日 16:00",
        },
    )
    assert await there.sends(gist=GIST) != message
    assert there.wechat.refusals == []


async def test_which_of_the_two_it_is_is_looked_up_once(there: Account) -> None:
    await agrees(there)
    for _ in range(3):
        await there.sends(gist=GIST)
    for path in ("template/get_all_private_template", "wxaapi/newtmpl/gettemplate"):
        assert len(there.wechat.calls_of(path)) == 1


async def test_while_a_window_is_open_no_notice_is_spent(there: Account) -> None:
    await there.spoke()
    assert (await there.sends(gist=GIST)).startswith("kefu:")
    assert there.wechat.calls_of(SEND) == []


async def test_who_has_not_agreed_is_untold(there: Account) -> None:
    refused = await there.refused(gist=GIST)
    assert (refused.untold, str(refused)) == (True, "window_over")
    assert [call.refusal.code for call in there.wechat.refusals if call.refusal] == [43101]


async def test_one_consent_to_a_notice_of_the_other_kind_is_one_notice(there: Account) -> None:
    once = there.wechat.world.templates.add(
        "进度", "编号:{{character_string1.DATA}}\n状态:{{phrase2.DATA}}", type=2
    )
    there.channel._template = once.id
    await agrees(there, once.id, times=1)
    assert (await there.sends(gist=GIST)).startswith("subscribe:")
    assert (await there.refused(gist=GIST)).untold


@pytest.mark.parametrize("code", [40037, 43101, 43107, 45168, 47003, 48001])
async def test_a_notice_that_is_not_taken_is_untold(there: Account, code: int) -> None:
    await agrees(there)
    there.wechat.faults.refuse(code, path=SEND)
    refused = await there.refused(gist=GIST)
    assert (refused.untold, str(refused)) == (True, "window_over")


@pytest.mark.parametrize("code", [-1, 43108])
async def test_a_notice_that_came_too_close_to_another_waits_a_moment(there: Account, code: int) -> None:
    await agrees(there)
    there.wechat.faults.refuse(code, path=SEND)
    refused = await there.refused(gist=GIST)
    assert (refused.untold, refused.forever) == (False, False)
    assert refused.wait
    assert (await there.sends(gist=GIST)).startswith("subscribe:")


async def test_an_account_without_template_messages_still_has_its_notice(there: Account) -> None:
    await agrees(there)
    there.wechat.faults.refuse(48001, path="template/get_all_private_template")
    assert (await there.sends(gist=GIST)).startswith("subscribe:")


async def test_one_whose_list_hides_its_fields_is_tried_with_the_usual_ones(there: Account) -> None:
    await agrees(there)
    notice = there.wechat.world.templates.notice.id
    listed = f'{{"errcode": 0, "data": [{{"priTmplId": "{notice}", "content": "", "type": 2}}]}}'
    there.wechat.faults.page(listed.encode(), path="wxaapi/newtmpl/gettemplate")
    assert (await there.refused(gist=GIST)).untold
    assert "keyword1" in there.wechat.calls_of(SEND)[0].body["data"]


async def test_check_says_which_of_the_two_it_is_and_whether_it_can_be_used(there: Account) -> None:
    forms = there.wechat.world.templates
    once = forms.add("进度", "编号:{{character_string1.DATA}}\n状态:{{phrase2.DATA}}", type=2)
    hidden = forms.add("新版", "", type=2)
    paid = forms.add("缴费", "金额:{{amount1.DATA}}\n", type=3)

    async def found(template: str) -> tuple[str, str]:
        level, words = (await probe(there.channel.caller, template))[1]
        return level, words.removeprefix("微信服务号 ").partition(" · ")[0]

    assert await found(forms.work_order.id) == (
        "good",
        "模板消息：工单编号、工单类型、处理状态、更新时间、处理说明",
    )
    level, words = await found(forms.notice.id)
    assert (level, words) == (
        "good",
        "订阅通知：受理编号、诉求内容、办理状态、更新时间；长期订阅，只发给同意过的居民",
    )
    level, words = await found(once.id)
    assert (level, "一次性订阅" in words) == ("warning", True)
    assert await found(hidden.id) == (
        "warning",
        "订阅通知：列表里查不到它的字段，不一定能发，最好换一个模板",
    )
    level, words = await found(paid.id)
    assert (level, "“金额”填不了" in words) == ("problem", True)
    level, words = await found("gone")
    assert (level, "没有这个模板" in words) == ("problem", True)


async def test_check_is_not_misled_by_a_list_it_may_not_see(there: Account) -> None:
    there.wechat.faults.refuse(48001, path="template/get_all_private_template", times=2)
    _, found, _ = await probe(there.channel.caller, there.wechat.world.templates.notice.id)
    assert found.level == "good"
    _, found, _ = await probe(there.channel.caller, "gone")
    assert (found.level, "48001" in found.words) == ("problem", True)
