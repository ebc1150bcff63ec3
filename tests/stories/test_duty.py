"""值班, 换班: who is on duty is known to everybody, is called when it matters, and can give the shift to somebody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.messages import Inbound, Sender
from storage.records import Act, Address
from tests.stories.town import TOWN, Town
from tests.stories.town import town as build

ROSTER = """
[[person]]
id = "sunqi"
name = "孙七"
roles = ["volunteer"]
accounts = ["telegram:2003"]
[[duty]]
person = "sunqi"
day = "sun"
from = "08:00"
to = "20:00"
[[duty]]
person = "lilei"
grid = "xinhai-east-1"
day = "sat"
from = "20:00"
to = "08:00"
"""


@pytest.fixture
async def there(kind_of_database: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A town with a roster, on a Sunday at 13:00: 孙七 is on duty until 20:00."""
    async with build(tmp_path, text=TOWN + ROSTER) as built:
        yield built


async def swaps(town: Town) -> list[tuple[str, str]]:
    async with town.store.view() as view:
        lines = [entry.line for entry in await view.ledger.entries("jinghe", 0, 99)]
    return [(line.person, line.reason) for line in lines if line.act is Act.SWAP_DUTY]


async def test_everybody_may_ask_who_is_on_duty(there: Town) -> None:
    await there.says(there.mei, "值班")
    assert there.last(there.group) == "现在值班\n径河社区：孙七，到 20:00\n服务电话：027-83000000"
    await there.forward(hours=8)
    await there.says(there.mei, "/duty", there.mei.chat)
    words = there.last(there.mei)
    assert "现在没有排班" in words
    assert "下一班：第一网格 李雷，11月28日周六 20:00 起" in words
    await there.says(there.mei, "今晚谁值班呀")
    assert "下一班" not in there.last(there.group)


async def test_who_is_on_duty_is_called_to_an_emergency_with_the_others_and_may_take_it(there: Town) -> None:
    await there.says(there.mei, "3号楼电梯里困了个老人")
    assert "已同时通知 王芳、李雷、张师傅、孙七、社区值班。" in there.cards()[0].words
    for reader in (there.leader, there.deputy, there.property, there.staff, there.lin):
        assert there.about(reader, "能去的请马上“接单”")
    await there.presses(there.lin, "接单", there.lin.chat)
    assert "孙七 13:00 已接单" in there.last(there.leader)


async def test_off_duty_nobody_more_is_called(there: Town) -> None:
    await there.forward(hours=8)
    await there.says(there.mei, "3号楼电梯里困了个老人")
    assert "已同时通知 王芳、李雷、张师傅、社区值班。" in there.cards()[0].words
    assert there.seen(there.lin) == []


async def test_an_alert_tells_staff_who_is_on_duty_and_calls_them(there: Town) -> None:
    await there.says(there.mei, "3号楼2单元电梯停了")
    await there.forward(minutes=5)
    for reader in (there.staff, there.staff_room):
        assert "没人接单" in there.last(reader)
        assert "现在值班：孙七（到 20:00）" in there.last(reader)
    assert "没人接单" in there.last(there.lin)
    assert "现在值班" not in there.last(there.deputy)
    await there.presses(there.lin, "接单", there.lin.chat)
    assert (await there.ticket()).first_responder == "sunqi"


async def test_what_does_not_call_is_not_theirs_to_take(there: Town) -> None:
    await there.says(there.mei, "3号楼2单元电梯停了")
    await there.says(there.lin, "接单 1001", there.lin.chat)
    assert (await there.ticket()).first_responder is None


async def test_of_a_private_matter_only_the_staffs_own_hear(there: Town) -> None:
    await there.says(there.mei, "5栋那家天天半夜拉琴", there.mei.chat)
    await there.presses(there.mei, "匿名", there.mei.chat)
    await there.forward(hours=1)
    assert "没人接单" in there.last(there.staff)
    assert there.seen(there.lin) == []


