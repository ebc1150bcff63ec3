"""Handing a ticket on: 转办, 改派, and who answers for it to the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.records import Act, State
from tests.stories.town import TOWN, Town
from tests.stories.town import town as build

LAMP = "3号楼2单元楼道灯坏了"
LIFT = "3号楼2单元电梯停了"

SECOND_GRID = """
[[grid]]
id = "xinhai-east-2"
compound = "xinhai-east"
name = "第二网格"
buildings = ["13-20"]
leader = "zhaomin"
[[person]]
id = "zhaomin"
name = "赵敏"
roles = ["grid_leader"]
accounts = ["telegram:1005"]
"""


async def test_handed_to_the_property_the_first_one_asked_still_answers_for_it(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "接单")
    await town.presses(town.leader, "转办", town.leader.chat)
    await town.presses(town.leader, "张师傅", town.leader.chat)
    ticket = await town.ticket()
    assert (ticket.handler, ticket.first_responder) == ("zhang", "wangfang")
    assert "张师傅在办，王芳负责到底" in town.cards()[0].words
    assert town.cards(where=town.property.chat)[0].labels[:2] == ["到场", "办结"]
    assert town.last(town.mei) == "#1001 已交给张师傅办，王芳负责到底。"
    await town.presses(town.property, "到场", town.property.chat)
    await town.says(town.property, "办结 1001 换了门机", town.property.chat)
    assert "#1001 说是办好了（张师傅 13:00）：换了门机" in town.last(town.leader)
    assert (await town.ticket()).first_responder == "wangfang"


async def test_the_reason_for_handing_on_reaches_the_one_who_gets_it_and_the_ledger(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.leader, "转办 1001 张师傅 要换门机", town.leader.chat)
    assert any("王芳转给您办：电梯 · 3号楼2单元，要换门机" in words for words in town.seen(town.property))
    assert await town.reasons(Act.TRANSFER) == ["张师傅：要换门机"]
    assert (await town.ticket()).first_responder == "wangfang"


async def test_handed_to_another_grid_it_is_that_grids_leader_who_works(tmp_path: Path) -> None:
    async with build(tmp_path, text=TOWN.replace("[meeting]", SECOND_GRID + "[meeting]")) as town:
        zhao = town.telegram.user(1005, "赵敏", started=True)
        await town.says(town.mei, LIFT)
        await town.says(town.leader, "转办 1001 第二网格", town.leader.chat)
        ticket = await town.ticket()
        assert (ticket.handler, ticket.first_responder) == ("zhaomin", "wangfang")
        await town.presses(zhao, "到场", zhao.chat)
        assert (await town.ticket()).state is State.ON_SITE


async def test_handed_to_a_department_the_first_one_asked_is_reminded_for_it(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.deputy, "接单")
    await town.says(town.deputy, "转办 1001 市场监管局 特种设备科来看", town.deputy.chat)
    ticket = await town.ticket()
    assert (ticket.handler, ticket.handler_name, ticket.first_responder) == (None, "市场监管局", "lilei")
    assert "市场监管局在办，李雷负责到底" in town.cards()[0].words
    await town.forward(hours=3, minutes=12)
    assert "17:00 前要解决" in town.last(town.deputy)


async def test_reassigned_by_staff_the_new_one_has_a_fresh_clock_and_the_old_one_knows(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.forward(minutes=5)
    await town.presses(town.staff, "改派", town.staff_room)
    assert town.staff_room.last.labels
    await town.presses(town.staff, "李雷", town.staff_room)
    assert "等李雷接单 · 13:10 前" in town.cards()[0].words
    assert town.cards(where=town.deputy.chat)
    assert town.last(town.leader) == "#1001 已请李雷来办。"
    assert town.last(town.mei) == "#1001 已请李雷来办。"
    await town.forward(minutes=5)
    # His silence is alerted like anybody's.
    assert "李雷 13:10 前应接单" in town.last(town.staff_room)
    assert "李雷 13:10 前应接单" in town.last(town.leader)
    await town.presses(town.deputy, "接单", town.deputy.chat)
    assert (await town.ticket()).first_responder == "lilei"


@pytest.mark.on_one_database
async def test_an_order_typed_where_its_news_would_be_told_is_answered_once(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.forward(minutes=5)
    alerted = town.seen(town.staff_room)
    await town.says(town.staff, "改派 1001 李雷", town.staff_room)
    assert town.seen(town.staff_room) == [*alerted, "#1001 已转交。"]
    assert town.last(town.leader) == "#1001 已请李雷来办。"


async def test_reassigning_what_somebody_took_keeps_who_answers_for_it(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.presses(town.leader, "接单")
    await town.says(town.staff, "改派 1001 李雷", town.staff_room)
    ticket = await town.ticket()
    assert (ticket.handler, ticket.first_responder) == ("lilei", "wangfang")
    assert town.last(town.leader) == "#1001 已交给李雷办，王芳负责到底。"
    assert await town.presses(town.deputy, "到场", town.deputy.chat) == "已记到场"


async def test_a_deputy_who_was_alerted_may_find_somebody_else(town: Town) -> None:
    await town.says(town.mei, LAMP)
    await town.says(town.deputy, "改派 1001 张师傅", town.deputy.chat)
    assert (await town.ticket()).handler is None, "nobody called for a deputy yet"
    await town.forward(minutes=5)
    await town.presses(town.deputy, "改派", town.deputy.chat)
    await town.presses(town.deputy, "张师傅", town.deputy.chat)
    assert (await town.ticket()).handler == "zhang"


async def test_who_handed_it_on_hears_that_it_went_to_the_meeting(town: Town) -> None:
    await town.says(town.mei, LIFT)
    await town.says(town.leader, "转办 1001 张师傅", town.leader.chat)
    await town.forward(hours=4)
    for reader in (town.leader, town.property):
        assert "已列入联席会议 · 电梯" in town.last(reader)
        assert "超过解决时限 17:00" in town.last(reader)
    assert "王芳已受理 13:00" in town.cards()[0].words
