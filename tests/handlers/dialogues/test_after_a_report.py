"""What comes after a report: more of it, another matter, what takes it back, and what was closed and comes again."""

from __future__ import annotations

import pytest

from storage.records import Severity
from tests.handlers.dialogues.conftest import Talk
from tests.handlers.dialogues.test_pieces import new

NEW, ADDED, NONE, ASK = "new_ticket", "append_to_ticket", "none", "ask"
URGED, JOINED, REOPENED = "reminder", "duplicate_plus_one", "reopen"


@pytest.mark.parametrize(
    ("first", "then", "came"),
    [
        ("灭火器箱空了 没人管", "5号楼一单元 每层都这样", "fire_safety 5 1"),
        ("楼道里有很大的煤气味", "15栋2单元 三楼这儿最重", "gas 15 2"),
        ("12号楼电梯门关不上", "从早上就这样", "elevator 12"),
    ],
)
async def test_what_names_nothing_is_more_of_the_report_before_it(
    talk: Talk, first: str, then: str, came: str
) -> None:
    """By itself it may well read like a call of another kind: of which, would be a guess."""
    played = await talk(f"A 0 {first}\nA 0.8 {then}")
    assert played.actions == [NEW, ADDED]
    assert new(played) == [came]


async def test_after_two_minutes_a_call_is_one_of_its_own(talk: Talk) -> None:
    played = await talk("A 0 3号楼2单元楼道灯坏了\nA 2.5 单元门锁坏了关不上\nA 2.6 3号楼2单元")
    assert new(played) == ["lighting 3 2", "door_access 3 2"]


async def test_another_matter_begins_with_besides_and_is_at_the_same_house(talk: Talk) -> None:
    played = await talk("A 0 3号楼2单元楼道灯坏了\nA 0.5 另外我们单元门也锁不上")
    assert played.actions == [NEW, NEW]
    assert new(played) == ["lighting 3 2", "door_access 3 2"]


async def test_where_it_is_reaches_a_complaint_that_is_asked_about_in_private(talk: Talk) -> None:
    played = await talk("A 0 楼上那家天天半夜拉琴\nA 0.8 24栋2单元 1503\nA 1 打错了 1403")
    assert played.actions == [NEW, ADDED, ADDED]
    assert new(played) == ["noise 24 2 1403"]


async def test_a_call_elsewhere_is_no_more_of_that_complaint(talk: Talk) -> None:
    played = await talk("A 0 楼上那家天天半夜拉琴\nA 0.8 5号楼电梯停了")
    assert sorted(new(played)) == ["elevator 5", "noise"]


async def test_danger_that_is_half_a_call_by_itself_is_filed_at_once(talk: Talk) -> None:
    """It is heard where an ordinary matter of the same sureness would be talk."""
    played = await talk("A 0 我妈被锁在楼顶了")
    assert played.actions == [NEW]
    assert played.scene is not None
    (ticket,) = played.scene.tickets.values()
    assert ticket.severity is Severity.EMERGENCY


async def test_fire_breaks_out_of_the_report_that_still_waits_for_its_place(talk: Talk) -> None:
    played = await talk("A 0 电表箱一直在冒烟\nA 0.5 着火了着火了！")
    assert len(new(played)) == 1


async def test_somebody_inside_is_inside_the_lift_reported_a_moment_ago(talk: Talk) -> None:
    assert (await talk("A 0 3号楼1单元电梯停了\nB 0.5 里面还有人呢！")).actions == [NEW, JOINED]


@pytest.mark.parametrize(
    ("words", "action"),
    [
        ("不好意思搞错了 是我自己家开关跳了", ASK),
        ("是我误会了", ASK),
        ("没事 是我家跳闸", ASK),
        ("看错了 不是停电 是楼道灯坏了", ADDED),
        ("没事吧大家", NONE),
    ],
)
async def test_a_mistake_is_taken_back_and_what_is_put_right_is_not(
    talk: Talk, words: str, action: str
) -> None:
    assert (await talk(f"T1 power 2/3//401 0.5h A\nA 0 {words}")).actions == [action]


async def test_the_place_is_put_right_an_hour_later_where_one_ticket_can_be_meant(talk: Talk) -> None:
    played = await talk("T1 road ////东门 1h A\nA 0 刚才说错了 那个坑在南门 不是东门")
    assert played.actions == [ADDED]
    assert played.scene is not None
    assert played.scene.tickets["jinghe-1001"].place.landmark == "南门"
    two = "T1 road ////东门 1h A\nT2 road ////北门 1h A\nA 0 刚才说错了 在南门"
    assert (await talk(two)).actions == [NONE]


@pytest.mark.parametrize(
    ("words", "action"),
    [("漏水的是厨房", ADDED), ("漏水的事有没有人跟一下啊", URGED), ("厨房新装修的真好看", NONE)],
)
async def test_what_points_back_is_about_the_matter_its_writer_has(
    talk: Talk, words: str, action: str
) -> None:
    assert (await talk(f"T1 leak_wall 3/1//701 3h A\nA 0 {words}")).actions == [action]


@pytest.mark.parametrize(
    ("lines", "action"),
    [
        ("B 0 +1 爬楼爬得腿都断了", JOINED),
        ("B 0 我们1102也走楼梯呢", JOINED),
        ("B 0 6号楼电梯什么时候修好啊", JOINED),
        ("C 0 周末爬山有人吗\nB 0.2 +1 我带水", NONE),
    ],
)
async def test_one_more_household_in_other_words(talk: Talk, lines: str, action: str) -> None:
    assert (await talk(f"T1 elevator 6/1 2h A\n{lines}")).actions[-1] == action


@pytest.mark.parametrize(
    ("ticket", "words", "action"),
    [
        ("water_supply 12//3 1h A", "12号楼9楼停水了", JOINED),
        ("leak_wall 12//3 1h A", "12号楼9楼天花板漏水", NEW),
    ],
)
async def test_what_serves_the_whole_house_is_the_same_on_every_floor(
    talk: Talk, ticket: str, words: str, action: str
) -> None:
    assert (await talk(f"T1 {ticket}\nB 0 {words}")).actions == [action]
