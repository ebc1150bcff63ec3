"""What WeCom refuses, each by its number; and that nothing is done then."""

import base64
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.platforms.wecom import AGENTID, CORPID, SECRET, a_photo
from tests.platforms.wecom.refusals import JSON
from tests.platforms.wecom_program import CARD, Company

Try = Callable[[Company], Awaitable[JSON]]
NEW = {**CARD, "main_title": {"title": "#1024 已受理"}}
PHOTO = a_photo()
PICTURE = base64.b64encode(PHOTO).decode()
MD5 = hashlib.md5(PHOTO).hexdigest()


def send(kind: str = "text", content: JSON | None = None, *, to: Any = "wangfang", **more: Any) -> Try:
    return lambda company: company.send(to, kind, content, **more)


def card(**changed: Any) -> Try:
    return lambda company: company.send_card(**changed)


def button(**changed: Any) -> Try:
    return card(button_list=[{"text": "接单", "key": "accept", **changed}])


def post(path: str, body: object, **query: Any) -> Try:
    return lambda company: company.post(path, body, **query)


def get(path: str, **query: Any) -> Try:
    return lambda company: company.get(path, **query)


def upload(content: bytes, kind: str = "image", field: str = "media") -> Try:
    return lambda company: company.upload(content, kind, field)


def hook(kind: str, content: JSON, key: str = "KEY") -> Try:
    return post("webhook/send", {"msgtype": kind, kind: content}, token="", key=key)


def updating(**body: Any) -> Try:
    async def update(company: Company) -> JSON:
        return await company.update((await company.send_card())["response_code"], **body)

    return update


async def twice(company: Company) -> JSON:
    code = (await company.send_card())["response_code"]
    assert (await company.update(code, atall=1, template_card=NEW))["errcode"] == 0
    return await company.update(code, atall=1, template_card=NEW)


async def too_late(company: Company) -> JSON:
    code = (await company.send_card())["response_code"]
    company.now += 72 * 3600
    return await company.update(code, atall=1, template_card=NEW)


async def same_task(company: Company) -> JSON:
    await company.send_card()
    return await company.send_card()


async def recall_after_a_day(company: Company) -> JSON:
    sent = await company.send("wangfang")
    company.now += 24 * 3600 + 1
    return await company.post("message/recall", {"msgid": sent["msgid"]})


async def other_kind(company: Company) -> JSON:
    media_id = (await company.upload(b"#!AMR\nvoice", "voice"))["media_id"]
    return await company.send("wangfang", "image", {"media_id": media_id})


async def nobody_listens(company: Company) -> JSON:
    company.wecom.calls_back("")
    return await company.send_card()


async def part_of_the_company(company: Company) -> JSON:
    company.wecom.whole_company = False
    return await company.post("appchat/create", {"name": "组", "userlist": ["wangfang", "lilei"]})


def token(corpid: str = CORPID, secret: str = SECRET) -> Try:
    return lambda company: company.get("gettoken", token="", corpid=corpid, corpsecret=secret)


def group(**body: Any) -> Try:
    return post("appchat/create", {"userlist": ["wangfang", "lilei"], **body})


