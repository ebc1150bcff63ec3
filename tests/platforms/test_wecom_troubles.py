"""Limits, tokens that end, and every trouble a test may order; and the server by hand."""

import asyncio
import base64
import hashlib

import httpx
import pytest

from tests.platforms.wecom import AGENTID, a_photo
from tests.platforms.wecom.refusals import JSON
from tests.platforms.wecom_program import CARD, Company


async def test_the_31st_message_of_a_minute_vanishes_though_the_answer_is_ok(company: Company):
    for n in range(31):
        assert (await company.send("wangfang|lilei" if n else "wangfang"))["errcode"] == 0
    assert len(company.wang.messages) == len(company.li.messages) == 30
    assert [userid for userid, _ in company.wecom.dropped] == ["wangfang"]
    company.now += 60
    await company.send("wangfang")
    assert len(company.wang.messages) == 31


async def test_the_1001st_message_of_an_hour_vanishes(company: Company):
    for n in range(1001):
        if n % 30 == 0:
            company.now += 60
        body = {"touser": "wangfang", "msgtype": "text", "agentid": AGENTID, "text": {"content": f"{n}"}}
        company.wecom.sending.send(body)
    assert len(company.wang.messages) == 1000
    assert [content for _, content in company.wecom.dropped] == ['{"content": "1000"}']
    company.now += 3600
    assert (await company.send("wangfang"))["errcode"] == 0
    assert len(company.wang.messages) == 1001


async def test_limits_can_be_turned_off(company: Company):
    company.wecom.limits.on = False
    for _ in range(31):
        await company.send("wangfang")
    assert len(company.wang.messages) == 31
    assert company.wecom.dropped == []


async def hook(company: Company, text: str) -> JSON:
    body = {"msgtype": "text", "text": {"content": text}}
    return await company.post("webhook/send", body, token="", key="KEY")


async def test_a_webhook_takes_twenty_a_minute(company: Company):
    assert [(await hook(company, f"{n}"))["errcode"] for n in range(21)] == [0] * 20 + [45009]
    assert len(company.hook.messages) == 20
    company.now += 60
    assert (await hook(company, "20"))["errcode"] == 0
    assert company.hook.last.way == "webhook"


async def test_a_webhook_takes_pictures_and_markdown(company: Company):
    photo = a_photo()
    picture = {"base64": base64.b64encode(photo).decode(), "md5": hashlib.md5(photo).hexdigest()}
    for kind, content in (("image", picture), ("markdown", {"content": "**#1024**"})):
        body = {"msgtype": kind, kind: content}
        assert (await company.post("webhook/send", body, token="", key="KEY"))["errcode"] == 0
    assert [sight.kind for sight in company.hook.messages] == ["image", "markdown"]


async def test_a_group_is_made_looked_at_and_written_to(company: Company):
    made = await company.post("appchat/create", {"name": "值班二组", "userlist": ["wangfang", "lilei"]})
    chatid = made["chatid"]
    got = (await company.get("appchat/get", chatid=chatid))["chat_info"]
    assert (got["name"], got["owner"], got["userlist"]) == ("值班二组", "wangfang", ["wangfang", "LiLei"])
    body = {"chatid": chatid, "msgtype": "text", "text": {"content": "#1024 没人接单"}}
    assert (await company.post("appchat/send", body))["errcode"] == 0
    group = company.wecom.world.groups[chatid]
    assert company.li.sees(group)[-1].text == group.last.text == "#1024 没人接单"
    assert company.li.messages == []


async def test_too_much_in_a_group_vanishes(company: Company):
    token = await company.token()
    body = {"chatid": "zhiban", "msgtype": "text", "text": {"content": "好"}}
    for _ in range(201):
        assert (await company.post("appchat/send", body, token=token))["errcode"] == 0
    made = await company.post(
        "appchat/create", {"chatid": "two", "userlist": ["wangfang", "lilei"]}, token=token
    )
    await company.post("appchat/send", body | {"chatid": made["chatid"]}, token=token)
    assert len(company.staff.messages) == len(company.li.sees(company.staff)) == 200
    assert [who for who, _ in company.wecom.dropped] == ["wangfang", "LiLei"] * 2


