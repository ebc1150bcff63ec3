"""WeChat's pushes become what was said and done."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.wechat_parse import TemplateEnd, Unreadable
from handlers.messages import Event, Piece, Sender, Window
from storage.records import HOUR, MINUTE, SECOND
from tests.bot.wechat.pushes import MEI, SECONDS, event, happened, push, read, said
from tests.storage.things import NOON


def test_words_are_said_in_private_by_somebody_whose_name_nobody_knows():
    inbound = said("text", Content=" 3号楼电梯停了\n")
    assert inbound.key == "wechat:23456789012345678"
    assert inbound.chat == f"wechat:{MEI}"
    assert inbound.sender == Sender(inbound.chat, "微信居民")
    assert (inbound.text, inbound.at, inbound.private, inbound.to_bot) == ("3号楼电梯停了", NOON, True, True)
    assert inbound.message == "23456789012345678"


def test_a_message_carries_its_answer_back_and_opens_two_days_for_five_letters():
    inbound = said("text", Content="在吗")
    assert inbound.at_once == 2000
    assert inbound.window is not None
    assert (inbound.window.kind, inbound.window.letters) == ("talk", 5)
    # A minute less than 48 hours, from when it was taken in: never longer than WeChat counts.
    assert NOON + 48 * HOUR - MINUTE <= inbound.window.until <= NOON + 48 * HOUR


@pytest.mark.parametrize(
    ("fields", "pieces", "text"),
    [
        (
            {"MsgType": "image", "PicUrl": "http://p", "MediaId": "m-1"},
            (Piece("photo", "m-1"),),
            "",
        ),
        (
            {"MsgType": "voice", "MediaId": "m-2", "Format": "amr", "Recognition": "三号楼电梯坏了。"},
            (Piece("voice", "m-2"),),
            "三号楼电梯坏了。",
        ),
        ({"MsgType": "voice", "MediaId": "m-2", "Format": "amr"}, (Piece("voice", "m-2"),), ""),
        ({"MsgType": "voice", "MediaId": "m-2", "Recognition": None}, (Piece("voice", "m-2"),), ""),
        ({"MsgType": "video", "MediaId": "m-3", "ThumbMediaId": "t"}, (Piece("video", "m-3"),), ""),
        ({"MsgType": "shortvideo", "MediaId": "m-4", "ThumbMediaId": "t"}, (Piece("video", "m-4"),), ""),
        (
            {"MsgType": "link", "Title": "电梯停运通知", "Description": "…", "Url": "https://a.cn/1"},
            (),
            "电梯停运通知\nhttps://a.cn/1",
        ),
    ],
)
def test_every_kind_of_message_keeps_its_words_and_its_piece(
    fields: dict[str, Any], pieces: tuple[Piece, ...], text: str
) -> None:
    inbound = said(fields.pop("MsgType"), **fields)
    assert (inbound.pieces, inbound.text) == (pieces, text)


def test_a_location_is_latitude_and_longitude_with_its_label_as_words():
    inbound = said("location", Location_X="30.62", Location_Y="114.15", Scale="16", Label="鑫海花城东区3号楼")
    assert (inbound.location, inbound.text) == ((30.62, 114.15), "鑫海花城东区3号楼")


@pytest.mark.parametrize("where", [("nan", "1"), ("91", "1"), ("1", "-181"), ("", ""), ("北", "东")])
def test_a_location_that_is_nowhere_is_refused(where: tuple[str, str]) -> None:
    with pytest.raises(Unreadable):
        read(push("location", Location_X=where[0], Location_Y=where[1], Label="x"))


def test_a_tap_in_a_message_menu_is_its_words_and_opens_a_minute_only():
    inbound = said("text", Content="满意 1024", bizmsgmenuid="101")
    assert (inbound.text, inbound.press) == ("满意 1024", None)
    assert inbound.window is not None
    assert (inbound.window.kind, inbound.window.letters) == ("touch", 3)


@pytest.mark.parametrize(
    "nothing",
    [
        push("text", Content="【收到不支持的消息类型，暂无法显示】"),
        push("text", Content=""),
        push("text", Content=None),
        push("image"),
        push("miniprogrampage", Title="x", AppId="a"),
        event("LOCATION", Latitude="30.6", Longitude="114.2", Precision="100"),
        event("VIEW", EventKey="https://a.cn"),
        event("CLICK", EventKey="somebody-else's"),
        event("SCAN", EventKey=""),
        event("verify_expired", ExpiredTime="1442401122"),
        event("kf_create_session", KfAccount="a@b"),
    ],
)
def test_what_concerns_nobody_says_nothing(nothing: dict[str, Any]) -> None:
    assert read(nothing) == ()


def test_what_wechat_may_yet_invent_is_nobodys_business():
    assert read(push("finder_live", MsgId=None, Content="a")) == ()
    assert read(event("shiny_new", EventKey="x" * 2000)) == ()


def test_words_about_an_unsupported_message_are_words():
    long = "我收到不支持的消息类型这个提示好几次了，楼下的门禁也一直打不开，麻烦来看看"
    assert said("text", Content=long).text == long


# --- events ---------------------------------------------------------------------------------------------------------


def test_who_follows_by_a_buildings_code_is_reachable_and_stands_at_it():
    here, start = read(event("subscribe", EventKey="qrscene_xinhai-east-3", Ticket="T"))
    assert (here.event, here.key) == (
        Event.UNBLOCKED,
        f"wechat:{MEI}:{SECONDS}:subscribe:qrscene_xinhai-east-3",
    )
    assert (start.start, start.event, start.key) == ("p_xinhai-east-3", None, f"{here.key}:start")
    assert (here.at_once, start.at_once) == (0, 2000)
    assert start.window == Window("touch", NOON + 2 * SECOND + 50 * SECOND, 3)


def test_who_follows_by_themselves_is_reachable_and_greeted():
    here, start = read(event("subscribe", EventKey=None))
    assert (here.event, start.start) == (Event.UNBLOCKED, "")


def test_a_follow_by_a_product_code_is_a_plain_follow():
    _, start = read(event("subscribe", EventKey="scanbarcode|1|2"))
    assert start.start == ""


def test_who_scans_again_stands_at_the_place():
    inbound = happened("SCAN", EventKey="xinhai-east-3", Ticket="T")
    assert (inbound.start, inbound.key) == ("p_xinhai-east-3", f"wechat:{MEI}:{SECONDS}:scan:xinhai-east-3")


@pytest.mark.parametrize("entry", ["报修", "投诉", "我的工单"])
def test_a_click_on_our_menu_says_its_words(entry: str) -> None:
    inbound = happened("CLICK", EventKey=entry)
    assert (inbound.text, inbound.press, inbound.message) == (entry, None, None)
    assert inbound.window is not None
    assert inbound.window.kind == "touch"


def test_who_unfollows_cannot_be_reached():
    inbound = happened("unsubscribe", EventKey=None)
    assert (inbound.event, inbound.at_once, inbound.window) == (Event.BLOCKED, 0, None)


@pytest.mark.parametrize(
    ("status", "why"),
    [("success", ""), ("failed:user block", "user block"), ("failed: system failed", "system failed")],
)
def test_the_end_of_a_template_message_says_whether_it_arrived(status: str, why: str) -> None:
    ended = read(event("TEMPLATESENDJOBFINISH", MsgID="200163836", Status=status))
    assert ended == TemplateEnd(f"wechat:{MEI}", "template:200163836", why)


SENT = {"TemplateId": "VRR0", "MsgID": "1700827132819554304", "ErrorCode": "0", "ErrorStatus": "success"}
LOST = {**SENT, "ErrorCode": "1", "ErrorStatus": "system failed"}


@pytest.mark.parametrize("listed", [LOST, [SENT, LOST]])
def test_a_subscription_notice_that_did_not_arrive_is_known_by_its_chat_alone(listed: Any) -> None:
    ended = read(event("subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": listed}))
    assert ended == TemplateEnd(f"wechat:{MEI}", "subscribe:", "system failed", "VRR0")


@pytest.mark.parametrize(
    "around", [{"List": SENT}, {"List": [SENT, SENT]}, {"List": ""}, {}, "", None, ["x"]]
)
def test_a_subscription_notice_that_arrived_is_nobodys_news(around: Any) -> None:
    assert read(event("subscribe_msg_sent_event", SubscribeMsgSentEvent=around)) == ()


@pytest.mark.parametrize("name", ["popup", "change"])
def test_who_agrees_to_notices_or_not_has_said_nothing_to_us(name: str) -> None:
    listed = {"List": {"TemplateId": "VRR0", "SubscribeStatusString": "reject"}}
    assert read(event(f"subscribe_msg_{name}_event", **{f"SubscribeMsg{name.title()}Event": listed})) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        push("text", Content="a", FromUserName=None),
        push("text", Content="a", FromUserName="a/b"),
        push("text", Content="a", FromUserName={"b": "c"}),
        push("text", Content="a", CreateTime="soon"),
        push("text", Content="a", CreateTime=None),
        push("text", Content="a", MsgId=None),
        push("text", Content="a", MsgId="1; drop"),
    ],
)
def test_what_wechat_would_never_push_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        read(wrong)
