"""Every passive reply WeChat does not take shows the resident that the account is out of order."""

from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from tests.platforms.wechat import OUT_OF_ORDER, a_photo
from tests.platforms.wechat.envelope import Envelope
from tests.platforms.wechat.server import AES_KEY, ORIGINAL_ID, TOKEN
from tests.platforms.wechat.xml import written
from tests.platforms.wechat_trial import Trial

Reply = Callable[[Trial, dict[str, Any]], str | bytes]


def xml(body: str) -> Reply:
    return lambda trial, push: trial.sealed(
        body.replace("MEI", push["FromUserName"]).replace("GH", ORIGINAL_ID)
    )


def fields(**wrong: Any) -> Reply:
    """A good text but for these fields."""
    return lambda trial, push: trial.reply(push, **{"MsgType": "text", "Content": "好", **wrong})


HEAD = "<ToUserName>MEI</ToUserName><FromUserName>GH</FromUserName><CreateTime>1</CreateTime>"
BAD: dict[str, tuple[Reply, str]] = {
    "words": (lambda trial, push: "ok", "no XML"),
    "json": (lambda trial, push: '{"errcode": 0}', "no XML"),
    "success with a line end": (lambda trial, push: "success\n", "no XML"),
    "no UTF-8": (lambda trial, push: b"\xff\xfe", "no UTF-8"),
    "another root": (xml("<html></html>"), "the root is <html>"),
    "an open tag": (xml("<xml><ToUserName>"), "no XML"),
    "a document type": (xml("<!DOCTYPE xml><xml></xml>"), "document type"),
    "a field twice": (
        xml(f"<xml>{HEAD}<MsgType>text</MsgType><Content>a</Content><Content>b</Content></xml>"),
        "<Content> stands there twice",
    ),
    "a field too much": (fields(Injected="x"), "a text has"),
    "loose words": (xml(f"<xml>{HEAD}<MsgType>text</MsgType><Content>a</Content>]]></xml>"), ""),
    "no type": (xml(f"<xml>{HEAD}<Content>a</Content></xml>"), "MsgType is 'None'"),
    "an unknown type": (fields(MsgType="card"), "MsgType is 'card'"),
    "no receiver": (fields(ToUserName=""), "goes from"),
    "another receiver": (fields(ToUserName="oZhang"), "goes from"),
    "another account": (fields(FromUserName="gh_000000000000"), "goes from"),
    "the two changed over": (
        lambda trial, push: trial.reply(
            push, ToUserName=ORIGINAL_ID, FromUserName=push["FromUserName"], MsgType="text", Content="好"
        ),
        "goes from",
    ),
    "no time": (fields(CreateTime="now"), "CreateTime is 'now'"),
    "no words": (fields(Content=""), "Content is empty"),
    "too many words": (fields(Content="漏" * 683), "Content has 2049 bytes"),
    "a picture that is not there": (
        lambda trial, push: trial.reply(push, MsgType="image", Image={"MediaId": "x"}),
        "invalid media_id",
    ),
    "a picture without its part": (
        lambda trial, push: trial.reply(push, MsgType="image", Image="x"),
        "has nothing inside",
    ),
    "two articles": (
        lambda trial, push: trial.reply(
            push, MsgType="news", ArticleCount=2, Articles={"item": {"Title": "t", "Url": "u"}}
        ),
        "one article",
    ),
}


@pytest.mark.parametrize("what", BAD)
async def test_a_reply_that_is_none_shows_the_fault_once_and_is_not_asked_again(trial: Trial, what: str):
    reply, why = BAD[what]
    trial.answer = lambda push: reply(trial, push)
    await trial.mei.says("电梯坏了")
    assert [(seen.how, seen.text) for seen in trial.mei.seen] == [("fault", OUT_OF_ORDER)]
    assert len(trial.heard) == 1
    assert len(trial.wechat.failures) == 1
    assert why in trial.wechat.failures[0]
    assert trial.mei.out_of_order == 1


SEALED: dict[str, tuple[dict[str, str], str]] = {
    "a forged signature": ({"MsgSignature": "0" * 40}, "does not sign"),
    "another timestamp": ({"TimeStamp": "1790000001"}, "does not sign"),
    "another nonce": ({"Nonce": "78"}, "does not sign"),
    "no timestamp": ({"TimeStamp": ""}, "TimeStamp is ''"),
    "no nonce": ({"Nonce": ""}, "Nonce is empty"),
    "no base64": ({"Encrypt": "漏水"}, "no base64"),
    "a cut ciphertext": ({"Encrypt": "AAAA"}, "no whole number of blocks"),
    "a ciphertext of nothing": ({"Encrypt": "A" * 64}, ""),
    "a word too much": ({"Extra": "x"}, "safe mode takes exactly"),
    "another account's": (
        {"Encrypt": Envelope(TOKEN, "wx0000000000000000", AES_KEY).seal("<xml></xml>")},
        "sealed for b'wx0000000000000000'",
    ),
    "another key's": ({"Encrypt": Envelope(TOKEN, "wx", "A" * 43).seal("<xml></xml>")}, ""),
}


