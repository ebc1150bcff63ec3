"""The same neighbourhood on PostgreSQL with two processes: they take turns, and often they are at it both at once."""

from __future__ import annotations

from secrets import randbelow

import pytest

from tests.properties.test_machine import WANTED
from tests.properties.walk import walk

WALKS = [randbelow(10**9) for _ in range(WANTED)] if WANTED else range(3)


@pytest.mark.parametrize("seed", WALKS)
def test_two_processes_break_nothing_that_one_alone_would_not(seed: int) -> None:
    moves, broken = walk(seed, steps=120 if WANTED else 30, desks=2)
    if broken is not None:
        # Who was faster is chance: told again it may go well, so the whole walk is shown.
        pytest.fail("\n".join([*map(str, moves), f"→ {broken}"]), pytrace=False)
