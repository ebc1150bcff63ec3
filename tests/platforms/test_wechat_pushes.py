"""What residents do reaches the program as WeChat tells it, and its answer is what they see."""

import asyncio
import base64
import time

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto

from tests.platforms.wechat import OUT_OF_ORDER, a_photo
from tests.platforms.wechat.envelope import Broken, Envelope, signature
from tests.platforms.wechat.server import AES_KEY, APPID, ORIGINAL_ID, TOKEN
from tests.platforms.wechat_trial import Trial


async def test_words_reach_the_program_and_its_answer_is_seen(trial: Trial):
    trial.answer = lambda push: trial.text(push, f"收到：{push['Content']}")
    await trial.mei.says("3号楼电梯停了]]>")
    assert trial.mei.last.text == "收到：3号楼电梯停了]]>"
    assert trial.mei.last.how == "passive"
    push = trial.heard[0]
    assert push["ToUserName"] == ORIGINAL_ID
    assert push["FromUserName"] == trial.mei.openid
    assert push["CreateTime"] == "1790000000"
    assert push["MsgType"] == "text"
    assert int(push["MsgId"]) > 2**48
    assert not trial.wechat.failures


async def test_every_push_is_signed_with_the_machines_time(trial: Trial):
    await trial.mei.says("你好")
    query = trial.queries[0]
    assert abs(int(query["timestamp"]) - time.time()) < 60
    assert query["signature"] == signature(TOKEN, query["timestamp"], query["nonce"])
    assert query["openid"] == trial.mei.openid
    assert ("encrypt_type" in query) == (trial.envelope.key is not None)


async def test_a_sealed_push_hides_the_words_and_wechatpy_can_open_it():
    async with Trial(safe=True) as trial:
        await trial.mei.says("3号楼漏水")
    query, body = trial.queries[0], trial.bodies[0]
    assert "漏水".encode() not in body
    assert trial.mei.openid.encode() not in body
    crypto = WeChatCrypto(TOKEN, AES_KEY, APPID)
    opened = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
    assert parse_message(opened).content == "3号楼漏水"


async def test_what_wechatpy_seals_is_seen():
    async with Trial(safe=True) as trial:
        crypto = WeChatCrypto(TOKEN, AES_KEY, APPID)
        plain = Trial(safe=False)
        trial.answer = lambda push: crypto.encrypt_message(plain.text(push, "收到"), "77", "1790000000")
        await trial.mei.says("你好")
        assert trial.mei.last.text == "收到", trial.wechat.failures


def test_what_is_sealed_fills_blocks_of_32_and_a_wrong_filling_is_seen():
    envelope = Envelope(TOKEN, APPID, AES_KEY)
    for words in ("", "漏水", "x" * 40):
        sealed = base64.b64decode(envelope.seal(words))
        assert len(sealed) % 32 == 0
        assert envelope.open(base64.b64encode(sealed).decode()) == words
    key = base64.b64decode(AES_KEY + "=")
    for filling in (b"\0" * 16, bytes([33]) * 48, bytes(range(1, 17)), b"x" * 15 + b"\2"):
        sealing = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
        broken = base64.b64encode(sealing.update(b"r" * 16 + filling) + sealing.finalize()).decode()
        with pytest.raises(Broken, match="padding"):
            envelope.open(broken)


async def test_saying_nothing_is_allowed(trial: Trial):
    for nothing in ("success", ""):
        trial.answer = lambda push, nothing=nothing: nothing
        await trial.mei.says("你好")
    assert trial.mei.seen == []
    assert trial.wechat.failures == []


@pytest.mark.parametrize("kind", ["image", "voice", "video", "location", "link"])
async def test_every_kind_of_message_has_its_fields(trial: Trial, kind: str):
    mei = trial.mei
    acts = {
        "image": lambda: mei.sends_photo(a_photo()),
        "voice": lambda: mei.sends_voice(b"#!AMR\nx", "电梯坏了"),
        "video": lambda: mei.sends_video(),
        "location": lambda: mei.sends_location(30.66, 114.21, "鑫海花城"),
        "link": lambda: mei.sends_link("通知", "https://example.org/1"),
    }
    fields = {
        "image": {"PicUrl", "MediaId"},
        "voice": {"MediaId", "Format", "Recognition"},
        "video": {"MediaId", "ThumbMediaId"},
        "location": {"Location_X", "Location_Y", "Scale", "Label"},
        "link": {"Title", "Description", "Url"},
    }
    await acts[kind]()
    push = trial.heard[0]
    assert push["MsgType"] == kind
    assert set(push) == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId"} | fields[kind]


async def test_a_voice_message_may_come_without_recognition(trial: Trial):
    await trial.mei.sends_voice()
    assert "Recognition" not in trial.heard[0]


async def test_a_sticker_comes_as_words_of_wechats_own(trial: Trial):
    await trial.mei.sends_sticker()
    assert trial.heard[0]["Content"] == "【收到不支持的消息类型，暂无法显示】"


async def test_two_scans_of_one_person_are_a_second_apart_though_the_clock_stands_still(trial: Trial):
    for _ in range(3):
        await trial.mei.scans("b3")
    assert [push["CreateTime"] for push in trial.heard] == ["1790000000", "1790000001", "1790000002"]


async def test_following_by_a_code_carries_its_place(trial: Trial):
    zhang = trial.wechat.resident("oZhang", "张婶", following=False)
    await zhang.scans("xinhai-east_3")
    assert trial.heard[0]["Event"] == "subscribe"
    assert trial.heard[0]["EventKey"] == "qrscene_xinhai-east_3"
    assert trial.heard[0]["Ticket"]
    assert "MsgId" not in trial.heard[0]
    await zhang.scans("xinhai-east_3")
    assert (trial.heard[1]["Event"], trial.heard[1]["EventKey"]) == ("SCAN", "xinhai-east_3")


async def test_following_by_name_carries_no_place(trial: Trial):
    zhang = trial.wechat.resident("oZhang", "张婶", following=False)
    await zhang.follows()
    assert trial.heard[0]["EventKey"] == ""
    assert "Ticket" not in trial.heard[0]


async def test_who_unfollows_sees_no_answer_and_cannot_write(trial: Trial):
    trial.answer = lambda push: trial.text(push, "再见")
    await trial.mei.unfollows()
    assert trial.heard[0]["Event"] == "unsubscribe"
    assert trial.mei.seen == []
    with pytest.raises(AssertionError, match="does not follow"):
        await trial.mei.says("还在吗")


async def test_a_slow_program_is_asked_three_times_with_the_same_number(trial: Trial):
    trial.wechat.pusher.limit, trial.wechat.pusher.pause = 0.1, 0

    async def never(push: object) -> str:
        await asyncio.Event().wait()
        return ""

    trial.answer = never  # type: ignore[assignment]
    push = await trial.mei.says("电梯坏了")
    assert len(push.deliveries) == 3
    assert len({heard["MsgId"] for heard in trial.heard}) == 1
    assert len({heard["CreateTime"] for heard in trial.heard}) == 1
    assert trial.mei.last.text == OUT_OF_ORDER
    assert len(trial.wechat.failures) == 1


async def test_an_answer_to_the_second_delivery_counts(trial: Trial):
    trial.wechat.pusher.pause = 0
    trial.wechat.pusher.loses = 1
    trial.answer = lambda push: trial.text(push, "收到")
    push = await trial.mei.says("电梯坏了")
    assert len(push.deliveries) == 2
    assert [seen.text for seen in trial.mei.seen] == ["收到"]
    assert trial.wechat.failures == []
