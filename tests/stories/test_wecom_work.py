"""The leader works on WeCom what residents report elsewhere; the deputy, property and staff hear of it there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.records import Act, Level, State
from tests.platforms.wecom import a_photo
from tests.stories.wecom_town import WeComTown, wecom_town


@pytest.fixture
async def town(kind_of_database: str, tmp_path: Path) -> AsyncIterator[WeComTown]:
    async with wecom_town(tmp_path) as built:
        yield built
        built.whole()


async def reported(town: WeComTown, words: str = "3号楼2单元电梯停了") -> None:
    await town.town.says(town.town.mei, words)
    await town.settle()


async def test_both_addresses_prove_themselves_to_wecom(town: WeComTown) -> None:
    await town.wecom.verify()


async def test_a_tap_accepts_a_neighbours_ticket_and_the_card_says_so_at_once(town: WeComTown) -> None:
    await reported(town)
    card = town.wang.last
    assert "#1001 电梯 · 3号楼2单元" in card.text
    assert "接单" in card.labels
    await town.after(town.wang.presses("接单"))
    assert (await town.town.ticket()).state is State.ACCEPTED
    assert "王芳已受理 13:00" in card.text
    assert "接单" not in card.labels
    assert "到场" in card.labels
    assert "王芳已受理" in town.town.cards()[0].words
    assert len(town.wang.messages) == 1


async def test_what_is_typed_does_what_a_button_does(town: WeComTown) -> None:
    await reported(town)
    await town.after(town.wang.says("接单 1001"))
    assert (await town.town.ticket()).state is State.ACCEPTED
    await town.after(town.wang.says("到场 1001"))
    assert (await town.town.ticket()).state is State.ON_SITE
    assert "王芳已受理" in town.wang.messages[0].text
    assert "#1001 已记到场" in town.wang.last.text


async def test_who_may_not_is_told_so_and_the_ticket_stays_as_it_is(town: WeComTown) -> None:
    await reported(town)
    message = next(sight for sight in town.wang.messages if "接单" in sight.labels).message
    stranger = town.wecom.member("zhaoliu", "赵六")
    await town.after(stranger.press(message, "accept:jinghe-1001"))
    assert (await town.town.ticket()).state is State.REPORTED
    assert "#1001" in stranger.last.text
    assert stranger.last.kind == "text"


async def test_it_is_resolved_with_words_and_a_photo_and_the_resident_sees_both(town: WeComTown) -> None:
    await reported(town)
    await town.after(town.wang.presses("接单"))
    await town.after(town.wang.presses("办结"))
    assert "怎么处理的" in town.wang.last.text
    await town.after(town.wang.sends_photo(a_photo()))
    await town.after(town.wang.says("换了门机"))
    await town.forward(seconds=15)
    assert (await town.town.ticket()).state is State.RESOLVED
    asked = town.town.mei.chat.last
    assert asked.labels == ["满意", "基本满意", "不满意"]
    assert "换了门机" in asked.words
    assert any(message.photos for message in town.town.mei.chat.messages)
    card = town.wang.messages[0]
    assert "办结" in card.text
    await town.town.presses(town.town.mei, "满意", town.town.mei.chat)
    await town.settle()
    assert card.labels == []
    assert "已结案" in card.text


async def test_the_clock_runs_out_and_everybody_on_the_rung_hears_it_on_wecom(town: WeComTown) -> None:
    await reported(town)
    await town.forward(minutes=5)
    for who in (town.li, town.zhang, town.chenjie):
        assert any("没人接单" in sight.text for sight in who.messages), who
    for group in (town.duty, town.hook):
        told = group.last.text
        assert "#1001" in told
        assert "没人接单" in told
        assert "在企业微信的应用里发：接单 1001" in told
    assert (await town.town.ticket()).level is Level.ALERT


async def test_the_deputy_takes_it_and_both_cards_say_so(town: WeComTown) -> None:
    await reported(town)
    first = town.wang.last
    await town.forward(minutes=5)
    alert = next(sight for sight in town.li.messages if "没人接单" in sight.text)
    await town.after(town.li.presses("接单", containing="没人接单"))
    assert "李雷已受理 13:05" in first.text
    assert "→ 李雷 13:05 受理" in alert.text
    assert alert.labels == []
    assert (await town.town.ticket()).first_responder == "lilei"


async def test_of_two_who_press_at_once_one_has_it_and_the_other_reads_who(town: WeComTown) -> None:
    await reported(town)
    await town.forward(minutes=5)
    await asyncio.gather(town.wang.presses("接单"), town.li.presses("接单", containing="没人接单"))
    await town.settle()
    ticket = await town.town.ticket()
    assert ticket.state is State.ACCEPTED
    assert (await town.town.acts()).count(Act.ACCEPT) == 1
    had, late = (town.wang, town.li) if ticket.first_responder == "wangfang" else (town.li, town.wang)
    assert "已经接了" in late.last.text
    for who in (had, late):
        assert not any("接单" in sight.labels for sight in who.messages), who.text


async def test_a_neighbour_who_joins_does_not_cost_the_card_its_only_change(town: WeComTown) -> None:
    await reported(town)
    card = town.wang.last
    await town.town.presses(town.town.chen, "我也遇到")
    await town.forward(minutes=5)
    assert not card.updated
    await town.after(town.wang.says("接单 1001"))
    assert card.updated
    assert "接单" not in card.labels


async def test_thirty_alarms_in_a_minute_are_one_letter_each_and_none_is_dropped(town: WeComTown) -> None:
    for n in range(30):
        who = (town.town.mei, town.town.chen, town.town.lin)[n % 3]
        await who.says(f"{n % 12 + 1}号楼{n // 12 + 1}单元水管漏水了", town.town.group)
    await town.settle()
    tickets = await town.town.tickets()
    await town.forward(minutes=5)
    await town.forward(minutes=3)
    assert len(tickets) >= 25
    for who in (town.li, town.zhang, town.chenjie):
        told = "\n".join(sight.text for sight in who.messages)
        assert all(f"#{ticket.number}" in told for ticket in tickets), who
    assert len([s for s in town.chenjie.messages if "没人接单" in s.text]) <= 4
    assert len({number for ticket in tickets if (number := f"#{ticket.number}") in town.duty.text}) == len(
        tickets
    )


async def test_a_photo_sent_after_the_report_reaches_the_leader_who_was_asked(town: WeComTown) -> None:
    home = town.town.mei.chat
    await town.town.says(town.town.mei, "3号楼2单元电梯停了", home)
    await town.settle()
    await town.town.says(town.town.mei, "", home, photo=a_photo())
    await town.forward(minutes=1)
    assert any(sight.kind == "image" for sight in town.wang.messages)
