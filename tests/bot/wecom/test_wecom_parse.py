"""What members and residents do on WeCom, understood."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.channels import wecom_bot_parse, wecom_parse
from bot.channels.tencent_envelope import NotTheirs
from handlers.messages import Earlier, Event, Inbound, Piece, Sender, Window
from storage.records import MINUTE, Address

NOW = 1_770_000_000_000
WANG = Address("wecom:wangfang")
OUTSIDER = "wmAJ2GCAAAXtWyujaWJHDDGi0mACAAAA"
MEI = Address(f"wecom:_{OUTSIDER}")
HEARD = Inbound(
    key="wecom:7001",
    at=NOW,
    chat=WANG,
    private=True,
    sender=Sender(WANG, "WangFang"),
    text="待办",
    message="7001",
    to_bot=True,
    toasts=False,
)


def pushed(kind: str = "text", who: str = "WangFang", **more: str) -> dict[str, str]:
    common = {"ToUserName": "ww1", "FromUserName": who, "CreateTime": str(NOW // 1000), "AgentID": "1"}
    return common | {"MsgType": kind, "MsgId": "7001"} | more


def heard(**more: object) -> Inbound:
    return replace(HEARD, **{"text": "", **more})  # type: ignore[arg-type]


def event(name: str, **more: str) -> Inbound | None:
    said = pushed("event", Event=name, **more)
    del said["MsgId"]
    return wecom_parse.parse(said)


def test_a_member_is_the_same_however_their_userid_is_written():
    assert wecom_parse.parse(pushed(Content=" 待办 ")) == HEARD
    assert wecom_parse.parse(pushed(who="WANGFANG", Content="待办")).chat == WANG  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "fields", "what"),
    [
        ("image", {"MediaId": "m1", "PicUrl": "http://p/1"}, {"pieces": (Piece("photo", "m1"),)}),
        ("voice", {"MediaId": "m2", "Format": "amr"}, {"pieces": (Piece("voice", "m2"),)}),
        ("video", {"MediaId": "m3", "ThumbMediaId": "m4"}, {"pieces": (Piece("video", "m3"),)}),
        (
            "location",
            {"Location_X": "30.6", "Location_Y": "114.3", "Label": "鑫海花城东区"},
            {"text": "鑫海花城东区", "location": (30.6, 114.3)},
        ),
        (
            "link",
            {"Title": "停水", "Description": "明天", "Url": "https://h.example"},
            {"text": "停水\n明天\nhttps://h.example"},
        ),
    ],
)
def test_pictures_voices_films_places_and_links_are_understood(kind, fields, what):
    assert wecom_parse.parse(pushed(kind, **fields)) == heard(**what)


@pytest.mark.parametrize(
    "words",
    [
        "这是一条引用/回复消息：\n“梅姨：\n电梯停了”\n------\n登记",
        'This is a quote/reply:\n"梅姨：电梯停了"\n------\n登记',
    ],
)
def test_an_answer_to_a_message_is_apart_from_the_message(words):
    assert wecom_parse.parse(pushed(Content=words)) == heard(text="登记", answers=Earlier(None, "电梯停了"))


def test_a_pressed_button_names_the_card_and_brings_a_code():
    fields = {"EventKey": "accept:jinghe-1024", "TaskId": "t1", "ResponseCode": "c1"}
    found = event("template_card_event", **fields)
    key = f"wecom:wangfang:{NOW // 1000}:template_card_event:t1:accept:jinghe-1024"
    assert found == heard(key=key, press="accept:jinghe-1024", message="t1")
    said = pushed("event", Event="template_card_event", **fields)
    assert wecom_parse.response_code(said) == ("t1", "c1")
    assert wecom_parse.response_code(pushed(Content="待办", **fields)) is None


def test_an_entry_of_a_cards_menu_is_pressed_like_a_button():
    found = event("template_card_menu_event", EventKey="story:jinghe-1024", TaskId="t1", ResponseCode="c1")
    assert found is not None
    assert (found.press, found.message) == ("story:jinghe-1024", "t1")


def test_who_opens_the_app_is_told_once_what_it_is_for():
    first, again = event("enter_agent"), event("enter_agent", CreateTime="1790000000")
    assert first is not None
    assert again is not None
    assert first.text == "/start"
    assert first.key == again.key


def test_coming_into_the_apps_reach_and_leaving_it_are_known():
    for name, known in (("subscribe", Event.UNBLOCKED), ("unsubscribe", Event.BLOCKED)):
        found = event(name)
        assert found is not None
        assert found.event is known


@pytest.mark.parametrize("name", ["LOCATION", "batch_job_result", "view", "open_approval_change"])
def test_what_concerns_nobody_is_passed_over(name):
    assert event(name) is None
    assert wecom_parse.parse(pushed("sticker")) is None
    assert wecom_parse.parse(pushed(Content="  ")) is None


def test_a_message_without_a_time_is_not_wecoms():
    with pytest.raises(NotTheirs):
        wecom_parse.parse(pushed(Content="待办", CreateTime="soon"))


# --- the robot ------------------------------------------------------------------------------------------------------


def told(kind: str = "text", *, who: str = OUTSIDER, **more: object) -> dict[str, object]:
    common: dict[str, object] = {"msgid": "a1", "aibotid": "bot", "chatid": "wrGRID1", "chattype": "group"}
    return (
        common | {"from": {"userid": who}, "response_url": "https://q.example/r?c=1", "msgtype": kind} | more
    )


def understood(said: dict[str, object]) -> Inbound:
    found = wecom_bot_parse.parse(said, NOW)
    assert found is not None
    return found


def test_what_is_said_to_the_robot_comes_without_its_name_and_with_a_way_to_answer():
    found = understood(told(text={"content": "@呼应 3号楼电梯停了"}))
    assert found == Inbound(
        key="wecom:bot:a1",
        at=NOW,
        chat=Address("wecom:wrGRID1"),
        private=False,
        sender=Sender(MEI, "微信居民"),
        text="3号楼电梯停了",
        message="a1",
        to_bot=True,
        at_once=16_000,
        window=Window("reply", NOW + 59 * MINUTE, 1, "https://q.example/r?c=1"),
    )


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("3号楼电梯停了 @呼应", "3号楼电梯停了"),
        ("3号楼电梯停了@呼应 ", "3号楼电梯停了"),
        ("@王芳 @呼应 来看看", "来看看"),
        ("@呼应", "/help"),
        ("写信给 a@b.cn @呼应", "写信给 a@b.cn"),
    ],
)
def test_a_mention_goes_wherever_it_stands(words, rest):
    assert understood(told(text={"content": words})).text == rest


def test_an_outsider_is_never_taken_for_a_member():
    assert understood(told(text={"content": "在吗"})).sender == Sender(MEI, "微信居民")
    assert understood(told(who="WangFang", text={"content": "在吗"})).sender == Sender(WANG, "WangFang")
    other = understood(told(text={"content": "在吗"}) | {"from": {"corpid": "wpX", "userid": "wangfang"}})
    assert other.sender == Sender(Address("wecom:_wpX.wangfang"), "微信居民")
    assert all(wecom_bot_parse.outside(one) for one in (MEI, Address("wecom:_wpX.wangfang")))
    assert not wecom_bot_parse.outside(WANG)


def test_alone_with_the_robot_the_chat_is_the_persons_own():
    said = told(who="WangFang", text={"content": "待办"}) | {"chattype": "single"}
    del said["chatid"]
    found = understood(said)
    assert (found.chat, found.private) == (WANG, True)


def test_words_and_pictures_come_together_and_a_quote_apart():
    items = [
        {"msgtype": "text", "text": {"content": "@呼应 这里漏水"}},
        {"msgtype": "image", "image": {"url": "https://x.myqcloud.com/1"}},
    ]
    quote = {"msgtype": "text", "text": {"content": "3号楼又漏了"}}
    found = understood(told("mixed", mixed={"msg_item": items}, quote=quote))
    assert found.text == "这里漏水"
    assert found.pieces == (Piece("photo", "robot:https://x.myqcloud.com/1"),)
    assert found.answers == Earlier(None, "3号楼又漏了")


def test_what_the_robot_said_itself_is_nobodys_report():
    quote = {"msgtype": "text", "text": {"content": "#1024 电梯 · 3号楼\n等王芳接单"}}
    assert understood(told(text={"content": "@呼应 登记"}, quote=quote)).answers is None


def test_who_opens_a_conversation_with_the_robot_is_greeted():
    said = told("event", event={"eventtype": "enter_chat"}, create_time=NOW // 1000)
    assert understood(said).text == "/start"
    assert wecom_bot_parse.is_welcome(said)
    assert wecom_bot_parse.parse(told("event", event={"eventtype": "feedback_event"}), NOW) is None
    assert wecom_bot_parse.parse(told("stream", stream={"id": "s"}), NOW) is None


@pytest.mark.parametrize(
    "odd",
    [
        {"msgid": "M"},
        told(who="a b"),
        told(text="x"),
        told() | {"chatid": "a/b"},
        told("mixed", mixed={}),
        told() | {"from": 7},
    ],
)
def test_what_the_robot_is_never_told_is_an_error_that_is_foreseen(odd):
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        wecom_bot_parse.parse(odd, NOW)
