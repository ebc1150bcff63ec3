"""The policy is read as a table and changed by forms; running deadlines move only when somebody says so."""

from __future__ import annotations

import pytest

from storage.records import (
    DAY,
    HOUR,
    MINUTE,
    Act,
    Allowance,
    Category,
    Clock,
    Line,
    Severity,
    Stage,
    State,
)
from tests.bot.web.town_hall import NOON, Hall, running, seen

ORDINARY = "/console/policy/edit/ordinary"


async def on_the_way(hall: Hall) -> None:
    """Four lamps at 12:00: one runs, one stands still, one has time granted, one is to be over at once."""
    half = NOON + 30 * MINUTE
    await hall.ticket(1024, running(1024, Clock.RESOLVE, NOON, half))
    await hall.ticket(
        1025,
        running(1025, Clock.RESOLVE, NOON, half, due_at=None, left=Allowance(10 * MINUTE)),
        paused_at=NOON,
    )
    granted = await hall.ticket(1026, running(1026, Clock.RESOLVE, NOON, NOON + 2 * HOUR))
    await hall.ticket(1027, running(1027, Clock.RESOLVE, NOON - 25 * MINUTE, NOON + 5 * MINUTE))
    async with hall.store.turn() as turn:
        line = Line(
            "jinghe", granted.id, 1026, NOON, Act.GRANT_TIME, State.ACCEPTED, "zhaomin", "web", "2 小时"
        )
        turn.ledger.append(line)


async def test_the_clocks_stand_there_in_words_and_an_auditor_reads_them(hall: Hall):
    for person in ("zhaomin", "hanmei"):
        async with hall.staff(person) as staff:
            page = await staff.get("/console/policy")
            assert "一般 5分钟 5分钟 30分钟" in seen(page)
            assert "复杂 5分钟 5分钟 15个工作日 1天 3天" in seen(page)
            assert "5 户" in page.text
            assert ("/console/policy/edit/ordinary" in page.text) is (person == "zhaomin")
    async with hall.staff("hanmei") as auditor:
        assert (await auditor.get(ORDINARY)).status_code == 403


async def test_nothing_that_runs_is_moved_unless_told_to(hall: Hall):
    await on_the_way(hall)
    async with hall.staff() as staff:
        look = await staff.propose(ORDINARY, resolve="2小时")
        text = seen(look)
        assert "解决 默认（30分钟） → 2小时" in text
        assert "#1024 解决时限 12:30 14:00" in text
        assert "暂停中的 1 个不动。" in text
        assert "已准延期的 1 个不动。" in text
        await staff.confirm(look)
    assert (await hall.store.directory()).communities["jinghe"].policy.clocks == {
        Severity.ORDINARY: {Clock.RESOLVE: Allowance(2 * HOUR)}
    }
    assert (await hall.clocks(1024))[Clock.RESOLVE].ends_at == NOON + 30 * MINUTE
    assert await hall.ledger(Act.RETIME) == []
    (noted,) = await hall.ledger(Act.CHANGE_POLICY)
    assert noted.line.reason == "～时限 ordinary：解决 默认→2h"


async def test_told_to_each_is_moved_by_an_act_of_its_ticket(hall: Hall):
    await on_the_way(hall)
    async with hall.staff() as staff:
        look = await staff.propose(ORDINARY, resolve="2h")
        await staff.confirm(look, move="yes")
        await staff.confirm(look, move="yes")
    moved = (await hall.clocks(1024))[Clock.RESOLVE]
    assert (moved.ends_at, moved.stage, moved.due_at) == (NOON + 2 * HOUR, Stage.WARN, NOON + 96 * MINUTE)
    assert (await hall.clocks(1026))[Clock.RESOLVE].ends_at == NOON + 2 * HOUR
    assert (await hall.clocks(1025))[Clock.RESOLVE].left == Allowance(10 * MINUTE)
    lines = [one.line for one in await hall.ledger(Act.RETIME)]
    assert [(line.number, line.person, line.platform, line.reason) for line in lines] == [
        (1024, "zhaomin", "console", "解决时限 12:30 → 14:00（时限规则改了）"),
        (1027, "zhaomin", "console", "解决时限 12:05 → 13:35（时限规则改了）"),
    ]


