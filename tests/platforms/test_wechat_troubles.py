"""Troubles a test orders, what the log keeps of them, and the server by hand."""

import asyncio
import json

import aiohttp
import pytest
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from tests.platforms.wechat import a_photo
from tests.platforms.wechat.server import APPID, SECRET
from tests.platforms.wechat_trial import Trial

SEND = "message/custom/send"


@pytest.fixture
async def trial():
    """The API knows no modes: plaintext is enough."""
    async with Trial(safe=False) as trial:
        yield trial


async def test_an_ordered_refusal_meets_what_it_was_ordered_for(trial: Trial):
    zhang = trial.wechat.resident("oZhang", "张婶")
    await trial.mei.says("你好")
    await zhang.says("你好")
    trial.wechat.faults.refuse(-1, path=SEND, openid="oZhang", times=2)
    codes = [await trial.sends(openid=openid) for openid in ("oZhang", trial.mei.openid, "oZhang", "oZhang")]
    assert codes == [-1, 0, -1, 0]
    assert trial.wechat.refusals == []
    assert len(trial.wechat.calls_of(SEND, "oZhang")) == 3
    assert [call.ok for call in trial.wechat.calls_of(SEND, "oZhang")] == [False, False, True]


async def test_the_days_calls_are_used_up_until_the_order_ends(trial: Trial):
    await trial.mei.says("你好")
    limit = trial.wechat.faults.refuse(45009, path=SEND, times=None)
    assert [await trial.sends() for _ in range(3)] == [45009] * 3
    limit.release()
    assert await trial.sends() == 0


async def test_a_page_instead_of_an_answer(trial: Trial):
    trial.token = (await trial.stable())["access_token"]
    trial.wechat.faults.bad_gateway()
    trial.wechat.faults.page(b'{"errcode": 0, "errm')
    answers = [
        await trial.fetch("GET", "getcallbackip", params={"access_token": trial.token}) for _ in range(3)
    ]
    assert [answer.status for answer in answers] == [502, 200, 200]
    assert await answers[1].read() == b'{"errcode": 0, "errm'
    assert "ip_list" in json.loads(await answers[2].read())


async def test_a_call_hangs_until_it_is_let_go(trial: Trial):
    await trial.mei.says("你好")
    hang = trial.wechat.faults.hang(path=SEND)
    sending = asyncio.create_task(trial.sends())
    await trial.wechat.wait_for(lambda: hang.met)
    assert trial.mei.seen == []
    hang.release()
    assert await sending == 0
    assert len(trial.mei.seen) == 1


async def test_who_hangs_up_on_a_hanging_call_has_not_sent(trial: Trial):
    await trial.mei.says("你好")
    hang = trial.wechat.faults.hang(path=SEND)
    sending = asyncio.create_task(trial.sends())
    await trial.wechat.wait_for(lambda: hang.met)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await trial.wechat.wait_for(lambda: trial.wechat.calls_of(SEND))
    hang.release()
    assert not trial.wechat.calls_of(SEND)[0].acted
    assert trial.mei.seen == []


async def test_a_dropped_call_was_done_or_was_not(trial: Trial):
    await trial.mei.says("你好")
    trial.wechat.faults.drop_before(path=SEND)
    trial.wechat.faults.drop_after(path=SEND)
    for _ in range(2):
        with pytest.raises(aiohttp.ClientError):
            await trial.sends()
    before, after = trial.wechat.calls_of(SEND)
    assert (before.ok, before.answered) == (False, False)
    assert (after.ok, after.answered) == (True, False)
    assert len(trial.mei.seen) == 1


async def test_a_slow_answer_comes(trial: Trial):
    slow = trial.wechat.faults.slow(0.01)
    assert "access_token" in await trial.stable()
    assert slow.met == 1


