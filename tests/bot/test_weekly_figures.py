"""The week's figures, told once on Monday morning to each group and to the staff, with a picture when it is there in time."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errands import Doing, Runner
from bot.figure_pictures import AsErrand, Charts, chart
from handlers import periods
from handlers.community import directory_of, read_community
from handlers.desk import Desk
from handlers.desk.telling_figures import FiguresJob
from handlers.messages import Outgoing
from handlers.periods import Length
from storage.database import Store, open_store
from storage.media import MediaFolder
from storage.records import (
    DAY,
    HOUR,
    MINUTE,
    Category,
    Community,
    ErrandKind,
    Instant,
    LetterKind,
    Owed,
    Place,
    Rates,
    State,
    Ticket,
)
from tests.databases import fresh_file
from tests.handlers.test_desk_of_two import two
from tests.storage.things import a_ticket
from tests.stories.town import TOWN
from tests.stories.turned_clock import TurnedClock

ZONE = "Asia/Shanghai"
COMMUNITY = Community("jinghe", "径河社区", ZONE)
GROUP, SECOND_GROUP, STAFF = "telegram:-1001000001", "telegram:-1001000002", "telegram:-1009000001"
MORE = """
[[grid]]
id = "xinhai-east-2"
compound = "xinhai-east"
name = "第二网格"
buildings = ["20-30"]
leader = "lilei"
chats = ["telegram:-1001000002"]
"""


def at(day: str, hour: float = 9) -> Instant:
    begins = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(ZONE))
    return int((begins + timedelta(hours=hour)).astimezone(UTC).timestamp() * 1000)


MONDAY, FIRST = at("2026-11-23"), at("2026-12-01")


def job(length: Length = Length.WEEK) -> FiguresJob:
    return FiguresJob(length, AsErrand(TurnedClock(), lambda: None))


@pytest.mark.parametrize(
    ("day", "hour", "week"),
    [
        ("2026-11-22", 12, None),
        ("2026-11-23", 8.99, None),
        ("2026-11-23", 9, "2026-W47"),
        ("2026-11-23", 20.99, "2026-W47"),
        ("2026-11-23", 21, None),
        ("2026-11-24", 3, None),
        ("2026-11-24", 9, "2026-W47"),
        ("2026-11-25", 9, None),
        ("2027-01-04", 9, "2026-W53"),
    ],
)
def test_the_week_is_told_on_monday_or_after_an_outage_on_tuesday_but_never_at_night(
    day: str, hour: float, week: str | None
) -> None:
    assert job().period(COMMUNITY, at(day, hour)) == week


@pytest.mark.parametrize(
    ("day", "hour", "month"),
    [("2026-11-30", 12, None), ("2026-12-01", 9, "2026-11"), ("2026-12-02", 9, "2026-11"), ("2026-12-03", 9, None),
     ("2027-01-01", 9, "2026-12"), ("2027-01-01", 8, None)],
)  # fmt: skip
def test_the_month_is_told_on_its_first_day(day: str, hour: float, month: str | None) -> None:
    assert job(Length.MONTH).period(COMMUNITY, at(day, hour)) == month


# --- letters ----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(fresh_file(tmp_path))
    async with store.turn() as turn:
        await turn.directory.replace(directory_of(read_community(tomllib.loads(TOWN + MORE))))
    yield store
    await store.close()


def solved(number: int, **changes: object) -> Ticket:
    """Reported last Wednesday, solved within the hour, in time."""
    begun = MONDAY - 5 * DAY + number * MINUTE
    known: dict[str, object] = {
        "state": State.CLOSED,
        "reported_at": begun,
        "accepted_at": begun + MINUTE,
        "resolved_at": begun + HOUR,
        "closed_at": begun + DAY,
        "rating": "good",
        "category": Category.LIGHTING,
        "place": Place(str(number % 9 + 1)),
    }
    return a_ticket(number, **known | changes)


def overdue(number: int, **changes: object) -> Ticket:
    begun = MONDAY - 4 * DAY
    late = {"state": State.ACCEPTED, "accepted_at": begun + MINUTE, "solve_late_at": begun + HOUR}
    return a_ticket(number, reported_at=begun, **late | changes)


async def written(
    store: Store, tickets: list[Ticket], length: Length = Length.WEEK, now: Instant = MONDAY
) -> dict[str, Outgoing]:
    """What stands in each chat after the calendar was looked at, and the letters were written."""
    async with store.turn() as turn:
        for ticket in tickets:
            turn.tickets.save(ticket)
    desk = Desk(store)
    desk.calendar.jobs = [job(length)]
    await desk.sweep(now)
    return await as_sent(store, desk, now)


async def as_sent(store: Store, desk: Desk, now: Instant) -> dict[str, Outgoing]:
    letters = await owed(store)
    async with store.view() as turn:
        sent = await desk.prepare(turn, [[one] for one in letters], now + 5 * MINUTE)
    assert all(isinstance(one, Outgoing) for one in sent)
    return {str(one.to): one for one in sent if isinstance(one, Outgoing)}


async def owed(store: Store) -> list[Owed]:
    async with store.view() as turn:
        found = await turn.outbox.sql.connection.fetch("SELECT id FROM outbox ORDER BY id", {})
        return list(await turn.outbox.get_many([row["id"] for row in found]))


async def test_a_group_hears_what_came_of_last_week(store: Store) -> None:
    late = solved(1003, solve_late_at=MONDAY - 4 * DAY, rating="")
    told = await written(store, [solved(1001), solved(1002), late, overdue(1004, grid="xinhai-east-2")])
    assert told[GROUP].heading == "第一网格 · 上周（11月16日至11月22日）"
    assert told[GROUP].text == (
        "登记 3 件，办结 3 件，超时 1 件。\n"
        "响应率 100%（3/3），办结率 66.7%（2/3），满意率 100%（2/2）。\n"
        "没有超时的，也没有反复出现的。"
    )
    assert told[SECOND_GROUP].text.endswith(
        "要留意：现在有 1 件超时没办好，最久的是 #1004 电梯 · 3号楼2单元，11月19日周四 09:00报的。"
    )
    assert told[STAFF].heading == "径河社区 · 上周（11月16日至11月22日）"
    assert "登记 4 件，办结 3 件，超时 2 件。" in told[STAFF].text
    assert "1 件超时没办好（鑫海花城东区 第二网格 1 件），最久的是 #1004" in told[STAFF].text


async def test_it_waits_for_its_picture_and_is_news(store: Store) -> None:
    await written(store, [solved(1001)])
    letters = await owed(store)
    assert {one.kind for one in letters} == {LetterKind.NEWS}
    assert {one.not_before for one in letters} == {MONDAY + 3 * MINUTE}


async def test_a_group_where_nothing_happened_hears_nothing_and_staff_all_the_same(store: Store) -> None:
    told = await written(store, [solved(1001, reported_at=MONDAY - 30 * DAY, resolved_at=MONDAY - 29 * DAY)])
    assert told.keys() == {STAFF}
    assert told[STAFF].text == "没有登记新事项。\n没有超时的，也没有反复出现的。"


async def test_a_community_that_has_just_begun_hears_of_no_week_before_it(store: Store) -> None:
    assert await written(store, []) == {}
    assert await written(store, [solved(1001, reported_at=MONDAY + 1, resolved_at=MONDAY + 2)]) == {}


async def test_a_private_matter_is_a_number_and_never_named(store: Store) -> None:
    quarrel = {"private": True, "category": Category.NEIGHBOR_DISPUTE, "place": Place("7", "1")}
    matters = [overdue(1001, **quarrel), *(solved(1002 + n, **quarrel) for n in range(3))]
    for length, now in ((Length.WEEK, MONDAY), (Length.MONTH, FIRST)):
        told = await written(store, [] if length is Length.MONTH else matters, length, now)
        for chat in (GROUP, STAFF):
            words = told[chat].heading + told[chat].text
            assert "4 件" in words
            assert "7号楼" not in words
            assert "#1001" not in words
        assert "纠纷" not in told[GROUP].text


async def test_a_place_where_it_happens_again_and_again_needs_eyes(store: Store) -> None:
    told = await written(store, [solved(1001 + n, place=Place("3", "2")) for n in range(3)])
    assert told[GROUP].text.endswith("要留意：照明 · 3号楼2单元，30 天里报了 3 次，得找找根子。")


async def test_what_is_not_due_yet_is_not_praised(store: Store) -> None:
    fresh = overdue(1001, solve_late_at=MONDAY + DAY)
    told = await written(store, [fresh])
    assert "登记 1 件，办结 0 件，其余还没到期。" in told[GROUP].text


async def test_the_month_in_words(store: Store) -> None:
    drain = solved(1003, category=Category.DRAINAGE)
    told = await written(store, [solved(1001), solved(1002), drain], Length.MONTH, FIRST)
    assert told[GROUP].heading == "第一网格 · 2026年11月办的事"
    assert told[GROUP].text.startswith(
        "共办结 3 件：维修路灯和楼道灯 2 盏、疏通下水 1 处。\n登记 3 件。响应率 100%"
    )
    assert told[STAFF].heading == "径河社区 · 2026年11月办的事"


async def test_the_same_week_is_told_once_by_two_processes(tmp_path: Path) -> None:
    async with two(tmp_path) as stores:
        async with stores[0].turn() as turn:
            turn.tickets.save(solved(1001))
        desks = [Desk(store) for store in stores]
        for desk in desks:
            desk.calendar.jobs = [job()]
        for after in (0, MINUTE, DAY):
            await asyncio.gather(*(desk.sweep(MONDAY + after) for desk in desks))
        told = [one.routes[0] for one in await owed(stores[0]) if "picture" in one.body]
        assert sorted(told) == [GROUP, STAFF]
        async with stores[0].view() as turn:
            (errand,) = await turn.errands.of("jinghe", {ErrandKind.CHARTS})
    assert errand.wanted["grids"] == ["xinhai-east-1"]


# --- pictures ---------------------------------------------------------------------------------------------------------


async def drawn(store: Store, folder: Path) -> MediaFolder:
    media = MediaFolder(folder / "media")
    await Runner(
        store, folder / "errands", TurnedClock(MONDAY), {ErrandKind.CHARTS: Charts(store, media)}
    ).look()
    return media


async def test_a_letter_comes_with_its_own_picture(store: Store, tmp_path: Path) -> None:
    before = [replace(solved(1100 + n), reported_at=MONDAY - 12 * DAY) for n in range(4)]
    told = await written(store, [solved(1001), overdue(1002, grid="xinhai-east-2"), *before])
    assert [one.photos for one in told.values()] == [(), (), ()], "nothing is drawn yet: the words go alone"
    media = await drawn(store, tmp_path)
    told = await as_sent(store, Desk(store), MONDAY)
    (own,), (whole,) = told[GROUP].photos, told[STAFF].photos
    assert own != whole
    assert media.open(own).startswith(b"\xff\xd8")
    assert told[SECOND_GROUP].photos == (), "one week makes no line"
    assert told[GROUP].text, "who sees no pictures has all of it in words"
    assert not told[GROUP].caption


async def test_what_cannot_be_drawn_is_missed_by_nobody(store: Store, tmp_path: Path) -> None:
    told = await written(store, [solved(1001)])
    async with store.turn() as turn:
        await turn.directory.replace(directory_of(read_community(tomllib.loads(TOWN))))
        (errand,) = await turn.errands.of("jinghe", {ErrandKind.CHARTS})
    wanted = {**errand.wanted, "grids": ["torn-down"]}
    said = await Charts(store, MediaFolder(tmp_path / "media"))(
        Doing(replace(errand, wanted=wanted), tmp_path)
    )
    assert said == {"pictures": {}}
    assert told[GROUP].photos == ()


def test_a_picture_says_whose_it_is_and_over_what() -> None:
    week = periods.around(Length.WEEK, datetime(2026, 11, 18, tzinfo=UTC).date(), ZONE)
    full = Rates(9, 9, 9, 8, 7, 7)
    svg = chart("第一<网格>", Length.WEEK, [week.before(), week], [full, full])
    assert svg is not None
    assert "第一&lt;网格&gt; · 三率（近 8 周）" in svg
    assert "11/16" in svg
    assert chart("第一网格", Length.WEEK, [week.before(), week], [Rates(), full]) is None
