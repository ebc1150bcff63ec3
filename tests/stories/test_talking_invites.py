"""Invites: how a chat account becomes a leader, a property worker, one of the staff."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.invites import code_hash
from storage.records import HOUR, Role, State
from tests.stories.town import TOWN, Town
from tests.stories.town import town as build


async def invite(town: Town, code: str, role: Role, grid: str | None = "xinhai-east-1") -> None:
    async with town.store.turn() as turn:
        await turn.invites.create(code_hash(code), role, grid, "jinghe", town.clock.now() + HOUR)


async def test_an_invited_leader_may_act_at_once(tmp_path: Path) -> None:
    async with build(tmp_path, text=TOWN.replace('accounts = ["telegram:1001"]', "")) as town:
        await invite(town, "ABCD2345EFGH7", Role.GRID_LEADER)
        await town.leader.starts("ABCD2345EFGH7")
        await town.settle()
        assert town.last(town.leader).startswith("王芳，您好。您现在是第一网格的网格长。")
        await town.says(town.mei, "3号楼电梯停了")
        await town.says(town.leader, "接单 1001")
        assert (await town.ticket()).first_responder == "wangfang"


async def test_the_second_leaders_code_of_a_grid_binds_the_deputy_who_has_no_account(tmp_path: Path) -> None:
    async with build(tmp_path, text=TOWN.replace('accounts = ["telegram:1002"]', "")) as town:
        await invite(town, "ABCD2345EFGH7", Role.GRID_LEADER)
        await town.says(town.lin, "绑定 ABCD2345EFGH7", town.lin.chat)
        assert town.last(town.lin).startswith("李雷，您好。您现在是第一网格的网格长。")


async def test_a_code_for_somebody_by_name_binds_them_whoever_else_waits(tmp_path: Path) -> None:
    alone = TOWN.replace('accounts = ["telegram:1001"]', "").replace('accounts = ["telegram:1002"]', "")
    async with build(tmp_path, text=alone) as town:
        async with town.store.turn() as turn:
            code, until = code_hash("ABCD2345EFGH7"), town.clock.now() + HOUR
            await turn.invites.create(code, Role.GRID_LEADER, None, "jinghe", until, "lilei")
        await town.says(town.lin, "绑定 ABCD2345EFGH7", town.lin.chat)
        assert town.last(town.lin).startswith("李雷，您好。")


async def test_a_code_for_somebody_the_file_names_no_more_is_wrong(town: Town) -> None:
    async with town.store.turn() as turn:
        code, until = code_hash("ABCD2345EFGH7"), town.clock.now() + HOUR
        await turn.invites.create(code, Role.STAFF, None, "jinghe", until, "gone")
    await town.says(town.lin, "绑定 ABCD2345EFGH7", town.lin.chat)
    assert town.last(town.lin).startswith("码不对")


@pytest.mark.parametrize(
    "words", ["绑定 ABCD2345EFGH7", "绑定abcd-2345-efgh-7", "绑定：ＡＢＣＤ２３４５ＥＦＧＨ７"]
)
async def test_a_code_may_be_typed(town: Town, words: str) -> None:
    await invite(town, "ABCD2345EFGH7", Role.STAFF, None)
    await town.says(town.lin, words, town.lin.chat)
    assert town.last(town.lin).startswith("小林，您好。您现在是径河社区的社区工作人员。")
    await town.says(town.lin, "会议", town.lin.chat)
    assert "名单" in town.last(town.lin)


async def test_a_code_works_once(town: Town) -> None:
    await invite(town, "ABCD2345EFGH7", Role.STAFF, None)
    await town.says(town.lin, "绑定 ABCD2345EFGH7", town.lin.chat)
    await town.says(town.chen, "绑定 ABCD2345EFGH7", town.chen.chat)
    assert town.last(town.chen).startswith("码不对、用过了或者过期了。")


async def test_a_code_of_yesterday_does_not_work(town: Town) -> None:
    await invite(town, "ABCD2345EFGH7", Role.STAFF, None)
    await town.forward(hours=2)
    await town.says(town.lin, "绑定 ABCD2345EFGH7", town.lin.chat)
    assert "过期" in town.last(town.lin)


async def test_guessing_is_slowed_down(town: Town) -> None:
    await invite(town, "ABCD2345EFGH7", Role.STAFF, None)
    for n in range(5):
        await town.says(town.lin, f"绑定 WRONG{n}", town.lin.chat)
    await town.says(town.lin, "绑定 ABCD2345EFGH7", town.lin.chat)
    assert town.last(town.lin) == "试得太多了，请一小时后再试。"
    await town.forward(minutes=30)
    await invite(town, "ABCD2345EFGH8", Role.STAFF, None)
    await town.forward(minutes=31)
    await town.says(town.lin, "绑定 ABCD2345EFGH8", town.lin.chat)
    assert town.last(town.lin).startswith("小林，您好。")


async def test_an_invited_property_worker_gets_the_pages(tmp_path: Path) -> None:
    async with build(tmp_path, text=TOWN.replace('accounts = ["telegram:1003"]', "")) as town:
        await invite(town, "ABCD2345EFGH7", Role.PROPERTY)
        await town.property.starts("ABCD2345EFGH7")
        await town.settle()
        await town.says(town.mei, "3号楼电梯里困了个老人")
        assert any("#1001" in words for words in town.seen(town.property))


async def test_words_that_are_no_code_are_told_how_in_private_and_are_talk_in_the_group(town: Town) -> None:
    await town.says(town.lin, "绑定手机号", town.lin.chat)
    assert "绑定 ABCD2345" in town.last(town.lin)
    await town.says(town.lin, "绑定的手机号换了怎么办")
    assert town.seen(town.group) == []


@pytest.mark.parametrize("words", ["3号楼2单元电梯停了", "5号楼1单元302水管漏水"])
async def test_what_somebody_reported_before_they_used_an_invite_comes_along(town: Town, words: str) -> None:
    await town.says(town.lin, words, town.lin.chat)
    await town.says(town.chen, "3号楼2单元电梯停了")
    await invite(town, "ABCD2345EFGH7", Role.PROPERTY)
    await town.says(town.lin, "绑定 ABCD2345EFGH7", town.lin.chat)
    assert town.last(town.lin).startswith("张师傅，您好。")
    assert (await town.ticket()).reporter == "zhang"
    await town.says(town.lin, "我的工单", town.lin.chat)
    assert "#1001" in town.last(town.lin)
    await town.says(town.lin, "撤销 1001", town.lin.chat)
    assert (await town.ticket()).state is State.WITHDRAWN
