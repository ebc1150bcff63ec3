from __future__ import annotations

from contextlib import closing
from dataclasses import fields, replace

import pytest

from storage.database import StaleTicket, Store
from storage.records import (
    OPEN,
    Act,
    Address,
    Card,
    Category,
    Kind,
    LetterKind,
    Level,
    Place,
    Reason,
    Remark,
    Severity,
    State,
    Ticket,
)
from tests.storage.things import GROUP, NOON, a_letter, a_line, a_person, a_ticket, raw, report

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


async def test_a_grid_shows_what_is_alive_newest_first(store: Store) -> None:
    async with store.turn() as turn:
        for number, state in enumerate(State, 1001):
            report(turn, number, state=state)
        report(turn, 2001, grid="xinhai-east-2")
    async with store.view() as view:
        shown = await view.tickets.open_in_grid("xinhai-east-1")
        assert {ticket.state for ticket in shown} == OPEN | {State.RESOLVED}
        assert shown == sorted(shown, key=lambda ticket: -ticket.reported_at)
        assert await view.tickets.open_in_grid("xinhai-east-1", limit=2) == shown[:2]


async def test_mine_are_those_i_reported_and_those_i_follow(store: Store) -> None:
    async with store.turn() as turn:
        own = report(turn, 1001, reporter="meiyi", state=State.CLOSED)
        report(turn, 1002, reporter="zhangshu")
        followed = report(turn, 1003, reporter="zhangshu")
        assert await turn.tickets.add_follower(followed.id, "meiyi", NOON)
    async with store.view() as view:
        assert await view.tickets.of_reporter("meiyi") == [followed, own]
        assert await view.tickets.of_reporter("meiyi", limit=1) == [followed]
        assert await view.tickets.of_reporter("nobody") == []


async def test_to_do_is_what_i_handle_and_what_nobody_took_in_my_grids(store: Store) -> None:
    async with store.turn() as turn:
        waiting = report(turn, 1001)
        mine = report(turn, 1002, grid="elsewhere", state=State.ON_SITE, handler="wangfang")
        report(turn, 1003, state=State.ACCEPTED, handler="lilei")
        report(turn, 1004, state=State.RESOLVED, handler="wangfang")
        both = report(turn, 1005, handler="wangfang")
    async with store.view() as view:
        assert await view.tickets.todo(["wangfang"], ["xinhai-east-1"]) == [waiting, mine, both]
        assert await view.tickets.todo(["wangfang"], ["xinhai-east-1"], limit=1) == [waiting]
        assert await view.tickets.todo(["wangfang"], []) == [mine, both]
        assert await view.tickets.todo([], []) == []


async def test_the_queue_starts_with_who_waited_longest(store: Store) -> None:
    async with store.turn() as turn:
        later = report(turn, 1001, queued=Reason.REFERRED, queued_at=NOON + 9)
        first = report(turn, 1002, queued=Reason.RESOLVE_MISSED, queued_at=NOON + 1)
        report(turn, 1003)
        report(turn, 1001, community="changqing", queued=Reason.REFERRED, queued_at=NOON)
    async with store.view() as view:
        assert await view.tickets.queue("jinghe") == [first, later]


async def test_a_platform_message_leads_to_its_ticket(store: Store) -> None:
    async with store.turn() as turn:
        by_card = report(turn, 1001)
        by_origin = report(turn, 1002, origin=Address(f"{GROUP}/17"), origin_message="500")
        by_letter = report(turn, 1003)
        await turn.cards.put(Card(by_card.id, Address(f"{GROUP}/17"), "501", "p"))
        turn.outbox.owe(a_letter(GROUP, ticket=by_letter.id))
        ((letter,),) = await turn.outbox.claim(NOON, lease=1, limit=9, platforms=["telegram"])
        await turn.outbox.sent([letter.id], GROUP, "502", NOON)
    async with store.view() as view:
        found = [await view.tickets.by_card(GROUP, message) for message in ("501", "500", "502", "503")]
        assert found == [by_card, by_origin, by_letter, None]
        assert await view.tickets.by_card(Address(f"{GROUP}/17"), "501") == by_card
        assert await view.tickets.by_card(Address("telegram:-2"), "501") is None


