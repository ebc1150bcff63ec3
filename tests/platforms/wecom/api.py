"""The API's calls: which there are, who may make them, what they do.

Source: developer.work.weixin.qq.com/document/path/91039 (gettoken), /90196 (user/get), /90245, /98914, /90248 (appchat),
/91770 (webhook).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.platforms.wecom import contents
from tests.platforms.wecom.limits import APPCHAT, WEBHOOK
from tests.platforms.wecom.media import File
from tests.platforms.wecom.refusals import JSON, Refused
from tests.platforms.wecom.world import Clock, Group

if TYPE_CHECKING:
    from tests.platforms.wecom.server import WeComServer

TOKEN_LIFE = 7200
CHATID = re.compile(r"[0-9a-zA-Z]{1,32}", re.ASCII)
APPCHAT_KINDS = ("text", "markdown", "image", "textcard")
WEBHOOK_KINDS = ("text", "markdown", "markdown_v2", "image")
MOST_MEMBERS = 2000
SEND = "touser toparty totag msgtype agentid safe enable_id_trans enable_duplicate_check duplicate_check_interval"
UPDATE = "userids partyids tagids atall agentid response_code enable_id_trans button template_card"


@dataclass
class Ask:
    """What one call brought: `query`, its JSON `body`, an `upload` (file name, bytes)."""

    query: dict[str, str]
    body: JSON = field(default_factory=dict)
    upload: tuple[str, bytes] | None = None


@dataclass
class Tokens:
    """The one app's access token. `clock` gives seconds and is the machine's own unless a test says otherwise.

    Asking again while it lives gives the same token; `rotate()` makes WeCom give it up before its time.
    """

    clock: Clock
    corpid: str
    secret: str
    token: str = ""
    until: float = 0.0
    old: set[str] = field(default_factory=set)
    asked: int = 0

    def get(self, query: dict[str, str]) -> JSON:
        if not query.get("corpid"):
            raise Refused(41002)
        if not query.get("corpsecret"):
            raise Refused(41004)
        if query["corpid"] != self.corpid:
            raise Refused(40013)
        if query["corpsecret"] != self.secret:
            raise Refused(40001)
        self.asked += 1
        left = self.until - self.clock()
        if not self.token or left <= 0:
            self.old.add(self.token)
            self.token, self.until, left = secrets.token_urlsafe(64), self.clock() + TOKEN_LIFE, TOKEN_LIFE
        return {"errcode": 0, "errmsg": "ok", "access_token": self.token, "expires_in": int(left)}

    def rotate(self) -> None:
        """Make the token invalid at once (40014); the next gettoken gives another."""
        self.token = ""

    def expire(self) -> None:
        """Let the token's two hours be over (42001)."""
        self.until = self.clock()

    def check(self, token: str | None) -> None:
        if not token:
            raise Refused(41001)
        if token in self.old or (token == self.token and self.clock() >= self.until):
            raise Refused(42001)
        if token != self.token:
            raise Refused(40014)


def upload(wecom: WeComServer, ask: Ask) -> JSON:
    return wecom.media.upload(ask.query.get("type"), ask.upload)


def download(wecom: WeComServer, ask: Ask) -> File:
    return wecom.media.get(ask.query.get("media_id"))


def user_get(wecom: WeComServer, ask: Ask) -> JSON:
    user = wecom.world.find(ask.query.get("userid", ""))
    if user is None or user.outside:
        raise Refused(60111)
    if not user.visible:
        raise Refused(60011)
    return {"errcode": 0, "errmsg": "ok", "userid": user.userid, "name": user.name, "status": 1}


def agent_get(wecom: WeComServer, ask: Ask) -> JSON:
    """Source: developer.work.weixin.qq.com/document/path/90227."""
    if ask.query.get("agentid") != str(wecom.world.agentid):
        raise Refused(301002)
    return {"errcode": 0, "errmsg": "ok", "agentid": wecom.world.agentid, "name": "呼应", "close": 0}


def appchat_create(wecom: WeComServer, ask: Ask) -> JSON:
    if not wecom.whole_company:
        raise Refused(60011)
    userids, chatid = ask.body.get("userlist"), ask.body.get("chatid") or secrets.token_hex(16)
    if not isinstance(userids, list) or not 2 <= len(set(userids)) <= MOST_MEMBERS:
        raise Refused(86006)
    members = [user for userid in userids if (user := wecom.world.reachable(str(userid)))]
    if len(members) < len(userids):
        raise Refused(86216)
    if not isinstance(chatid, str) or not CHATID.fullmatch(chatid):
        raise Refused(86001)
    if chatid in wecom.world.groups:
        raise Refused(86215)
    owner = ask.body.get("owner") or members[0].userid
    if owner not in [member.userid for member in members]:
        raise Refused(86216)
    name = str(ask.body.get("name", ""))[:50]
    wecom.world.groups[chatid] = Group(chatid, "appchat", name, members, owner=owner)
    return {"errcode": 0, "errmsg": "ok", "chatid": chatid}


