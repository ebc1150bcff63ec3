"""The app of a company: what members do reaches it, and what it sends stands on their phones."""

import asyncio

import httpx
import pytest
from aiohttp import web
from wechatpy.enterprise.crypto import WeChatCrypto

from tests.platforms.wecom import AGENTID, APP, CORPID, Seal, a_photo
from tests.platforms.wecom_program import CARD, Company, Heard


async def test_a_message_comes_sealed_with_all_its_fields(company: Company):
    push = await company.wang.says("接单 1024 <快> ]]> 好")
    await company.wecom.wait_for(lambda: push.taken)
    words = company.heard[0].words
    assert (words["ToUserName"], words["FromUserName"], words["MsgType"]) == (CORPID, "wangfang", "text")
    assert (words["Content"], words["CreateTime"], words["AgentID"]) == (
        "接单 1024 <快> ]]> 好",
        "1790000000",
        str(AGENTID),
    )
    assert int(words["MsgId"]) > 0
    assert company.heard[0].query["timestamp"] == "1790000000"


async def test_the_seal_is_the_one_wechatpy_opens(company: Company):
    await company.wang.says("接单 1024")
    await company.wecom.wait_for(lambda: company.heard)
    heard = company.heard[0]
    crypto = WeChatCrypto(APP.token, APP.aes_key, CORPID)
    body = f"<xml><Encrypt><![CDATA[{heard.sealed}]]></Encrypt></xml>"
    query = heard.query
    opened = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
    assert "接单 1024" in opened
    assert APP.open(read_sealed(crypto.encrypt_message("<xml>好</xml>", "1", "2"))) == "<xml>好</xml>"


def read_sealed(envelope: str) -> str:
    return envelope.split("<Encrypt><![CDATA[")[1].split("]]>")[0]


async def test_photos_voices_videos_and_places_can_be_fetched_and_read(company: Company):
    photo = a_photo()
    for push in (
        await company.wang.sends_photo(photo),
        await company.wang.sends_voice(b"#!AMR\nvoice"),
        await company.wang.sends_video(b"mp4 in bytes"),
        await company.wang.sends_location(30.58, 114.27, "径河路"),
    ):
        assert push
        await company.wecom.wait_for(lambda push=push: push.taken)
    image, voice, video, place = (heard.words for heard in company.heard)
    got = await company.request("GET", "media/get", None, {"media_id": image["MediaId"]})
    assert got.content == photo
    assert "attachment" in got.headers["content-disposition"]
    assert (await company.client.get(image["PicUrl"])).content == photo
    assert (voice["MsgType"], voice["Format"]) == ("voice", "amr")
    assert (video["MsgType"], place["Location_X"], place["Label"]) == ("video", "30.58", "径河路")
    company.now += 3 * 86400
    old = await company.get("media/get", media_id=image["MediaId"])
    assert old["errcode"] == 40007


async def test_opening_the_app_and_its_menu_are_events_without_a_number(company: Company):
    await company.wang.enters_app()
    await company.wang.clicks_menu("todo")
    await company.wecom.wait_for(lambda: len(company.heard) == 2)
    entered, clicked = sorted((heard.words for heard in company.heard), key=lambda words: words["EventKey"])
    assert (entered["MsgType"], entered["Event"]) == ("event", "enter_agent")
    assert (clicked["Event"], clicked["EventKey"]) == ("click", "todo")
    assert "MsgId" not in entered


async def test_a_passive_answer_is_opened_and_shown(company: Company):
    company.answer = lambda heard: heard.with_text("#1024 已登记 ]]> 王芳 14:05 前接单")
    await company.wang.says("电梯坏了")
    await company.wecom.wait_for(lambda: company.wang.messages)
    assert company.wang.last.text == "#1024 已登记 ]]> 王芳 14:05 前接单"
    assert company.wang.last.way == "passive"


async def test_a_door_that_does_not_answer_is_asked_three_times_more(company: Company):
    company.answer = lambda heard: web.Response(status=503)
    company.wecom.app.line.limit = 0.05
    company.wecom.app.line.signs_anew = False
    push = await company.wang.says("电梯坏了")
    await company.wecom.wait_for(lambda: push.over)
    assert push.statuses == [503] * 4
    assert len({heard.words["MsgId"] for heard in company.heard}) == 1
    assert len({heard.sealed for heard in company.heard}) == 1
    assert not push.taken


async def test_a_slow_door_is_asked_again_and_its_late_answer_is_not_seen(company: Company):
    async def slowly(heard: Heard) -> web.Response:
        if len(company.heard) == 1:
            await asyncio.Event().wait()
        return heard.with_text(f"{len(company.heard)}")

    company.answer = slowly
    company.wecom.app.line.limit = 1.5
    push = await company.wang.says("电梯坏了")
    await company.wecom.wait_for(lambda: push.over)
    assert push.statuses[0] == 0
    assert push.statuses[-1] == 200
    assert [sight.text for sight in company.wang.messages] == [str(len(push.statuses))]
    first, second = company.heard[:2]
    assert first.words["MsgId"] == second.words["MsgId"]
    assert first.query["nonce"] != second.query["nonce"]


async def test_a_repeat_of_what_was_taken_can_be_ordered(company: Company):
    company.wecom.app.line.to_repeat = 2
    push = await company.wang.says("电梯坏了")
    await company.wecom.wait_for(lambda: len(push.statuses) == 3)
    assert len({heard.sealed for heard in company.heard}) == 1


