"""Which allowance counts: the community's own policy over 5-3-4-1."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.community import directory_of, read_community
from handlers.durations import read_duration
from handlers.policy import allowance, severity_of
from storage.records import Category, Clock, Community, Severity

ORDINARY, MAJOR, COMPLEX, EMERGENCY = Severity


def community(**tables: Any) -> Community:
    loaded = read_community({"community": {"id": "jinghe", "name": "径河社区"}, **tables})
    return directory_of(loaded).communities["jinghe"]


def given(file: Community, severity: Severity, category: Category = Category.OTHER) -> dict[str, str]:
    """Return every clock of such a ticket as it would be written."""
    written = {clock: allowance(file, category, severity, clock) for clock in Clock}
    return {clock.value: text for clock, own in written.items() if own is not None for text in [_text(own)]}


def _text(own: object) -> str:
    texts = ("1m", "2m", "5m", "10m", "20m", "30m", "1h", "4h", "1d", "2d", "3d", "7d", "2wh", "5wd", "15wd")
    return next(text for text in texts if read_duration(text) == own)


@pytest.mark.parametrize(
    ("severity", "clocks"),
    [
        (ORDINARY, {"accept": "5m", "arrive": "5m", "resolve": "30m", "review": "3d"}),
        (MAJOR, {"accept": "5m", "arrive": "5m", "resolve": "4h", "review": "3d"}),
        (COMPLEX, {"accept": "5m", "arrive": "5m", "resolve": "15wd", "plan": "1d", "review": "3d"}),
        (EMERGENCY, {"accept": "5m", "arrive": "5m", "resolve": "30m", "review": "3d"}),
    ],
)
def test_a_community_that_says_nothing_lives_by_5_3_4_1(severity: Severity, clocks: dict[str, str]):
    assert given(community(), severity) == clocks


def test_the_ordinary_accept_and_arrive_are_everybodys():
    file = community(policy={"ordinary": {"accept": "2m", "arrive": "10m", "resolve": "1h", "plan": "2d"}})
    assert given(file, ORDINARY) == {
        "accept": "2m",
        "arrive": "10m",
        "resolve": "1h",
        "plan": "2d",
        "review": "3d",
    }
    assert given(file, MAJOR) == {"accept": "2m", "arrive": "10m", "resolve": "4h", "review": "3d"}
    assert given(file, COMPLEX) == {
        "accept": "2m",
        "arrive": "10m",
        "resolve": "15wd",
        "plan": "1d",
        "review": "3d",
    }
    assert given(file, EMERGENCY) == {"accept": "2m", "arrive": "10m", "resolve": "1h", "review": "3d"}


def test_a_severitys_own_clock_beats_the_ordinary_one():
    file = community(
        policy={"ordinary": {"accept": "10m"}, "emergency": {"accept": "1m"}, "major": {"resolve": "1d"}}
    )
    assert given(file, EMERGENCY)["accept"] == "1m"
    assert given(file, MAJOR)["accept"] == "10m"
    assert given(file, MAJOR)["resolve"] == "1d"


def test_a_categorys_clocks_beat_every_severitys():
    file = community(
        policy={"ordinary": {"accept": "10m"}, "review": {"close_after": "7d"}},
        category={"gas": {"accept": "1m", "resolve": "2wh", "plan": "2d", "review": "1d"}},
    )
    for severity in Severity:
        assert given(file, severity, Category.GAS)["accept"] == "1m"
        assert given(file, severity, Category.GAS)["resolve"] == "2wh"
        assert given(file, severity, Category.GAS)["review"] == "1d"
        assert given(file, severity, Category.OTHER)["review"] == "7d"
    # a plan belongs to complex matters; the category only says how long it may take
    assert given(file, COMPLEX, Category.GAS)["plan"] == "2d"
    assert "plan" not in given(file, MAJOR, Category.GAS)


def test_the_meetings_date_and_a_pause_have_no_allowance():
    for clock in (Clock.MEETING, Clock.PAUSE):
        assert allowance(community(), Category.OTHER, ORDINARY, clock) is None


@pytest.mark.parametrize("category", Category)
def test_every_category_has_a_default_severity(category: Category):
    major = {"elevator", "water_supply", "power", "gas", "heating", "fire_safety"}
    complex_ = {"neighbor_dispute", "encroachment", "property_service"}
    expected = MAJOR if category in major else COMPLEX if category in complex_ else ORDINARY
    assert severity_of(community(), category, False) is expected
    assert severity_of(community(), category, True) is EMERGENCY


def test_a_community_may_set_the_severity_of_a_category():
    file = community(category={"noise": {"severity": "complex"}, "elevator": {"accept": "1m"}})
    assert severity_of(file, Category.NOISE, False) is COMPLEX
    assert severity_of(file, Category.ELEVATOR, False) is MAJOR
