"""The channel against WeCom: cards that change while they may, pictures, groups, and the platform's troubles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.channels.wecom_bot import TENCENT, is_theirs
from handlers.messages import Button, NotDelivered, Outgoing
from storage.records import HOUR, MINUTE, Address
from tests.bot.wecom.conftest import KEY, WANG, Line
from tests.platforms.wecom import a_photo
from tests.stories.turned_clock import NOON

CARD = Outgoing(WANG, "等王芳接单", "#1024 电梯", ((Button("接单", "accept:jinghe-1024"),),), anew=False)
TAKEN = replace(CARD, text="王芳已受理", buttons=((Button("办结", "resolve:jinghe-1024"),),))
DUTY = Address("wecom:duty")
HOOK = Address("wecom:webhook.duty")
ROBOT = Address("wecom:wrGRID1")


EVIL_BUCKET = "https://evil.myqcloud.com/answer"
"""Where pictures may lie, anybody may have a machine: nothing is told there."""


async def refused(line: Line, out: Outgoing) -> NotDelivered:
    with pytest.raises(NotDelivered) as failed:
        await line.send(out)
    return failed.value


async def test_a_card_is_changed_once_with_the_code_it_came_with(line: Line) -> None:
    card = await line.send(CARD)
    assert await line.send(replace(TAKEN, edit=card)) == card
    assert line.wang.last.labels == ["办结"]
    done = replace(TAKEN, text="已办结", buttons=())
    assert await line.send(replace(done, edit=card)) == card
    assert line.wang.last.labels == ["办结"]
    assert len(line.wecom.calls_of("message/update_template_card")) == 1


async def test_each_press_lets_it_be_changed_once_more_and_costs_nothing_else(line: Line) -> None:
    card = await line.send(CARD)
    for n in range(3):
        code = line.wecom.sending.code_for(line.wang.last.message)
        await line.open(Address(f"wecom:press.{card}"), NOON + HOUR, code)
        await line.send(replace(CARD, text=f"第{n}次", edit=card))
        assert f"第{n}次" in line.wang.last.text
    await line.send(replace(TAKEN, edit=card))
    assert line.wang.last.labels == ["办结"]


async def test_words_alone_do_not_cost_the_only_code(line: Line) -> None:
    card = await line.send(CARD)
    await line.send(replace(CARD, text="等王芳接单 · 已超时", edit=card))
    assert "已超时" not in line.wang.last.text
    await line.send(replace(TAKEN, edit=card))
    assert line.wang.last.labels == ["办结"]


async def test_what_is_worth_a_message_takes_the_old_cards_place_when_no_code_is_left(line: Line) -> None:
    card = await line.send(CARD)
    await line.send(replace(TAKEN, edit=card))
    first = line.wang.last.message
    news = replace(TAKEN, text="到期没办成，已报街道", buttons=(), edit=card, anew=True)
    assert await line.send(news) != card
    assert first.recalled
    assert "已报街道" in line.wang.last.text
    assert len(line.wang.messages) == 1


async def test_after_a_day_the_old_card_stays_beside_the_new_one(line: Line) -> None:
    card = await line.send(CARD)
    await line.send(replace(TAKEN, edit=card))
    await line.clock.turn_to(NOON + 25 * HOUR)
    await line.send(replace(TAKEN, text="还在等配件", edit=card, buttons=(), anew=True))
    assert len(line.wang.messages) == 2
    assert line.wecom.calls_of("message/recall") == []


async def test_after_three_days_no_code_is_tried(line: Line) -> None:
    card = await line.send(CARD)
    await line.clock.turn_to(NOON + 73 * HOUR)
    assert await line.send(replace(TAKEN, edit=card)) == card
    assert line.wecom.calls_of("message/update_template_card") == []


async def test_a_code_wecom_has_forgotten_is_given_up_for_the_next(line: Line) -> None:
    card = await line.send(CARD)
    await line.open(Address(f"wecom:press.{card}"), NOON + 71 * HOUR, "forgotten")
    await line.send(replace(TAKEN, edit=card))
    assert line.wang.last.labels == ["办结"]


@pytest.mark.parametrize("trouble", ["drop_before", "drop_after", "bad_gateway"])
async def test_a_change_wecom_did_not_answer_is_made_when_it_is_tried_again(line: Line, trouble: str) -> None:
    card = await line.send(CARD)
    getattr(line.wecom.faults, trouble)(path="message/update_template_card")
    await refused(line, replace(TAKEN, edit=card))
    await line.send(replace(TAKEN, edit=card))
    assert line.wang.last.labels == ["办结"]


async def test_a_letter_that_broke_off_is_gone_on_with_where_it_was(line: Line) -> None:
    photo = line.media.put(a_photo(), "photo").sha256
    long = replace(CARD, text="等配件。" * 60, photos=(photo,))
    for _ in range(2):
        line.wecom.faults.slow(0, path="message/send", times=1)
        line.wecom.faults.refuse(-1, path="message/send", times=1)
        assert (await refused(line, long)).wait
    await line.send(long)
    assert [sight.kind for sight in line.wang.messages] == ["image", "text", "template_card"]


async def test_a_photo_is_uploaded_once_in_three_days(line: Line) -> None:
    photo = line.media.put(a_photo(), "photo").sha256
    out = Outgoing(WANG, "办好了", "#1024", photos=(photo,))
    await line.send(out)
    await line.clock.turn_to(NOON + 70 * HOUR)
    await line.send(out)
    assert len(line.wecom.calls_of("media/upload")) == 1
    await line.clock.turn_to(NOON + 73 * HOUR)
    await line.send(out)
    assert len(line.wecom.calls_of("media/upload")) == 2


async def test_a_photo_that_is_lost_or_refused_holds_back_no_words(line: Line) -> None:
    await line.send(Outgoing(WANG, "办好了", "#1024", photos=("0" * 64,)))
    line.wecom.faults.refuse(40009, path="media/upload")
    kept = line.media.put(a_photo(), "photo").sha256
    await line.send(Outgoing(WANG, "又办好了", "#1025", photos=(kept,)))
    assert [sight.kind for sight in line.wang.messages] == ["text", "text"]


async def test_who_is_not_in_the_apps_reach_is_not_reached_for_ever(line: Line) -> None:
    assert (await refused(line, replace(CARD, to=Address("wecom:nobody")))).forever


async def test_a_groups_webhook_is_told_in_words(line: Line) -> None:
    group = line.wecom.webhook(KEY, "值班", [line.wang])
    await line.send(replace(CARD, to=HOOK))
    assert group.last.text == "#1024 电梯\n等王芳接单\n在企业微信的应用里发：接单 1024"
    assert (await refused(line, replace(CARD, to=Address("wecom:webhook.other")))).forever


async def test_a_webhook_that_is_called_too_often_rests_for_a_minute_alone(line: Line) -> None:
    line.wecom.webhook(KEY, "值班", [line.wang])
    line.wecom.faults.refuse(45009, path="webhook/send")
    failed = await refused(line, replace(CARD, to=HOOK))
    assert (failed.wait, failed.everywhere) == (MINUTE, False)


async def test_a_robots_group_is_spoken_in_while_somebody_has_just_spoken(line: Line) -> None:
    async with line.store.turn() as turn:
        await turn.chats.present(ROBOT, True, NOON)
    failed = await refused(line, replace(CARD, to=ROBOT))
    assert failed.untold
    group = line.wecom.robot_group("wrGRID1", "第一网格", [line.wang])
    line.wecom.robot.line.url = "http://127.0.0.1:9/wecom/bot"
    line.wecom.robot.line.limit = 0.1
    await line.wang.says("@呼应 在吗", group)
    (code,) = line.wecom.robot.replies
    await line.open(ROBOT, NOON + HOUR, f"{line.wecom.api}/cgi-bin/aibot/response?response_code={code}")
    assert (await line.send(replace(CARD, to=ROBOT))).startswith("reply:")
    assert group.last.text == "#1024 电梯\n等王芳接单\n@我 回复：接单 1024"
    assert (await refused(line, replace(CARD, to=ROBOT))).untold


@pytest.mark.parametrize(
    ("url", "api", "own"),
    [
        (
            "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=1",
            "https://qyapi.weixin.qq.com",
            True,
        ),
        (
            "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=1",
            "http://10.0.0.7:8000/wecom",
            True,
        ),
        ("http://qyapi.weixin.qq.com/cgi-bin/aibot/response", "https://qyapi.weixin.qq.com", False),
        ("http://10.0.0.7:8000/answer", "http://10.0.0.7:8000/wecom", True),
        ("http://10.0.0.7:9/answer", "http://10.0.0.7:8000/wecom", False),
        ("http://localhost:9/answer", "http://127.0.0.1:8000", True),
        ("http://[::1]:9/answer", "http://localhost:8000", True),
        ("http://127.evil.example/answer", "http://127.0.0.1:8000", False),
        ("http://127.0.0.1:9/answer", "https://qyapi.weixin.qq.com", False),
    ],
)
def test_what_wecom_gives_to_be_asked_is_its_own_wherever_its_api_is_set_to_be(
    url: str, api: str, own: bool
) -> None:
    assert is_theirs(url, api, TENCENT) is own


async def test_an_address_that_is_not_wecoms_own_is_never_called(line: Line) -> None:
    async with line.store.turn() as turn:
        await turn.chats.present(ROBOT, True, NOON)
    for url in (
        "http://192.0.2.1:9/evil",
        "https://evil.example/qyapi.weixin.qq.com",
        "http://[x",
        EVIL_BUCKET,
    ):
        await line.open(ROBOT, NOON + HOUR, url)
        assert (await refused(line, replace(CARD, to=ROBOT))).untold
    for ref in (
        "robot:http://192.0.2.1:9/p",
        "robot:http://127.evil.example/p",
        "robot:https://evil.example/x.myqcloud.com",
        "robot:file:///etc/passwd",
    ):
        with pytest.raises(NotDelivered) as failed:
            await line.channel.fetch(ref)
        assert failed.value.forever


async def test_what_members_and_residents_show_is_fetched_and_opened(line: Line) -> None:
    photo = a_photo()
    file = line.wecom.media.keep("image", photo)
    assert await line.channel.fetch(file.id) == photo
    assert await line.channel.fetch(f"robot:{line.wecom.robot.picture_url(file.id)}") == photo
    for ref in ("no-such-media", f"robot:{line.wecom.api}/no-such-picture"):
        with pytest.raises(NotDelivered) as gone:
            await line.channel.fetch(ref)
        assert gone.value.forever


async def test_wecom_is_asked_whether_it_is_back(line: Line) -> None:
    await line.channel.ping()
    line.wecom.faults.bad_gateway(path="agent/get")
    with pytest.raises(NotDelivered) as away:
        await line.channel.ping()
    assert away.value.everywhere
    line.wecom.faults.page(b"no such page", 404, path="agent/get")
    await line.channel.ping()


async def test_a_letter_counts_as_the_messages_it_will_be(line: Line) -> None:
    assert line.channel.messages(CARD) == 1
    assert line.channel.messages(replace(CARD, text="等配件。" * 60, photos=("a", "b"))) == 4
