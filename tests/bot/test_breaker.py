"""An endpoint that fails is left alone, longer each time, and tried by one question at a time."""

from __future__ import annotations

from bot.second.breaker import FAILURES, FIRST_PAUSE, LONGEST_ASKED, LONGEST_PAUSE, Breaker
from storage.records import DAY, SECOND
from tests.stories.turned_clock import NOON


def opened() -> Breaker:
    breaker = Breaker()
    for _ in range(FAILURES):
        assert breaker.closed
        breaker.failed(NOON)
    return breaker


def test_three_failures_running_open_it_and_a_success_between_them_does_not() -> None:
    assert not opened().closed
    breaker = Breaker()
    for _ in range(FAILURES * 2):
        breaker.failed(NOON)
        breaker.worked()
    assert breaker.closed


def test_after_the_pause_one_may_try_and_nobody_else_until_it_is_known_how_it_went() -> None:
    breaker = opened()
    assert not breaker.may_try(NOON + FIRST_PAUSE - 1)
    assert breaker.may_try(NOON + FIRST_PAUSE)
    assert not breaker.may_try(NOON + FIRST_PAUSE)
    breaker.worked()
    assert breaker.closed


def test_each_failed_try_doubles_the_pause_up_to_the_longest() -> None:
    breaker, now, pauses = opened(), NOON + FIRST_PAUSE, []
    assert breaker.may_try(now)
    for _ in range(8):
        breaker.failed(now)
        pauses.append(next(ms for ms in range(SECOND, DAY, SECOND) if breaker.may_try(now + ms)))
        now += pauses[-1]
    assert pauses[0] == 2 * FIRST_PAUSE
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


def test_what_was_under_way_when_it_opened_makes_the_pause_no_longer() -> None:
    breaker = opened()
    for late in range(10):
        breaker.failed(NOON + late, SECOND)
    assert not breaker.may_try(NOON + FIRST_PAUSE - 1)
    assert breaker.may_try(NOON + FIRST_PAUSE)


def test_a_pause_that_is_asked_for_opens_it_at_once_and_only_so_long() -> None:
    breaker = Breaker()
    breaker.failed(NOON, 300 * SECOND)
    assert not breaker.may_try(NOON + 299 * SECOND)
    assert breaker.may_try(NOON + 300 * SECOND)
    breaker.failed(NOON, DAY)
    assert breaker.may_try(NOON + LONGEST_ASKED)


def test_a_clock_that_is_set_back_does_not_leave_it_open_for_ever() -> None:
    assert opened().may_try(NOON - DAY)