async def test_what_would_be_over_at_once_is_named_and_stays_unless_told_twice(hall: Hall):
    await on_the_way(hall)
    async with hall.staff() as staff:
        look = await staff.propose(ORDINARY, resolve="10m")
        assert "#1027 解决时限 12:05 11:45 · 立刻超时" in seen(look)
        assert "其中 1 个改了就立刻超时，也照改" in look.text
        await staff.confirm(look, move="yes")
    assert (await hall.clocks(1024))[Clock.RESOLVE].ends_at == NOON + 10 * MINUTE
    assert (await hall.clocks(1027))[Clock.RESOLVE].ends_at == NOON + 5 * MINUTE
    async with hall.staff() as staff:
        await staff.confirm(await staff.propose(ORDINARY, resolve="12m"), move="yes", over="yes")
    assert (await hall.clocks(1027))[Clock.RESOLVE].ends_at == NOON - 13 * MINUTE


@pytest.mark.parametrize(
    ("part", "fields", "key", "words"),
    [
        ("ordinary", {"accept": "soon"}, "accept", "不是时长"),
        ("ordinary", {"resolve": "0m"}, "resolve", "不是时长"),
        ("elevator", {"severity": "grave"}, "severity", "不认识"),
        ("elevator", {"resolve": "9999d"}, "resolve", "最长 1000 天"),
        ("rules", {"day": "fri", "time": "25:00"}, "calendar", "应写成 fri 15:00"),
        ("rules", {"followers": "many"}, "followers", "应是 1 到"),
        ("rules", {"close_after": "x"}, "close_after", "不是时长"),
        ("rules", {"day": "fri", "time": "15:00", "quorum": "0"}, "quorum", "应是 1 到"),
        ("rules", {"day": "fri", "time": "15:00", "representative_0": "nobody"}, "representatives", "nobody"),
    ],
)
async def test_a_mistake_stands_beside_its_field(
    hall: Hall, part: str, fields: dict[str, str], key: str, words: str
):
    before = await hall.store.directory()
    async with hall.staff() as staff:
        answer = await staff.fill(f"/console/policy/edit/{part}", **fields)
    assert answer.status_code == 422
    beside = answer.text.partition(f'id="wrong-{key}">')[2].partition("</span>")[0]
    assert words in beside
    assert await hall.store.directory() == before


async def test_categories_meeting_and_rules_are_changed_and_taken_back(hall: Hall):
    async with hall.staff() as staff:
        page = "/console/policy/edit/elevator"
        look = await staff.propose(page, severity="complex", handler="奥的斯维保", resolve="3个工作日")
        assert "等级 默认 → 复杂" in seen(look)
        await staff.confirm(look)
        rules = "/console/policy/edit/rules"
        look = await staff.propose(
            rules, day="fri", time="15:00", followers="8", close_after="5天", quorum="2"
        )
        assert "联席会议 默认 → 每周五 15:00" in seen(look)
        await staff.confirm(look)
        policy = (await hall.store.directory()).communities["jinghe"].policy
        assert policy.categories[Category.ELEVATOR].handler == "奥的斯维保"
        assert (policy.meeting, policy.followers, policy.close_after, policy.quorum) == (
            "fri 15:00",
            8,
            Allowance(5 * DAY),
            2,
        )
        assert "每周五 15:00" in (await staff.get("/console/policy")).text
        for form in (page, rules):
            answer = await staff.fill(form)
            assert answer.headers["location"].endswith("?same=1")
        await staff.confirm(await staff.propose(page, severity="", handler="", resolve=""))
        await staff.confirm(
            await staff.propose(rules, day="", time="", followers="", close_after="", quorum="")
        )
    again = (await hall.store.directory()).communities["jinghe"].policy
    assert again == type(again)()