@pytest.mark.parametrize("what", SEALED)
async def test_an_envelope_that_is_wrong_shows_the_fault(what: str):
    wrong, why = SEALED[what]
    async with Trial(safe=True) as trial:
        trial.answer = lambda push: trial.sealed("<xml></xml>", **wrong)
        await trial.mei.says("电梯坏了")
        assert trial.mei.last.text == OUT_OF_ORDER
        assert why in trial.wechat.failures[0]


async def test_safe_mode_takes_no_open_answer():
    async with Trial(safe=True) as trial:
        plain = Trial(safe=False)
        trial.answer = lambda push: plain.text(push, "好")
        await trial.mei.says("电梯坏了")
        assert trial.mei.last.text == OUT_OF_ORDER


async def test_2048_bytes_of_words_are_shown(trial: Trial):
    trial.answer = lambda push: trial.text(push, "漏" * 682 + "ab")
    await trial.mei.says("你好")
    assert len(trial.mei.last.text) == 684


async def test_a_picture_and_an_article_are_shown(trial: Trial):
    photo = a_photo()
    media = (await trial.uploads(photo))["media_id"]
    trial.answer = lambda push: trial.reply(push, MsgType="image", Image={"MediaId": media})
    await trial.mei.says("看看")
    assert trial.mei.last.image == photo
    item = {"Title": "公示牌", "Description": "本周", "PicUrl": "", "Url": "https://example.org/board"}
    trial.answer = lambda push: trial.reply(push, MsgType="news", ArticleCount=1, Articles={"item": item})
    await trial.mei.says("公示牌")
    assert "https://example.org/board" in trial.mei.last.text
    assert trial.wechat.failures == []


@pytest.mark.parametrize("status", [201, 204, 302, 403, 404, 500, 503])
async def test_only_200_is_an_answer(trial: Trial, status: int):
    trial.wechat.pusher.pause = 0
    trial.answer = lambda push: web.Response(status=status, headers={"Location": trial.wechat.api})
    push = await trial.mei.says("电梯坏了")
    assert push.troubles == [f"answered {status}"] * 3
    assert trial.mei.last.text == OUT_OF_ORDER


async def test_nobody_listening_is_no_answer(trial: Trial):
    trial.wechat.pusher.pause = 0
    trial.wechat.url = "http://127.0.0.1:9/wechat"
    push = await trial.mei.says("电梯坏了")
    assert len(push.troubles) == 3
    assert trial.mei.last.text == OUT_OF_ORDER


async def test_a_repeat_is_signed_anew_or_is_the_very_same(trial: Trial):
    trial.wechat.pusher.pause = 0
    trial.wechat.pusher.loses = 2
    await trial.mei.says("电梯坏了")
    assert len({query["nonce"] for query in trial.queries}) == 3
    trial.wechat.pusher.signs_anew, trial.wechat.pusher.loses = False, 2
    await trial.mei.says("还没好")
    assert trial.queries[3] == trial.queries[4] == trial.queries[5]
    assert trial.bodies[3] == trial.bodies[4] == trial.bodies[5]


async def test_the_address_is_taken_when_it_echoes(trial: Trial):
    trial.answer = lambda push: push["echostr"]
    await trial.wechat.verify()
    assert set(trial.queries[0]) == {"signature", "timestamp", "nonce", "echostr"}
    trial.answer = lambda push: f"<p>{push['echostr']}</p>"
    with pytest.raises(AssertionError, match="not the echostr"):
        await trial.wechat.verify()
    trial.wechat.url += "/elsewhere"
    with pytest.raises(AssertionError, match="answers 404"):
        await trial.wechat.verify()


async def test_words_that_would_break_out_of_their_field_stay_in_it(trial: Trial):
    words = "]]></Content><Content>"
    trial.answer = lambda push: trial.sealed(
        written({"ToUserName": push["FromUserName"]}).replace("</xml>", "")
        + f"<FromUserName>{ORIGINAL_ID}</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType>"
        + f"<Content><![CDATA[{push['Content']}]]></Content></xml>"
    )
    await trial.mei.says("你好")
    assert trial.mei.last.text == "你好"
    await trial.mei.says(words)
    assert trial.mei.last.text == OUT_OF_ORDER
