"""How fast each of many may speak."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handlers.haste import Haste, Measure, in_seconds
from storage.records import MINUTE, SECOND
from tests.stories.town import NOON

FEW = Measure(burst=3, every=10 * SECOND, longer=20 * SECOND)


def test_so_much_at_once_and_then_one_more_every_so_often() -> None:
    haste = Haste(FEW)
    for _ in range(3):
        assert haste.wait("mei", NOON) == 0
        haste.count("mei", NOON)
    assert haste.wait("mei", NOON) == 10 * SECOND
    assert haste.wait("mei", NOON + 9 * SECOND) == SECOND
    assert haste.wait("mei", NOON + 10 * SECOND) == 0
    assert haste.wait("lin", NOON) == 0


def test_who_goes_on_regardless_waits_longer_but_not_for_ever() -> None:
    haste = Haste(FEW)
    for _ in range(1_000):
        haste.count("mei", NOON)
    assert haste.wait("mei", NOON) == 30 * SECOND
    assert haste.wait("mei", NOON + 30 * SECOND) == 0


def test_a_part_of_a_thing_counts_as_a_part() -> None:
    haste = Haste(FEW)
    for _ in range(29):
        haste.count("mei", NOON, 0.1)
    assert haste.wait("mei", NOON) > 0
    assert haste.wait("mei", NOON + 9 * SECOND) == 0


def test_what_was_counted_on_trial_holds_only_when_it_is_kept() -> None:
    haste = Haste(FEW)
    lost, held = haste.trial(), haste.trial()
    for _ in range(3):
        lost.count("mei", NOON)
    assert lost.wait("mei", NOON) > 0
    assert haste.wait("mei", NOON) == 0
    for _ in range(3):
        held.count("mei", NOON)
    held.keep(NOON)
    assert haste.wait("mei", NOON) > 0


def test_a_clock_set_back_locks_nobody_out() -> None:
    haste = Haste(FEW)
    for _ in range(9):
        haste.count("mei", NOON)
    assert haste.wait("mei", NOON - 60 * MINUTE) == 0


def test_who_has_fallen_silent_is_forgotten() -> None:
    haste = Haste(FEW)
    for number in range(1_000):
        haste.count(f"{number}", NOON)
    haste.count("mei", NOON + 2 * MINUTE)
    assert len(haste._whole_at) == 1


def test_trials_that_are_kept_do_not_pile_up_either() -> None:
    haste = Haste(FEW)
    for number in range(100):
        now = NOON + number * 2 * MINUTE
        trial = haste.trial()
        trial.count(f"{number}", now)
        trial.keep(now)
    assert len(haste._whole_at) <= 2


@given(st.lists(st.integers(0, 30_000), max_size=60))
def test_nobody_ever_gets_more_than_a_burst_and_the_steady_pace(pauses: list[int]) -> None:
    haste, now, taken = Haste(FEW), NOON, 0
    for pause in pauses:
        now += pause
        if not haste.wait("mei", now):
            haste.count("mei", now)
            taken += 1
    assert taken <= FEW.burst + (now - NOON) // FEW.every


def test_a_wait_in_seconds_is_surely_enough() -> None:
    assert [in_seconds(ms) for ms in (0, 1, 1_000, 1_001)] == [0, 1, 1, 2]
