"""Longer lives than hypothesis has patience for: walks by chance, each told in its shortest form when it goes wrong.

The walks of `make test` are always the same; with `HUYING_PROPERTIES=300` there are 300, new ones each time.
"""

from __future__ import annotations

from secrets import randbelow

import pytest

from tests.properties.rights import TABLE as RIGHTS
from tests.properties.test_machine import WANTED
from tests.properties.walk import Move, shortest, told, walk, where

WALKS = [randbelow(10**9) for _ in range(WANTED)] if WANTED else range(12)


@pytest.mark.parametrize("seed", WALKS)
def test_a_walk_through_the_neighbourhood_breaks_nothing(seed: int) -> None:
    moves, broken = walk(seed, steps=120 if WANTED else 60)
    if broken is not None:
        story = shortest(moves, broken)
        pytest.fail("\n".join([*map(str, story), f"→ {told(story)}"]), pytrace=False)


def test_a_walk_that_went_wrong_is_told_in_its_shortest_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk's own proof: a right that nobody has is found missing, and only what leads there is told."""
    monkeypatch.setitem(RIGHTS, "accept", set())
    call: Move = ("says", ("梅姨", "telegram:-1001000001", "3号楼2单元电梯停了"))
    accept: Move = ("says", ("王芳", "private", "接单 1001"))
    others: list[Move] = [("waits", (1000,)), ("restarts", ()), ("says", ("陈叔", "private", "谢谢"))]
    moves = [others[0], call, others[1], others[2], accept]
    broken = told(moves)
    assert broken is not None
    assert "did accept to #1001" in str(broken)
    assert where(broken)[0].endswith("watch.py")
    assert shortest(moves, broken) == [call, accept]
