"""The caller and the doors against the WeChat and the WeCom that other tests use, both written by somebody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest

from bot.channels.tencent_client import Caller, wechat_caller, wecom_caller
from bot.channels.tencent_door import Door
from bot.channels.tencent_envelope import read_json, text_reply
from bot.channels.tencent_errors import Lost, NotAnswered, TencentError
from bot.clock import SystemClock
from bot.config import Settings, load
from storage.database import Store
from tests.platforms.wechat import WeChatServer
from tests.platforms.wechat.passive import opened
from tests.platforms.wechat.xml import read, written
from tests.platforms.wecom import ROBOT, WeComServer

SEND = "/cgi-bin/message/custom/send"
WORDS = {"touser": "oMei", "msgtype": "text", "text": {"content": "#1024 王芳已受理"}}
CARD = {"touser": "wangfang", "msgtype": "text", "text": {"content": "#1024 没人接单"}}


@pytest.fixture
async def wechat() -> AsyncIterator[WeChatServer]:
    async with WeChatServer() as server:
        yield server


@pytest.fixture
async def wecom() -> AsyncIterator[WeComServer]:
    async with WeComServer() as server:
        server.member("wangfang", "王芳")
        yield server


def settings_of(server: WeChatServer | WeComServer) -> Settings:
    return load(server.settings())


@pytest.fixture
async def service(wechat: WeChatServer, store: Store) -> AsyncIterator[Caller]:
    wechat.resident("oMei", "梅姨")
    account = settings_of(wechat).wechat
    assert account is not None
    caller = wechat_caller(account, store)
    yield caller
    await caller.close()


@pytest.fixture
async def work(wecom: WeComServer, store: Store) -> AsyncIterator[Caller]:
    app = settings_of(wecom).wecom
    assert app is not None
    caller = wecom_caller(app, store)
    yield caller
    await caller.close()


async def test_a_token_that_was_taken_back_is_replaced_on_the_way(
    service: Caller, wechat: WeChatServer, work: Caller, wecom: WeComServer
) -> None:
    for _ in range(2):
        with pytest.raises(TencentError, match="wechat 45015 对方超过48小时没有说话"):
            await service.call("POST", SEND, json=WORDS)
        wechat.rotate()
        await work.call("POST", "/cgi-bin/message/send", json={**CARD, "agentid": 1000002})
        wecom.tokens.rotate()
    wecom.tokens.expire()
    await work.call("POST", "/cgi-bin/message/send", json={**CARD, "agentid": 1000002})
    assert len(wecom.world.users["wangfang"].messages) == 3


async def test_a_machine_that_is_not_listed_is_told_its_own_address(
    service: Caller, wechat: WeChatServer
) -> None:
    wechat.world.tokens.listed = False
    with pytest.raises(TencentError, match=r"40164 本机 IP 127\.0\.0\.1 不在白名单"):
        await service.call("POST", SEND, json=WORDS)


async def test_troubles_on_the_way_say_whether_it_may_be_repeated(
    service: Caller, wechat: WeChatServer, work: Caller, wecom: WeComServer
) -> None:
    wechat.faults.bad_gateway(path="message/custom/send")
    wechat.faults.drop_after(path="message/custom/send")
    for lost in (Lost.ELSEWHERE, Lost.UNSURE):
        with pytest.raises(NotAnswered) as told:
            await service.call("POST", SEND, json=WORDS)
        assert told.value.lost is lost
    wecom.faults.drop_after(path="message/send")
    with pytest.raises(NotAnswered) as told:
        await work.call("POST", "/cgi-bin/message/send", json={**CARD, "agentid": 1000002})
    assert told.value.lost is Lost.UNSURE


async def test_nobody_outside_the_company_is_written_to(work: Caller) -> None:
    with pytest.raises(TencentError, match="wecom 81013 成员已删除"):
        await work.call(
            "POST", "/cgi-bin/message/send", json={**CARD, "touser": "nobody", "agentid": 1000002}
        )


@pytest.mark.parametrize("plain", [False, True])
async def test_what_a_service_account_pushes_is_read_and_answered(plain: bool) -> None:
    server = WeChatServer(aes_key=None) if plain else WeChatServer()
    account = load({**server.settings(), "HUYING_WECHAT_API": ""}).wechat
    assert account is not None
    door = Door(account.token, account.aes_key, account.appid, SystemClock(), line_signed=True)
    said = {"ToUserName": "gh_1", "FromUserName": "oMei", "MsgType": "text", "Content": "电梯]]>停了"}
    query, body = server.pusher.request("oMei", written(said))
    knock = door.knock(urlencode(query).encode())
    fields = door.fields_xml(knock, body)
    assert fields == said
    answer = door.sealed_xml(knock, text_reply("oMei", "gh_1", f"收到 {fields['Content']}", 1))
    inner = read(answer if plain else opened(server.world.envelope, answer))
    assert inner["Content"] == "收到 电梯]]>停了"


async def test_what_a_robot_is_told_is_read_and_answered() -> None:
    server = WeComServer()
    robot = load({**server.settings(), "HUYING_WECOM_API": ""}).wecom_bot
    assert robot is not None
    door = Door(robot.token, robot.aes_key, "", SystemClock())
    query, body = server.robot.line.request('{"msgid": "M", "text": {"content": "@呼应 电梯"}}')
    knock = door.knock(urlencode(query).encode())
    assert door.fields_json(knock, body)["text"] == {"content": "@呼应 电梯"}
    answer = read_json(door.sealed_json(knock, '{"msgtype": "stream"}'))
    ROBOT.check(answer["msgsignature"], str(answer["timestamp"]), answer["nonce"], answer["encrypt"])
    assert ROBOT.open(answer["encrypt"]) == '{"msgtype": "stream"}'
