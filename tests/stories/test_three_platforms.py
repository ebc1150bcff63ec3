"""One lift, reported on WeChat, joined on Telegram and in a WeCom group, repaired by a leader on WeCom: one ticket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.records import Act, State
from tests.platforms.wecom import a_photo
from tests.stories.three_town import BUILDING_3, ThreeTown, three_town


@pytest.fixture
async def town(kind_of_database: str, tmp_path: Path) -> AsyncIterator[ThreeTown]:
    async with three_town(tmp_path) as built:
        yield built


async def reported(town: ThreeTown) -> None:
    await town.scans(BUILDING_3)
    assert "#1001" in await town.says("电梯坏了")
    await town.forward(minutes=1)


async def test_a_lift_is_one_ticket_on_three_platforms_from_the_code_to_the_rating(town: ThreeTown) -> None:
    scanned = await town.scans(BUILDING_3)
    assert scanned.startswith("您在鑫海花城东区3号楼，负责的是网格长王芳。")
    called = len(town.wechat.calls)
    answered = await town.says("电梯坏了")
    assert (
        answered
        == "#1001 电梯 · 3号楼\n等王芳（网格长）接单 · 13:05 前\n回复：补充 1001 / 催办 1001 / 撤销 1001"
    )
    assert await town.does("sends_photo") == "#1001 照片收到了。"
    # The picture is fetched when she has her answer; nothing was said by the API, then or later.
    assert [call.path for call in town.wechat.calls[called:]] == ["media/get"]
    card = town.office.wang.last
    assert card.text == "#1001 电梯 · 3号楼\n“电梯坏了”\n等王芳（网格长）接单 · 13:05 前"

    await town.forward(minutes=1)
    await town.town.presses(town.town.chen, "我也遇到")
    joined = await town.in_group("@呼应 +1")
    assert joined.startswith("已跟进，有消息会告诉您\n\n#1001 电梯 · 3号楼")
    assert (await town.town.ticket()).followers == 2

    assert await town.says("还没人来") == "#1001 还在等王芳接单，13:05 前。已替您催了一次。"
    assert town.office.wang.last.text.startswith("#1001 居民在催 · 电梯 · 3号楼")
    assert town.told() == []

    await town.leader(town.office.wang.presses("接单"))
    mine = "王芳已受理 13:01 · 13:06 前到场 · 17:01 前解决"
    assert [said.how for said in town.told()] == ["kefu"]
    assert mine in town.told()[0].text
    assert mine in town.town.cards()[0].words
    assert mine in town.office.neighbours.last.text
    assert mine in card.text
    await town.leader(town.office.wang.presses("到场"))
    await town.leader(town.office.wang.presses("办结", containing="#1001 电梯"))
    await town.leader(town.office.wang.sends_photo(a_photo()))
    assert (await town.town.ticket()).state is State.RESOLVED
    await town.forward(seconds=6)
    await town.leader(town.office.wang.says("换了门机"))
    await town.forward(seconds=10)
    photo, question = town.told()[1:]
    assert photo.kind == "image"
    assert question.text.startswith(
        "#1001 说是办好了（王芳 13:01）：换了门机。您看行吗？11月25日周三 13:01 前没有回复就结案。"
    )
    (shown,) = [
        m for m in town.town.telegram.chat(town.town.group).messages if m.words == "#1001 办好后的照片"
    ]
    assert shown.photo
    assert "换了门机" in town.town.cards()[0].words

    assert "谢谢" in await town.says("满意")
    assert town.office.wang.last.text == "#1001 报修人评价：满意，已结案。"
    ticket = await town.town.ticket()
    assert (ticket.state, ticket.rating, ticket.first_responder) == (State.CLOSED, "good", "wangfang")
    assert [t.number for t in await town.town.tickets()] == [1001]
    lines = [entry.line for entry in await town.town.ledger()]
    done = [(line.act, line.platform) for line in lines if line.act not in (Act.TOLD, Act.UNTOLD)]
    assert done == [
        (Act.REPORT, "wechat"), (Act.ADD, "wechat"), (Act.FOLLOW, "telegram"), (Act.FOLLOW, "wecom"),
        (Act.URGE, "wechat"), (Act.ACCEPT, "wecom"), (Act.ARRIVE, "wecom"), (Act.RESOLVE, "wecom"),
        (Act.ADD, "wecom"), (Act.RATE, "wechat"), (Act.CLOSE, "wechat"),
    ]  # fmt: skip
    told = [reason for reason in await town.town.reasons(Act.TOLD) if reason.endswith("reporter")]
    assert told == ["passive reporter", "kefu reporter", "kefu reporter"]


async def test_words_first_and_then_the_photo_go_together_as_well(town: ThreeTown) -> None:
    await reported(town)
    await town.leader(town.office.wang.says("办结 1001 换了门机"))
    await town.leader(town.office.wang.sends_photo(a_photo()))
    assert town.office.wang.last.text == "#1001 照片收到了。"
    await town.forward(seconds=20)
    question, photo, _ = town.told()
    assert "换了门机。您看行吗？" in question.text
    assert photo.kind == "image"
    async with town.town.store.view() as view:
        (kept,) = await view.media.of("jinghe-1001")
    assert kept.after
    assert (await town.town.ticket()).note == "换了门机"


async def test_what_the_worker_adds_later_reaches_the_resident_by_itself(town: ThreeTown) -> None:
    await reported(town)
    await town.leader(town.office.wang.says("办结 1001 换了门机"))
    await town.forward(minutes=5)
    await town.leader(town.office.wang.says("补充 1001 明天还会来调试"))
    assert town.told()[-1].text == "#1001 王芳补充：明天还会来调试"


async def test_after_the_work_a_new_call_of_the_leaders_is_a_ticket_of_its_own(town: ThreeTown) -> None:
    await reported(town)
    await town.leader(town.office.wang.says("办结 1001 换了门机"))
    await town.leader(town.office.wang.says("5号楼1单元水管漏水"))
    assert (await town.town.ticket(1002)).place.building == "5"
    assert (await town.town.ticket()).note == "换了门机"


@pytest.mark.parametrize("words", ["+1", "我也遇到", "我家也是"])
async def test_in_the_robots_group_a_neighbour_joins_what_stands_there_with_any_of_these(
    town: ThreeTown, words: str
) -> None:
    await reported(town)
    assert (await town.in_group(f"@呼应 {words}")).startswith("已跟进")
    assert (await town.town.ticket()).followers == 1


async def test_who_joins_when_nothing_is_open_is_told_so_and_not_met_with_silence(town: ThreeTown) -> None:
    assert "没找到您说的是哪一件" in await town.in_group("@呼应 +1")


async def test_a_deputy_who_cannot_decide_is_told_who_can(town: ThreeTown) -> None:
    await reported(town)
    await town.town.says(town.town.deputy, "决议 1001 物业 11月28日前更换门机", town.town.deputy.chat)
    assert town.town.last(town.town.deputy) == "#1001 这一步由社区工作人员来定。"
