"""Subscription notices (订阅通知): for who agreed to this one, for long or as often as they agreed.

Source: developers.weixin.qq.com, 服务号, 发送订阅通知 and 订阅通知的事件推送.
"""

from __future__ import annotations

from tests.platforms.wechat.refusals import JSON, Refused
from tests.platforms.wechat.seen import Seen
from tests.platforms.wechat.world import World
from tests.platforms.wechat.xml import Fields

FIELDS = frozenset({"touser", "template_id", "page", "miniprogram", "miniprogram_state", "lang", "data"})


def send(world: World, body: JSON) -> None:
    """Send one, and tell the program later what became of it. Raises Refused."""
    if strange := body.keys() - FIELDS:
        raise Refused(47001, f"data format error hint: [{', '.join(sorted(strange))}]")
    resident = world.reader(body.get("touser"))
    template = world.templates.find(body.get("template_id"), 2, 3)
    words = template.filled(body.get("data"))
    if not resident.consents.get(template.id):
        raise Refused(43101)
    resident.consents[template.id] -= 1
    number = next(world.job_ids)
    if not resident.loses_notices:
        shown = Seen("subscribe", "template", world.clock(), template.shown(words))
        shown.template, shown.data, shown.id = template.id, words, str(number)
        world.shows(resident, shown)
    error: Fields = {"ErrorCode": 1, "ErrorStatus": "system failed"}
    end: Fields = error if resident.loses_notices else {"ErrorCode": 0, "ErrorStatus": "success"}
    head: Fields = {"CreateTime": world.now(), "MsgType": "event", "Event": "subscribe_msg_sent_event"}
    listed: Fields = {"List": {"TemplateId": template.id, "MsgID": number, **end}}
    world.later(resident, {**head, "SubscribeMsgSentEvent": listed})
