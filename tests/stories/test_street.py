"""The last rung: what a meeting decided and nobody did by its date is told to the street, in its own chat or by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from storage.records import DAY, SECOND, Act
from tests.platforms.telegram import Chat, Person
from tests.stories.test_talking_two_communities import OTHER
from tests.stories.town import TOWN, Town, settle_down
from tests.stories.town import town as build

STAFF = 'staff_chats = ["telegram:-1009000001"]\n'
STREET = TOWN.replace(STAFF, STAFF + 'street_chats = ["telegram:-1009000002"]\n')
LIFT = "3号楼2单元502电梯停了 打13812345678"


@asynccontextmanager
async def with_street(folder: Path) -> AsyncIterator[tuple[Town, Chat, Person]]:
    """A town whose street has a chat; its clerk stands in no community file."""
    async with build(folder, text=STREET) as town:
        clerk = town.telegram.user(3001, "街道老周", started=True)
        yield town, town.telegram.supergroup(-1009000002, "街道社区科", [clerk]), clerk


async def missed(town: Town, words: str = LIFT) -> None:
    """A meeting resolves it on Sunday, and its date, the Saturday after, passes."""
    await town.says(town.mei, words)
    await town.says(town.leader, "接单 1001", town.leader.chat)
    for order in (
        "列入会议 1001",
        "开会",
        "决议 1001 更换门机 责任人 张师傅 协办 社区、消防 11月28日前",
        "散会",
    ):
        await town.says(town.staff, order, town.staff_room)
    await town.forward(hours=24 * 6 + 12)


async def test_the_street_hears_the_whole_story_reads_on_and_hears_how_it_ended(tmp_path: Path) -> None:
    async with with_street(tmp_path) as (town, room, clerk):
        await missed(town)
        assert town.seen(room) == [
            "径河社区 #1001 会议定的日期已过，还没办成 · 电梯 · 3号楼2单元\n"
            "决定：更换门机，11月28日前（今年第 1 次联席会议，11月22日）\n"
            "责任：张师傅 · 协办：社区、消防\n"
            "居民 11月22日周日 13:00 报，王芳 11月22日周日 13:00 受理，张师傅在办\n"
            "请联系社区：027-83000000"
        ]
        assert "已报街道" in town.last(town.staff_room)
        assert "已经报到街道" in town.last(town.mei)

        await town.presses(clerk, "看全程", room)
        (story,) = town.about(room, "“3号楼2单元5**电梯停了 打138****5678”")
        assert "居民" in story
        assert "梅姨" not in story
        assert "陈洁 会议决定" in story
        for words in ("#1001", "看全程 1001"):
            await town.says(clerk, words, room)
        assert len(town.about(room, "“3号楼2单元5**电梯停了")) == 3

        # They read, and nothing else: no report comes of their words, no act of theirs counts.
        await town.says(clerk, "办结 1001 好了", room)
        assert town.last(room) == "这里只看不办。要办，请联系社区。"
        before = len(town.seen(room))
        await town.says(clerk, "8号楼电梯停了 快来人", room)
        await town.says(clerk, "会议", room)
        assert len(town.seen(room)) == before
        assert len(await town.tickets()) == 1
        await town.says(town.mei, "5号楼1单元楼道灯坏了")
        await town.says(clerk, "看全程 1002", room)
        assert town.last(room) == "这里只看得到报到街道的工单，没有这一件。"

        seen = len(town.seen(room))
        await town.says(town.staff, "改派 1001 李雷", town.staff_room)
        assert len(town.seen(room)) == seen, "who has it now is no news for the street"
        await town.says(town.property, "办结 1001 门机换好了", town.property.chat)
        assert town.last(room).startswith("径河社区 #1001 已办结，等确认 · 电梯 · 3号楼2单元\n报到街道的这件")
        await town.presses(town.mei, "不满意", town.mei.chat)
        assert town.last(room).startswith("径河社区 #1001 居民说没办好，接着办")
        await town.says(town.property, "办结 1001 又换了一台", town.property.chat)
        await town.presses(town.mei, "满意", town.mei.chat)
        assert len(town.about(room, "已办结，等确认")) == 2


async def test_of_what_concerns_a_person_the_street_hears_only_that_the_date_has_passed(
    tmp_path: Path,
) -> None:
    async with with_street(tmp_path) as (town, room, clerk):
        await town.says(town.mei, "投诉 5号楼那家天天半夜拉琴", town.mei.chat)
        await town.presses(town.mei, "匿名", town.mei.chat)
        await town.says(town.staff, "列入会议 1001", town.staff_room)
        await town.says(town.staff, "决议 1001 上门调解老李家 11月28日前", town.staff_room)
        await town.forward(hours=24 * 6 + 12)
        assert town.seen(room) == [
            "径河社区 #1001 会议定的日期已过，还没办成\n"
            "定的是 11月28日前。事情涉及个人，不在群里说。\n请联系社区：027-83000000"
        ]
        await town.says(clerk, "看全程 1001", room)
        assert town.last(room) == "径河社区 #1001 涉及个人，全程不在群里说。请联系社区：027-83000000"
        await town.says(town.leader, "办结 1001 说好了，十点后不拉琴", town.leader.chat)
        assert "拉琴" not in "".join(town.seen(room))
        assert "老李" not in "".join(town.seen(room))
        assert "已办结" in town.last(room)


async def test_a_street_chat_that_is_gone_is_told_to_staff_who_report_by_hand(tmp_path: Path) -> None:
    async with with_street(tmp_path) as (town, room, clerk):
        await clerk.removes_bot(room)
        await town.settle()
        assert town.last(town.staff_room).startswith("我被移出了街道的群")
        await missed(town)
        for reader in (town.staff, town.staff_room):
            (told,) = town.about(reader, "#1001 街道的群收不到，请人工报街道")
            assert "telegram:-1009000002" in told
            assert "决定：更换门机" in told
        await town.says(town.property, "办结 1001 门机换好了", town.property.chat)
        assert not town.seen(room)


async def test_after_an_outage_the_street_gets_one_message_and_nothing_that_was_done_meanwhile(
    tmp_path: Path,
) -> None:
    async with with_street(tmp_path) as (town, room, _):
        for number, words in ((1001, LIFT), (1002, "5号楼1单元楼道灯坏了"), (1003, "7号楼门口路面塌了个坑")):
            await town.says(town.mei, words)
            await town.says(town.leader, f"接单 {number}", town.leader.chat)
            await town.says(town.staff, f"决议 {number} 修好 11月28日前", town.staff_room)
        await town.forward(hours=24 * 6)
        # Nothing runs from Saturday noon to Monday; what is owed then waits a moment for more to the same chat.
        await town.clock.turn_to(town.clock.now() + 2 * DAY)
        await town.sweep()
        await town.says(town.leader, "办结 1003 填好了", town.leader.chat)
        assert not town.about(room, "停过")
        await town.clock.turn_to(town.clock.now() + 3 * SECOND)
        await town.settle()
        (told,) = town.about(room, "停过")
        assert "径河社区 #1001 会议定的日期已过" in told
        assert "径河社区 #1002" in told
        assert "#1003" not in told


async def test_two_communities_of_one_street_are_told_apart_by_name(tmp_path: Path) -> None:
    named = 'name = "绿湾社区"\n'
    other = OTHER.replace(named, named + 'street_chats = ["telegram:-1009000002"]\n').replace(
        'roles = ["grid_leader"]', 'roles = ["grid_leader", "staff"]'
    )
    other = other.replace("telegram:3001", "telegram:3002")
    async with with_street(tmp_path) as (town, room, clerk):
        await settle_down(town.store, other)
        zhao = town.telegram.user(3002, "赵磊", started=True)
        luwan = town.telegram.supergroup(-1001000077, "绿湾网格", [town.lin], bot_in=True)
        await missed(town)
        await town.says(town.lin, "2号楼电梯停了", luwan)
        await town.says(clerk, "看全程 1001", room)
        assert len(town.about(room, "“")) == 1, "the other 1001 has not climbed"
        await town.says(zhao, "决议 1001 修好 11月30日前", zhao.chat)
        await town.forward(hours=48)
        assert town.about(room, "绿湾社区 #1001 会议定的日期已过", "决定：修好", "请联系社区。")
        await town.says(clerk, "#1001", room)
        assert len(town.about(room, "径河社区 #1001", "“")) == 2
        assert len(town.about(room, "绿湾社区 #1001", "“")) == 1


@pytest.mark.on_one_database
async def test_without_a_street_chat_staff_hear_that_it_is_theirs_to_report(town: Town) -> None:
    await missed(town)
    for reader in (town.staff, town.staff_room):
        assert town.last(reader).startswith("#1001 会议定的日期已过，请人工报街道")
        assert "没有登记街道的群" in town.last(reader)
    assert "社区会报到街道" in town.last(town.mei)
    assert (await town.acts()).count(Act.STREET) == 1


@pytest.mark.on_one_database
async def test_what_others_typed_names_no_resident_to_the_street(tmp_path: Path) -> None:
    async with with_street(tmp_path) as (town, room, clerk):
        await town.says(town.mei, LIFT)
        await town.says(town.leader, "接单 1001", town.leader.chat)
        await town.says(town.leader, "暂停 1001 等梅姨开门 打13812345678", town.leader.chat)
        await town.says(town.staff, "决议 1001 给502梅姨修好 电话13812345678 11月28日前", town.staff_room)
        await town.forward(hours=24 * 6 + 12)
        assert town.about(room, "会议定的日期已过")
        await town.says(clerk, "看全程 1001", room)
        assert town.about(room, "“3号楼2单元5**电梯停了")
        await town.says(
            town.property, "办结 1001 给梅姨看过了，502的门牌也换了，13812345678", town.property.chat
        )
        await town.says(town.leader, "办结 1001 给梅姨看过了，502的门牌也换了，13812345678", town.leader.chat)
        assert town.about(room, "有了结果。给居民看过了")
        heard = "\n".join(town.seen(room))
        assert [one for one in ("梅姨", "502", "13812345678") if one in heard] == []
