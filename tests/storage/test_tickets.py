from __future__ import annotations

from dataclasses import fields, replace

import pytest

from storage.database import StaleTicket, Store
from storage.records import (
    Address,
    Category,
    Kind,
    Level,
    Place,
    Reason,
    Remark,
    Severity,
    State,
    Ticket,
)
from tests.storage.things import NOON, a_person, a_ticket, report

FULL = Ticket(
    id="jinghe-1001",
    community="jinghe",
    number=1001,
    grid="xinhai-east-1",
    state=State.PLANNED,
    kind=Kind.COMPLAINT,
    category=Category.NOISE,
    severity=Severity.COMPLEX,
    place=Place("5", "1", "3", "302", "花坛旁边"),
    words="'; DROP TABLE tickets; -- 半夜拉琴 🎻 <b>&",
    reporter="meiyi",
    reported_at=NOON,
    heading="噪声",
    private=True,
    anonymous=True,
    origin=Address("telegram:-1001000001/17"),
    origin_message="88",
    origin_private=True,
    first_responder="wangfang",
    handler="lilei",
    handler_name="城管",
    level=Level.QUEUE,
    queued=Reason.FOLLOWERS,
    queued_at=NOON + 1,
    followers=5,
    reopened=2,
    objected=True,
    accepted_at=NOON + 2,
    arrived_at=NOON + 3,
    resolved_at=NOON + 4,
    closed_at=NOON + 5,
    paused_at=NOON + 6,
    pause_reason="等配件",
    plan="换门机",
    decision="物业 11月28日前更换",
    note="换了灯泡",
    rating="满意",
    merged_into="jinghe-1000",
    last_urged_at=NOON + 7,
    accept_late_at=NOON + 8,
    solve_late_at=NOON + 9,
)


def test_the_full_ticket_fills_every_field() -> None:
    """So that a field added to the record and forgotten here or in the queries is noticed."""
    defaults = {field.name: field.default for field in fields(Ticket)}
    same = [
        name for name, default in defaults.items() if name != "version" and getattr(FULL, name) == default
    ]
    assert same == []


async def test_a_ticket_comes_back_as_it_was_saved(store: Store) -> None:
    async with store.turn() as turn:
        saved = turn.tickets.save(FULL)
    assert saved == replace(FULL, version=1)
    async with store.view() as view:
        assert await view.tickets.get("jinghe-1001") == saved


async def test_a_changed_ticket_comes_back_changed_in_every_field(store: Store) -> None:
    async with store.turn() as turn:
        first = report(turn, 1001)
    changed = replace(FULL, version=first.version)
    async with store.turn() as turn:
        saved = turn.tickets.save(changed)
        assert await turn.tickets.get("jinghe-1001") == saved
    async with store.view() as view:
        assert await view.tickets.get("jinghe-1001") == replace(FULL, version=2)


async def test_numbers_start_at_1001_in_each_community_and_leave_no_gap(store: Store) -> None:
    async with store.turn() as turn:
        assert [await turn.tickets.next_number("jinghe") for _ in range(3)] == [1001, 1002, 1003]
        assert await turn.tickets.next_number("changqing") == 1001
        assert [await turn.tickets.coming_number(c) for c in ("jinghe", "new", "new")] == [1004, 1001, 1001]
    async with store.turn() as turn:
        assert await turn.tickets.next_number("jinghe") == 1004


async def test_who_saves_what_somebody_else_changed_is_told(store: Store) -> None:
    async with store.turn() as turn:
        read = report(turn, 1001)
    async with store.turn() as turn:
        turn.tickets.save(replace(read, state=State.ACCEPTED))
    with pytest.raises(StaleTicket, match="jinghe-1001"):
        async with store.turn() as turn:
            turn.tickets.save(replace(read, state=State.DECLINED))
    async with store.view() as view:
        ticket = await view.tickets.get("jinghe-1001")
        assert ticket
        assert ticket.state is State.ACCEPTED


