"""Templates, the account's menu, codes and what else the account asks for."""

from typing import Any

import pytest

from tests.platforms.wechat_trial import Trial

TEMPLATE = "message/template/send"
GOOD = {
    "character_string1": "1024",
    "thing2": "电梯 · 3号楼2单元",
    "phrase3": "已受理",
    "time4": "2026-11-22 14:02",
    "thing5": "王芳 14:07 前到场",
}


@pytest.fixture
async def trial():
    """The API knows no modes: plaintext is enough."""
    async with Trial(safe=False) as trial:
        yield trial


def form(trial: Trial, **other: Any) -> dict[str, Any]:
    data = {name: {"value": value} for name, value in {**GOOD, **other.pop("data", {})}.items()}
    template = trial.wechat.world.templates.work_order.id
    return {
        "touser": trial.mei.openid,
        "template_id": template,
        "url": "https://example.org/t/1024",
        "data": data,
        **other,
    }


# Templates ----------------------------------------------------------------------------------------------------------


async def test_a_template_message_needs_no_window_and_tells_how_it_went(trial: Trial):
    sent = await trial.call(TEMPLATE, form(trial))
    assert sent["errcode"] == 0
    assert trial.mei.last.how == "template"
    assert "处理说明:王芳 14:07 前到场" in trial.mei.last.text
    assert trial.mei.last.data == GOOD
    assert trial.mei.last.url == "https://example.org/t/1024"
    await trial.wechat.wait_for(lambda: trial.heard)
    told = trial.heard[0]
    assert told["Event"] == "TEMPLATESENDJOBFINISH"
    assert (told["MsgID"], told["Status"]) == (str(sent["msgid"]), "success")
    assert "MsgId" not in told


async def test_who_turned_templates_off_sees_none_and_the_program_hears_of_it(trial: Trial):
    trial.mei.blocks_templates = True
    assert (await trial.call(TEMPLATE, form(trial)))["errcode"] == 0
    await trial.wechat.wait_for(lambda: trial.heard)
    assert trial.heard[0]["Status"] == "failed:user block"
    assert trial.mei.seen == []


async def test_a_template_goes_to_followers_only(trial: Trial):
    await trial.mei.unfollows()
    assert (await trial.call(TEMPLATE, form(trial)))["errcode"] == 43004
    assert (await trial.call(TEMPLATE, form(trial, touser="oNobody")))["errcode"] == 40003


async def test_a_template_must_be_the_accounts(trial: Trial):
    assert (await trial.call(TEMPLATE, form(trial, template_id="x")))["errcode"] == 40037


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("thing2", "", "data.thing2.value is empty"),
        ("thing2", None, "data.thing2.value is empty"),
        ("thing2", "漏" * 21, "data.thing2.value invalid"),
        ("phrase3", "已经受理了吧", "data.phrase3.value invalid"),
        ("thing5", "等配件\n明天到", "data.thing5.value invalid"),
        ("phrase3", "OK", "data.phrase3.value invalid"),
        ("character_string1", "第1024号", "data.character_string1.value invalid"),
        ("character_string1", "1" * 33, "data.character_string1.value invalid"),
        ("time4", "马上", "data.time4.value invalid"),
    ],
)
async def test_a_field_takes_what_its_kind_allows(trial: Trial, field: str, value: object, words: str):
    refused = await trial.call(TEMPLATE, form(trial, data={field: value}))
    assert refused["errcode"] == 47003
    assert words in refused["errmsg"]
    assert trial.mei.seen == []


@pytest.mark.parametrize(
    "time",
    [
        "14:02",
        "2026-11-22",
        "2026年11月22日 14:02",
        "11月22日 14:02",
        "2026-11-22 14:02:05",
        "2026/11/22",
        "2026.11.22",
        "2026年11月",
        "14:00~16:00",
    ],
)
async def test_a_time_may_be_written_in_many_ways(trial: Trial, time: str):
    assert (await trial.call(TEMPLATE, form(trial, data={"time4": time})))["errcode"] == 0


