"""Was it in time? Every way a limit moves, ends or is missed, and a check against nothing but the ledger's lines."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from handlers import lateness
from handlers.commands import Verb
from handlers.figures import counted
from storage.records import DAY, HOUR, MINUTE, Act, Category, Clock, Severity, State, Ticket
from tests.handlers.ladder import CHEN, MEI, NOON, Desk, ticket


def begun(**changes: object) -> Desk:
    desk = Desk(ticket(**changes))
    desk.ticket = lateness.noted(desk.ticket, desk.running.values(), NOON)
    return desk


def complex_matter() -> Desk:
    return begun(category=Category.ENCROACHMENT, severity=Severity.COMPLEX)


def accepted_in_time(desk: Desk) -> bool:
    return desk.ticket.accept_late_at is None


def solved_in_time(desk: Desk) -> bool:
    return desk.ticket.solve_late_at is None


def test_a_new_ticket_knows_when_it_will_be_late() -> None:
    desk = begun()
    assert desk.ticket.accept_late_at == NOON + 5 * MINUTE
    assert desk.ticket.solve_late_at == NOON + 30 * MINUTE


@pytest.mark.parametrize(("after", "in_time"), [(5 * MINUTE - 1, True), (5 * MINUTE, False)])
def test_accepted_exactly_at_the_limit_is_late(after: int, in_time: bool) -> None:
    desk = begun()
    desk.now += after  # nobody has swept: what counts is the limit, not who came first
    desk.does("wangfang", Verb.ACCEPT)
    assert accepted_in_time(desk) is in_time


@pytest.mark.parametrize(("after", "in_time"), [(30 * MINUTE - 1, True), (30 * MINUTE, False)])
def test_solved_exactly_at_the_limit_is_late(after: int, in_time: bool) -> None:
    desk = begun()
    desk.does("wangfang", Verb.ACCEPT)
    desk.now += after
    desk.does("wangfang", Verb.RESOLVE, "换了灯泡")
    assert solved_in_time(desk) is in_time


def test_accepting_late_gives_time_to_solve_anew_but_undoes_nothing() -> None:
    desk = begun()
    desk.forward(6 * MINUTE)
    desk.does("wangfang", Verb.ACCEPT)
    assert desk.ticket.accept_late_at == NOON + 5 * MINUTE
    assert desk.ticket.solve_late_at == NOON + 36 * MINUTE


def test_more_time_granted_before_the_limit_moves_it() -> None:
    desk = begun()
    desk.does("wangfang", Verb.ACCEPT)
    desk.does("chenjie", Verb.GRANT, "2h")
    desk.forward(2 * HOUR)
    desk.does("wangfang", Verb.RESOLVE, "换了灯泡")
    assert solved_in_time(desk)


def test_more_time_granted_after_the_limit_undoes_nothing() -> None:
    desk = begun()
    desk.does("wangfang", Verb.ACCEPT)
    desk.forward(31 * MINUTE)
    desk.does("chenjie", Verb.GRANT, "2h")
    desk.does("wangfang", Verb.RESOLVE, "换了灯泡")
    assert desk.ticket.solve_late_at == NOON + 30 * MINUTE


def test_nothing_becomes_late_in_a_pause() -> None:
    desk = begun()
    desk.does("wangfang", Verb.ACCEPT)
    desk.forward(20 * MINUTE)
    desk.does("wangfang", Verb.PAUSE, word="等配件")
    assert solved_in_time(desk)
    desk.forward(DAY)
    desk.does("wangfang", Verb.RESUME)
    assert desk.ticket.solve_late_at == NOON + DAY + 30 * MINUTE
    desk.forward(9 * MINUTE)
    desk.does("wangfang", Verb.RESOLVE, "换了灯泡")
    assert solved_in_time(desk)


def test_a_pause_does_not_undo_what_was_late() -> None:
    desk = begun()
    desk.does("wangfang", Verb.ACCEPT)
    desk.forward(31 * MINUTE)
    desk.does("wangfang", Verb.PAUSE, word="等配件")
    assert desk.ticket.solve_late_at == NOON + 30 * MINUTE


def test_a_plan_that_came_too_late_counts_though_the_work_was_done_by_its_own_limit() -> None:
    desk = complex_matter()
    desk.does("wangfang", Verb.ACCEPT)
    desk.forward(DAY)
    desk.does("wangfang", Verb.PLAN, "下周拆除")
    desk.does("wangfang", Verb.RESOLVE, "拆了")
    assert desk.ticket.solve_late_at == NOON + DAY


def test_after_the_plan_the_work_has_its_own_limit() -> None:
    desk = complex_matter()
    desk.does("wangfang", Verb.ACCEPT)
    desk.does("wangfang", Verb.PLAN, "下周拆除")
    assert desk.ticket.solve_late_at == desk.running[Clock.RESOLVE].ends_at


def test_the_meetings_date_takes_the_place_of_limits_that_still_ran() -> None:
    desk = begun()
    desk.does("wangfang", Verb.ACCEPT)
    desk.does("chenjie", Verb.DECIDE, "物业更换门机 11月28日")
    date = desk.running[Clock.MEETING].ends_at
    assert desk.ticket.solve_late_at == date
    desk.now = date
    desk.does("wangfang", Verb.RESOLVE, "换了")
    assert not solved_in_time(desk)


def test_the_meetings_date_does_not_undo_a_limit_that_was_missed() -> None:
    desk = begun()
    desk.does("wangfang", Verb.ACCEPT)
    desk.forward(HOUR)
    desk.does("chenjie", Verb.DECIDE, "物业更换门机 11月28日")
    desk.does("wangfang", Verb.RESOLVE, "换了")
    assert not solved_in_time(desk)


def test_a_ticket_waiting_for_the_meeting_goes_on_being_due() -> None:
    """Its clock runs out without a line: it stands in the queue already. It is late all the same."""
    desk = begun()
    desk.does("wangfang", Verb.REFER)
    desk.forward(HOUR)
    assert Act.QUEUE not in desk.acts()
    desk.does("wangfang", Verb.RESOLVE, "换了灯泡")
    assert not solved_in_time(desk)


def test_a_reopened_ticket_has_a_limit_anew() -> None:
    desk = begun()
    desk.does("wangfang", Verb.RESOLVE, "换了灯泡")
    desk.forward(HOUR)
    desk.does(MEI, Verb.UNSATISFIED, "又不亮了")
    assert desk.ticket.solve_late_at == NOON + HOUR + 30 * MINUTE
    assert counted(desk.ticket, desk.now).to_solve == 0
    desk.forward(30 * MINUTE)
    assert counted(desk.ticket, desk.now).to_solve == 1
    desk.does("wangfang", Verb.RESOLVE, "又换了一个")
    assert not solved_in_time(desk)


def test_once_late_always_late_whatever_the_next_opening_brings() -> None:
    desk = begun()
    desk.does("wangfang", Verb.ACCEPT)
    desk.forward(HOUR)
    desk.does("wangfang", Verb.RESOLVE, "换了灯泡")
    desk.does(MEI, Verb.UNSATISFIED, "又不亮了")
    desk.does("wangfang", Verb.RESOLVE, "又换了一个")
    assert desk.ticket.solve_late_at == NOON + 30 * MINUTE


def test_an_objection_starts_the_clocks_anew() -> None:
    desk = begun()
    desk.does("wangfang", Verb.DECLINE, "不归我们")
    assert (desk.ticket.accept_late_at, desk.ticket.solve_late_at) == (None, None)
    desk.forward(HOUR)
    desk.does(MEI, Verb.OBJECT, "是公共的灯")
    assert desk.ticket.accept_late_at == desk.now + 5 * MINUTE


# --- against the ledger alone -----------------------------------------------------------------------------------------

WORKERS = ("wangfang", "lilei", "zhang")
STEPS = (
    *((who, verb, rest) for who in WORKERS for verb, rest in (
        (Verb.ACCEPT, ""), (Verb.ARRIVE, ""), (Verb.RESOLVE, "修好了"), (Verb.PAUSE, "等配件"), (Verb.RESUME, ""),
        (Verb.PLAN, "下周换"), (Verb.DECLINE, "不归我们"),
    )),
    ("chenjie", Verb.GRANT, "2h"), ("chenjie", Verb.GRANT, "1d"), ("chenjie", Verb.SUPERVISE, ""),
    (MEI, Verb.SATISFIED, ""), (MEI, Verb.UNSATISFIED, "还不行"), (MEI, Verb.OBJECT, "是公共的"), (MEI, Verb.WITHDRAW, ""),
    (CHEN, Verb.FOLLOW, ""),
)  # fmt: skip


def missed(desk: Desk) -> tuple[bool, bool]:
    """What an inspector reads in the ledger: was there an alert that nobody took it, did a limit of solving run out."""
    accept = any(
        line.act is Act.ALERT and line.reason == "accept" and line.state is State.REPORTED
        for line in desk.lines
    )
    queued = ("resolve_missed", "plan_missed")
    return accept, any(line.act is Act.QUEUE and line.reason in queued for line in desk.lines)


@pytest.mark.parametrize("seed", range(60))
def test_the_ledger_says_the_same(seed: int) -> None:
    """Swept at every step, each limit that runs out writes its line while the ticket stands in no queue yet."""
    chance = random.Random(seed)
    desk = begun(severity=chance.choice(list(Severity)))
    for _ in range(25):
        who, verb, rest = chance.choice(STEPS)
        desk.may(who, verb, rest)
        desk.forward(chance.choice((MINUTE, 7 * MINUTE, 40 * MINUTE, 5 * HOUR)))
        late: Ticket = desk.ticket
        found = tuple(at is not None and at <= desk.now for at in (late.accept_late_at, late.solve_late_at))
        told = missed(desk)
        assert found[0] == told[0], f"accepting, after {desk.lines[-1]}"
        # Taken too late, or by nobody at all, it stood in the queue before the limit of solving ran out.
        elsewhere = any(
            line.act is Act.QUEUE and line.reason not in ("resolve_missed", "plan_missed")
            for line in desk.lines
        )
        assert found[1] == told[1] or (elsewhere and found[1]), f"solving, after {desk.lines[-1]}"


def test_what_nothing_changes_is_the_same_ticket() -> None:
    desk = begun()
    assert lateness.noted(desk.ticket, desk.running.values(), NOON) is desk.ticket
    bare = replace(desk.ticket, accept_late_at=None)
    assert lateness.noted(bare, (), NOON + DAY).accept_late_at is None
