"""The door at /wechat: what is pushed is stored and answered in the same breath, in both modes, or comes again."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from bot.channels.tencent_door import BODY_BYTES
from handlers.messages import Event
from tests.bot.wechat.around import Account
from tests.platforms.wechat.xml import Fields, written


async def test_saving_the_address_is_answered(there: Account) -> None:
    await there.wechat.verify()


async def test_words_are_stored_and_answered_at_once(there: Account) -> None:
    there.desk.says, there.desk.letters = "#1024 电梯", (7, 8)
    await there.mei.says("3号楼电梯停了")
    assert there.desk.texts == ["3号楼电梯停了"]
    assert there.mei.last.text == "#1024 电梯（第1次）"
    assert there.wechat.failures == []
    chat = there.desk.heard[0].chat
    assert there.delivery.handed == [(chat, (7, 8), f"passive:{there.desk.heard[0].key}")]


async def test_nothing_to_say_is_said_in_wechats_own_word(there: Account) -> None:
    push = await there.mei.says("哈哈")
    assert push.answer == b"success"
    assert there.delivery.handed == []
    assert there.wechat.failures == []


async def test_what_concerns_nobody_is_answered_without_the_desk(there: Account) -> None:
    push = await there.mei.says("【收到不支持的消息类型，暂无法显示】")
    assert (push.answer, there.desk.heard) == (b"success", [])


async def test_every_kind_of_message_gets_through(there: Account) -> None:
    await there.mei.sends_photo()
    await there.mei.sends_voice(recognition="三号楼电梯坏了。")
    await there.mei.sends_video()
    await there.mei.sends_location(30.62, 114.15, "鑫海花城")
    await there.mei.sends_link("通知", "https://example.org/1")
    kinds = [[piece.kind for piece in inbound.pieces] for inbound in there.desk.heard]
    assert kinds == [["photo"], ["voice"], ["video"], [], []]
    assert there.wechat.failures == []


async def test_a_follow_by_a_code_makes_reachable_and_is_greeted_once(there: Account) -> None:
    there.desk.says = "您在3号楼"
    await there.mei.unfollows()
    await there.mei.follows("xinhai-east-3")
    assert [inbound.event for inbound in there.desk.heard] == [Event.BLOCKED, Event.UNBLOCKED, None]
    assert there.desk.heard[-1].start == "p_xinhai-east-3"
    assert there.mei.last.text.startswith("您在3号楼")


# --- time ---------------------------------------------------------------------------------------------------------------


async def test_a_desk_that_is_late_is_asked_again_and_its_first_answer_counts(there: Account) -> None:
    there.desk.says = "#1024"
    there.desk.gate.clear()
    there.wechat.pusher.limit = 5.0
    pushing = asyncio.create_task(there.mei.says("3号楼电梯停了"))
    await there.desk.listening.wait()
    # The first try is given up at the door before it is given up by WeChat.
    there.desk.listening.clear()
    await there.desk.listening.wait()
    there.desk.gate.set()
    push = await pushing
    assert [delivery.status for delivery in push.deliveries] == [503, 200]
    assert there.desk.texts == ["3号楼电梯停了"]
    assert there.mei.last.text == "#1024（第1次）"


async def test_a_repeat_gets_the_first_answer(there: Account) -> None:
    there.desk.says = "#1024"
    there.wechat.pusher.limit = 1.0
    there.wechat.pusher.loses = 1
    push = await there.mei.says("3号楼电梯停了")
    assert len(push.deliveries) == 2
    assert there.mei.last.text == "#1024（第1次）"


async def test_who_hangs_up_has_said_it_all_the_same(there: Account) -> None:
    there.desk.says, there.desk.letters = "#1024", (7,)
    there.desk.gate.clear()
    there.wechat.pusher.limit, there.wechat.pusher.deliveries = 0.1, 1
    await there.mei.says("3号楼电梯停了")
    there.desk.gate.set()
    await there.hook.settled()
    assert there.desk.texts == ["3号楼电梯停了"]
    # What nobody waited for was not handed over: it goes by the API.
    assert there.delivery.handed == []


# --- storage ------------------------------------------------------------------------------------------------------------


async def test_what_cannot_be_stored_for_a_moment_is_stored_while_wechat_waits(
    there: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.wechat_hook.AGAIN_SECONDS", 0.01)
    there.desk.says, there.desk.failing = "#1024", 3
    push = await there.mei.says("3号楼电梯停了")
    assert [delivery.status for delivery in push.deliveries] == [200]
    assert there.mei.last.text == "#1024（第1次）"


async def test_what_cannot_be_stored_stays_with_wechat(there: Account) -> None:
    there.desk.failing = 1_000
    there.wechat.pusher.limit = 5.0
    push = await there.mei.says("3号楼电梯停了")
    assert [delivery.status for delivery in push.deliveries] == [503] * 3
    assert there.desk.heard == []


# --- words --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "]]></Content><MsgType><![CDATA[news]]></MsgType>",
        "<a href='https://evil.example'>点这里领奖</a>",
        "\x00\x07\x0b字\ufffe",
        "梯" * 3_000,
        "🛗" * 600,
    ],
)
async def test_no_words_make_anything_else_of_an_answer(there: Account, words: str) -> None:
    there.desk.says = f"王师傅说：{words}"
    await there.mei.says("怎么样了")
    assert there.wechat.failures == []
    assert there.mei.last.text.startswith("王师傅说：")
    assert there.mei.last.words == there.mei.last.text, "no link"
    assert there.mei.last.kind == "text"


# --- who is turned away -------------------------------------------------------------------------------------------------


async def test_other_addresses_are_the_pages(there: Account) -> None:
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{there.address}/chat")).text == "a page"
        assert (await client.put(f"{there.address}/wechat")).status_code == 405
        assert (await client.get(f"{there.address}/wechat")).status_code == 400


async def pushed(there: Account, body: bytes, **query: str) -> int:
    signed, _ = there.wechat.pusher.request(there.mei.openid, "<xml/>")
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{there.address}/wechat", params={**signed, **query}, content=body)
    assert there.desk.heard == []
    return answer.status_code


async def test_a_forged_signature_a_long_body_and_no_xml_are_turned_away(there: Account) -> None:
    assert await pushed(there, b"<xml></xml>", signature="0" * 40) == 403
    assert await pushed(there, b"x" * (BODY_BYTES + 1)) == 413
    assert await pushed(there, b"{}") == 400
    assert await pushed(there, b"") == 400


NOBODY: Fields = {"ToUserName": "gh_1", "FromUserName": "a/b", "CreateTime": 1, "MsgType": "text"}
TO_NOBODY: Fields = {
    "FromUserName": "oM",
    "CreateTime": 1,
    "MsgType": "text",
    "Content": "灯坏了",
    "MsgId": 7,
}


@pytest.mark.parametrize("fields", [NOBODY, TO_NOBODY], ids=["from nobody", "to nobody"])
async def test_what_is_signed_and_makes_no_sense_is_turned_away(there: Account, fields: Fields) -> None:
    there.desk.says, wrong = "#1024", written(fields)
    query, body = there.wechat.pusher.request(there.mei.openid, wrong)
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{there.address}/wechat", params=query, content=body)
    assert (answer.status_code, there.desk.heard) == (400, [])


# --- templates ----------------------------------------------------------------------------------------------------------


HEAD = {"CreateTime": 1, "MsgType": "event", "Event": "TEMPLATESENDJOBFINISH", "MsgID": 200163836}


async def test_a_template_message_that_did_not_arrive_is_told_until_somebody_knows_it(
    there: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.wechat_hook.AGAIN_SECONDS", 0.01)
    push = await there.wechat.world.push(there.mei, {**HEAD, "Status": "failed:user block"}, quiet=True)
    assert push.answer == b"success"
    assert [(one.message, one.why) for one in there.ended] == [("template:200163836", "user block")] * 2


async def test_one_that_arrived_is_nobodys_news(there: Account) -> None:
    push = await there.wechat.world.push(there.mei, {**HEAD, "Status": "success"}, quiet=True)
    assert (push.answer, there.ended) == (b"success", [])


async def test_what_became_of_one_stays_with_wechat_while_it_cannot_be_stored(
    there: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.wechat_hook.AGAIN_SECONDS", 0.01)
    there.desk.failing, there.wechat.pusher.limit = 1, 5.0
    push = await there.wechat.world.push(there.mei, {**HEAD, "Status": "failed:user block"}, quiet=True)
    assert [delivery.status for delivery in push.deliveries] == [503, 503, 503]
