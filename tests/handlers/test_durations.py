"""Durations as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.durations import read_duration, write_duration
from storage.records import DAY, HOUR, MINUTE, SECOND, Allowance


@pytest.mark.parametrize(
    ("text", "allowance"),
    [
        ("90s", Allowance(span=90 * SECOND)),
        ("5m", Allowance(span=5 * MINUTE)),
        ("4h", Allowance(span=4 * HOUR)),
        ("1d", Allowance(span=DAY)),
        ("2wh", Allowance(span=2 * HOUR, working=True)),
        ("15wd", Allowance(working_days=15)),
    ],
)
def test_a_number_and_a_unit_are_a_duration(text: str, allowance: Allowance):
    assert read_duration(text) == allowance
    assert write_duration(allowance) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "m",
        "0m",
        "-5m",
        "5 m",
        "5min",
        "1.5h",
        "1h30m",
        "５m",
        "5M",
        "1001d",
        "1001wd",
        "9999999999s",
        "5m\n",
    ],
)
def test_anything_else_is_refused(text: str):
    with pytest.raises(ValueError):
        read_duration(text)


@given(st.integers(1, 900), st.sampled_from(["s", "m", "h", "d", "wh", "wd"]))
def test_what_is_written_reads_back_the_same(number: int, unit: str):
    allowance = read_duration(f"{number}{unit}")
    assert read_duration(write_duration(allowance)) == allowance
