"""The duty roster and the building heads in a community file: read, named when wrong, written back the same."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from handlers.community import Mistakes, directory_of, read_community, write_community
from storage.records import Duty

FILE: dict[str, Any] = {
    "community": {"id": "jinghe", "name": "径河社区", "staff_chats": ["web:staff"]},
    "compound": [{"id": "east", "name": "东区", "regime": "none"}],
    "grid": [
        {
            "id": "g1",
            "compound": "east",
            "name": "一",
            "buildings": ["1-12", "A座"],
            "leader": "wang",
            "heads": ["1-3 liu", "A座 liu", "2 zhou"],
        }
    ],
    "person": [
        {"id": "wang", "name": "王芳", "roles": ["grid_leader"]},
        {"id": "liu", "name": "刘阿姨", "roles": ["building_head"]},
        {"id": "zhou", "name": "周华", "roles": ["building_head", "volunteer"]},
    ],
    "duty": [
        {"person": "wang", "day": "sat", "from": "08:00", "to": "20:00"},
        {"person": "zhou", "day": "2026-11-28", "from": "08:00", "to": "20:00", "instead": "wang"},
        {"person": "liu", "grid": "g1", "day": "2026-12-01", "from": "20:00", "to": "08:00"},
    ],
}


def file(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(FILE) | changes


def test_a_roster_and_heads_are_read_and_written_back_the_same():
    loaded = read_community(file())
    assert loaded.warnings == ()
    assert loaded.duties == (
        Duty("jinghe", "wang", "sat", "08:00", "20:00"),
        Duty("jinghe", "zhou", "2026-11-28", "08:00", "20:00", instead="wang"),
        Duty("jinghe", "liu", "2026-12-01", "20:00", "08:00", "g1"),
    )
    assert loaded.grids[0].heads == (("1", "liu"), ("2", "liu"), ("3", "liu"), ("A座", "liu"), ("2", "zhou"))
    assert write_community(loaded)["duty"] == FILE["duty"]
    assert write_community(loaded)["grid"][0]["heads"] == FILE["grid"][0]["heads"]
    assert read_community(write_community(loaded)) == loaded


def test_a_file_that_does_not_speak_of_duty_says_nothing_about_the_roster():
    without = {key: value for key, value in file().items() if key != "duty"}
    assert read_community(without).duties is None
    assert directory_of(read_community(without)).duties == {}
    assert read_community(file(duty=[])).duties == ()
    assert directory_of(read_community(file(duty=[]))).duties == {"jinghe": ()}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"person": "wnag"}, "是不是 wang"),
        ({"person": ""}, "person: 是空的"),
        ({"grid": "g2"}, "[[grid]] 里没有 “g2”"),
        ({"day": "saturday"}, "day: “saturday” 应是星期"),
        ({"day": "2026-02-30"}, "day:"),
        ({"day": "0001-01-01"}, "day:"),
        ({"from": "25:00"}, "from: “25:00” 应是钟点"),
        ({"to": 20}, "to: “20” 应是文字"),
        ({"instead": "wang"}, "替班要写哪一天"),
        ({"instead": "nobody", "day": "2026-11-28"}, "nobody"),
        ({"shift": "x"}, "不认识这一项"),
    ],
)
def test_what_is_wrong_with_a_line_is_named(changes: dict[str, Any], says: str):
    with pytest.raises(Mistakes) as wrong:
        read_community(file(duty=[FILE["duty"][0] | changes]))
    assert [line for line in wrong.value.mistakes if says in line], wrong.value.mistakes


def test_the_same_line_twice_is_named_and_who_stands_in_for_nobody_warned_of():
    with pytest.raises(Mistakes, match="写了两次"):
        read_community(file(duty=[FILE["duty"][0], FILE["duty"][0]]))
    (warning,) = read_community(file(duty=[FILE["duty"][1]])).warnings
    assert "没有这个钟点的班" in warning


@pytest.mark.parametrize(
    ("heads", "says"),
    [
        (["13 liu"], "网格里没有 “13”"),
        (["1 wang"], "没有 building_head"),
        (["1 nobody"], "[[person]] 里没有 “nobody”"),
        (["liu"], "应写“楼栋 人员id”"),
        (["9-1 liu"], "应写“楼栋 人员id”"),
    ],
)
def test_what_is_wrong_with_heads_is_named(heads: list[str], says: str):
    grid = FILE["grid"][0] | {"heads": heads}
    with pytest.raises(Mistakes) as wrong:
        read_community(file(grid=[grid]))
    assert [line for line in wrong.value.mistakes if says in line], wrong.value.mistakes
