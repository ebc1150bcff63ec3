"""Driving the stand-alone server by HTTP: people act by `POST /play`, what is to be seen comes from `GET /play`.

`POST /play` takes one act or a list of them, for example

    {"do": "user", "id": 2001, "name": "梅姨", "started": true}
    {"do": "supergroup", "id": -1001000001, "title": "第一网格", "members": [2001]}
    {"do": "says", "who": 2001, "in": -1001000001, "text": "3号楼电梯停了", "photo": true}
    {"do": "presses", "who": 1001, "in": -1001000001, "label": "接单"}

and answers with a list of what came of each. The acts are the verbs of `Person`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.platforms.telegram.messages import Message
from tests.platforms.telegram.people import Person
from tests.platforms.telegram.refusals import JSON
from tests.platforms.telegram.world import Chat, Press

if TYPE_CHECKING:
    from tests.platforms.telegram.server import TelegramServer

IN_CHAT = ("says", "presses")
OF_CHAT = (
    "adds_bot",
    "removes_bot",
    "promotes_bot",
    "demotes_bot",
    "mutes_bot",
    "joins",
    "leaves",
    "upgrades",
)
ALONE = ("starts", "follows", "blocks_bot", "unblocks_bot")


async def play(telegram: TelegramServer, act: JSON) -> JSON:
    """Do one act and tell what came of it; what cannot be done comes back as {"error": …}."""
    try:
        return shown(await done(telegram, dict(act)))
    except (AssertionError, KeyError, TypeError) as trouble:
        return {"error": f"{type(trouble).__name__}: {trouble}"}


async def done(telegram: TelegramServer, act: JSON) -> Any:
    verb = act.pop("do")
    if verb == "user":
        return telegram.user(act.pop("id"), **act)
    if verb in ("supergroup", "group"):
        people: JSON = {
            role: [telegram.world.users[n] for n in act.pop(role, ())] for role in ("members", "admins")
        }
        add = telegram.supergroup if verb == "supergroup" else telegram.group
        return add(act.pop("id"), act.pop("title"), **people, **act)
    person = telegram.world.users[act.pop("who")]
    assert isinstance(person, Person), f"{person.name} is no person"
    chat = telegram.chat(act.pop("in")) if "in" in act else None
    if verb == "edits":
        message = (chat or person.chat).find(act["message"])
        assert message, f"no message {act['message']}"
        return await person.edits(message, act["text"])
    if "reply_to" in act:
        act["reply_to"] = (chat or person.chat).find(act["reply_to"])
    assert verb in (*IN_CHAT, *OF_CHAT, *ALONE), f"nobody can {verb}"
    places = {"in_": chat} if verb in IN_CHAT else {"group": chat} if verb in OF_CHAT else {}
    return await getattr(person, verb)(**places, **act)


def shown(what: Any) -> JSON:
    if isinstance(what, Message):
        return {"message": what.json()}
    if isinstance(what, Press):
        return {"press": what.id, "answered": what.answered, "answer": what.answer}
    return {"id": what.id} if isinstance(what, Chat | Person) else {}


def scene(telegram: TelegramServer) -> JSON:
    """Return what stands in every chat, what the bot asked for in vain, and how much it has not taken yet."""
    return {
        "chats": {
            chat.id: [message.json() for message in chat.messages] for chat in telegram.world.chats.values()
        },
        "presses": [shown(press) for press in telegram.world.presses.values()],
        "refusals": [repr(call) for call in telegram.refusals],
        "unknown_parameters": telegram.unknown_parameters,
        "calls": len(telegram.calls),
        "pending": telegram.pending,
    }
