"""What the app is told when a member does something: XML, sealed with the corpid as receiver.

Source: developer.work.weixin.qq.com/document/path/90239 (messages), /90240 (events), /90241 (passive answers).
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from tests.platforms.wecom.push import Line, Push
from tests.platforms.wecom.refusals import JSON, Refused
from tests.platforms.wecom.seal import Broken
from tests.platforms.wecom.sending import Sending
from tests.platforms.wecom.world import Message, World

TEXT = 2048  # bytes of a passive text; beyond it is cut off


def cdata(text: str) -> str:
    """Write any words into XML as Tencent does, `]]>` in them included."""
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def xml(fields: JSON) -> str:
    """Write fields in their order: numbers bare, texts as CDATA, dicts and lists of (name, value) as elements."""

    def value(one: object) -> str:
        if isinstance(one, dict):
            return "".join(f"<{name}>{value(inner)}</{name}>" for name, inner in one.items())
        return str(one) if isinstance(one, int | float) else cdata(str(one))

    return f"<xml>{value(fields)}</xml>"


def read(text: str | bytes) -> JSON:
    """Read flat or nested XML. Raises ET.ParseError."""

    def value(element: ET.Element) -> JSON | str:
        return {inner.tag: value(inner) for inner in element} if len(element) else element.text or ""

    read = value(ET.fromstring(text))
    return read if isinstance(read, dict) else {}


@dataclass
class AppCallbacks:
    """Tells the app what members do, and shows them its passive answers. `troubles`: what was wrong with those."""

    world: World
    line: Line
    sending: Sending
    troubles: list[str] = field(default_factory=list)

    def tell(self, userid: str, kind: str, fields: JSON, message: Message | None = None) -> Push:
        """Push one message or event of a member. A message has a MsgId, an event has none."""
        words: JSON = {
            "ToUserName": self.world.corpid,
            "FromUserName": userid,
            "CreateTime": self.world.now(),
        }
        words |= {"MsgType": kind, **fields}
        if kind != "event":
            words["MsgId"] = next(self.world.message_ids)
        words["AgentID"] = self.world.agentid
        push = Push(fields.get("Event", kind), xml(words), message)
        return self.line.send(push, lambda body, nonce: self.taken(push, userid, body))

    def taken(self, push: Push, userid: str, body: bytes) -> None:
        if not body or body == b"success":
            return
        try:
            told = read(body)
            encrypted = told["Encrypt"]
            self.line.seal.check(told["MsgSignature"], told["TimeStamp"], told["Nonce"], encrypted)
            push.answer = self.line.seal.open(encrypted)
            self.show(push, userid, read(push.answer))
        except (ET.ParseError, KeyError, Broken, Refused) as wrong:
            push.wrong = f"passive answer: {type(wrong).__name__} {wrong}"
            self.troubles.append(push.wrong)

    def show(self, push: Push, userid: str, said: JSON) -> None:
        """Let the member see a passive answer. Raises Refused for what cannot be one."""
        if (said["ToUserName"], said["FromUserName"]) != (userid, self.world.corpid):
            raise Refused(40035, f"from {said['FromUserName']} to {said['ToUserName']}")
        if said["MsgType"] == "text":
            words = said["Content"].encode()[:TEXT].decode(errors="ignore")
            self.world.post("passive", "text", {"content": words}, [userid])
        elif said["MsgType"] == "update_button" and push.message and push.kind == "template_card_event":
            now = push.message.cards.get(userid, push.message.content)
            name = said["Button"]["ReplaceName"]
            self.world.recard(push.message, {**now, "replace_text": name}, [userid])
        else:
            raise Refused(40008, said["MsgType"])

    def pressed(self, userid: str, message: Message, card: JSON, key: str) -> Push:
        """Tell of a pressed button; its ResponseCode lets the card be updated once."""
        code = self.sending.code_for(message)
        fields = {"Event": "template_card_event", "EventKey": key, "TaskId": message.content["task_id"]}
        return self.tell(
            userid, "event", {**fields, "CardType": card["card_type"], "ResponseCode": code}, message
        )


def wrap_for(corpid: str, agentid: int, encrypted: str) -> bytes:
    """Put sealed words into the envelope of the app's callback."""
    return xml({"ToUserName": corpid, "Encrypt": encrypted, "AgentID": str(agentid)}).encode()