async def test_a_second_new_ticket_of_the_same_id_is_stale_too(store: Store) -> None:
    async with store.turn() as turn:
        report(turn, 1001)
    with pytest.raises(StaleTicket):
        async with store.turn() as turn:
            turn.tickets.save(a_ticket(1001))


async def test_one_turn_may_save_a_ticket_step_by_step(store: Store) -> None:
    async with store.turn() as turn:
        ticket = report(turn, 1001)
        ticket = turn.tickets.save(replace(ticket, state=State.ACCEPTED))
        await turn.flush()
        ticket = turn.tickets.save(replace(ticket, state=State.ON_SITE))
        with pytest.raises(StaleTicket):
            turn.tickets.save(a_ticket(1001, version=1))
    async with store.view() as view:
        assert await view.tickets.get("jinghe-1001") == ticket
    assert ticket.version == 3


async def test_a_query_sees_what_the_turn_has_saved(store: Store) -> None:
    async with store.turn() as turn:
        ticket = report(turn, 1001)
        assert await turn.tickets.open_in_grid("xinhai-east-1") == [ticket]
        moved = turn.tickets.save(replace(ticket, state=State.WITHDRAWN))
        assert await turn.tickets.open_in_grid("xinhai-east-1") == []
        assert await turn.tickets.by_number("jinghe", 1001) == moved


async def test_by_number_is_per_community(store: Store) -> None:
    async with store.turn() as turn:
        ours, theirs = report(turn, 1001), report(turn, 1001, community="changqing")
    async with store.view() as view:
        assert await view.tickets.by_number("jinghe", 1001) == ours
        assert await view.tickets.by_number("changqing", 1001) == theirs
        for nobodys in (9999, -1, 0, 10**30):
            assert await view.tickets.by_number("jinghe", nobodys) is None


async def test_following_twice_counts_once(store: Store) -> None:
    async with store.turn() as turn:
        ticket = report(turn, 1001)
        assert await turn.tickets.add_follower(ticket.id, "zhangshu", NOON + 1)
        assert await turn.tickets.add_follower(ticket.id, "meiyi", NOON)
        assert not await turn.tickets.add_follower(ticket.id, "meiyi", NOON + 5)
        assert await turn.tickets.followers(ticket.id) == ["meiyi", "zhangshu"]


async def test_remarks_stay_in_the_order_they_were_said(store: Store) -> None:
    remarks = [
        Remark("jinghe-1001", NOON + 2, "meiyi", "现在整个单元都没电了"),
        Remark("jinghe-1001", NOON + 2, None, "又漏了"),
        Remark("jinghe-1001", NOON + 1, "zhangshu", "我家也是"),
    ]
    async with store.turn() as turn:
        report(turn, 1001)
        for remark in remarks:
            await turn.tickets.remark(remark)
    ordered = [remarks[2], *remarks[:2]]
    async with store.view() as view:
        assert await view.tickets.remarks("jinghe-1001") == ordered
        assert await view.tickets.remarks_of_each(["jinghe-1002", "jinghe-1001"]) == [[], ordered]


async def test_people_named_only_in_a_ticket_need_not_exist(store: Store) -> None:
    async with store.turn() as turn:
        report(turn, 1001, reporter=None, handler_name="城管")
        await turn.people.save(a_person())


@pytest.mark.parametrize("name", sorted({field.name for field in fields(Ticket)} - {"id", "version"}))
async def test_whatever_changes_of_a_ticket_is_written(store: Store, name: str) -> None:
    bare = a_ticket(
        2002, community="other", id=FULL.id, grid="g", words="", reporter=None, state=State.CLOSED
    )
    async with store.turn() as turn:
        turn.tickets.save(replace(FULL, version=0))
    async with store.turn() as turn:
        read = await turn.tickets.get(FULL.id)
        assert read is not None
        changed = turn.tickets.save(replace(read, **{name: getattr(bare, name)}))
        assert changed != replace(read, version=changed.version)
    async with store.view() as view:
        assert await view.tickets.get(FULL.id) == changed
