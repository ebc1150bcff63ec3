"""The intelligent robot in its groups: what it hears, and what it may answer at once or later."""

import json
from typing import Any

import pytest
from aiohttp import web

from tests.platforms.wecom import ROBOT, a_photo
from tests.platforms.wecom.refusals import JSON
from tests.platforms.wecom_program import CARD, Company, Heard

NOTICE = {"card_type": "text_notice", "main_title": {"title": "#1024"}, "card_action": {"type": 1, "url": "https://example.org"}}  # fmt: skip


def stream(text: str, **more: Any) -> JSON:
    return {"msgtype": "stream", "stream": {"id": "s1", "finish": True, "content": text, **more}}


async def test_it_hears_what_mentions_it_and_nothing_else(company: Company):
    assert await company.mei.says("有人在家吗", company.grid) is None
    push = await company.mei.says("@呼应 3号楼电梯停了", company.grid)
    assert push
    assert push.taken
    words = company.heard[0].words
    assert (words["chattype"], words["chatid"], words["from"]) == ("group", "wrGRID1", {"userid": "wmMEI"})
    assert (words["msgtype"], words["text"]["content"]) == ("text", "@呼应 3号楼电梯停了")
    assert words["response_url"].startswith(f"{company.wecom.api}/cgi-bin/aibot/response?response_code=")
    assert words["msgid"]
    assert len(company.heard) == 1
    assert len(company.grid.messages) == 2


async def test_alone_it_hears_everything_and_no_chat_is_named(company: Company):
    private = company.wecom.robot.private(company.mei)
    await company.mei.says("3号楼电梯停了", private)
    await company.wecom.robot.says_voice(company.mei, "三号楼电梯停了")
    text, voice = (heard.words for heard in company.heard)
    assert text["chattype"] == "single"
    assert "chatid" not in text
    assert voice["voice"] == {"content": "三号楼电梯停了"}


async def test_a_picture_comes_sealed_with_the_robots_key_for_five_minutes(company: Company):
    photo = a_photo()
    await company.mei.sends_photo(photo, company.grid, text="@呼应 电梯停了")
    words = company.heard[0].words
    assert words["msgtype"] == "mixed"
    said, picture = words["mixed"]["msg_item"]
    assert said == {"msgtype": "text", "text": {"content": "@呼应 电梯停了"}}
    sealed = (await company.client.get(picture["image"]["url"])).content
    assert len(sealed) % 16 == 0
    assert ROBOT.decrypt(sealed) == photo
    company.now += 300
    assert (await company.client.get(picture["image"]["url"])).status_code == 404
    assert await company.mei.sends_photo(photo, company.grid) is None
    await company.mei.sends_photo(photo, company.wecom.robot.private(company.mei))
    assert company.heard[-1].words["msgtype"] == "image"


async def test_a_quoted_message_comes_along(company: Company):
    await company.wang.sends_photo(a_photo(), company.grid, text="3号楼电梯停了")
    await company.mei.says("@呼应 我也遇到", company.grid, quoting=company.grid.last)
    said, picture = company.heard[0].words["quote"]["mixed"]["msg_item"]
    assert said["text"]["content"] == "3号楼电梯停了"
    assert picture["image"]["url"]
    await company.mei.says("@呼应 我也", company.grid, quoting=company.grid.messages[1])
    assert company.heard[1].words["quote"] == {"msgtype": "text", "text": {"content": "@呼应 我也遇到"}}


async def test_a_quoted_card_comes_without_its_words(company: Company):
    company.answer = lambda heard: heard.with_words({"msgtype": "template_card", "template_card": CARD})
    await company.mei.says("@呼应 3号楼电梯停了", company.grid)
    await company.mei.says("@呼应 还没来", company.grid, quoting=company.grid.last)
    assert "quote" not in company.heard[1].words


async def test_a_finished_stream_is_seen_by_the_group(company: Company):
    company.answer = lambda heard: heard.with_words(stream("#1024 已登记"))
    push = await company.mei.says("@呼应 3号楼电梯停了", company.grid)
    assert push
    assert push.took < 5
    assert (company.grid.last.text, company.grid.last.way) == ("#1024 已登记", "passive")
    assert company.wang.messages == []
    assert company.wecom.troubles == []


async def test_a_card_is_pressed_once_told_and_changed_at_once(company: Company):
    company.answer = lambda heard: heard.with_words({"msgtype": "template_card", "template_card": CARD})
    await company.mei.says("@呼应 3号楼电梯停了", company.grid)
    assert company.grid.last.labels == ["接单", "我也遇到 3"]
    new = {**CARD, "button_list": [{"text": "到场", "key": "arrive 1024"}]}
    update = {"response_type": "update_template_card", "template_card": new}
    company.answer = lambda heard: heard.with_words(update)
    push = await company.wang.presses("接单", company.grid)
    event = company.heard[-1].words
    pressed = {"card_type": "button_interaction", "event_key": "accept 1024", "task_id": "t_1024-1"}
    assert event["event"] == {"eventtype": "template_card_event", "template_card_event": pressed}
    assert (event["from"], event["chatid"], event["create_time"]) == (
        {"userid": "wangfang"},
        "wrGRID1",
        1_790_000_000,
    )
    assert push.taken
    assert [sight.labels for sight in company.mei.sees(company.grid)][-1] == ["到场"]


async def test_a_press_nobody_answers_is_not_told_again(company: Company):
    company.answer = lambda heard: heard.with_words({"msgtype": "template_card", "template_card": CARD})
    await company.mei.says("@呼应 3号楼电梯停了", company.grid)
    company.answer = lambda heard: web.Response(status=503)
    push = await company.wang.presses("接单", company.grid)
    assert push.statuses == [503]