async def test_a_missing_field_is_refused_and_a_strange_one_is_not(trial: Trial):
    lacking = form(trial)
    del lacking["data"]["thing5"]
    assert (await trial.call(TEMPLATE, lacking))["errcode"] == 47003
    assert (await trial.call(TEMPLATE, form(trial, data={"first": "你好"})))["errcode"] == 0


async def test_the_guard_against_repeats_sends_one_message(trial: Trial):
    first = await trial.call(TEMPLATE, form(trial, client_msg_id="letter-7"))
    assert await trial.call(TEMPLATE, form(trial, client_msg_id="letter-7")) == first
    await trial.call(TEMPLATE, form(trial, client_msg_id="letter-8"))
    assert len(trial.mei.seen) == 2
    trial.now += 600
    await trial.call(TEMPLATE, form(trial, client_msg_id="letter-7"))
    assert len(trial.mei.seen) == 3


async def test_the_accounts_templates_can_be_listed(trial: Trial):
    other = trial.wechat.world.templates.add(
        "办结", "编号:{{number1.DATA}}\n结果:{{const2.DATA}}", consts=("已办结",)
    )
    listed = (await trial.call("template/get_all_private_template"))["template_list"]
    assert [one["title"] for one in listed] == ["工单处理进度通知", "办结"]
    assert set(listed[0]) == {
        "template_id",
        "title",
        "primary_industry",
        "deputy_industry",
        "content",
        "example",
    }
    sent = {"touser": trial.mei.openid, "template_id": other.id, "data": {"number1": {"value": 1024}}}
    sent["data"]["const2"] = {"value": "没办"}
    assert (await trial.call(TEMPLATE, sent))["errcode"] == 47003
    for allowed in ("已办结", ""):
        sent["data"]["const2"] = {"value": allowed}
        assert (await trial.call(TEMPLATE, sent))["errcode"] == 0


async def test_an_old_template_shows_its_keywords_alone(trial: Trial):
    old = trial.wechat.world.templates.add(
        "报修提醒", "{{first.DATA}}\n单号：{{keyword1.DATA}}\n{{remark.DATA}}"
    )
    sent = {"touser": trial.mei.openid, "template_id": old.id, "data": {"first": {"value": "您好"}}}
    assert (await trial.call(TEMPLATE, sent))["errcode"] == 47003
    sent["data"]["keyword1"] = {"value": "1024"}
    assert (await trial.call(TEMPLATE, sent))["errcode"] == 0
    assert "单号：1024" in trial.mei.last.text
    assert "您好" not in trial.mei.last.text


# The menu -----------------------------------------------------------------------------------------------------------

CLICK = {"type": "click", "name": "报修", "key": "report"}


async def test_a_menu_is_installed_read_back_tapped_and_taken_away(trial: Trial):
    assert (await trial.call("menu/get"))["errcode"] == 46003
    view = {"type": "view", "name": "公示牌", "url": "https://example.org/board"}
    menu = {
        "button": [
            CLICK,
            {"name": "更多", "sub_button": [view, {"type": "click", "name": "我的工单", "key": "mine"}]},
        ]
    }
    assert (await trial.call("menu/create", menu))["errcode"] == 0
    got = (await trial.call("menu/get"))["menu"]["button"]
    assert got[0] == {**CLICK, "sub_button": []}
    assert [sub["name"] for sub in got[1]["sub_button"]] == ["公示牌", "我的工单"]
    await trial.mei.clicks("report")
    assert (trial.heard[0]["Event"], trial.heard[0]["EventKey"]) == ("CLICK", "report")
    assert [await trial.sends() for _ in range(4)] == [0, 0, 0, 45047]
    await trial.mei.clicks("公示牌")
    assert (trial.heard[1]["Event"], trial.heard[1]["EventKey"]) == ("VIEW", "https://example.org/board")
    with pytest.raises(AssertionError, match="报修=report"):
        await trial.mei.clicks("投诉")
    assert (await trial.call("menu/delete"))["errcode"] == 0
    assert (await trial.call("menu/get"))["errcode"] == 46003