async def test_an_outage_ends_open_calls_and_is_over_on_the_same_port(trial: Trial):
    trial.token = (await trial.stable())["access_token"]
    hang = trial.wechat.faults.hang()
    calling = asyncio.create_task(trial.call("getcallbackip"))
    await trial.wechat.wait_for(lambda: hang.met)
    await trial.wechat.stop()
    with pytest.raises(aiohttp.ClientError):
        await calling
    with pytest.raises(aiohttp.ClientError):
        await trial.call("getcallbackip")
    await trial.wechat.start()
    assert "ip_list" in await trial.call("getcallbackip")


async def test_what_was_being_pushed_when_wechat_went_down_is_gone(trial: Trial):
    trial.wechat.pusher.pause, trial.wechat.pusher.loses = 60, 1
    saying = asyncio.create_task(trial.mei.says("电梯坏了"))
    await trial.wechat.wait_for(lambda: trial.heard)
    await trial.wechat.stop()
    assert len((await saying).deliveries) == 1
    assert trial.mei.seen == []
    assert trial.wechat.failures == []


async def test_what_is_not_built_yet_does_not_pass_for_wechats_answer(trial: Trial):
    trial.token = (await trial.stable())["access_token"]
    body = json.dumps({"touser": trial.mei.openid, "msgtype": "wxcard"})
    answer = await trial.fetch("POST", SEND, params={"access_token": trial.token}, data=body)
    assert answer.status == 501


async def test_many_write_at_once_and_each_gets_their_own_answer(trial: Trial):
    trial.answer = lambda push: trial.text(push, f"收到 {push['Content']}")
    people = [trial.wechat.resident(f"o{n}", f"住户{n}") for n in range(50)]
    await asyncio.gather(*(person.says(f"第{n}号") for n, person in enumerate(people)))
    assert [person.last.text for person in people] == [f"收到 第{n}号" for n in range(50)]


async def test_residents_can_be_played_by_hand(trial: Trial):
    trial.answer = lambda push: trial.text(push, "收到")
    acts = [
        {"do": "resident", "openid": "oZhang", "name": "张婶"},
        {"do": "says", "who": "oZhang", "text": "漏水了"},
        {"do": "flies", "who": "oZhang"},
        {"do": "says", "who": "oNobody", "text": "漏水了"},
    ]
    answer = await trial.session.post(f"{trial.wechat.api}/play", json=acts)
    came = await answer.json(content_type=None)
    assert came[1] == {"saw": ["said: 漏水了", "passive: 收到"], "troubles": []}
    assert "nobody can flies" in came[2]["error"]
    assert "KeyError" in came[3]["error"]
    scene = await (await trial.session.get(f"{trial.wechat.api}/play")).json(content_type=None)
    assert scene["chats"]["oZhang"] == ["said: 漏水了", "passive: 收到"]
    assert trial.wechat.settings()["HUYING_WECHAT_API"] == trial.wechat.api


async def test_wechatpy_finds_its_way_here(trial: Trial):
    """The library the program leans on, pointed at this server, does every kind of call the program needs."""

    class Client(WeChatClient):  # type: ignore[misc]
        API_BASE_URL = f"{trial.wechat.api}/cgi-bin/"

    await trial.mei.sends_photo(photo := a_photo())
    media_id = trial.heard[0]["MediaId"]
    token = (await trial.stable())["access_token"]
    openid, template = trial.mei.openid, trial.wechat.world.templates.work_order.id

    def use() -> None:
        client = Client(APPID, SECRET, access_token=token, auto_retry=False)
        client.message.send_text(openid, "已受理")
        assert client.media.download(media_id).content == photo
        kept = client.media.upload("image", ("a.jpg", photo, "image/jpeg"))
        client.message.send_image(openid, kept["media_id"])
        client.menu.create({"button": [{"type": "click", "name": "报修", "key": "report"}]})
        assert client.menu.get()["menu"]["button"][0]["name"] == "报修"
        scene = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "b3"}}}
        assert client.qrcode.create(scene)["ticket"]
        with pytest.raises(WeChatClientException, match="47003"):
            client.message.send_template(openid, template, {"thing2": {"value": "电梯"}})

    await asyncio.to_thread(use)
    assert [seen.kind for seen in trial.mei.seen] == ["text", "image"]
