"""Buildings as people list them, and their place ids."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.buildings import MOST, expand, fold, spot_id


@pytest.mark.parametrize(
    ("written", "buildings"),
    [
        ("1-3", ["1", "2", "3"]),
        ("7", ["7"]),
        ("07", ["7"]),
        ("7-7", ["7"]),
        ("A座", ["A座"]),
        ("A-C座", ["A座", "B座", "C座"]),
        ("A座-C座", ["A座", "B座", "C座"]),
        ("A-C", ["A", "B", "C"]),
        ("3号楼", ["3"]),
        ("3栋", ["3"]),
        (" 1号楼 - 3号楼 ", ["1", "2", "3"]),
        ("1-3号楼", ["1", "2", "3"]),
        ("1～3", ["1", "2", "3"]),
        ("1至3栋", ["1", "2", "3"]),
        ("综合楼", ["综合楼"]),
        ("S1", ["S1"]),
    ],
)
def test_an_entry_stands_for_these_buildings(written: str, buildings: list[str]):
    assert expand(written) == buildings


@pytest.mark.parametrize("written", ["3-1", "1-401", "C-A座", "1-99999"])
def test_a_run_that_goes_backwards_or_too_far_is_refused(written: str):
    with pytest.raises(ValueError):
        expand(written)


@pytest.mark.parametrize(
    ("buildings", "entries"),
    [
        (["1", "2", "3", "A座"], ["1-3", "A座"]),
        (["1", "2"], ["1", "2"]),
        (["3", "2", "1"], ["3", "2", "1"]),
        (["9", "10", "11", "13"], ["9-11", "13"]),
        ([], []),
    ],
)
def test_three_numbers_in_a_row_fold_into_a_run(buildings: list[str], entries: list[str]):
    assert fold(buildings) == entries


@given(
    st.lists(
        st.one_of(
            st.integers(1, 40).map(str),
            st.sampled_from(["A座", "B", "S1", "综合楼", "商铺"]),
            st.tuples(st.integers(1, 2000), st.integers(0, MOST + 50)).map(lambda run: f"{run[0]}+{run[1]}"),
        ),
        max_size=12,
    )
)
def test_what_is_folded_expands_to_the_same_buildings(entries: list[str]):
    buildings: list[str] = []
    for entry in entries:
        first, plus, more = entry.partition("+")
        buildings += [str(int(first) + n) for n in range(int(more) + 1)] if plus else [entry]
    assert [building for entry in fold(buildings) for building in expand(entry)] == buildings


def test_place_ids_are_readable_where_they_can_be():
    assert spot_id("xinhai-east", "12") == "xinhai-east_12"
    assert spot_id("xinhai-east", "A座") == "xinhai-east_A-9b61c98a10"


ID = st.text("abcXYZ019_-", min_size=1, max_size=24)


@given(ID, st.text(min_size=1, max_size=16))
def test_every_place_id_fits_into_a_link(compound: str, building: str):
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,48}", spot_id(compound, building))


@given(ID, ID, st.text("AB座12-_", min_size=1, max_size=6), st.text("AB座12-_", min_size=1, max_size=6))
def test_no_two_buildings_share_a_place_id(one: str, other: str, first: str, second: str):
    assert ((one, first) == (other, second)) == (spot_id(one, first) == spot_id(other, second))
