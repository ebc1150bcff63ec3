"""What WeChat refuses, by its own numbers."""

import json
from typing import Any

import pytest

from tests.platforms.wechat import a_photo
from tests.platforms.wechat_trial import Trial

SEND = "message/custom/send"


@pytest.fixture
async def trial():
    """The API knows no modes: plaintext is enough. Tokens outlive the windows here, to leave those alone."""
    async with Trial(safe=False) as trial:
        trial.wechat.world.tokens.life = 10**9
        yield trial


def text(openid: object, content: object = "好") -> dict[str, Any]:
    return {"touser": openid, "msgtype": "text", "text": {"content": content}}


# Customer-service messages ------------------------------------------------------------------------------------------


async def test_five_messages_within_48_hours_of_a_message(trial: Trial):
    assert await trial.sends() == 45015
    await trial.mei.says("电梯坏了")
    trial.now += 48 * 3600 - 1
    assert [await trial.sends(str(n)) for n in range(6)] == [0, 0, 0, 0, 0, 45047]
    trial.now += 1
    assert await trial.sends() == 45015
    await trial.mei.says("还没来")
    assert await trial.sends() == 0
    assert [seen.text for seen in trial.mei.seen] == ["0", "1", "2", "3", "4", "已受理"]
    assert {seen.how for seen in trial.mei.seen} == {"kefu"}


async def test_three_messages_within_a_minute_of_a_scan_besides(trial: Trial):
    await trial.mei.scans("b3")
    trial.now += 59
    assert [await trial.sends() for _ in range(4)] == [0, 0, 0, 45047]
    await trial.mei.scans("b3")
    trial.now += 60
    assert await trial.sends() == 45015


async def test_a_scan_gives_three_more_beside_what_a_message_left(trial: Trial):
    await trial.mei.says("你好")
    await trial.mei.scans("b3")
    assert [await trial.sends() for _ in range(9)] == [0] * 8 + [45047]


async def test_a_new_follower_may_be_told_three_things(trial: Trial):
    zhang = trial.wechat.resident("oZhang", "张婶", following=False)
    assert await trial.sends(openid="oZhang") == 45015
    await zhang.follows()
    assert [await trial.sends(openid="oZhang") for _ in range(4)] == [0, 0, 0, 45047]


async def test_nothing_reaches_who_unfollowed(trial: Trial):
    await trial.mei.says("你好")
    await trial.mei.unfollows()
    assert await trial.sends() == 45015
    assert trial.mei.seen == []


async def test_a_tap_on_a_messages_menu_opens_the_short_window_alone(trial: Trial):
    await trial.mei.says("修好了吗")
    menu = {
        "head_content": "修好了吗？",
        "list": [{"id": "101", "content": "满意"}, {"id": "s3", "content": "不满意"}],
    }
    sent = {"touser": trial.mei.openid, "msgtype": "msgmenu", "msgmenu": menu}
    assert (await trial.call(SEND, sent))["errcode"] == 0
    trial.now += 48 * 3600
    await trial.mei.picks("满意")
    assert trial.heard[-1]["Content"] == "满意"
    assert trial.heard[-1]["bizmsgmenuid"] == "101"
    assert trial.heard[-1]["MsgType"] == "text"
    assert [await trial.sends() for _ in range(4)] == [0, 0, 0, 45047]
    trial.now += 60
    assert await trial.sends() == 45015
    await trial.mei.picks("s3")
    assert (trial.heard[-1]["Content"], trial.heard[-1]["bizmsgmenuid"]) == ("不满意", "0")


async def test_a_link_in_a_text_can_be_tapped_as_a_menu_can(trial: Trial):
    await trial.mei.says("你好")
    link = '修好了吗 <a href="weixin://bizmsgmenu?msgmenucontent=满意 1024&msgmenuid=101">满意</a>'
    assert await trial.sends(link) == 0
    assert trial.mei.last.words == "修好了吗 满意"
    await trial.mei.picks("满意 1024")
    assert (trial.heard[-1]["Content"], trial.heard[-1]["bizmsgmenuid"]) == ("满意 1024", "101")
    with pytest.raises(AssertionError, match="满意 1024"):
        await trial.mei.picks("不存在")


MEI = "oMeiYi0000000000000000000001"
BAD: dict[str, tuple[dict[str, Any], int]] = {
    "a stranger": (text("oNobody"), 40003),
    "nobody": (text(None), 40003),
    "no words": (text(MEI, ""), 44004),
    "words that are none": (text(MEI, 5), 47001),
    "too many bytes": (text(MEI, "漏" * 683), 45002),
    "no such type": ({"touser": MEI, "msgtype": "button"}, 40008),
    "no type": ({"touser": MEI}, 40008),
    "no part": ({"touser": MEI, "msgtype": "text"}, 47001),
    "no such picture": ({"touser": MEI, "msgtype": "image", "image": {"media_id": "x"}}, 40007),
    "an empty menu": ({"touser": MEI, "msgtype": "msgmenu", "msgmenu": {"list": []}}, 47001),
    "a menu without ids": (
        {"touser": MEI, "msgtype": "msgmenu", "msgmenu": {"list": [{"content": "好"}]}},
        47001,
    ),
    "two articles": ({"touser": MEI, "msgtype": "news", "news": {"articles": [{}, {}]}}, 45008),
}