async def test_a_token_lives_two_hours_and_is_the_same_until_then(company: Company):
    first = await company.token()
    company.now += 7199
    assert await company.token() == first
    assert (await company.get("user/get", token=first, userid="wangfang"))["name"] == "王芳"
    company.now += 1
    assert (await company.get("user/get", token=first, userid="wangfang"))["errcode"] == 42001
    second = await company.token()
    assert second != first
    assert (await company.get("user/get", token=first, userid="wangfang"))["errcode"] == 42001
    assert (await company.get("user/get", token=second, userid="wangfang"))["errcode"] == 0


async def test_a_token_can_be_given_up_before_its_time(company: Company):
    first = await company.token()
    company.wecom.tokens.rotate()
    assert (await company.get("user/get", token=first, userid="wangfang"))["errcode"] == 40014
    second = await company.token()
    company.wecom.tokens.expire()
    assert (await company.get("user/get", token=second, userid="wangfang"))["errcode"] == 42001
    assert company.wecom.tokens.asked == 2


@pytest.mark.parametrize("number", [-1, 45009, 60020])
async def test_any_number_can_be_ordered(company: Company, number: int):
    company.wecom.faults.refuse(number, path="message/send", times=2)
    assert [(await company.send("wangfang"))["errcode"] for _ in range(3)] == [number, number, 0]
    assert len(company.wang.messages) == 1
    assert company.wecom.refusals == []


async def test_rubbish_and_dead_machines_can_be_ordered(company: Company):
    token = await company.token()
    company.wecom.faults.page(b"<html>")
    company.wecom.faults.bad_gateway()
    statuses = []
    for _ in range(2):
        answer = await company.request("POST", "message/send", token, {}, json={"a": 1})
        statuses.append((answer.status_code, answer.text[:6]))
    assert statuses == [(200, "<html>"), (502, "<html>")]


async def test_a_connection_can_be_cut_before_and_after_the_act(company: Company):
    for order, seen in (
        (company.wecom.faults.drop_before, 0),
        (company.wecom.faults.drop_after, 1),
    ):
        order(path="message/send")
        with pytest.raises(httpx.TransportError):
            await company.send("wangfang")
        assert len(company.wang.messages) == seen
    assert [call.answered for call in company.wecom.calls_of("message/send")] == [False, False]


async def test_a_call_hangs_until_it_is_released(company: Company):
    hang = company.wecom.faults.hang(path="message/send")
    sending = asyncio.create_task(company.send("wangfang"))
    await company.wecom.wait_for(lambda: hang.met)
    assert company.wang.messages == []
    hang.release()
    assert (await sending)["errcode"] == 0
    assert len(company.wang.messages) == 1


async def test_a_slow_call_is_done_all_the_same(company: Company):
    company.wecom.faults.slow(0.01, path="message/send")
    assert (await company.send("wangfang"))["errcode"] == 0


async def test_an_answer_of_the_program_can_be_lost(company: Company):
    company.answer = lambda heard: heard.with_text("#1024 已登记")
    company.wecom.app.line.limit = 1.5
    company.wecom.app.line.loses = 1
    push = await company.wang.says("电梯坏了")
    assert push
    assert push.statuses == [0, 200]
    assert [sight.text for sight in company.wang.messages] == ["#1024 已登记"]


async def test_a_failing_story_is_shown_what_stands_where(company: Company):
    await company.send_card()
    with pytest.raises(AssertionError, match=r"(?s)王芳.*\[接单\].*message/send"):
        await company.wecom.wait_for(lambda: False, timeout=0.01)
    with pytest.raises(AssertionError, match=r"(?s)no button 「到场」.*\[接单\]"):
        await company.wang.presses("到场")


async def test_people_act_by_http_as_well(company: Company):
    company.answer = lambda heard: heard.with_text("#1024 已登记")
    acts = [
        {"do": "verify"},
        {"do": "says", "who": "wangfang", "text": "电梯坏了"},
        {"do": "says", "who": "wmMEI", "in": "wrGRID1", "text": "早"},
        {"do": "presses", "who": "wangfang", "label": "接单"},
        {"do": "shouts", "who": "wangfang"},
    ]
    await company.send_card(**CARD)
    done = (await company.client.post(f"{company.wecom.api}/play", json=acts)).json()["done"]
    assert done[0] == {"verified": True}
    assert done[1]["push"].startswith("text [200] → <xml>")
    assert done[2] == {"push": None}
    assert done[3]["push"].startswith("template_card_event [200]")
    assert "nobody can shouts" in done[4]["error"]
    scene = (await company.client.get(f"{company.wecom.api}/play")).json()
    assert "呼应（passive/text）：#1024 已登记" in scene["people"]["王芳（wangfang）"]
