"""What is said at Tencent's doors: a push of every kind, and how answers and envelopes read."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import httpx

from tests.platforms.wechat import passive
from tests.security.gates import ROBOT_GATE, Gate


def opened(gate: Gate, answer: httpx.Response) -> str:
    """What an answer says inside its envelope, as the platform reads it; "" for nothing."""
    body = answer.content
    if not body or body == b"success":
        return ""
    if gate is ROBOT_GATE:
        told = json.loads(body)
        return gate.envelope.open(told["encrypt"])
    return passive.opened(gate.envelope, body) if gate.safe else body.decode()


def inside(gate: Gate, body: bytes) -> str | None:
    """The sealed words of a body, which are all that is signed of it; None when there are none."""
    try:
        if gate is ROBOT_GATE:
            return str(json.loads(body)["encrypt"])
        return ElementTree.fromstring(body).findtext("Encrypt")
    except (ValueError, KeyError, TypeError, ElementTree.ParseError):
        return None


def kinds(gate: Gate) -> list[dict[str, Any]]:
    """Messages and events of every kind this door knows."""
    if gate is ROBOT_GATE:
        picture = {"msgtype": "image", "image": {"url": "http://127.0.0.1:9/x"}}
        words = {"msgtype": "text", "text": {"content": "@呼应 灯坏了"}}
        return [
            gate.message(response_url="http://127.0.0.1:9/cgi-bin/aibot/response?response_code=x"),
            gate.message(chattype="single"),
            gate.message(msgtype="mixed", mixed={"msg_item": [words, picture]}),
            gate.message(quote=words),
            gate.message(msgtype="event", event={"eventtype": "enter_chat"}, create_time=1_795_000_000),
            gate.message(**{"from": {"userid": "x", "corpid": "ww1"}}),
        ]
    events = [
        {"Event": "subscribe", "EventKey": "qrscene_xinhai-east-1-3"},
        {"Event": "SCAN", "EventKey": "xinhai-east-1-3"},
        {"Event": "CLICK", "EventKey": "报修"},
        {"Event": "unsubscribe"},
        {"Event": "enter_agent"},
        {"Event": "TEMPLATESENDJOBFINISH", "MsgID": "1", "Status": "success"},
        {
            "Event": "subscribe_msg_sent_event",
            "SubscribeMsgSentEvent": {"List": {"TemplateId": "t", "MsgID": "1", "ErrorCode": "0"}},
        },
        {
            "Event": "template_card_event",
            "EventKey": "accept:jinghe-1001",
            "TaskId": "t",
            "ResponseCode": "c",
        },
    ]
    place = {"Location_X": "30.6", "Location_Y": "114.3", "Label": "3号楼"}
    return [
        gate.message(),
        gate.message(MsgType="image", MediaId="M", PicUrl="http://127.0.0.1:9/x"),
        gate.message(MsgType="voice", MediaId="M", Recognition="3号楼灯坏了"),
        gate.message(MsgType="location", **place),
        gate.message(MsgType="link", Title="看", Url="http://127.0.0.1:9/x", Description="x"),
        *(gate.message(MsgType="event", **event) for event in events),
    ]


def xml(value: Any) -> str:
    """Write anything as fields; what cannot stand in XML stands there all the same."""

    def inner(one: Any) -> str:
        if isinstance(one, dict):
            return "".join(f"<{name}>{inner(field)}</{name}>" for name, field in one.items())
        if isinstance(one, list):
            return "".join(f"<item>{inner(field)}</item>" for field in one)
        return f"<![CDATA[{str(one).replace(']]>', ']]]]><![CDATA[>')}]]>"

    return f"<xml>{inner(value)}</xml>"