@pytest.mark.parametrize(
    ("button", "code"),
    [
        ([], 40016),
        ([CLICK] * 4, 40016),
        (None, 40016),
        ([{**CLICK, "name": "我要报修啊啊"}], 40018),
        ([{**CLICK, "name": ""}], 40018),
        ([{**CLICK, "type": "press"}], 40017),
        ([{**CLICK, "key": "k" * 129}], 40019),
        ([{"type": "click", "name": "报修"}], 40019),
        ([{"type": "view", "name": "看", "url": "example.org"}], 40020),
        ([{"name": "更多", "sub_button": [CLICK] * 6}], 40023),
        ([{"name": "更多", "sub_button": [{**CLICK, "type": ""}]}], 40024),
        ([{"name": "更多", "sub_button": [{**CLICK, "name": "报" * 21}]}], 40025),
        ([{"name": "更多", "sub_button": [{**CLICK, "key": ""}]}], 40026),
        ([{"name": "更多", "sub_button": [{"type": "view", "name": "看", "url": ""}]}], 40027),
    ],
)
async def test_a_menu_that_phones_could_not_show_is_refused(trial: Trial, button: object, code: int):
    assert (await trial.call("menu/create", {"button": button}))["errcode"] == code
    assert trial.wechat.world.menu.buttons == []


async def test_a_menu_with_escaped_characters_is_refused(trial: Trial):
    token = (await trial.stable())["access_token"]
    answer = await trial.fetch(
        "POST", "menu/create", params={"access_token": token}, json={"button": [CLICK]}
    )
    assert (await answer.json(content_type=None))["errcode"] == 40033


# Codes --------------------------------------------------------------------------------------------------------------


def code(action: str = "QR_LIMIT_STR_SCENE", **scene: Any) -> dict[str, Any]:
    return {"action_name": action, "action_info": {"scene": scene}}


async def test_a_code_leads_to_its_scene(trial: Trial):
    made = await trial.call("qrcode/create", code(scene_str="xinhai-east_3"))
    assert set(made) == {"ticket", "url"}
    await trial.mei.scans(made["url"])
    assert trial.heard[0]["EventKey"] == "xinhai-east_3"
    assert trial.heard[0]["Ticket"] == made["ticket"]
    with pytest.raises(AssertionError, match="was not made"):
        await trial.mei.scans("http://weixin.qq.com/q/elsewhere")


@pytest.mark.parametrize(
    "asked",
    [
        code(scene_str=""),
        code(scene_str="x" * 65),
        code(scene_id=3),
        code("QR_LIMIT_SCENE", scene_id=100_001),
        code("QR_CODE", scene_str="x"),
        {"action_name": "QR_LIMIT_STR_SCENE"},
        {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": "x"}},
    ],
)
async def test_a_scene_no_code_can_carry_is_refused(trial: Trial, asked: dict[str, Any]):
    assert (await trial.call("qrcode/create", asked))["errcode"] == 40053


async def test_100_000_codes_last_and_no_more(trial: Trial):
    trial.wechat.world.codes.permanent = {str(n) for n in range(100_000)}
    assert (await trial.call("qrcode/create", code(scene_str="one-more")))["errcode"] == 45029
    assert "url" in await trial.call("qrcode/create", code(scene_str="7"))
    short = await trial.call(
        "qrcode/create", {**code("QR_STR_SCENE", scene_str="one-more"), "expire_seconds": 600}
    )
    assert short["expire_seconds"] == 600


# People -------------------------------------------------------------------------------------------------------------


async def test_of_a_resident_little_is_told(trial: Trial):
    told = await trial.call("user/info", openid=trial.mei.openid)
    assert (told["subscribe"], told["nickname"]) == (1, "")
    await trial.mei.unfollows()
    assert await trial.call("user/info", openid=trial.mei.openid) == {
        "subscribe": 0,
        "openid": trial.mei.openid,
    }
    assert (await trial.call("user/info", openid="oNobody"))["errcode"] == 40003
