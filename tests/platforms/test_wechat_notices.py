"""Subscription notices: listed apart from templates, sent to who agreed, with an event for what became of them."""

from typing import Any

import pytest

from tests.platforms.wechat_trial import Trial

SEND = "message/subscribe/bizsend"
GOOD = {
    "character_string1": "1024",
    "thing2": "电梯 · 3号楼2单元",
    "phrase3": "已受理",
    "date4": "2026年11月22日 14:02",
}


def form(trial: Trial, **other: Any) -> dict[str, Any]:
    data = {name: {"value": value} for name, value in {**GOOD, **other.pop("data", {})}.items()}
    template = trial.wechat.world.templates.notice.id
    return {"touser": trial.mei.openid, "template_id": template, "data": data, **other}


async def test_who_agreed_sees_it_and_the_answer_has_no_number_but_the_event_has(trial: Trial):
    await trial.mei.subscribes(trial.wechat.world.templates.notice.id)
    for _ in range(2):
        sent = await trial.call(SEND, form(trial))
        assert (sent["errcode"], "msgid" in sent) == (0, False)
    assert (trial.mei.last.how, trial.mei.last.data) == ("subscribe", GOOD)
    await trial.wechat.wait_for(lambda: len(trial.heard) == 3)
    popup, told, _ = trial.heard
    assert popup["SubscribeMsgPopupEvent"]["List"]["SubscribeStatusString"] == "accept"
    assert told["Event"] == "subscribe_msg_sent_event"
    end = told["SubscribeMsgSentEvent"]["List"]
    assert end["MsgID"].isdecimal()
    assert (end["ErrorCode"], end["ErrorStatus"]) == ("0", "success")


async def test_one_that_is_lost_is_told_by_its_event(trial: Trial):
    await trial.mei.subscribes(trial.wechat.world.templates.notice.id)
    trial.mei.loses_notices = True
    assert (await trial.call(SEND, form(trial)))["errcode"] == 0
    await trial.wechat.wait_for(lambda: len(trial.heard) == 2)
    assert trial.heard[1]["SubscribeMsgSentEvent"]["List"]["ErrorCode"] == "1"
    assert trial.mei.seen == []


async def test_who_has_not_agreed_or_not_any_more_is_not_sent_it(trial: Trial):
    notice = trial.wechat.world.templates.notice.id
    assert (await trial.call(SEND, form(trial)))["errcode"] == 43101
    await trial.mei.subscribes(notice, accept=False)
    assert (await trial.call(SEND, form(trial)))["errcode"] == 43101
    await trial.mei.subscribes(notice)
    assert (await trial.call(SEND, form(trial)))["errcode"] == 0
    await trial.mei.refuses(notice)
    assert (await trial.call(SEND, form(trial)))["errcode"] == 43101
    assert "subscribe_msg_change_event" in [push["Event"] for push in trial.heard]


async def test_one_for_once_goes_as_often_as_was_agreed(trial: Trial):
    once = trial.wechat.world.templates.add("进度", "编号:{{number1.DATA}}", type=2)
    body = {"touser": trial.mei.openid, "template_id": once.id, "data": {"number1": {"value": 1024}}}
    for _ in range(2):
        await trial.mei.subscribes(once.id)
    assert [(await trial.call(SEND, body))["errcode"] for _ in range(3)] == [0, 0, 43101]


async def test_who_does_not_follow_may_have_agreed_all_the_same(trial: Trial):
    await trial.mei.subscribes(trial.wechat.world.templates.notice.id)
    await trial.mei.unfollows()
    assert (await trial.call(SEND, form(trial)))["errcode"] == 0
    assert (await trial.call(SEND, form(trial, touser="oNobody")))["errcode"] == 40003


async def test_the_two_kinds_are_listed_and_sent_apart(trial: Trial):
    templates = trial.wechat.world.templates
    await trial.mei.subscribes(templates.notice.id)
    listed = await trial.call("template/get_all_private_template")
    assert [one["template_id"] for one in listed["template_list"]] == [templates.work_order.id]
    assert (await trial.call(SEND, form(trial, template_id=templates.work_order.id)))["errcode"] == 40037
    assert (await trial.call("message/template/send", form(trial)))["errcode"] == 40037
    address = f"{trial.wechat.api}/wxaapi/newtmpl/gettemplate"
    async with trial.session.get(
        address, params={"access_token": (await trial.stable())["access_token"]}
    ) as answer:
        found = await answer.json(content_type=None)
    (one,) = found["data"]
    assert (one["priTmplId"], one["type"]) == (templates.notice.id, 3)
    assert set(one) == {"priTmplId", "title", "content", "example", "type", "keywordEnumValueList"}
    async with trial.session.get(address) as answer:
        assert (await answer.json(content_type=None))["errcode"] == 41001
    assert (await trial.call("newtmpl/gettemplate"))["errcode"] == 40066


@pytest.mark.parametrize(
    "wrong",
    [{"data": {"phrase3": "accepted"}}, {"data": {"thing2": "楼" * 21}}, {"data": {"date4": "soon"}}],
)
async def test_a_field_takes_what_its_kind_allows(trial: Trial, wrong: dict[str, Any]):
    await trial.mei.subscribes(trial.wechat.world.templates.notice.id)
    assert (await trial.call(SEND, form(trial, **wrong)))["errcode"] == 47003


async def test_a_field_it_does_not_have_is_refused(trial: Trial):
    await trial.mei.subscribes(trial.wechat.world.templates.notice.id)
    assert (await trial.call(SEND, form(trial, client_msg_id="1")))["errcode"] == 47001
    assert trial.mei.seen == []