async def test_a_card_can_be_changed_for_some(company: Company):
    company.answer = lambda heard: heard.with_words({"msgtype": "template_card", "template_card": CARD})
    await company.mei.says("@呼应 3号楼电梯停了", company.grid)
    new = {**CARD, "button_list": [{"text": "到场", "key": "arrive 1024"}]}
    update = {"response_type": "update_template_card", "userids": ["wangfang"], "template_card": new}
    company.answer = lambda heard: heard.with_words(update)
    await company.wang.presses("接单", company.grid)
    assert company.wang.sees(company.grid)[-1].labels == ["到场"]
    assert company.mei.sees(company.grid)[-1].labels == ["接单", "我也遇到 3"]


async def test_a_welcome_may_be_plain_text_once_a_day(company: Company):
    company.answer = lambda heard: heard.with_words({"msgtype": "text", "text": {"content": "我是呼应"}})
    assert await company.wecom.robot.enters(company.mei)
    assert company.wecom.robot.private(company.mei).last.text == "我是呼应"
    assert "response_url" not in company.heard[0].words
    assert await company.wecom.robot.enters(company.mei) is None
    company.now += 86400 - (company.now + 8 * 3600) % 86400 - 1
    assert await company.wecom.robot.enters(company.mei) is None
    company.now += 1
    assert await company.wecom.robot.enters(company.mei)


async def reply(company: Company, body: JSON) -> JSON:
    address = company.heard[-1].words["response_url"]
    return (await company.client.post(address, json=body)).json()  # type: ignore[no-any-return]


async def test_one_reply_comes_later_and_a_second_is_refused(company: Company):
    await company.mei.says("@呼应 3号楼电梯停了", company.grid)
    body = {"msgtype": "markdown", "markdown": {"content": "**#1024** 王芳已受理"}}
    assert (await reply(company, {"msgtype": "text", "text": {"content": "好"}}))["errcode"] == 40008
    assert (await reply(company, {"msgtype": "markdown", "markdown": {"content": "漏" * 6827}}))[
        "errcode"
    ] == 45002
    assert (await reply(company, body))["errcode"] == 0
    assert (company.grid.last.text, company.grid.last.way) == ("**#1024** 王芳已受理", "reply")
    assert (await reply(company, body))["errcode"] == 42022
    assert len(company.grid.messages) == 2


async def test_after_an_hour_a_reply_is_refused(company: Company):
    await company.mei.says("@呼应 3号楼电梯停了", company.grid)
    company.now += 3600
    assert (await reply(company, {"msgtype": "template_card", "template_card": NOTICE}))["errcode"] == 40029


WRONG: dict[str, JSON] = {
    "text": {"msgtype": "text", "text": {"content": "好"}},
    "markdown": {"msgtype": "markdown", "markdown": {"content": "好"}},
    "stream without id": stream("好", id=""),
    "stream that goes on": stream("好", finish=False),
    "empty stream": stream(" "),
    "long stream": stream("漏" * 6827),
    "bad card": {"msgtype": "template_card", "template_card": {**CARD, "task_id": ""}},
    "update without press": {"response_type": "update_template_card", "template_card": CARD},
}


@pytest.mark.parametrize("name", WRONG)
async def test_other_answers_to_a_message_are_seen_by_nobody(company: Company, name: str):
    company.answer = lambda heard: heard.with_words(WRONG[name])
    push = await company.mei.says("@呼应 3号楼电梯停了", company.grid)
    assert push
    assert push.wrong
    assert company.wecom.troubles == [push.wrong]
    assert len(company.grid.messages) == 1


@pytest.mark.parametrize(
    "spoiled",
    [
        {"msgsignature": "0"},
        {"nonce": "7"},
        {"timestamp": "1790000000"},
        {"timestamp": 1},
        {"encrypt": ROBOT.close(json.dumps(stream("好")))},
        {"encrypt": "?"},
    ],
    ids=lambda spoiled: next(iter(spoiled)),
)
async def test_an_answer_with_a_broken_envelope_is_seen_by_nobody(company: Company, spoiled: JSON):
    company.answer = lambda heard: heard.with_words(stream("好"), **spoiled)
    push = await company.mei.says("@呼应 3号楼电梯停了", company.grid)
    assert push
    assert push.wrong
    assert len(company.grid.messages) == 1


async def test_a_change_of_another_task_is_seen_by_nobody(company: Company):
    company.answer = lambda heard: heard.with_words({"msgtype": "template_card", "template_card": CARD})
    await company.mei.says("@呼应 3号楼电梯停了", company.grid)
    other = {"response_type": "update_template_card", "template_card": {**CARD, "task_id": "t_1025"}}
    for wrong in (other, stream("好")):
        company.answer = lambda heard, wrong=wrong: heard.with_words(wrong)
        push = await company.wang.presses("接单", company.grid)
        assert push.wrong
    assert company.grid.last.labels == ["接单", "我也遇到 3"]


async def test_a_message_is_told_again_until_it_is_taken(company: Company):
    def once(heard: Heard) -> web.Response:
        return web.Response(status=503) if len(company.heard) == 1 else heard.with_words(stream("#1024"))

    company.answer = once
    company.wecom.robot.line.limit = 5.0
    push = await company.mei.says("@呼应 3号楼电梯停了", company.grid)
    assert push
    assert push.statuses == [503, 200]
    assert len({heard.words["msgid"] for heard in company.heard}) == 1
    assert company.grid.last.text == "#1024"