@pytest.mark.parametrize("what", BAD)
async def test_a_message_that_is_none_is_refused_and_costs_nothing(trial: Trial, what: str):
    await trial.mei.says("你好")
    body, code = BAD[what]
    refused = await trial.call(SEND, body)
    assert refused["errcode"] == code
    assert " rid: " in refused["errmsg"]
    assert trial.mei.allowance.left(trial.now) == 5
    assert trial.mei.seen == []
    assert [call.refusal.code for call in trial.wechat.refusals if call.refusal] == [code]


async def test_2048_bytes_of_text_are_taken(trial: Trial):
    await trial.mei.says("你好")
    assert await trial.sends("漏" * 682 + "ab") == 0


@pytest.mark.parametrize(("body", "code"), [(b"", 44002), (b"{", 47001), (b"[]", 47001)])
async def test_a_body_that_is_no_json_is_refused(trial: Trial, body: bytes, code: int):
    token = (await trial.stable())["access_token"]
    answer = await trial.fetch("POST", SEND, params={"access_token": token}, data=body)
    assert answer.status == 200
    assert json.loads(await answer.read())["errcode"] == code


async def test_the_way_of_asking_must_be_right(trial: Trial):
    assert (await trial.call(SEND, method="GET"))["errcode"] == 43002
    assert (await trial.call("menu/get", {}, method="POST"))["errcode"] == 43001
    assert (await trial.call("no/such/path"))["errcode"] == 40066


async def test_escaped_characters_and_unknown_fields_are_taken(trial: Trial):
    await trial.mei.says("你好")
    body = json.dumps({**text(trial.mei.openid, "已受理"), "new_field": 1})
    answer = await trial.fetch(
        "POST",
        SEND,
        params={"access_token": trial.token or (await trial.stable())["access_token"]},
        data=body,
    )
    assert json.loads(await answer.read())["errcode"] == 0
    assert trial.mei.last.text == "已受理"


# Media --------------------------------------------------------------------------------------------------------------


async def test_a_residents_photo_can_be_fetched_for_three_days(trial: Trial):
    photo = a_photo()
    await trial.mei.sends_photo(photo)
    asked = {"access_token": (await trial.stable())["access_token"], "media_id": trial.heard[0]["MediaId"]}
    answer = await trial.fetch("GET", "media/get", params=asked)
    assert await answer.read() == photo
    assert answer.headers["Content-Type"] == "image/jpeg"
    address = await trial.session.get(trial.heard[0]["PicUrl"])
    assert await address.read() == photo
    trial.now += 3 * 86400
    trial.token = ""
    assert (await trial.call("media/get", media_id=asked["media_id"]))["errcode"] == 40007
    assert (await trial.session.get(trial.heard[0]["PicUrl"])).status == 404


async def test_a_video_comes_as_an_address(trial: Trial):
    await trial.mei.sends_video(b"film")
    found = await trial.call("media/get", media_id=trial.heard[0]["MediaId"])
    answer = await trial.session.get(found["video_url"])
    assert await answer.read() == b"film"


async def test_media_that_is_not_there_is_refused(trial: Trial):
    assert (await trial.call("media/get", media_id="x"))["errcode"] == 40007
    assert (await trial.call("media/get"))["errcode"] == 41006


async def test_an_uploaded_picture_can_be_sent(trial: Trial):
    photo = a_photo()
    kept = await trial.uploads(photo)
    assert kept["type"] == "image"
    assert kept["created_at"] == trial.now
    await trial.mei.says("修好了吗")
    sent = {"touser": trial.mei.openid, "msgtype": "image", "image": {"media_id": kept["media_id"]}}
    assert (await trial.call(SEND, sent))["errcode"] == 0
    assert trial.mei.last.image == photo


@pytest.mark.parametrize(
    ("content", "kind", "name", "code"),
    [
        (b"no picture", "image", "a.jpg", 40005),
        (b"", "image", "a.jpg", 41005),
        (b"\xff\xd8" + b"0" * (10 << 20), "image", "a.jpg", 40009),
        (b"0" * (2 << 20) + b"1", "voice", "a.amr", 40010),
        (b"0" * (10 << 20) + b"1", "video", "a.mp4", 40011),
        (a_photo(), "picture", "a.jpg", 40004),
        (a_photo(), "image", "photo", 40005),
    ],
)
async def test_what_cannot_be_kept_is_refused(trial: Trial, content: bytes, kind: str, name: str, code: int):
    assert (await trial.uploads(content, kind, name))["errcode"] == code
