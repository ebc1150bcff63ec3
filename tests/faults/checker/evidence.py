"""What the test itself knows: what people said, what the platform was asked to do, when something broke."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.faults.checker.remains import Remains
from tests.platforms.telegram.protocol import Call
from tests.platforms.wechat import Push, WeChatServer
from tests.platforms.wecom import WeComServer

Clocks = Mapping[str, int]
"""How long each clock of a ticket gives, in ms; what is not named never starts."""


@dataclass(frozen=True, slots=True)
class Said:
    """A report somebody made, named by the platform's own chat and message: it must be a ticket, once."""

    chat: str
    message: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message the platform put up for the bot. `at`: ms on the clock the test server has; `answered`: the bot was told."""

    chat: str
    message: str
    words: str
    at: int
    answered: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """A message WeChat or WeCom showed somebody. `way`: kefu, template, passive, app, part; `message`: what its letter's row must
    name, "" where only the program gives it a name. `at`, `answered`: as with Sent."""

    chat: str
    way: str
    message: str
    words: str
    at: int
    answered: bool = True


@dataclass
class Evidence:
    """All a finding may be drawn from.

    `said`: every report the platform knows to be taken. `others`: tickets may come from elsewhere as well.
    `sent`: every new message (not edits) the platform put up. `breaks`: when a process died or something else kept the
    program from writing down what it had just sent, in ms on the server's clock.
    `told`: every message WeChat and WeCom showed. `policies`: the clocks of each (community, severity); a ticket of another is not counted in `clocks`.
    `now`: nothing due by then may be left. `slack`: a step somebody took up to so many ms after a deadline may have
    come before the deadline was acted on (the program was down).
    `repeats`: how often one letter may stand there again, all breaks together. `unreachable`: readers no letter reaches.
    `accepted`: the tickets people took, and how often. `forgotten`: what was sent before then may stand in no letter,
    because the database it was written down in is gone. `skipped`: ticket numbers that database had given out.
    """

    left: Remains
    now: int
    said: list[Said] = field(default_factory=list)
    others: bool = False
    sent: list[Sent] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    policies: Mapping[tuple[str, str], Clocks] = field(default_factory=dict)
    slack: int = 0
    repeats: int = 1
    unreachable: frozenset[str] = frozenset()
    accepted: list[tuple[str, int]] = field(default_factory=list)
    forgotten: int = 0
    skipped: Mapping[str, Sequence[int]] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)


def sent_by(calls: Iterable[Call]) -> list[Sent]:
    """Return the new messages among a Telegram test server's calls."""
    return [
        Sent(
            f"telegram:{result['chat']['id']}",
            str(result["message_id"]),
            str(result.get("text") or result.get("caption") or ""),
            int(call.at * 1000),
            call.answered,
        )
        for call in calls
        if call.ok and call.method.startswith("send") and call.method != "sendChatAction"
        for result in (call.result if isinstance(call.result, list) else [call.result])
    ]


def told_by_wechat(wechat: WeChatServer) -> list[Told]:
    """Return what a WeChat test server showed residents: answers, customer-service and template messages."""
    answers = [
        Told(f"wechat:{push.openid}", "passive", f"passive:{key_of(push)}", "", 0)
        for push in wechat.pushes
        if push.answer and push.answer != b"success"
    ]
    calls = [call for call in wechat.calls if call.ok and isinstance(call.result, dict)]
    sent = [
        Told(
            f"wechat:{call.openid}",
            "template" if "template" in call.path else "kefu",
            f"template:{call.result.get('msgid')}" if "template" in call.path and call.result else "",
            str(call.body.get("text") or call.body.get("msgmenu") or call.body.get("data")),
            int(call.at * 1000),
            call.answered,
        )
        for call in calls
        if call.path in ("message/custom/send", "message/template/send") and "image" not in call.body
    ]
    return [*answers, *sent]


def key_of(push: Push) -> str:
    """What a push is known by in the inbox."""
    fields = push.fields
    if "MsgId" in fields:
        return f"wechat:{fields['MsgId']}"
    event, about = str(fields["Event"]).lower(), fields.get("EventKey", "")
    start = ":start" if event == "subscribe" else ""
    return f"wechat:{push.openid}:{fields['CreateTime']}:{event}:{about}{start}"


def told_by_wecom(wecom: WeComServer) -> list[Told]:
    """Return what a WeCom test server showed members: cards by the task each letter's row names, and words, of which a
    letter may have several (way "part"), by WeCom's own numbers."""
    found = []
    for call in wecom.calls:
        if call.path != "message/send" or call.refusal or not call.acted:
            continue
        card = call.body.get("template_card")
        way, message = ("app", card["task_id"]) if card else ("part", str((call.answer or {}).get("msgid")))
        chat = f"wecom:{call.body['touser']}"
        found.append(Told(chat, way, message, str(card or ""), int(call.at * 1000), call.answered))
    return found
