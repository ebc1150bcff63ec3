"""Whoever has themselves erased takes their own name along and nobody else's: what one is called one chooses oneself."""

from __future__ import annotations

import pytest

from storage.records import Meeting, MeetingItem, Outcome, Party, Seat
from tests.platforms.telegram import Person
from tests.stories.town import Town


async def erases_themselves(town: Town, who: Person) -> None:
    await town.says(who, "删除我的信息", who.chat)
    await town.presses(who, "确定删除", who.chat)


@pytest.mark.on_one_database
@pytest.mark.parametrize("called", ["王芳", "电梯", "书记", "网格"])
async def test_nobody_blots_out_others_by_a_name_they_chose(town: Town, called: str) -> None:
    rogue = town.telegram.user(3100, called, started=True)
    written = "王芳和李书记修好电梯，第一网格"
    seats = (Seat(Party.RESIDENTS, "李书记", here=True), Seat(Party.PROPERTY, "王芳芳", here=True))
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.says(town.leader, "接单 1001")
    await town.says(rogue, "我也遇到 1001", rogue.chat)
    assert (await town.ticket(1001)).followers == 1
    await town.says(town.leader, f"办结 1001 {written}", town.leader.chat)
    async with town.store.turn() as turn:
        turn.meetings.save(
            Meeting("jinghe-m1", "jinghe", "zhaomin", town.clock.now(), town.clock.now(), seats=seats)
        )
        item = MeetingItem("jinghe-m1", "jinghe-1001", Outcome.RESOLVED, written, town.clock.now(), "zhaomin")
        turn.meetings.decide(item)
    await erases_themselves(town, rogue)
    async with town.store.view() as view:
        held, items = await view.meetings.get("jinghe-m1"), await view.meetings.items("jinghe-m1")
        reasons = [entry.line.reason for entry in await view.ledger.of("jinghe-1001")]
    ticket = await town.ticket(1001)
    assert ticket.followers == 0
    assert (ticket.note, items[0].words) == (written, written)
    assert written in reasons
    assert held is not None
    assert held.seats == seats


@pytest.mark.on_one_database
async def test_a_name_goes_where_it_stands_alone_and_stays_where_it_is_part_of_anothers(town: Town) -> None:
    xing = town.telegram.user(3100, "鑫海", started=True)
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.says(town.leader, "接单 1001")
    await town.says(xing, "我也遇到 1001", xing.chat)
    await town.says(town.leader, "办结 1001 鑫海打过电话，鑫海花城东区都好了", town.leader.chat)
    await erases_themselves(town, xing)
    assert (await town.ticket(1001)).note == "****打过电话，鑫海花城东区都好了"


@pytest.mark.on_one_database
async def test_whoever_says_the_communitys_phone_does_not_take_it_along(town: Town) -> None:
    rogue = town.telegram.user(3100, "老钱", started=True)
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.says(town.leader, "接单 1001")
    await town.says(rogue, "我也遇到 1001", rogue.chat)
    await town.says(rogue, "补充 1001 打过027-83000000没人接，回我13912345678", rogue.chat)
    await town.says(town.leader, "办结 1001 有事打027-83000000，老钱13912345678回过了", town.leader.chat)
    await erases_themselves(town, rogue)
    assert (await town.ticket(1001)).note == "有事打027-83000000，********回过了"
