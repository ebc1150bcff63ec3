"""What counts, as what: the definitions of the three rates as tables, and what is made of the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from handlers import figures
from handlers.figures import Measure, Rate, Spread
from storage.records import HOUR, MINUTE, Counted, State, Tally
from tests.handlers.ladder import NOON, ticket

NOW = NOON + HOUR
PAST, AHEAD = NOON + 30 * MINUTE, NOW + 1
TAKEN: dict[str, Any] = {"state": State.ACCEPTED, "accepted_at": NOON + MINUTE}
SOLVED: dict[str, Any] = {**TAKEN, "state": State.RESOLVED, "resolved_at": NOON + 9 * MINUTE}
CLOSED: dict[str, Any] = {**SOLVED, "state": State.CLOSED, "closed_at": NOON + 20 * MINUTE}


@pytest.mark.parametrize(
    ("how", "changes", "part", "whole"),
    [
        ("waits, its limit to come", {"accept_late_at": AHEAD}, 0, 0),
        ("waits, its limit has passed", {"accept_late_at": PAST}, 0, 1),
        ("waits, its limit is this very instant", {"accept_late_at": NOW}, 0, 1),
        ("waits, and has no limit", {}, 0, 0),
        ("accepted in time", TAKEN, 1, 1),
        ("accepted too late", {**TAKEN, "accept_late_at": PAST}, 0, 1),
        ("closed long since, accepted in time", CLOSED, 1, 1),
        ("declined though late", {"state": State.DECLINED, "accept_late_at": PAST}, 0, 0),
        ("withdrawn after it was accepted", {**TAKEN, "state": State.WITHDRAWN}, 0, 0),
        ("merged", {**TAKEN, "state": State.MERGED}, 0, 0),
    ],
)
def test_response(how: str, changes: dict[str, Any], part: int, whole: int) -> None:
    assert figures.rate(figures.counted(ticket(**changes), NOW), Measure.RESPONSE) == Rate(part, whole), how


@pytest.mark.parametrize(
    ("how", "changes", "part", "whole"),
    [
        ("in hand, its limit to come", {**TAKEN, "solve_late_at": AHEAD}, 0, 0),
        ("in hand, its limit has passed", {**TAKEN, "solve_late_at": PAST}, 0, 1),
        ("nobody took it, and the limit has passed", {"solve_late_at": PAST}, 0, 1),
        ("in a pause", {**TAKEN, "paused_at": NOON}, 0, 0),
        ("solved in time", SOLVED, 1, 1),
        ("solved too late", {**SOLVED, "solve_late_at": PAST}, 0, 1),
        (
            "solved in time, reopened, its limit to come",
            {**TAKEN, "reopened": 1, "solve_late_at": AHEAD},
            0,
            0,
        ),
        ("solved at last after it was late once", {**CLOSED, "reopened": 1, "solve_late_at": PAST}, 0, 1),
        ("solved twice, in time", {**CLOSED, "reopened": 1}, 1, 1),
        ("declined though late", {"state": State.DECLINED, "solve_late_at": PAST}, 0, 0),
    ],
)
def test_resolution(how: str, changes: dict[str, Any], part: int, whole: int) -> None:
    assert figures.rate(figures.counted(ticket(**changes), NOW), Measure.RESOLUTION) == Rate(part, whole), how


@pytest.mark.parametrize(
    ("how", "changes", "part", "whole", "silent"),
    [
        ("满意", {**CLOSED, "rating": "good"}, 1, 1, 0),
        ("基本满意", {**CLOSED, "rating": "fair"}, 1, 1, 0),
        ("不满意, so it is open again", {**TAKEN, "reopened": 1}, 0, 1, 0),
        ("不满意, and silent when it was solved again", {**CLOSED, "reopened": 1}, 0, 1, 0),
        ("不满意, and then 满意", {**CLOSED, "reopened": 1, "rating": "good"}, 1, 1, 0),
        ("closed in silence", CLOSED, 0, 0, 1),
        ("asked, and not answered yet", SOLVED, 0, 0, 1),
        ("still in hand", TAKEN, 0, 0, 0),
        ("不满意, and then taken back", {"state": State.WITHDRAWN, "reopened": 1}, 0, 0, 0),
    ],
)
def test_satisfaction(how: str, changes: dict[str, Any], part: int, whole: int, silent: int) -> None:
    tally = figures.counted(ticket(**changes), NOW)
    assert (figures.rate(tally, Measure.SATISFACTION), tally.silent) == (Rate(part, whole), silent), how


@pytest.mark.parametrize("state", [State.DECLINED, State.WITHDRAWN, State.MERGED])
def test_what_is_set_aside_is_counted_as_that_and_nothing_else(state: State) -> None:
    tally = figures.counted(ticket(**{**TAKEN, "state": state, "reopened": 1}), NOW)
    assert tally == Tally(reported=1, **{state.value: 1})
    assert figures.unsolved(tally) == 0


def test_a_private_matter_counts_like_any_other() -> None:
    assert figures.counted(ticket(**SOLVED, private=True), NOW) == figures.counted(ticket(**SOLVED), NOW)


def of(part: int, whole: int) -> Tally:
    return Tally(to_solve=whole, solved_in_time=part)


def test_the_best_stand_first_and_too_few_stand_apart() -> None:
    tallies = {"a": of(8, 10), "few": of(9, 9), "b": of(20, 20), "c": of(40, 50), "none": of(0, 0)}
    found = [(one.key, one.rank) for one in figures.ranking(tallies, Measure.RESOLUTION)]
    assert found == [("b", 1), ("a", 2), ("c", 2), ("few", None), ("none", None)]


def test_after_equals_a_rank_is_left_out() -> None:
    tallies = {"a": of(10, 10), "b": of(10, 10), "c": of(9, 10)}
    assert [one.rank for one in figures.ranking(tallies, Measure.RESOLUTION)] == [1, 1, 3]


def test_a_change_is_told_only_where_both_have_enough() -> None:
    assert figures.change(Rate(9, 10), Rate(8, 10)) == pytest.approx(0.1)
    assert figures.change(Rate(9, 10), Rate(8, 9)) is None
    assert figures.change(Rate(0, 0), Rate(8, 10)) is None
    assert Rate(0, 0).value is None


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        ([], None),
        ([7], Spread(1, 7, 7)),
        ([1, 2], Spread(2, 1, 2)),
        ([1, 1, 1, 1, 1, 9, 9, 9, 9, 9], Spread(10, 1, 9)),
        (range(1, 11), Spread(10, 5, 9)),
        (range(1, 12), Spread(11, 6, 10)),
        ([-3, -3, -3, -3, 60], Spread(5, 0, 60)),
    ],
)
def test_half_and_nine_tenths(minutes: Sequence[int], expected: Spread | None) -> None:
    assert figures.spread(Counter(minutes)) == expected


def test_counts_are_added_up_by_whatever_is_asked() -> None:
    counts = [Counted("a", "road", of(1, 2)), Counted("a", "noise", of(0, 1)), Counted("b", "road", of(3, 3))]
    assert figures.gathered(counts, lambda one: one.grid) == {"a": of(1, 3), "b": of(3, 3)}
    assert figures.gathered(counts, lambda one: one.category) == {"road": of(4, 5), "noise": of(0, 1)}
    assert figures.total(counts) == of(4, 6)
    assert figures.late(figures.total(counts)) == 2


@pytest.mark.parametrize(
    ("others", "told"), [({}, False), ({"b": 99}, False), ({"b": 4, "c": 5}, False), ({"b": 5, "c": 5}, True)]
)
def test_the_average_beside_ones_own_must_not_give_one_other_grid_away(
    others: dict[str, int], told: bool
) -> None:
    counts = [Counted(grid, "road", Tally(reported=n)) for grid, n in {"own": 50, **others}.items()]
    assert figures.tells_nobody({"own"}, counts) is told
