"""A joint meeting that was opened and never closed: its chair and the staff are reminded, twice and no more."""

from __future__ import annotations

from tests.stories.town import Town


async def staff(town: Town, order: str) -> None:
    await town.says(town.staff, order, town.staff_room)


async def test_a_meeting_nobody_closed_is_told_to_its_chair_and_the_staff_twice_and_no_more(
    town: Town,
) -> None:
    for number, words in ((1001, "3号楼2单元电梯停了"), (1002, "5号楼1单元楼道灯坏了")):
        await town.says(town.mei, words)
        await town.says(town.staff, f"列入会议 {number}", town.staff_room)
    await town.forward(hours=20)  # Monday 9:00
    await staff(town, "开会")
    await town.forward(hours=3, minutes=58)
    assert not town.about(town.staff_room, "还没散会")
    await town.forward(minutes=3)
    for reader in (town.staff, town.staff_room):
        assert town.last(reader).startswith("今年第 1 次联席会议还没散会\n09:00 开的。还有 2 项没议")
    await town.forward(hours=19)  # Tuesday 8:01
    assert len(town.about(town.staff_room, "还没散会")) == 1
    await town.forward(hours=1)
    assert len(town.about(town.staff_room, "还没散会")) == 2
    await town.forward(hours=24 * 2)
    assert len(town.about(town.staff_room, "还没散会")) == 2
    await staff(town, "散会")
    await town.forward(hours=24)
    assert len(town.about(town.staff_room, "还没散会")) == 2


async def test_closed_before_the_reminder_could_be_sent_nobody_is_reminded(town: Town) -> None:
    await town.forward(hours=20)
    await staff(town, "开会")
    town.telegram.faults.too_many(20, method="sendMessage", chat=town.staff_room)
    await town.forward(hours=4, minutes=1)
    assert town.about(town.staff, "还没散会")
    await staff(town, "散会")
    await town.forward(minutes=1)
    assert "散会" in town.last(town.staff_room)
    assert not town.about(town.staff_room, "还没散会")


async def test_begun_in_the_evening_it_is_left_in_peace_until_the_morning(town: Town) -> None:
    await town.forward(hours=7)  # Sunday 20:00
    await staff(town, "开会")
    await town.forward(hours=12, minutes=59)
    assert not town.about(town.staff_room, "还没散会")
    await town.forward(minutes=2)
    assert len(town.about(town.staff_room, "还没散会")) == 1
