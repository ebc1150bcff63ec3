"""Bare words find the ticket they can only mean, ask where two fit, and are silent where none does."""

from __future__ import annotations

import pytest

from storage.records import State
from tests.handlers.dialogues.conftest import Talk

NEW, ADDED, NONE, ASK = "new_ticket", "append_to_ticket", "none", "ask"
URGED, JOINED, REOPENED, OFFERED = "reminder", "duplicate_plus_one", "reopen", "offer_done"
TWO = "T1 lighting 4/1 8h A\nT2 drainage 7/1 9h A\n"


@pytest.mark.parametrize(
    ("words", "action", "number"),
    [
        ("下水道那个还没人来", URGED, 1002),
        ("7号楼那个怎么还没人来", URGED, 1002),
        ("催一下1001", URGED, 1001),
        ("#1002 今天能来人不", URGED, 1002),
        ("怎么还没人来", ASK, 0),
        ("快递什么时候到啊", NONE, 0),
        ("这天什么时候能凉快", NONE, 0),
    ],
)
async def test_an_urging_finds_its_ticket(talk: Talk, words: str, action: str, number: int) -> None:
    played = await talk(f"{TWO}A 0 {words}")
    assert played.actions == [action]
    assert played.targets == [f"jinghe-{number}" if number else ""]


async def test_a_neighbour_who_waits_as_well_joins_the_one_open_there(talk: Talk) -> None:
    played = await talk(f"{TWO}C 0 7号楼的还没人来弄")
    assert (played.actions, played.targets) == ([JOINED], ["jinghe-1002"])


async def test_who_says_they_reported_it_and_has_no_ticket_is_asked_what(talk: Talk) -> None:
    assert (await talk("A 0 都报两天了 咋还不来修")).actions == [ASK]
    assert (await talk("A 0 还是老样子")).actions == [NONE]


@pytest.mark.parametrize(
    "words", ["我家也是", "我家602也是", "+1", "三楼的也一样", "俺们也坐不了", "我都係咁"]
)
async def test_a_neighbour_joins_in_many_words(talk: Talk, words: str) -> None:
    played = await talk(f"T1 water_supply 2/1 1h A\nB 0 {words}")
    if words == "我都係咁":
        assert played.actions in ([JOINED], [NONE])  # the reader's matter
    else:
        assert played.actions == [JOINED]


async def test_a_plus_one_below_talk_is_for_the_talk(talk: Talk) -> None:
    lines = "T1 noise 4 2h A\nB 0 团购车厘子 39一箱\nC 0.2 +1\nD 0.4 +1 两箱"
    assert (await talk(lines)).actions == [NONE] * 3


async def test_joining_twice_tells_nobody_so(talk: Talk) -> None:
    assert (await talk("T1 water_supply 2/1 1h A\nB 0 我家也是\nB 1 我家也是")).actions == [JOINED, NONE]


async def test_me_too_at_another_building_is_a_ticket_of_its_own(talk: Talk) -> None:
    played = await talk("T1 water_supply 8 0.2h A\nB 0 9号楼也停了")
    assert played.actions == [NEW]
    assert played.scene is not None
    new = played.scene.tickets["jinghe-1002"]
    assert (new.category, new.place.building) == ("water_supply", "9")


@pytest.mark.parametrize(
    ("status", "hours", "words", "action"),
    [
        ("resolved", 20, "又坏了", REOPENED),
        ("closed", 60, "5号楼的灯又不亮了", REOPENED),
        ("closed", 71.9, "5号楼的灯又不亮了", REOPENED),
        ("closed", 72, "5号楼的灯又不亮了", NEW),
        ("closed", 2000, "5号楼的灯又不亮了", NEW),
    ],
)
async def test_what_comes_again_within_three_days_is_the_same(
    talk: Talk, status: str, hours: float, words: str, action: str
) -> None:
    played = await talk(f"T1 lighting 5 {hours}h A {status}\nA 0 {words}")
    assert played.actions == [action]


async def test_a_neighbour_says_that_it_has_come_again_and_follows_it_from_then(talk: Talk) -> None:
    played = await talk("T1 elevator 7/2 10h A resolved\nB 0 7号楼2单元电梯又停了 上午不是刚修完")
    assert played.actions == [REOPENED]
    assert played.scene is not None
    ticket = played.scene.tickets["jinghe-1001"]
    assert (ticket.state, ticket.followers, ticket.reopened) == (State.ACCEPTED, 1, 1)


@pytest.mark.parametrize(
    ("hours", "words", "action"),
    [
        (10, "7号楼2单元电梯又停了", REOPENED),
        (10, "又坏了", REOPENED),
        (72, "7号楼2单元电梯又停了", NEW),
        (10, "7号楼2单元楼道灯又坏了", NEW),
    ],
)
async def test_what_is_closed_comes_again_for_a_neighbour_too(
    talk: Talk, hours: int, words: str, action: str
) -> None:
    assert (await talk(f"T1 elevator 7/2 {hours}h A closed\nB 0 {words}")).actions == [action]


async def test_the_other_units_lift_has_not_come_again(talk: Talk) -> None:
    assert (await talk("T1 elevator 7/2 10h A resolved\nB 0 7号楼1单元电梯又停了")).actions == [NEW]


