"""Driving the stand-alone server by HTTP: residents act by `POST /play`, what is to be seen comes from `GET /play`.

`POST /play` takes one act or a list of them, for example

    {"do": "resident", "openid": "oMei", "name": "梅姨"}
    {"do": "says", "who": "oMei", "text": "3号楼电梯停了"}
    {"do": "clicks", "who": "oMei", "key": "报修"}

and answers with a list of what each resident saw of it. The acts are the verbs of `Resident`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.platforms.wechat.refusals import JSON

if TYPE_CHECKING:
    from tests.platforms.wechat.server import WeChatServer

VERBS = {
    "says", "sends_photo", "sends_voice", "sends_video", "sends_location", "sends_link", "sends_sticker", "picks",
    "follows", "scans", "clicks", "unfollows", "subscribes", "refuses",
}  # fmt: skip


async def play(wechat: WeChatServer, act: JSON) -> JSON:
    """Do one act and tell what came of it; what cannot be done comes back as {"error": …}."""
    act = dict(act)
    try:
        verb = act.pop("do")
        if verb == "resident":
            return {"openid": wechat.resident(act.pop("openid"), act.pop("name"), **act).openid}
        if verb == "verify":
            await wechat.verify()
            return {"verified": wechat.url}
        assert verb in VERBS, f"nobody can {verb}"
        resident = wechat.world.residents[act.pop("who")]
        before = len(resident.chat)
        push = await getattr(resident, verb)(**act)
        return {"saw": [str(seen) for seen in resident.chat[before:]], "troubles": push.troubles}
    except (AssertionError, KeyError, TypeError) as trouble:
        return {"error": f"{type(trouble).__name__}: {trouble}"}


def scene(wechat: WeChatServer) -> JSON:
    """Return every chat, what the program asked for in vain, and what it answered wrongly."""
    chats = {who.openid: [str(seen) for seen in who.chat] for who in wechat.world.residents.values()}
    refusals = [repr(call) for call in wechat.refusals]
    return {
        "chats": chats,
        "refusals": refusals,
        "failures": wechat.failures,
        "calls": len(wechat.calls),
    }
