"""A month run through another policy finds late what a plain count by hand finds late."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from handlers.comparison import Comparison, comparison_from
from handlers.what_if import Late, Step, as_graded, granted, would_be
from storage.records import (
    DAY,
    HOUR,
    MINUTE,
    Act,
    Allowance,
    Category,
    CategoryPolicy,
    Clock,
    Community,
    Holidays,
    Policy,
    Severity,
    Ticket,
)
from tests.handlers.test_clocks import JINGHE, NOW, ticket

LAMP = ticket()
SLOWER = replace(
    JINGHE,
    policy=Policy(
        {Severity.ORDINARY: {Clock.ACCEPT: Allowance(20 * MINUTE), Clock.RESOLVE: Allowance(3 * HOUR)}}
    ),
)
END = NOW + 40 * DAY


def steps(*told: tuple[Act, int] | tuple[Act, int, str]) -> list[Step]:
    """Acts and how many minutes after the report."""
    return [Step(NOW, Act.REPORT), *(Step(NOW + one[1] * MINUTE, one[0], *one[2:]) for one in told)]


def late(
    *told: tuple[Act, int] | tuple[Act, int, str], of: Ticket = LAMP, by: Community = JINGHE, now: int = END
) -> str:
    return " ".join(sorted(would_be(of, steps(*told), by, now)))


A, R, S = Act.ACCEPT, Act.ARRIVE, Act.RESOLVE
TABLE = [
    ([(A, 4), (R, 8), (S, 33)], ""),
    ([(A, 5), (R, 8), (S, 20)], "accept"),
    ([(A, 10), (R, 12), (S, 20)], "accept queue"),
    ([(A, 4), (R, 9), (S, 20)], "arrive"),
    ([(A, 4), (R, 8), (S, 34)], "queue resolve"),
    ([(A, 4), (S, 8)], ""),
    ([(A, 4), (R, 8), (Act.PAUSE, 20), (Act.RESUME, 200), (S, 213)], ""),
    ([(A, 4), (R, 8), (Act.PAUSE, 20), (Act.RESUME, 200), (S, 214)], "queue resolve"),
    ([(A, 4), (R, 8), (Act.GRANT_TIME, 10, "2 小时"), (S, 150)], ""),
    ([(A, 4), (R, 8), (Act.GRANT_TIME, 10, "2 小时"), (S, 154)], "queue resolve"),
    ([(A, 4), (R, 8), (Act.DECIDE, 10), (S, 9_000)], ""),
    ([(A, 4), (R, 8), (Act.REFER, 10), (S, 20)], "queue"),
    ([(A, 4), (R, 8), (Act.QUEUE, 10, "by_staff"), (S, 20)], "queue"),
    ([(A, 4), (R, 8), (Act.QUEUE, 10, "要上会讨论"), (S, 20)], "queue"),
    ([(A, 4), (R, 8), (Act.QUEUE, 10, "resolve_missed"), (S, 20)], ""),
    ([(A, 4), (R, 8), (S, 20), (Act.REOPEN, 60), (R, 64), (S, 80)], ""),
    ([(A, 4), (R, 8), (S, 20), (Act.REOPEN, 60), (R, 64), (S, 90)], "queue resolve"),
    ([(Act.REASSIGN, 4), (A, 8), (R, 9), (S, 20)], ""),
    ([(Act.WITHDRAW, 4)], ""),
    ([(Act.DECLINE, 4), (Act.OBJECT, 100), (A, 104), (R, 106), (S, 110)], ""),
    ([], "accept queue resolve"),
]


@pytest.mark.parametrize(("told", "found"), TABLE)
def test_what_a_policy_finds_late(told: Sequence[tuple[Act, int]], found: str) -> None:
    assert late(*told) == found


def test_what_runs_still_is_late_only_once_its_time_is_over() -> None:
    assert late(now=NOW + 5 * MINUTE - 1) == ""
    assert late(now=NOW + 5 * MINUTE) == "accept"
    assert late(now=NOW + 10 * MINUTE) == "accept queue"


def test_a_plan_ends_the_waiting_for_a_plan() -> None:
    quarrel = ticket(Severity.COMPLEX, Category.NEIGHBOR_DISPUTE)
    day = 24 * 60
    assert late((A, 4), (R, 8), (Act.PLAN, day), (S, 2 * day), of=quarrel) == ""
    assert late((A, 4), (R, 8), (Act.PLAN, day + 4), (S, 2 * day), of=quarrel) == "plan queue"
    assert late((A, 4), (Act.PLAN, 6), (S, 2 * day), of=quarrel) == ""


def test_as_many_neighbours_as_the_policy_says_send_it_to_the_meeting() -> None:
    followed = replace(LAMP, followers=4)
    assert late((A, 4), (R, 5), (S, 9), of=followed) == ""
    fewer = replace(JINGHE, policy=Policy(followers=4))
    assert late((A, 4), (R, 5), (S, 9), of=followed, by=fewer) == "queue"


def test_a_ticket_is_graded_as_the_other_policy_has_it_unless_somebody_graded_it() -> None:
    graver = replace(JINGHE, policy=Policy(categories={Category.LIGHTING: CategoryPolicy(Severity.MAJOR)}))
    assert as_graded(LAMP, JINGHE, graver).severity is Severity.MAJOR
    urgent = replace(LAMP, severity=Severity.EMERGENCY)
    assert as_graded(urgent, JINGHE, graver) is urgent
    alarmed = replace(
        JINGHE, policy=Policy(categories={Category.LIGHTING: CategoryPolicy(Severity.EMERGENCY)})
    )
    assert as_graded(urgent, alarmed, JINGHE) is urgent
    regraded = replace(LAMP, severity=Severity.COMPLEX)
    assert as_graded(regraded, JINGHE, graver) is regraded


def test_time_granted_is_read_as_it_stands_in_the_ledger() -> None:
    assert granted("2 小时") == Allowance(span=2 * HOUR)
    assert granted("3 个工作日") == Allowance(working_days=3)
    assert granted("???") == Allowance(span=2 * HOUR)


# --- against a count by hand ------------------------------------------------------------------------------------------


def by_hand(
    reported: int,
    accepted: int | None,
    arrived: int | None,
    resolved: int | None,
    accept: int,
    arrive: int,
    solve: int,
) -> set[str]:
    """The same for the plainest life, in minutes, written without clocks."""
    found: set[str] = set()
    taken = accepted if accepted is not None else 10**9
    done = resolved if resolved is not None else 10**9
    if taken >= reported + accept:
        found.add("accept")
    if taken >= reported + 2 * accept:
        found.add("queue")
    if taken >= reported + solve:
        found |= {"resolve", "queue"}
    if accepted is not None:
        if min(arrived if arrived is not None else 10**9, done) >= accepted + arrive:
            found.add("arrive")
        if done >= accepted + solve:
            found |= {"resolve", "queue"}
    return found


def test_a_month_of_plain_lives_is_found_late_as_by_hand() -> None:
    chance = random.Random(20261101)
    policies = {
        (5, 5, 30): JINGHE,
        (20, 5, 180): SLOWER,
        (10, 60, 15): replace(
            JINGHE,
            policy=Policy(
                {
                    Severity.ORDINARY: {
                        Clock.ACCEPT: Allowance(10 * MINUTE),
                        Clock.ARRIVE: Allowance(HOUR),
                        Clock.RESOLVE: Allowance(15 * MINUTE),
                    }
                }
            ),
        ),
    }
    compared, hand = Comparison(), {late: [0, 0] for late in Late}
    for number in range(300):
        accepted = chance.choice([None, chance.randrange(60)])
        arrived = None if accepted is None else chance.choice([None, accepted + chance.randrange(90)])
        resolved = None if accepted is None else (arrived or accepted) + chance.randrange(240)
        acts = ((A, accepted), (R, arrived), (S, resolved))
        told = [(act, at) for act, at in acts if at is not None]
        for (accept, arrive, solve), community in policies.items():
            wanted = by_hand(0, accepted, arrived, resolved, accept, arrive, solve)
            assert late(*told, by=community) == " ".join(sorted(wanted)), told
        compared.count(replace(LAMP, number=number), steps(*told), JINGHE, SLOWER, END)
        for place, limits in enumerate(((5, 5, 30), (20, 5, 180))):
            for one in by_hand(0, accepted, arrived, resolved, *limits):
                hand[Late(one)][place] += 1
    ((_, count, of),) = compared.rows("")
    assert count == 300
    assert {one: list(both) for one, both in of.items()} == hand
    assert compared.rows("category") == [("lighting", 300, of)]
    assert compared.rows("grid") == [("east-1", 300, of)]
    assert 0 < len(compared.examples) <= 12
    assert all(was != shall for _, was, shall in compared.examples)
    assert comparison_from(json.loads(json.dumps(compared.as_data()))) == compared


def test_a_day_off_that_nobody_had_put_in_makes_fewer_late() -> None:
    """Three working hours from Monday 14:00: until five, unless Monday and Tuesday are off."""
    rule = Policy({Severity.ORDINARY: {Clock.RESOLVE: Allowance(span=3 * HOUR, working=True)}})
    weekdays = replace(JINGHE, policy=rule)
    off = replace(rule, holidays=(Holidays(2026, ("2026-03-16..2026-03-17",)),))
    told = ((A, 1), (R, 2), (S, 24 * 60))
    assert late(*told, by=weekdays) == "queue resolve"
    assert late(*told, by=replace(JINGHE, policy=off)) == ""