async def test_of_two_that_were_done_the_bare_word_asks_which(talk: Talk) -> None:
    lines = "T1 elevator 7/2 10h A resolved\nT2 lighting 7/2 20h A resolved\n"
    assert (await talk(f"{lines}A 0 又坏了")).actions == [ASK]
    assert (await talk(f"{lines}A 0 灯又不亮了")).targets == ["jinghe-1002"]


@pytest.mark.parametrize(
    ("who", "words", "action"),
    [
        ("L", "3号楼电梯修好了 可以用了", OFFERED),
        ("W", "电梯修好了 大家试试", OFFERED),
        ("L", "修好了", NONE),
        ("L", "预计下午五点能修好", NONE),
        ("W", "配件明天到 到了就给大家装上", NONE),
        ("B", "3号楼电梯修好了 可以用了", NONE),
        ("A", "电梯修好了", ASK),
        ("A", "电梯修好了吗", URGED),
    ],
)
async def test_done_is_offered_to_who_does_the_work(talk: Talk, who: str, words: str, action: str) -> None:
    played = await talk(f"T1 elevator 3/1 5h A\nT2 lighting 9 5h C\n{who} 0 {words}")
    assert played.actions == [action]
    assert played.scene is not None
    assert {ticket.state for ticket in played.scene.tickets.values()} == {State.ACCEPTED}


@pytest.mark.parametrize(
    "words", ["没事了 不用来了", "搞错了 是我家自己跳闸了 别派人了", "撤了吧 我自己弄好了"]
)
async def test_its_reporter_is_asked_whether_to_take_it_back(talk: Talk, words: str) -> None:
    played = await talk(f"T1 power 3/1 5h A\nA 0 {words}\nA 1 {words}")
    assert played.actions == [ASK, NONE]  # and not twice
    assert played.scene is not None
    assert played.scene.tickets["jinghe-1001"].state is State.ACCEPTED


@pytest.mark.parametrize(
    "words",
    ["来的师傅挺有耐心 给我讲了半天", "谢谢师傅", "还在加班 好累", "大家没事了吧", "电梯里遇到老王了"],
)
async def test_talk_of_who_has_a_ticket_stays_talk(talk: Talk, words: str) -> None:
    assert (await talk(f"T1 heating 3/1 5h A\nA 0 {words}")).actions == [NONE]


async def test_more_about_the_matter_is_added(talk: Talk) -> None:
    played = await talk("T1 pets 2 15h A\nA 0 那条狗是白的 每晚八点前后出来")
    assert played.actions == [ADDED]


async def test_danger_without_a_place_raises_the_one_ticket_its_writer_has(talk: Talk) -> None:
    played = await talk("T1 leak_wall 5/1//701 6h A\nA 0 顶灯里噼啪打火花！！")
    assert (played.actions, played.targets) == ([ADDED], ["jinghe-1001"])
    assert played.scene is not None
    assert played.scene.tickets["jinghe-1001"].severity == "emergency"


async def test_a_neighbours_danger_without_a_place_is_a_report_of_its_own(talk: Talk) -> None:
    """Who is trapped in which lift, a guess must not say."""
    assert (await talk("T1 elevator 6/1 3h A\nB 0 电梯里关着人 在喊救命")).actions == [NEW]


@pytest.mark.parametrize(
    ("ticket", "words", "action"),
    [
        ("water_supply 2/1 1h A", "2-1-801也没水", JOINED),
        ("leak_wall 7/2//602 3h A", "7-2-301厨房顶上也在漏", NEW),
        ("lighting 12/1 0.2h A", "1单元楼道黑咕隆咚的 啥情况", JOINED),
        ("lighting 12/1 5h A", "1单元楼道黑咕隆咚的 啥情况", NEW),
        ("elevator 3/1 3h A", "3号楼2单元电梯也停了", NEW),
        ("elevator 9/2 3h A", "9-2的电梯我也坐不了", JOINED),
        ("road ////西门 3h A", "西门口的路塌了一块", JOINED),
        ("road ////西门 3h A", "北门的路塌了一块", NEW),
        ("road 5 20h A", "5号楼前面那个井盖 有小孩掉下去了！！", JOINED),
        ("greening ////中心花园 20h A", "中心花园那棵歪树倒了 压着人了！！", JOINED),
        ("elevator 8/1 1h A", "8号楼1单元电梯里有人被关住了", JOINED),
    ],
)
async def test_a_neighbours_call_is_the_same_or_another(
    talk: Talk, ticket: str, words: str, action: str
) -> None:
    assert (await talk(f"T1 {ticket}\nB 0 {words}")).actions == [action]


@pytest.mark.parametrize(
    ("words", "action"),
    [
        ("8栋垃圾已清运", OFFERED),
        ("物业费代缴系统恢复了", NONE),
        ("通知：8号楼电梯明天上午检修 修好后恢复使用", NONE),
        (">bot:T1 已清理干净 请查看", OFFERED),
        (">bot:T1 明天清理", NONE),
    ],
)
async def test_only_what_is_done_is_offered_and_only_for_what_it_names(
    talk: Talk, words: str, action: str
) -> None:
    assert (await talk(f"T1 sanitation 8 10h A\nL 0 {words}")).actions == [action]
