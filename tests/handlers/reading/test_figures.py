"""The figures on the measuring set, as floors: a change that reads worse fails here.

What they are today: `python -m benchmarks.reading`.
"""

from __future__ import annotations

import pytest

from benchmarks.reading import Figures, load, measure, parts


@pytest.fixture(scope="module")
def figures() -> dict[str, Figures]:
    return {name: measure(rows) for name, rows in parts(load()).items()}


@pytest.mark.parametrize(
    ("part", "precision", "recall", "category", "place", "silent"),
    [("looked at", 0.97, 0.98, 0.97, 0.98, 0.985), ("held out", 0.90, 0.92, 0.93, 0.95, 0.95)],
)
def test_calls_are_found_and_chatter_is_left_alone(
    figures: dict[str, Figures],
    part: str,
    precision: float,
    recall: float,
    category: float,
    place: float,
    silent: float,
) -> None:
    found = figures[part]
    assert found.precision >= precision
    assert found.recall >= recall
    assert found.category >= category
    assert found.place >= place
    assert 1 - found.false_alarms >= silent


@pytest.mark.parametrize("part", ["looked at", "held out"])
def test_no_emergency_is_missed(figures: dict[str, Figures], part: str) -> None:
    assert figures[part].emergencies == 1.0


def test_the_set_has_every_category_and_a_part_held_out() -> None:
    both = parts(load())
    for rows in both.values():
        assert len({row["category"] for row in rows if row["is_report"] == "1"}) == 22
    assert len(both["held out"]) * 2 == pytest.approx(len(both["looked at"]), abs=2)
