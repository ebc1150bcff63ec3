"""The console's list: words found wherever they stand, filters, counts, and pages that hold while tickets arrive."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from storage.database import Store
from storage.migrate import MIGRATIONS, statements
from storage.records import (
    LENIENT,
    NEVER,
    Act,
    Attachment,
    Category,
    Clock,
    Kind,
    Lane,
    Place,
    Reason,
    Remark,
    Scope,
    Severity,
    Stage,
    State,
    Ticket,
    Wanted,
    lane_of,
)
from storage.searching import urgency
from tests.storage.things import GROUP, NOON, a_deadline, a_line, a_person, a_ticket, report

ALL = Scope("jinghe", None, True, "")
PHOTO = Attachment(0, None, NOON, "telegram", "photo", "ref", caption="消防栓后面在滴水")


async def found(store: Store, *words: str, scope: Scope = ALL) -> list[int]:
    async with store.view() as view:
        rows = await view.searching.newest(scope, Wanted(words=words), 50)
    return sorted(row.number for row in rows)


async def test_words_are_found_wherever_they_stand(store: Store) -> None:
    async with store.turn() as turn:
        report(turn, 1001, words="三號樓電梯壞了，ＬＥＤ屏不亮")
        report(
            turn, 1002, words="漏水 100%", heading="爆管淹水", place=Place("A", "2", "-1", "502", "西门岗亭")
        )
        ticket = report(turn, 1003, words="Power OFF in lobby", plan="周五换泵", decision="物业出钱")
        turn.tickets.save(replace(ticket, note="已换密封圈", handler_name="区水务局", state=State.RESOLVED))
        report(turn, 1004, words="别的社区的电梯", community="other")
        await turn.tickets.remark(Remark("jinghe-1001", NOON, "meiyi", "楼上的老人下不来"))
        await turn.media.add(replace(PHOTO, ticket="jinghe-1001"))
        loose = await turn.media.put_loose(GROUP, GROUP, None, replace(PHOTO, caption="井盖松了"))
        await turn.media.attach(loose.id, "jinghe-1002")
    for word, numbers in {
        "电梯": [1001],
        "電梯": [1001],
        "梯": [1001],
        "led": [1001],
        "老人": [1001],
        "消防栓": [1001],
        "爆管": [1002],
        "a座2单元": [1002],
        "502室": [1002],
        "岗亭": [1002],
        "井盖": [1002],
        "100%": [1002],
        "1%0": [],
        "_": [],
        "\\": [],
        "power off": [1003],
        "换泵": [1003],
        "出钱": [1003],
        "密封圈": [1003],
        "水务": [1003],
        "水": [1001, 1002, 1003],
        "不存在": [],
    }.items():
        assert await found(store, word) == numbers, word
    assert await found(store, "水", "老人") == [1001]
    assert await found(store, "水", "老人", "没有的") == []


async def test_a_photos_caption_that_is_the_report_itself_is_not_kept_twice(store: Store) -> None:
    async with store.turn() as turn:
        ticket = report(turn, words="消防栓后面在滴水 快来")
        await turn.media.add(replace(PHOTO, ticket=ticket.id))
    async with store.view() as view:
        (row,) = await view.searching.newest(ALL, Wanted(), 9)
    assert row.added == ""


async def test_what_was_erased_is_not_found_any_more(store: Store) -> None:
    async with store.turn() as turn:
        ticket = report(turn, words="王大妈家漏水")
        await turn.tickets.remark(Remark(ticket.id, NOON, "meiyi", "我是王大妈"))
        await turn.media.add(replace(PHOTO, ticket=ticket.id))
    async with store.turn() as turn:
        sql = turn.tickets.sql.connection
        await sql.run("UPDATE tickets SET words = '' WHERE id = :id", {"id": ticket.id})
        await sql.run("UPDATE remarks SET words = '还在漏' WHERE ticket = :id", {"id": ticket.id})
        await turn.searching.forget(ticket.id)
    assert await found(store, "王大妈") == []
    assert await found(store, "还在漏") == await found(store, "消防栓") == [1001]


# --- filters ----------------------------------------------------------------------------------------------------------


def many(count: int) -> list[Ticket]:
    """Tickets of every sort, always the same."""
    chance = random.Random(7)
    pick = chance.choice
    return [
        a_ticket(
            1001 + n,
            grid=pick(["east-1", "east-2"]),
            state=pick(list(State)),
            kind=pick(list(Kind)),
            category=pick([Category.ELEVATOR, Category.NOISE]),
            severity=pick(list(Severity)),
            handler=pick([None, "wangfang", "lilei"]),
            queued=pick([None, None, Reason.REFERRED]),
            paused_at=pick([None, None, NOON]),
            decision=pick(["", "换门机"]),
            reported_at=NOON + n,
            resolved_at=pick([None, NOON + n]),
        )
        for n in range(count)
    ]


WANTED = [
    Wanted(),
    Wanted(grids=("east-1",)),
    Wanted(grids=()),
    Wanted(category=Category.NOISE, handler="lilei"),
    Wanted(handler=""),
    *(Wanted(lane=lane) for lane in Lane),
    Wanted(state=State.ACCEPTED, severity=Severity.EMERGENCY),
    Wanted(kind=Kind.COMPLAINT, since=NOON + 20, until=NOON + 90),
    Wanted(done_since=NOON + 20, done_until=NOON + 90),
]


async def test_every_filter_takes_the_same_in_sql_as_in_python(store: Store) -> None:
    tickets = many(120)
    async with store.turn() as turn:
        for ticket in tickets:
            turn.tickets.save(ticket)
    async with store.view() as view:
        for wanted in WANTED:
            expected = [ticket for ticket in reversed(tickets) if wanted.takes(ticket)]
            rows = await view.searching.newest(ALL, wanted, 999)
            assert [row.number for row in rows] == [ticket.number for ticket in expected], wanted
            chosen = replace(
                wanted, lane=None, state=None, since=None, until=None, done_since=None, done_until=None
            )
            counts = await view.searching.counts(ALL, wanted, NOON)
            assert {lane: one.count for lane, one in counts.items()} == {
                lane: sum(lane_of(one) is lane for one in tickets if chosen.takes(one)) for lane in counts
            }
            living = [ticket for ticket in expected if lane_of(ticket) is not Lane.OVER]
            if wanted.lane is not Lane.OVER:
                urgent = await view.searching.urgent(ALL, wanted, 999)
                assert sorted(row.number for row in urgent) == sorted(ticket.number for ticket in living)
                assert urgent == sorted(urgent, key=urgency)
                told = await view.searching.urgent(ALL, replace(wanted, words=("楼",)), 999)
                assert [row.number for row in told] == [row.number for row in urgent]


async def test_pages_hold_while_tickets_arrive_and_change(store: Store) -> None:
    async with store.turn() as turn:
        for number in range(1001, 1011):
            turn.deadlines.set(a_deadline(report(turn, number), Clock.RESOLVE, NOON + number % 3))
    async with store.view() as view:
        page = await view.searching.newest(ALL, Wanted(), 4)
        first = await view.searching.urgent(ALL, Wanted(), 4)
    async with store.turn() as turn:
        turn.deadlines.set(a_deadline(report(turn, 1011), Clock.RESOLVE, NOON - 9))
        urgent = report(turn, 1012, severity=Severity.EMERGENCY)
        turn.deadlines.set(a_deadline(urgent, Clock.RESOLVE, NOON + 99))
        turn.deadlines.stop("jinghe-1010", Clock.RESOLVE)
    async with store.view() as view:
        rest = await view.searching.newest(ALL, Wanted(), 9, before=page[-1].number)
        assert [row.number for row in (*page, *rest)] == list(range(1010, 1000, -1))
        later = await view.searching.urgent(ALL, Wanted(), 99, after=first[-1])
        numbers = [row.number for row in (*first, *later)]
        assert sorted(numbers) == list(range(1001, 1011))
        now = await view.searching.urgent(ALL, Wanted(), 99)
    assert [row.number for row in now][:2] == [1012, 1011]
    assert (now[-1].number, now[-1].due_at, now[-1].clock) == (1010, NEVER, None)


# --- clocks -----------------------------------------------------------------------------------------------------------


async def test_who_let_a_clock_run_out_is_late_until_it_is_done(store: Store) -> None:
    async with store.turn() as turn:
        ticket = report(turn)
        accept, resolve = a_deadline(ticket, Clock.ACCEPT, NOON), a_deadline(ticket, Clock.RESOLVE, NOON + 9)
        turn.deadlines.set(accept)
        turn.deadlines.set(resolve)

    async def late(now: int) -> list[Clock | None]:
        async with store.view() as view:
            rows = await view.searching.urgent(ALL, Wanted(late=now), 9)
            assert (await view.searching.counts(ALL, Wanted(), now))[Lane.ACCEPT].late == len(rows)
            return [row.clock for row in rows]

    assert await late(NOON - 1) == []
    assert await late(NOON) == [Clock.ACCEPT]
    async with store.turn() as turn:
        turn.deadlines.set(replace(accept, stage=Stage.OVER, due_at=None))
        turn.deadlines.set(replace(resolve, stage=Stage.OVER, due_at=None))
        assert await turn.deadlines.of(ticket.id) == []
    assert await late(NOON + 5) == [Clock.ACCEPT]
    async with store.view() as view:
        assert await view.deadlines.of(ticket.id) == []
        assert await view.deadlines.next_due() is None
    async with store.turn() as turn:
        turn.deadlines.stop(ticket.id, Clock.ACCEPT)
    assert await late(NOON + 5) == []
    assert await late(NOON + 9) == [Clock.RESOLVE]


@pytest.mark.parametrize("clock", sorted(LENIENT))
async def test_the_end_of_a_pause_or_of_the_residents_time_makes_nobody_late(
    store: Store, clock: Clock
) -> None:
    async with store.turn() as turn:
        turn.deadlines.set(a_deadline(report(turn), clock, NOON))
    async with store.view() as view:
        counts = await view.searching.counts(ALL, Wanted(), NOON + 9)
        assert [one.late for one in counts.values() if one.count] == [0]
        assert counts[Lane.PAUSED if clock is Clock.RECALL else Lane.ACCEPT].count == 1
        assert await view.searching.urgent(ALL, Wanted(late=NOON + 9), 9) == []


async def test_what_was_done_since_is_counted(store: Store) -> None:
    async with store.turn() as turn:
        for number, resolved_at in enumerate((None, NOON - 1, NOON, NOON + 5), 1001):
            report(turn, number, resolved_at=resolved_at)
    async with store.view() as view:
        assert await view.searching.resolved(ALL, Wanted(), NOON) == 2
        assert await view.searching.resolved(ALL, Wanted(grids=()), NOON) == 0


async def test_who_turns_out_to_be_another_sees_what_that_one_handled(store: Store) -> None:
    async with store.turn() as turn:
        await turn.people.save(a_person("r-1"))
        await turn.people.save(a_person("wangfang"))
        report(turn, handler="r-1", first_responder="r-1", private=True)
        await turn.flush()
        await turn.joining.join("r-1", a_person("wangfang"))
    assert await found(store, "电梯", scope=Scope("jinghe", (), False, "wangfang")) == [1001]
    assert await found(store, "电梯", scope=Scope("jinghe", (), False, "r-1")) == []


async def test_tickets_from_before_there_was_a_list_are_in_it(store: Store) -> None:
    async with store.turn() as turn:
        for ticket in many(60):
            saved = turn.tickets.save(ticket)
            turn.ledger.append(a_line(saved, Act.REPORT))
            if saved.number % 3:
                turn.deadlines.set(a_deadline(saved, Clock.RESOLVE, NOON + saved.number % 7))
        await turn.tickets.remark(Remark("jinghe-1001", NOON, "meiyi", "Later WORDS"))
    columns = "ticket, grid, private, handler, first_responder, lane, calm, clock, due_at, state, kind, category, severity"
    asked = f"SELECT {columns}, reported_at, resolved_at, added FROM listings ORDER BY number"
    kind = store._database.dialect
    scripts = [MIGRATIONS / "0022_listings.sql", MIGRATIONS / f"0023_listings.{kind}.sql"]
    filling = [
        one
        for script in scripts
        for one in statements(script.read_text())
        if one.lstrip().startswith(("INSERT", "UPDATE"))
    ]
    assert len(filling) == 2
    async with store.turn() as turn:
        sql = turn.tickets.sql.connection
        before = [tuple(row) for row in await sql.fetch(asked, {})]
        await sql.run("DELETE FROM listings", {})
        for one in filling:
            await sql.run(one, {})
        assert [tuple(row) for row in await sql.fetch(asked, {})] == before
    assert await found(store, "电梯停", "words") == [1001]
