"""The duty roster as tables: who is on duty at an instant, overlaps, gaps, and what a swap makes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from handlers import roster
from handlers.community import directory_of, read_community
from handlers.roster import clashes, gaps, handed_over, on_duty, watches, with_line, without
from storage.records import HOUR, Directory, Duty

WUHAN = "Asia/Shanghai"
TODAY = date(2026, 11, 22)
"""A Sunday."""


def at(text: str, zone: str = WUHAN) -> int:
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return int(local.astimezone(UTC).timestamp() * 1000)


def line(person: str, day: str, begins: str = "08:00", ends: str = "20:00", grid: str | None = None) -> Duty:
    return Duty("jinghe", person, day, begins, ends, grid)


def town(*duties: Duty, zone: str = WUHAN) -> Directory:
    grid = {"compound": "east", "leader": "wang"}
    return directory_of(
        read_community(
            {
                "community": {"id": "jinghe", "name": "径河社区", "timezone": zone},
                "compound": [{"id": "east", "name": "东区", "regime": "none"}],
                "grid": [
                    {"id": "g1", "name": "一", "buildings": ["1"], **grid},
                    {"id": "g2", "name": "二", "buildings": ["2"], **grid},
                ],
                "person": [
                    {"id": one, "name": one, "roles": ["grid_leader"]} for one in ("wang", "li", "zhao")
                ],
                "duty": [
                    {"person": d.person, "day": d.day, "from": d.begins, "to": d.ends}
                    | ({"grid": d.grid} if d.grid else {})
                    | ({"instead": d.instead} if d.instead else {})
                    for d in duties
                ],
            }
        )
    )


def who(directory: Directory, when: str, grid: str | None = None, zone: str = WUHAN) -> list[str]:
    return [one.person for one in on_duty(directory, "jinghe", at(when, zone), grid)]


DAYS = (line("wang", "sat"), line("li", "sat", "20:00", "08:00"), line("zhao", "2026-11-29", grid="g1"))


@pytest.mark.parametrize(
    ("when", "grid", "people"),
    [
        ("2026-11-28 07:59", None, []),
        ("2026-11-28 08:00", None, ["wang"]),
        ("2026-11-28 19:59", None, ["wang"]),
        ("2026-11-28 20:00", None, ["li"]),
        ("2026-11-29 00:00", None, ["li"]),
        ("2026-11-29 07:59", "g1", ["li"]),
        ("2026-11-29 08:00", "g1", ["zhao"]),
        ("2026-11-29 08:00", "g2", []),
        ("2026-11-29 08:00", None, ["zhao"]),
        ("2026-12-05 09:00", None, ["wang"]),
        ("2026-12-06 09:00", "g1", []),
    ],
)
def test_who_is_on_duty_at_an_instant(when: str, grid: str | None, people: list[str]):
    assert who(town(*DAYS), when, grid) == people


def test_the_grids_own_comes_before_the_communitys_and_a_person_once():
    directory = town(
        line("wang", "sat"), line("li", "sat", grid="g1"), line("wang", "sat", "07:00", "12:00", "g1")
    )
    assert who(directory, "2026-11-28 09:00", "g1") == ["wang", "li"]
    assert who(directory, "2026-11-28 09:00", "g2") == ["wang"]


def test_a_whole_day_is_from_an_hour_to_the_same_hour_and_watches_that_follow_end_together():
    directory = town(*(line("wang", day, "08:00", "08:00") for day in ("sat", "sun")), line("li", "mon"))
    (watch,) = on_duty(directory, "jinghe", at("2026-11-28 09:00"))
    assert (watch.person, watch.ends) == ("wang", at("2026-11-30 08:00"))


@pytest.mark.parametrize(
    ("begins", "ends", "hours"),
    [("00:00", "06:00", 5), ("02:30", "06:00", 2.5), ("22:00", "22:00", 24), ("00:00", "00:00", 23)],
)
def test_when_the_clocks_are_put_forward_a_watch_is_as_long_as_the_clock_says(
    begins: str, ends: str, hours: float
):
    """In Berlin 29 March 2026 has no 02:30: it counts as 03:30, the same moment before the change."""
    found = roster.watch_of(line("wang", "sun", begins, ends), date(2026, 3, 29), "Europe/Berlin")
    assert (found.ends - found.begins) / HOUR == hours


def test_when_the_clocks_are_put_back_the_hour_that_comes_twice_is_watched_once():
    directory = town(
        line("wang", "sun", "00:00", "02:30"), line("li", "sun", "02:30", "08:00"), zone="Europe/Berlin"
    )
    night = at("2026-10-25 00:00", "Europe/Berlin")
    seen = [[one.person for one in on_duty(directory, "jinghe", night + h * HOUR)] for h in range(9)]
    assert seen == [["wang"]] * 3 + [["li"]] * 6


@pytest.mark.parametrize(
    ("typed", "read"),
    [("8:00", "08:00"), ("08：30", "08:30"), ("24:00", "00:00"), ("23:59", "23:59")],
)
def test_clock_times_are_read(typed: str, read: str):
    assert roster.read_clock(typed) == read


@pytest.mark.parametrize("typed", ["", "8", "25:00", "24:30", "08:60", "0800", "８点"])
def test_what_is_no_clock_time_is_refused(typed: str):
    with pytest.raises(ValueError, match=r".*"):
        roster.read_clock(typed)


def in_week(*duties: Duty):
    since, until = at("2026-11-23 00:00"), at("2026-11-30 00:00")
    return watches(duties, WUHAN, since, until), since, until


def test_overlaps_are_of_one_place_or_one_person():
    found, *_ = in_week(
        line("wang", "sat"),
        line("li", "sat", "19:00", "23:00"),
        line("wang", "sat", "10:00", "11:00", "g1"),
        line("zhao", "sat", "12:00", "13:00", "g1"),
    )
    pairs = {(one.one.person, one.other.person, (one.ends - one.begins) // HOUR) for one in clashes(found)}
    assert pairs == {("wang", "wang", 1), ("wang", "li", 1)}


def test_a_gap_is_where_neither_the_grid_nor_the_community_has_anybody():
    found, since, until = in_week(
        line("wang", "mon", "00:00", "00:00"), line("li", "tue", "08:00", "20:00", "g1")
    )
    assert [(gap.grid, gap.begins, gap.ends) for gap in gaps(found, since, until)] == [
        (None, at("2026-11-24 00:00"), until),
        ("g1", at("2026-11-24 00:00"), at("2026-11-24 08:00")),
        ("g1", at("2026-11-24 20:00"), until),
    ]
    assert gaps([], since, until) == []


def test_a_swap_is_for_one_day_and_can_be_swapped_back():
    first = (line("wang", "sat"),)
    directory = town(*first)
    (watch,) = on_duty(directory, "jinghe", at("2026-11-28 09:00"))
    swapped = handed_over(first, watch, "li", TODAY)
    assert who(town(*swapped), "2026-11-28 09:00") == ["li"]
    assert who(town(*swapped), "2026-12-05 09:00") == ["wang"]
    (theirs,) = on_duty(town(*swapped), "jinghe", at("2026-11-28 09:00"))
    assert who(town(*handed_over(swapped, theirs, "zhao", TODAY)), "2026-11-28 09:00") == ["zhao"]
    assert handed_over(swapped, theirs, "wang", TODAY) == first


def test_removing_a_line_removes_who_stands_in_for_it_and_nobody_else():
    duties = (line("wang", "sat"), line("wang", "sun"))
    (watch,) = on_duty(town(*duties), "jinghe", at("2026-11-28 09:00"))
    swapped = handed_over(duties, watch, "li", TODAY)
    assert without(swapped, duties[1], TODAY) == (duties[0], swapped[-1])
    assert without(swapped, duties[0], TODAY) == (duties[1],)


def test_lines_long_past_go_and_none_stands_there_twice():
    old, new = line("li", "2026-09-01"), line("wang", "sat")
    assert with_line((old, new), new, TODAY) == (new,)


def test_of_people_and_grids_that_left_nothing_is_said():
    directory = town(line("wang", "sat"), line("li", "sat", grid="g1"))
    people = {id: one for id, one in directory.people.items() if id != "wang"}
    grids = {id: one for id, one in directory.grids.items() if id != "g1"}
    left = Directory(1, directory.communities, {}, grids, people, {}, {}, duties=directory.duties)
    assert who(left, "2026-11-28 09:00") == []
