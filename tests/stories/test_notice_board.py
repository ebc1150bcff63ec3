"""公示牌 in chat: who answers, who is on duty, how it stands, and the way to the page; and the code on its paper."""

from __future__ import annotations

from pathlib import Path

from handlers.messages import Button, Outgoing
from handlers.plainly import plain_words
from storage.records import Address, Posted
from tests.stories.town import TOWN, Town
from tests.stories.town import town as build

DUTY = """
[[duty]]
person = "lilei"
grid = "xinhai-east-1"
day = "sun"
from = "08:00"
to = "20:00"
"""


async def test_in_a_group_it_says_who_is_on_duty_how_it_stands_and_where_the_page_is(tmp_path: Path) -> None:
    async with build(tmp_path, text=TOWN + DUTY) as town:
        town.house.desk.pages = "https://huying.test"
        await town.says(town.mei, "3号楼2单元电梯停了")
        await town.forward(minutes=5)
        await town.says(town.mei, "公示牌")
        words = town.last(town.group)
        assert words.startswith("鑫海花城东区 · 第一网格（1-12号楼、A座）\n")
        for line in (
            "网格长：王芳",
            "副网格长：李雷",
            "物业：张师傅",
            "现在值班：李雷（到 20:00）",
            "服务电话：027-83000000",
            "正在办 1 件，超时 1 件，本周办结 0 件",
        ):
            assert line in words.split("\n")
        ((button,),) = town.group.last.keyboard["inline_keyboard"]
        assert button["url"] == "https://huying.test/board/xinhai-east"


async def test_where_nobody_outside_can_open_the_page_there_is_no_button(town: Town) -> None:
    town.house.desk.pages = ""
    await town.says(town.mei, "/board", town.mei.chat)
    assert "网格长：王芳" in town.last(town.mei)
    assert town.mei.chat.last.labels == []


async def test_it_shows_in_chat_what_staff_show_on_the_page(tmp_path: Path) -> None:
    async with build(tmp_path, text=TOWN + DUTY) as town:
        async with town.store.turn() as turn:
            await turn.notices.choose(
                "xinhai-east", Posted(duty=False, counts=False, notice="周三 8:00–12:00 停水")
            )
        await town.says(town.mei, "公示牌")
        words = town.last(town.group)
        assert "周三 8:00–12:00 停水" in words
        assert "现在值班" not in words
        assert "正在办" not in words


async def test_on_wechat_it_fits_and_the_address_is_in_the_words(tmp_path: Path) -> None:
    async with build(tmp_path, text=TOWN + DUTY) as town:
        async with town.store.turn() as turn:
            await turn.notices.choose("xinhai-east", Posted(notice="停" * 200))
        town.house.desk.pages = "https://huying.test"
        await town.says(town.mei, "公示牌", town.mei.chat)
        shown = town.mei.chat.last
        ((button,),) = shown.keyboard["inline_keyboard"]
        heading, _, text = town.last(town.mei).partition("\n")
        out = Outgoing(Address("wechat:o"), text, heading, ((Button("看公示牌", url=button["url"]),),))
        words = plain_words(out)
        assert "https://huying.test/board/xinhai-east" in words
        assert len(words.encode()) < 2048


async def test_the_code_on_a_compounds_sheet_begins_a_report_there(town: Town) -> None:
    await town.says(town.chen, "/start p_xinhai-east", town.chen.chat)
    assert "您在鑫海花城东区。" in town.seen(town.chen)
    await town.says(town.chen, "5号楼1单元楼道灯坏了", town.chen.chat)
    ticket = await town.ticket()
    assert (ticket.grid, ticket.place.building) == ("xinhai-east-1", "5")
    await town.says(town.lin, "/start p_nowhere", town.lin.chat)
    assert "失效" in town.last(town.lin)
