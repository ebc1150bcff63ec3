"""A resident scans the code on her building and has its lift repaired, without ever leaving WeChat."""

from __future__ import annotations

from storage.records import Act, State
from tests.stories.wechat_town import WeChatTown

CODE = "xinhai-east_3"
"""On building 3."""


async def test_a_lift_is_repaired_by_way_of_wechat(there: WeChatTown) -> None:
    town, mei, private = there.town, there.mei, there.town.leader.chat
    await mei.scans(CODE)
    await there.settle()
    assert mei.last.how == "passive"
    assert "3号楼" in mei.last.text
    assert "王芳" in mei.last.text

    answered = await there.says("电梯坏了")
    assert answered.startswith("#1001 电梯 · 3号楼\n等王芳（网格长）接单 · 13:05 前")
    await mei.sends_photo()
    await there.settle()
    async with town.store.view() as view:
        (photo,) = await view.media.of("jinghe-1001")
    assert (photo.kind, bool(photo.sha256)) == ("photo", True)

    assert await there.says("还没人来啊") == "#1001 还在等王芳接单，13:05 前。已替您催了一次。"
    await there.forward(minutes=1)
    await town.presses(town.leader, "接单", private)
    await there.settle()
    assert "王芳已受理 13:01 · 13:06 前到场 · 17:01 前解决" in there.told()[-1].text

    await town.presses(town.leader, "到场", private)
    await town.presses(town.leader, "办结", private)
    await town.says(town.leader, "换了门机", private, photo=True)
    await there.forward(seconds=10)
    proof, question = there.told()[-2:]
    assert proof.kind == "image"
    assert "换了门机。您看行吗？" in question.text
    assert [choice.content for choice in question.choices] == ["满意 1001", "基本满意 1001", "不满意 1001"]

    await mei.picks("满意 1001")
    await there.settle()
    assert "谢谢" in mei.last.text
    ticket = await town.ticket()
    assert (ticket.state, ticket.rating) == (State.CLOSED, "good")
    ways = [reason for reason in await town.reasons(Act.TOLD) if reason.endswith("reporter")]
    assert ways == ["passive reporter", "kefu reporter", "kefu reporter"]
    assert there.wechat.refusals == []


async def test_who_is_not_satisfied_types_it_and_is_asked_why(there: WeChatTown) -> None:
    town, private = there.town, there.town.leader.chat
    await there.mei.follows(CODE)
    await there.says("电梯坏了")
    for order in ("接单 1001", "办结 1001 重启了"):
        await town.says(town.leader, order, private)
    await there.settle()
    assert "哪里还不行" in await there.says("不满意 1001")
    await there.says("一关门就又停了")
    assert (await town.ticket()).state is State.ACCEPTED
    assert any("一关门就又停了" in words for words in town.seen(town.leader))


async def test_who_follows_without_a_code_is_told_in_two_lines_what_to_do(there: WeChatTown) -> None:
    await there.mei.follows()
    await there.settle()
    first, second = there.mei.last.text.splitlines()
    assert "直接说是什么事、在几号楼" in first
    assert "我的工单" in second


async def test_the_accounts_menu_asks_and_is_answered_by_number(there: WeChatTown) -> None:
    there.wechat.world.menu.create({"button": [{"type": "click", "name": "报修", "key": "报修"}]})
    await there.mei.follows()
    await there.mei.clicks("报修")
    await there.settle()
    assert "1 电梯" in there.mei.last.text
    assert "几号楼" in await there.says("1")
    answered = await there.says("3号楼2单元")
    assert answered.startswith("#1001 电梯 · 3号楼2单元")
    assert "#1001" in await there.says("我的工单")


async def test_a_voice_that_wechat_understood_is_a_report_and_is_kept(there: WeChatTown) -> None:
    await there.mei.follows(CODE)
    await there.mei.sends_voice(recognition="三号楼二单元电梯坏了。")
    await there.settle()
    assert there.mei.last.text.startswith("#1001 电梯 · 3号楼2单元")
    async with there.town.store.view() as view:
        (voice,) = await view.media.of("jinghe-1001")
    assert (voice.kind, bool(voice.sha256)) == ("voice", True)


async def test_a_pin_goes_with_the_report_just_made_in_the_maps_own_words(there: WeChatTown) -> None:
    await there.mei.follows(CODE)
    await there.says("电梯坏了")
    await there.mei.sends_location(30.62, 114.15, "径河路8号鑫海花城东区")
    await there.settle()
    async with there.town.store.view() as view:
        (remark,) = await view.tickets.remarks("jinghe-1001")
    assert remark.words == "位置 径河路8号鑫海花城东区 30.62000,114.15000"


async def test_a_pin_is_no_answer_to_what_has_happened(there: WeChatTown) -> None:
    await there.mei.follows(CODE)
    await there.mei.sends_location(30.62, 114.15, "径河路8号鑫海花城东区")
    await there.settle()
    assert "是什么事" in there.mei.last.text
    assert await there.town.tickets() == []


async def test_a_push_whose_answer_is_lost_gets_it_again_and_makes_one_ticket(there: WeChatTown) -> None:
    await there.mei.follows(CODE)
    there.wechat.pusher.limit, there.wechat.pusher.loses = 2.0, 2
    push = await there.mei.says("电梯坏了")
    await there.settle()
    assert len(push.deliveries) == 3
    assert len({delivery.status for delivery in push.deliveries}) == 1
    assert there.mei.last.text.startswith("#1001 电梯 · 3号楼")
    assert len(await there.town.tickets()) == 1
    assert there.told() == []
