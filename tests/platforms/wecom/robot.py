"""The intelligent robot (智能机器人): it hears what mentions it in its groups, and everything said to it alone.

JSON, sealed with an empty receiver. To a message it may answer at once with a finished stream, a card, or both, and within
an hour once more by response_url with markdown or a card; to a pressed button at once with another card. Plain text or
markdown at once is only allowed as a welcome.
Source: developer.work.weixin.qq.com/document/path/100719, /101027, /101031, /101032, /101138 (2025-12).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.wecom import cards
from tests.platforms.wecom.media import ROBOT_LIFE, Media
from tests.platforms.wecom.push import REPEATS, Line, Push
from tests.platforms.wecom.refusals import JSON, Refused, bad
from tests.platforms.wecom.seal import Broken
from tests.platforms.wecom.world import Group, Message, User, World

LONGEST = 20480  # bytes of markdown
REPLY_LIFE = 3600
CHINA = 8 * 3600  # its day begins eight hours before the one of UTC


@dataclass
class Reply:
    """One response_url: takes one message for the group it came from, before `until` (seconds by the world's clock)."""

    group: Group
    until: float
    used: bool = False


@dataclass
class Robot:
    """The robot. `name` is what people mention; `address()` is this server's own. `troubles`: wrong answers, seen by nobody."""

    world: World
    line: Line
    media: Media
    address: Callable[[], str]
    id: str = "aibHUYING"
    name: str = "呼应"
    replies: dict[str, Reply] = field(default_factory=dict)
    task_ids: set[str] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)
    entered: dict[str, int] = field(default_factory=dict)
    alone: dict[str, Group] = field(default_factory=dict)

    def private(self, person: User) -> Group:
        """Return the conversation of one person with the robot."""
        chat = Group(f"single:{person.userid}", "robot", f"{person.name} 与机器人", [person])
        return self.alone.setdefault(person.userid, chat)

    async def hears(
        self,
        person: User,
        group: Group,
        text: str = "",
        *,
        photos: Sequence[bytes] = (),
        quoting: Message | None = None,
    ) -> Push | None:
        """Let a person write in a group; the robot is told when it is mentioned, or when they are alone."""
        assert person in group.members, f"{person!r} is not in {group!r}"
        pictures = [self.media.keep("image", photo) for photo in photos]
        content: JSON = {"content": text} | ({"photos": [file.id for file in pictures]} if pictures else {})
        everybody = [member.userid for member in group.members]
        message = self.world.post(
            "person", "text", content, everybody, group, sender=person.userid, quotes=quoting
        )
        single = group.id.startswith("single:")
        if group.kind != "robot" or not (single or f"@{self.name}" in text):
            return None
        items = [{"msgtype": "text", "text": {"content": text}}] if text else []
        items += [{"msgtype": "image", "image": {"url": self.picture_url(file.id)}} for file in pictures]
        kind = "mixed" if len(items) > 1 else str(items[0]["msgtype"])
        said: JSON = {"mixed": {"msg_item": items}} if kind == "mixed" else {kind: items[0][kind]}
        if quoting and (quote := self.quoted(quoting)):
            said["quote"] = quote
        return await self.tell(person, group, kind, said, message)

    def picture_url(self, file_id: str) -> str:
        """Return where an encrypted picture lies for five minutes."""
        file = self.media.files[file_id]
        lasting = self.media.keep("image", file.content, file.name, ROBOT_LIFE)
        return f"{self.address()}/aibot/{lasting.id}"

    def quoted(self, message: Message) -> JSON | None:
        """Return a quoted message as the robot is shown it: words and pictures; None for a card, which has no form there."""
        text = str(message.content.get("content", "")) if message.kind != "template_card" else ""
        items: list[JSON] = [{"msgtype": "text", "text": {"content": text}}] if text else []
        for file_id in message.content.get("photos", ()):
            items.append({"msgtype": "image", "image": {"url": self.picture_url(file_id)}})
        if len(items) < 2:
            return items[0] if items else None
        return {"msgtype": "mixed", "mixed": {"msg_item": items}}

    async def says_voice(self, person: User, transcript: str) -> Push:
        """Send a voice message to the robot alone; it gets only the transcript."""
        chat = self.private(person)
        message = self.world.post(
            "person", "voice", {"content": transcript}, [person.userid], chat, sender=person.userid
        )
        return await self.tell(person, chat, "voice", {"voice": {"content": transcript}}, message)

    async def enters(self, person: User) -> Push | None:
        """Open the conversation with the robot; it is told the first time of the day only."""
        today = (self.world.now() + CHINA) // 86400
        if self.entered.get(person.userid) == today:
            return None
        self.entered[person.userid] = today
        return await self.tell(person, self.private(person), "event", {"event": {"eventtype": "enter_chat"}})

    def pressed(self, userid: str, message: Message, card: JSON, key: str) -> Push:
        """Tell of a pressed button; WeCom asks once and never again."""
        person = self.world.users[userid.lower()]
        assert message.group is not None
        pressed = {"card_type": card["card_type"], "event_key": key, "task_id": message.content["task_id"]}
        event = {"eventtype": "template_card_event", "template_card_event": pressed}
        return self.send(person, message.group, "event", {"event": event}, message, repeats=0)

    async def tell(
        self, person: User, group: Group, kind: str, said: JSON, message: Message | None = None
    ) -> Push:
        push = self.send(person, group, kind, said, message)
        await push.ended.wait()
        return push

    def send(
        self,
        person: User,
        group: Group,
        kind: str,
        said: JSON,
        message: Message | None,
        repeats: int = REPEATS,
    ) -> Push:
        single = group.id.startswith("single:")
        words: JSON = {"msgid": secrets.token_urlsafe(24), "aibotid": self.id}
        words |= {} if single else {"chatid": group.id}
        words |= {"chattype": "single" if single else "group", "from": {"userid": person.userid}}
        words |= {"create_time": self.world.now()} if kind == "event" else {}
        welcome = said.get("event", {}).get("eventtype") == "enter_chat"
        if not welcome:
            code = secrets.token_urlsafe(24)
            self.replies[code] = Reply(group, self.world.clock() + REPLY_LIFE)
            words["response_url"] = f"{self.address()}/cgi-bin/aibot/response?response_code={code}"
        words |= {"msgtype": kind, **said}
        named = said["event"]["eventtype"] if kind == "event" else kind
        push = Push(named, json.dumps(words, ensure_ascii=False), message)
        return self.line.send(push, lambda body, nonce: self.taken(push, group, body, nonce), repeats)

    # Answers --------------------------------------------------------------------------------------------------------

    def taken(self, push: Push, group: Group, body: bytes, nonce: str) -> None:
        """Read the answer that came with the HTTP response; an empty one is none."""
        if not body or body == b"success":
            return
        try:
            told = json.loads(body)
            sealed = told["encrypt"]
            if told["nonce"] != nonce or not isinstance(told["timestamp"], int):
                raise bad("nonce of the call, or timestamp in whole seconds")
            self.line.seal.check(told["msgsignature"], str(told["timestamp"]), nonce, sealed)
            push.answer = self.line.seal.open(sealed)
            show = self.update if push.kind == "template_card_event" else self.show
            show(push, group, json.loads(push.answer))
        except (ValueError, KeyError, TypeError, Broken, Refused) as wrong:
            push.wrong = f"passive answer to {push.kind}: {type(wrong).__name__} {wrong}"
            self.troubles.append(push.wrong)

    def show(self, push: Push, group: Group, said: JSON) -> None:
        kind = said.get("msgtype")
        allowed = ("text",) if push.kind == "enter_chat" else ("stream", "stream_with_template_card")
        if kind not in (*allowed, "template_card"):
            raise Refused(40008, f"{kind} as an answer to {push.kind}")
        if kind == "text":
            self.post("passive", "text", {"content": self.words(said["text"]["content"])}, group)
        if "stream" in said:
            stream = said["stream"]
            if not stream.get("id") or stream.get("finish") is not True:
                raise Refused(
                    501, "a stream without id, or not finished at once: this test server asks for no more"
                )
            self.post("passive", "markdown", {"content": self.words(stream["content"])}, group)
        if "template_card" in said:
            self.post("passive", "template_card", self.new_card(said["template_card"]), group)

    def update(self, push: Push, group: Group, said: JSON) -> None:
        if said.get("response_type") != "update_template_card":
            raise Refused(40008, f"{said.get('response_type')} as an answer to a pressed button")
        assert push.message is not None
        card = cards.check(said["template_card"], new=False)
        if card.get("task_id") != push.message.content["task_id"]:
            raise Refused(42014)
        everybody = [member.userid for member in group.members]
        self.world.recard(push.message, card, said.get("userids") or everybody)

    def words(self, text: Any) -> str:
        if not isinstance(text, str) or not text.strip():
            raise Refused(44004)
        if len(text.encode()) > LONGEST:
            raise Refused(45002)
        return text

    def new_card(self, card: object) -> JSON:
        checked = cards.check(card, callbacks=bool(self.line.url))
        if task := checked.get("task_id"):
            if task in self.task_ids:
                raise Refused(42014)
            self.task_ids.add(task)
        return checked

    def post(self, way: str, kind: str, content: JSON, group: Group) -> Message:
        return self.world.post(way, kind, content, [member.userid for member in group.members], group)

    def respond(self, code: str, asked: JSON) -> JSON:
        """Take the one message a response_url allows."""
        reply = self.replies.get(code)
        if reply is None or self.world.clock() >= reply.until:
            raise Refused(40029)
        if reply.used:
            raise Refused(42022)
        kind = asked.get("msgtype")
        if kind not in ("markdown", "template_card") or not isinstance(asked.get(kind), dict):
            raise Refused(40008)
        if kind == "markdown":
            content: JSON = {"content": self.words(asked["markdown"].get("content"))}
        else:
            content = self.new_card(asked["template_card"])
        reply.used = True
        self.post("reply", kind, content, reply.group)
        return {"errcode": 0, "errmsg": "ok"}
