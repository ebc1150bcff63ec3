"""What the account asks of WeChat: every path of the API this server knows, and what it does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.platforms.wechat import notices
from tests.platforms.wechat.kefu import custom_send
from tests.platforms.wechat.refusals import JSON, Refused
from tests.platforms.wechat.seen import Seen
from tests.platforms.wechat.shelf import Media
from tests.platforms.wechat.world import World
from tests.platforms.wechat.xml import Fields

OK: JSON = {"errcode": 0, "errmsg": "ok"}
ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")
GUARD = 600.0


@dataclass
class Asked:
    """What a call carried. `name` and `upload`: a file's, where one came."""

    query: Mapping[str, str]
    raw: bytes = b""
    name: str = ""
    upload: bytes | None = None
    body: JSON = field(default_factory=dict)

    def parse(self) -> None:
        """Read the body as JSON. Raises Refused 44002 or 47001."""
        if not self.raw:
            raise Refused(44002)
        try:
            self.body = json.loads(self.raw)
        except ValueError as bad:
            raise Refused(47001, f"data format error hint: {bad}") from bad
        if not isinstance(self.body, dict):
            raise Refused(47001)


def token(world: World, asked: Asked) -> JSON:
    ask = asked.query
    return world.tokens.ask_plain(ask.get("appid"), ask.get("secret"), ask.get("grant_type"))


def stable_token(world: World, asked: Asked) -> JSON:
    ask = asked.body
    return world.tokens.ask_stable(
        ask.get("appid"), ask.get("secret"), ask.get("grant_type"), ask.get("force_refresh") is True
    )


def send(world: World, asked: Asked) -> JSON:
    custom_send(world, asked.body)
    return OK


def template_send(world: World, asked: Asked) -> JSON:
    body = asked.body
    resident = world.reader(body.get("touser"))
    template = world.templates.find(body.get("template_id"), 0)
    words = template.filled(body.get("data"))
    if not resident.following:
        raise Refused(43004)
    guard = str(body.get("client_msg_id") or "")
    sent_at, job = world.templates.guarded.get((resident.openid, guard), (0.0, 0))
    if guard and job and world.clock() - sent_at < GUARD:
        return {**OK, "msgid": job}
    job = next(world.job_ids)
    world.templates.guarded[resident.openid, guard] = (world.clock(), job)
    if not resident.blocks_templates:
        url = str(body.get("url") or "")
        shown = Seen("template", "template", world.clock(), template.shown(words), url=url)
        shown.template, shown.data, shown.id = template.id, words, str(job)
        world.shows(resident, shown)
    status = "failed:user block" if resident.blocks_templates else "success"
    head: Fields = {"CreateTime": world.now(), "MsgType": "event", "Event": "TEMPLATESENDJOBFINISH"}
    world.later(resident, {**head, "MsgID": job, "Status": status})
    return {**OK, "msgid": job}


def templates(world: World, asked: Asked) -> JSON:
    return {"template_list": world.templates.listed(0)}


def notice_send(world: World, asked: Asked) -> JSON:
    notices.send(world, asked.body)
    return OK  # and no number of it, whatever people wish


def notice_list(world: World, asked: Asked) -> JSON:
    return {**OK, "data": world.templates.listed(2, 3)}


def upload(world: World, asked: Asked) -> JSON:
    if asked.upload is None:
        raise Refused(41005)
    media = world.shelf.take(asked.query.get("type", ""), asked.name, asked.upload)
    return {"type": media.kind, "media_id": media.id, "created_at": world.now(), "item": []}


def download(world: World, asked: Asked) -> JSON | Media:
    if not asked.query.get("media_id"):
        raise Refused(41006)
    media = world.shelf.find(asked.query["media_id"])
    # A video comes as an address to fetch it from.
    return {"video_url": f"{world.api}/video/{media.id}"} if media.kind == "video" else media


def menu_create(world: World, asked: Asked) -> JSON:
    # The official table says it of menus: an escaped character makes them fail.
    if ESCAPED.search(asked.raw):
        raise Refused(40033)
    world.menu.create(asked.body)
    return OK


def menu_get(world: World, asked: Asked) -> JSON:
    return world.menu.get()


def menu_delete(world: World, asked: Asked) -> JSON:
    world.menu.buttons = []
    return OK


def qrcode(world: World, asked: Asked) -> JSON:
    return world.codes.create(asked.body)


def callback_ips(world: World, asked: Asked) -> JSON:
    return {"ip_list": ["127.0.0.1"]}


def user_info(world: World, asked: Asked) -> JSON:
    resident = world.reader(asked.query.get("openid"))
    if not resident.following:
        return {"subscribe": 0, "openid": resident.openid}
    # Since December 2021 the platform tells neither nickname nor picture.
    return {
        "subscribe": 1, "openid": resident.openid, "nickname": "", "sex": 0, "language": "zh_CN", "city": "",
        "province": "", "country": "", "headimgurl": "", "subscribe_time": resident.followed_at, "remark": "",
        "groupid": 0, "tagid_list": [], "subscribe_scene": "ADD_SCENE_QR_CODE", "qr_scene": 0, "qr_scene_str": "",
    }  # fmt: skip


Does = Callable[[World, Asked], "JSON | Media"]
# path → (method, whether it needs a token, whether it takes JSON, what it does)
PATHS: dict[str, tuple[str, bool, bool, Does]] = {
    "token": ("GET", False, False, token),
    "stable_token": ("POST", False, True, stable_token),
    "message/custom/send": ("POST", True, True, send),
    "message/template/send": ("POST", True, True, template_send),
    "template/get_all_private_template": ("GET", True, False, templates),
    "message/subscribe/bizsend": ("POST", True, True, notice_send),
    "wxaapi/newtmpl/gettemplate": ("GET", True, False, notice_list),
    "media/upload": ("POST", True, False, upload),
    "media/get": ("GET", True, False, download),
    "menu/create": ("POST", True, True, menu_create),
    "menu/get": ("GET", True, False, menu_get),
    "menu/delete": ("GET", True, False, menu_delete),
    "qrcode/create": ("POST", True, True, qrcode),
    "getcallbackip": ("GET", True, False, callback_ips),
    "get_api_domain_ip": ("GET", True, False, callback_ips),
    "user/info": ("GET", True, False, user_info),
}


def answered(world: World, path: str, method: str, asked: Asked) -> JSON | Media:
    """Do one call. Raises Refused in WeChat's words."""
    if path not in PATHS:
        raise Refused(40066)
    wanted, needs_token, takes_json, do = PATHS[path]
    # media/get and the token are asked for with POST as well by some libraries, and both are taken.
    if method != wanted and not (wanted == "GET" and path == "token"):
        raise Refused(43001 if wanted == "GET" else 43002)
    if needs_token:
        world.tokens.check(asked.query.get("access_token"))
    if takes_json:
        asked.parse()
    return do(world, asked)