def appchat(wecom: WeComServer, chatid: object) -> Group:
    group = wecom.world.groups.get(str(chatid or ""))
    if group is None or group.kind != "appchat":
        raise Refused(86003)
    return group


def appchat_get(wecom: WeComServer, ask: Ask) -> JSON:
    group = appchat(wecom, ask.query.get("chatid"))
    userids = [member.userid for member in group.members]
    told = {"chatid": group.id, "name": group.name, "owner": group.owner, "userlist": userids, "chat_type": 0}
    return {"errcode": 0, "errmsg": "ok", "chat_info": told}


def appchat_send(wecom: WeComServer, ask: Ask) -> JSON:
    group = appchat(wecom, ask.body.get("chatid"))
    kind, content = contents.content_of(ask.body, APPCHAT_KINDS)
    content = wecom.sending.checked(kind, content)
    reached = wecom.sending.reached(group.members, "appchat", APPCHAT, content)
    if reached:
        wecom.world.post("appchat", kind, content, reached, group)
    return {"errcode": 0, "errmsg": "ok"}


def webhook_send(wecom: WeComServer, ask: Ask) -> JSON:
    group = wecom.world.group_by_key(ask.query.get("key", ""))
    if group is None:
        raise Refused(93000)
    kind, content = contents.content_of(ask.body, WEBHOOK_KINDS)
    if kind == "image":
        content = contents.carried(content)
    else:
        content = contents.words(
            content, contents.TEXT if kind == "text" else contents.WEBHOOK_MARKDOWN, None
        )
    if not wecom.limits.admits(f"webhook {group.id}", WEBHOOK):
        raise Refused(45009)
    wecom.world.post("webhook", kind, content, [member.userid for member in group.members], group)
    return {"errcode": 0, "errmsg": "ok"}


def respond(wecom: WeComServer, ask: Ask) -> JSON:
    return wecom.robot.respond(ask.query.get("response_code", ""), ask.body)


@dataclass(frozen=True)
class Method:
    """One call: `verb` (GET or POST), whether it needs the access token, and what it does."""

    verb: str
    does: Callable[[WeComServer, Ask], JSON | File]
    token: bool = True
    fields: str = ""  # the fields of the body; "" where nobody looks


METHODS = {
    "gettoken": Method("GET", lambda wecom, ask: wecom.tokens.get(ask.query), token=False),
    "message/send": Method("POST", lambda wecom, ask: wecom.sending.send(ask.body), fields=SEND),
    "message/update_template_card": Method(
        "POST", lambda wecom, ask: wecom.sending.update(ask.body), fields=UPDATE
    ),
    "message/recall": Method("POST", lambda wecom, ask: wecom.sending.recall(ask.body)),
    "media/upload": Method("POST", upload),
    "media/get": Method("GET", download),
    "user/get": Method("GET", user_get),
    "agent/get": Method("GET", agent_get),
    "appchat/create": Method("POST", appchat_create, fields="name owner userlist chatid"),
    "appchat/get": Method("GET", appchat_get),
    "appchat/send": Method("POST", appchat_send, fields="chatid msgtype safe"),
    "webhook/send": Method("POST", webhook_send, token=False, fields="msgtype"),
    "aibot/response": Method("POST", respond, token=False, fields="msgtype"),
}


def method_named(path: str, verb: str) -> Method:
    """Raises Refused: 404 for a call this server does not know, WeCom's numbers for the wrong verb."""
    method = METHODS.get(path)
    if method is None:
        raise Refused(404, f"this test server does not do {path}", 404)
    if method.verb != verb:
        raise Refused(43001 if method.verb == "GET" else 43002)
    return method


def perform(wecom: WeComServer, path: str, verb: str, ask: Ask) -> JSON | File:
    """Do one call. Raises Refused."""
    method = method_named(path, verb)
    if method.token:
        wecom.tokens.check(ask.query.get("access_token"))
    if method.verb == "POST" and not ask.body and ask.upload is None and path != "media/upload":
        raise Refused(44002)
    known = {*method.fields.split(), ask.body.get("msgtype")}
    wecom.world.unknown += [f"{path}.{name}" for name in ask.body if method.fields and name not in known]
    return method.does(wecom, ask)