async def test_a_message_about_two_tickets_leads_to_none(store: Store) -> None:
    async with store.turn() as turn:
        for number in (1001, 1002):
            turn.outbox.owe(a_letter(GROUP, kind=LetterKind.REMIND, ticket=report(turn, number).id))
        (bundle,) = await turn.outbox.claim(NOON, lease=1, limit=9, platforms=["telegram"])
        await turn.outbox.sent([letter.id for letter in bundle], GROUP, "502", NOON)
        assert await turn.tickets.by_card(GROUP, "502") is None


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
    async with store.view() as view:
        assert await view.tickets.remarks("jinghe-1001") == [remarks[2], *remarks[:2]]


async def test_counts_are_per_state(store: Store) -> None:
    async with store.turn() as turn:
        for number in range(1001, 1004):
            report(turn, number)
        report(turn, 1001, community="changqing", state=State.CLOSED)
    async with store.view() as view:
        assert await view.tickets.counts() == {State.REPORTED: 3, State.CLOSED: 1}
        assert await view.tickets.counts("changqing") == {State.CLOSED: 1}


async def test_the_evening_line_counts_what_was_resolved_and_what_in_time(store: Store) -> None:
    async with store.turn() as turn:
        for number, state, level, at in (
            (1001, State.RESOLVED, Level.REMIND, NOON),
            (1002, State.CLOSED, Level.ALERT, NOON + 9),
            (1003, State.RESOLVED, Level.NONE, NOON + 10),
            (1004, State.ACCEPTED, Level.NONE, NOON),
        ):
            ticket = report(turn, number, state=state, level=level)
            turn.ledger.append(a_line(ticket, Act.RESOLVE, at, person="wangfang"))
        assert await turn.tickets.resolved_by("wangfang", NOON, NOON + 10) == (2, 1)
        assert await turn.tickets.resolved_by("lilei", NOON, NOON + 10) == (0, 0)


@pytest.mark.parametrize(
    ("query", "parameters", "index"),
    [
        ("tickets_open_in_grid", {"grid": "g", "limit": 9}, "tickets_living"),
        ("tickets_queue", {"community": "c", "limit": 9}, "tickets_queued"),
        ("tickets_of_reporter", {"person": "p", "limit": 9}, "tickets_reported_by"),
        ("tickets_todo", {"people": '["p"]', "grids": '["g"]', "limit": 9}, "tickets_in_hand"),
        ("tickets_todo", {"people": '["p"]', "grids": '["g"]', "limit": 9}, "tickets_unaccepted"),
        ("tickets_by_card", {"chat": "c", "message": "m"}, "tickets_said_in"),
        ("deadlines_due", {"now": 1, "limit": 9}, "deadlines_running"),
        ("deadlines_next_due", {}, "deadlines_running"),
        ("dialogues_due", {"now": 1, "limit": 9}, "dialogues_ending"),
        (
            "outbox_claimable",
            {"now": 1, "platforms": "[]", "resting": "[]", "limit": 9},
            "COVERING INDEX outbox_owed",
        ),
        ("outbox_next_claimable", {"now": 1, "platforms": "[]"}, "COVERING INDEX outbox_owed"),
        ("outbox_oldest", {}, "outbox_owed"),
        ("outbox_told", {"ticket": "t"}, "outbox_told"),
        ("attachments_to_fetch", {"limit": 9}, "attachments_to_fetch"),
        ("ledger_of", {"ticket": "t"}, "ledger_of_ticket"),
    ],
)
def test_no_screen_reads_a_whole_table(
    store: Store, query: str, parameters: dict[str, object], index: str
) -> None:
    with closing(raw(store)) as file:
        plan = [row[3] for row in file.execute(f"EXPLAIN QUERY PLAN {store._sql[query]}", parameters)]
    assert any(index in step for step in plan), plan
    big = ("tickets", "deadlines", "outbox", "ledger", "attachments")
    assert not [step for step in plan if step.removeprefix("SCAN ") in big], plan


async def test_people_named_only_in_a_ticket_need_not_exist(store: Store) -> None:
    async with store.turn() as turn:
        report(turn, 1001, reporter=None, handler_name="城管")
        await turn.people.save(a_person())