BAD: dict[str, tuple[Try, int]] = {
    # tokens
    "no corpid": (token(corpid=""), 41002),
    "no secret": (token(secret=""), 41004),
    "another company": (token(corpid="ww0"), 40013),
    "wrong secret": (token(secret="x"), 40001),
    "no token": (lambda company: company.get("user/get", token="", userid="wangfang"), 41001),
    "unknown token": (lambda company: company.get("user/get", token="x", userid="wangfang"), 40014),
    # requests
    "unknown call": (post("message/shout", {"a": 1}), 404),
    "GET to send": (get("message/send"), 43002),
    "POST to gettoken": (post("gettoken", {}, token=""), 43001),
    "nothing posted": (post("message/send", {}), 44002),
    "a list posted": (post("message/send", [1]), 47001),
    # receivers
    "nobody": (send(to=""), 82001),
    "unknown": (send(to="nobody|wmMEI"), 81013),
    "invisible": (send(to="zhao"), 81013),
    "a list of people": (send(to=["wangfang"]), 40058),
    "too many people": (send(to="|".join(f"u{n}" for n in range(1001))), 40032),
    "agentid as text": (send(agentid=str(AGENTID)), 40056),
    "another agent": (send(agentid=1), 301002),
    # contents
    "unknown type": (send("shout", {"content": "好"}), 40008),
    "type without content": (post("message/send", {"touser": "wangfang", "msgtype": "text", "agentid": AGENTID}), 40058),
    "empty text": (send(content={"content": " \n"}), 44004),
    "long markdown": (send("markdown", {"content": "漏" * 683}), 40058),
    "textcard without url": (send("textcard", {"title": "1", "description": "2"}), 40058),
    "textcard with a wrong url": (send("textcard", {"title": "1", "description": "2", "url": "tel:110"}), 40058),
    "unknown picture": (send("image", {"media_id": "x"}), 40007),
    "no picture": (send("image", {"a": 1}), 41006),
    "a voice as picture": (other_kind, 40007),
    "duplicate check for a day": (send(enable_duplicate_check=1, duplicate_check_interval=86400), 40058),
    # cards
    "card of no type": (card(card_type="note"), 40058),
    "card without words": (card(main_title={}), 40058),
    "card with words that are none": (card(main_title={"title": 1024}), 40058),
    "seven lines": (card(horizontal_content_list=[{"keyname": "等"}] * 7), 40058),
    "a line without name": (card(horizontal_content_list=[{"value": "王芳"}]), 40058),
    "a link without address": (card(horizontal_content_list=[{"keyname": "看", "type": 1}]), 40058),
    "four jumps": (card(jump_list=[{"title": "看"}] * 4), 40058),
    "seven buttons": (card(button_list=[{"text": f"{n}", "key": f"{n}"} for n in range(7)]), 40016),
    "no buttons": (card(button_list=[]), 40016),
    "long button": (button(text="一二三四五六七八九十一"), 40016),
    "button without words": (button(text=""), 42020),
    "button without key": (button(key=""), 42019),
    "long key": (button(key="接" * 342), 42018),
    "key twice": (card(button_list=[{"text": "一", "key": "k"}, {"text": "二", "key": "k"}]), 42018),
    "link button without address": (button(type=1), 40058),
    "no task": (card(task_id=""), 42014),
    "bad task": (card(task_id="t#1024"), 42014),
    "long task": (card(task_id="t" * 129), 42014),
    "task again": (same_task, 42014),
    "notice without action": (card(card_type="text_notice"), 42045),
    "notice with an empty action": (card(card_type="text_notice", card_action={"type": 1}), 42045),
    "buttons without a callback address": (nobody_listens, 43012),
    "votes": (card(card_type="vote_interaction"), 501),
    # updates
    "code twice": (twice, 42022),
    "code after 72 hours": (too_late, 40029),
    "unknown code": (lambda company: company.update("x", atall=1, template_card=NEW), 40029),
    "update for nobody": (updating(template_card=NEW), 82001),
    "update of nothing": (updating(atall=1), 40058),
    "update with a bad card": (updating(atall=1, template_card={**NEW, "button_list": []}), 40016),
    "update by another agent": (updating(agentid=1, atall=1, template_card=NEW), 301002),
    "update for 1,001": (updating(userids=["u"] * 1001, template_card=NEW), 40032),
    "update for a name": (updating(userids="wangfang", template_card=NEW), 40058),
    "recall of nothing": (post("message/recall", {"msgid": "x"}), 40058),
    "recall after a day": (recall_after_a_day, 40058),
    # media and people
    "unknown media": (get("media/get", media_id="x"), 40007),
    "no media": (get("media/get"), 41006),
    "upload of a strange type": (upload(PHOTO, "shout"), 40005),
    "upload in another field": (upload(PHOTO, field="file"), 41005),
    "upload of nothing": (upload(b"12345"), 44001),
    "upload of words as picture": (upload(b"no picture at all"), 40004),
    "upload of a large picture": (upload(PHOTO + bytes(10 << 20)), 40009),
    "upload of a large voice": (upload(b"#!AMR" + bytes(2 << 20), "voice"), 45001),
    "unknown person": (get("user/get", userid="nobody"), 60111),
    "a contact": (get("user/get", userid="wmMEI"), 60111),
    "an invisible person": (get("user/get", userid="zhao"), 60011),
    # groups
    "group of one": (group(userlist=["wangfang"]), 86006),
    "group of one and the same": (group(userlist=["wangfang", "wangfang"]), 86006),
    "group with strangers": (group(userlist=["wangfang", "zhao"]), 86216),
    "group of a stranger": (group(owner="zhao"), 86216),
    "group with a bad id": (group(chatid="zhi-ban"), 86001),
    "group that is there": (group(chatid="zhiban"), 86215),
    "group of an app for some": (part_of_the_company, 60011),
    "unknown group": (post("appchat/send", {"chatid": "x", "msgtype": "text", "text": {"content": "好"}}), 86003),
    "card to a group": (post("appchat/send", {"chatid": "zhiban", "msgtype": "template_card", "template_card": CARD}), 40008),
    "look into another's group": (get("appchat/get", chatid="wrGRID1"), 86003),
    "wrong key": (hook("text", {"content": "好"}, key="x"), 93000),
    "long text by webhook": (hook("text", {"content": "漏" * 683}), 40058),
    "long markdown by webhook": (hook("markdown", {"content": "漏" * 1366}), 40058),
    "strange type by webhook": (hook("voice", {"content": "好"}), 40008),
    "broken picture by webhook": (hook("image", {"base64": "?", "md5": MD5}), 40058),
    "words as picture by webhook": (hook("image", {"base64": "aGVsbG8gd29ybGQ=", "md5": MD5}), 40004),
    "another md5 by webhook": (hook("image", {"base64": PICTURE, "md5": "0" * 32}), 40058),
    "unknown response_url": (post("aibot/response", {"msgtype": "markdown", "markdown": {"content": "好"}}, token=""), 40029),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
async def test_refused_by_its_number_and_nothing_is_seen(company: Company, name: str):
    attempt, number = BAD[name]
    before = len(company.wecom.world.messages)
    answer = await attempt(company)
    assert answer["errcode"] == number, answer["errmsg"]
    assert company.wecom.refusals[-1].refusal.code == number  # type: ignore[union-attr]
    seen = len(company.wecom.world.messages) - before
    sent = [call for call in company.wecom.calls_of("message/send") if call.refusal is None]
    assert seen == len(sent)


async def test_a_refused_update_does_not_use_up_its_code(company: Company):
    code = (await company.send_card())["response_code"]
    assert (await company.update(code, template_card=NEW))["errcode"] == 82001
    assert (await company.update(code, atall=1, template_card=NEW))["errcode"] == 0


async def test_unknown_and_invisible_people_are_named_beside_those_who_got_it(company: Company):
    sent = await company.send("wangfang|Zhao|Nobody|wmMEI")
    assert (sent["errcode"], sent["invaliduser"]) == (0, "zhao|nobody|wmmei")
    assert len(company.wang.messages) == 1
    assert company.zhao.messages == []


async def test_who_leaves_the_visible_range_is_reached_no_more(company: Company):
    await company.li.leaves()
    assert (await company.send("lilei"))["errcode"] == 81013
    await company.li.joins()
    assert (await company.send("lilei"))["errcode"] == 0


async def test_a_body_that_is_no_json_is_refused(company: Company):
    answer = await company.request("POST", "message/send", None, {}, content=b"{")
    assert answer.json()["errcode"] == 47001


async def test_what_is_only_advised_is_told_as_cut_off(company: Company):
    assert (await company.send_card("wangfang", main_title={"title": "一" * 27, "desc": "二" * 30}))[
        "errcode"
    ] == 0
    assert company.wecom.clipped == [f"main_title.title (27 > 26): {'一' * 27}"]


async def test_fields_nobody_knows_are_told(company: Company):
    lines = [{"keyname": "等", "vlaue": "王芳"}]
    await company.send(
        "wangfang", "template_card", {**CARD, "horizontal_content_list": lines, "desc": "1"}, tosuer="lilei"
    )
    assert company.wecom.unknown == [
        "message/send.tosuer",
        "template_card.desc",
        "horizontal_content_list.vlaue",
    ]


async def test_long_text_is_cut_off_at_2048_bytes(company: Company):
    assert (await company.send("wangfang", "text", {"content": "漏" * 683}))["errcode"] == 0
    assert company.wang.last.text == "漏" * 682
    assert company.wecom.clipped[0].startswith("content (2049 bytes > 2048)")


async def test_the_same_again_is_held_back_when_asked_for(company: Company):
    for _ in range(2):
        assert (await company.send("wangfang", enable_duplicate_check=1))["errcode"] == 0
    assert len(company.wang.messages) == len(company.wecom.sending.doubles) == 1
    company.now += 1800
    await company.send("wangfang", enable_duplicate_check=1)
    assert len(company.wang.messages) == 2
    await company.send("wangfang|lilei", enable_duplicate_check=1)
    assert len(company.wang.messages) == 3