async def test_a_shift_is_offered_and_taken(there: Town) -> None:
    await there.says(there.deputy, "换班 周六 王芳", there.deputy.chat)
    assert there.last(there.deputy) == (
        "已问王芳：11月28日周六 20:00–次日 08:00 能不能替您。同意了就告诉您，在那之前还是您的班。"
    )
    assert there.last(there.leader) == ("李雷想请您替一个班\n11月28日周六 20:00–次日 08:00 · 第一网格")
    assert await swaps(there) == []
    await there.presses(there.leader, "同意换班", there.leader.chat)
    assert there.last(there.leader).startswith("好，11月28日周六 20:00–次日 08:00 由您值班（第一网格）")
    for reader in (there.deputy, there.staff_room):
        assert there.last(reader) == "换班：11月28日周六 20:00–次日 08:00 第一网格，李雷的班由王芳来值。"
    assert await swaps(there) == [("wangfang", "2026-11-28 20:00–08:00 第一网格 李雷→王芳（本人同意）")]
    await there.forward(hours=6 * 24 + 10)
    await there.says(there.mei, "值班")
    assert "第一网格：王芳，到 11月29日周日 08:00" in there.last(there.group)


async def test_typed_it_is_the_same_and_an_answer_counts_once(there: Town) -> None:
    await there.says(there.deputy, "换班 11月28日 王芳", there.deputy.chat)
    await there.says(there.leader, "同意换班", there.leader.chat)
    assert len(await swaps(there)) == 1
    await there.says(there.leader, "同意换班", there.leader.chat)
    assert there.last(there.leader) == "现在没有人请您替班。"
    assert len(await swaps(there)) == 1


async def test_who_cannot_come_says_no_and_nothing_changes(there: Town) -> None:
    await there.says(there.deputy, "换班 李雷", there.deputy.chat)
    assert "本来就是" in there.last(there.deputy)
    await there.says(there.deputy, "换班 王芳", there.deputy.chat)
    await there.says(there.leader, "不换班", there.leader.chat)
    assert "还是您的班" in there.last(there.deputy)
    assert await swaps(there) == []


async def test_nobody_takes_what_was_offered_to_another(there: Town) -> None:
    await there.says(there.deputy, "换班 周六 王芳", there.deputy.chat)
    async with there.store.view() as view:
        (swap,) = await view.roster.waiting_for("wangfang", there.clock.now())
    for at, account in enumerate(("telegram:1003", "telegram:1002", "telegram:2001")):
        sender, now = Sender(Address(account), "谁"), there.clock.now()
        press = f"take_duty:{swap.id}"
        await there.house.desk.receive(
            Inbound(f"forged:{at}", now, Address(account), True, sender, press=press), now
        )
    assert await swaps(there) == []
    await there.presses(there.leader, "同意换班", there.leader.chat)
    assert len(await swaps(there)) == 1


async def test_staff_hand_shifts_over_at_once_and_nobody_else_those_of_others(there: Town) -> None:
    await there.says(there.leader, "换班 今天 孙七 李雷", there.leader.chat)
    assert "只能换自己的班" in there.last(there.leader)
    await there.says(there.staff, "换班 今天 孙七 李雷", there.staff_room)
    assert "孙七的班由李雷来值" in there.last(there.staff_room)
    assert "孙七的班由李雷来值" in there.last(there.lin)
    await there.says(there.mei, "值班")
    assert "李雷，到 20:00" in there.last(there.group)
    assert [person for person, _ in await swaps(there)] == ["chenjie"]


async def test_an_offer_that_the_roster_has_overtaken_is_not_taken(there: Town) -> None:
    await there.says(there.deputy, "换班 周六 王芳", there.deputy.chat)
    await there.says(there.staff, "换班 周六 李雷 张师傅", there.staff.chat)
    await there.presses(there.leader, "同意换班", there.leader.chat)
    assert there.last(there.leader) == "这个班已经改过，不用换了。"
    assert len(await swaps(there)) == 1


async def test_talk_of_swapping_among_neighbours_is_left_alone(there: Town) -> None:
    for words in ("换班的师傅来了吗", "换班 怎么这么慢", "同意换班时间调整的举手"):
        await there.says(there.mei, words)
        await there.says(there.leader, words)
    assert there.seen(there.group) == []
    await there.says(there.deputy, "换班", there.deputy.chat)
    assert "11月28日周六 20:00–次日 08:00 · 第一网格" in there.last(there.deputy)
    await there.says(there.chen, "换班 周六 李雷", there.chen.chat)
    assert "换班是给值班人员用的" in there.last(there.chen)