async def test_both_addresses_are_verified_by_an_echo(company: Company):
    await company.wecom.verify()
    company.wecom.calls_back(company.wecom.api)
    with pytest.raises(AssertionError, match="answers 404 to the verification"):
        await company.wecom.verify()


def signed(sealed: str) -> dict[str, str]:
    """Return an envelope around these sealed words that is signed as it should be."""
    signature = APP.signature("1", "2", sealed)
    return {"Encrypt": sealed, "MsgSignature": signature, "TimeStamp": "1", "Nonce": "2"}


@pytest.mark.parametrize("length", range(31, 35))
def test_what_is_sealed_fills_blocks_of_32_bytes(length: int):
    assert len(APP.encrypt(bytes(length))) % 32 == 0
    assert APP.decrypt(APP.encrypt(bytes(length))) == bytes(length)


@pytest.mark.parametrize(
    ("spoiled", "why"),
    [
        ({"MsgSignature": "0" * 40}, "wrong signature"),
        ({"Encrypt": APP.close("<xml><a>1</a></xml>")}, "wrong signature"),
        ({"Encrypt": ""}, "wrong signature"),
        (signed(Seal(APP.token, APP.aes_key, "ww0").close("<xml><a>1</a></xml>")), "sealed for b'ww0'"),
        (signed("aGVsbG8="), "no whole number of blocks"),
        (signed(APP.close("no xml")), "ParseError"),
        (signed(APP.close("<xml><MsgType>text</MsgType></xml>")), "KeyError"),
    ],
)
async def test_a_passive_answer_with_a_broken_envelope_is_seen_by_nobody(
    company: Company, spoiled: dict[str, str], why: str
):
    def answer(heard: Heard) -> web.Response:
        said = {"ToUserName": "wangfang", "FromUserName": CORPID, "CreateTime": 1, "MsgType": "text"}
        return heard.with_words({**said, "Content": "好"}, **spoiled)

    company.answer = answer
    push = await company.wang.says("电梯坏了")
    await company.wecom.wait_for(lambda: push.wrong)
    assert why in push.wrong
    assert company.wecom.troubles == [push.wrong]
    assert not company.wang.messages


async def test_text_reaches_everybody_it_is_for(company: Company):
    sent = await company.send("wangfang|LILEI")
    assert (sent["errcode"], "invaliduser" in sent, "response_code" in sent) == (0, False, False)
    assert company.wang.last.text == company.li.last.text == "#1024 王芳已受理"
    assert company.wang.last.way == "app"


async def test_a_card_shows_its_words_and_its_buttons(company: Company):
    sent = await company.send_card()
    assert sent["response_code"]
    assert company.wang.last.text == "#1024 电梯\n3号楼2单元\n等 王芳（网格长）接单 · 14:05 前"
    assert company.wang.last.labels == ["接单", "我也遇到 3"]


async def test_pressing_tells_the_key_and_one_update_changes_the_card_for_all(company: Company):
    await company.send_card()
    push = await company.wang.presses("接单", containing="1024")
    await company.wecom.wait_for(lambda: push.taken)
    words = company.heard[0].words
    assert (words["Event"], words["EventKey"], words["TaskId"]) == (
        "template_card_event",
        "accept 1024",
        "t_1024-1",
    )
    assert (words["CardType"], words["FromUserName"]) == ("button_interaction", "wangfang")
    new = {
        **CARD,
        "main_title": {"title": "#1024 王芳已受理"},
        "button_list": [{"text": "到场", "key": "arrive 1024"}],
    }
    done = await company.update(words["ResponseCode"], atall=1, template_card=new)
    assert done["errcode"] == 0
    assert company.wang.last.labels == company.li.last.labels == ["到场"]
    assert "王芳已受理" in company.li.last.text
    push = await company.li.presses("到场")
    assert "arrive 1024" in push.words


async def test_the_code_of_sending_updates_once_as_well(company: Company):
    code = (await company.send_card())["response_code"]
    done = await company.update(code, userids=["wangfang"], button={"replace_name": "已受理"})
    assert done["errcode"] == 0
    assert company.wang.last.labels == []
    assert company.wang.last.text.endswith("已受理")
    assert company.li.last.labels == ["接单", "我也遇到 3"]
    with pytest.raises(AssertionError, match="sees no button"):
        await company.wang.presses("接单")


async def test_an_update_names_those_who_never_got_the_card(company: Company):
    code = (await company.send_card("wangfang"))["response_code"]
    done = await company.update(
        code, userids=["wangfang", "LiLei", "Nobody"], button={"replace_name": "已受理"}
    )
    assert done["invaliduser"] == ["lilei", "nobody"]


async def test_a_recalled_message_is_gone(company: Company):
    sent = await company.send("wangfang")
    assert (await company.post("message/recall", {"msgid": sent["msgid"]}))["errcode"] == 0
    assert company.wang.messages == []


async def test_a_picture_and_a_textcard_are_taken(company: Company):
    media_id = await company.photo()
    assert (await company.send("wangfang", "image", {"media_id": media_id}))["errcode"] == 0
    card = {"title": "#1024", "description": "电梯", "url": "https://example.org/1024"}
    assert (await company.send("wangfang", "textcard", card))["errcode"] == 0
    assert company.wang.last.text == "#1024\n电梯"
    assert (await company.send("wangfang", "markdown", {"content": "**#1024**"}))["errcode"] == 0


async def test_the_server_can_be_gone_and_come_back(company: Company):
    await company.wecom.stop()
    with pytest.raises(httpx.TransportError):
        await company.token()
    await company.wecom.start()
    assert (await company.send("wangfang"))["errcode"] == 0
