"""When two words mean one building, and two reports one spot."""

from __future__ import annotations

import pytest

from handlers import places
from handlers.community import directory_of, read_community
from storage.records import Directory, Place


@pytest.fixture
def directory() -> Directory:
    """One community: compound east with grids of 1-3 and 4-6, compound west with one grid of 1-2."""

    def grid(id: str, compound: str, buildings: str) -> dict[str, object]:
        return {
            "id": id,
            "compound": compound,
            "name": id,
            "buildings": [buildings],
            "leader": "wang",
            "chats": [],
        }

    return directory_of(
        read_community(
            {
                "community": {"id": "jinghe", "name": "径河社区"},
                "compound": [
                    {"id": "east", "name": "鑫海花城东区", "regime": "none"},
                    {"id": "west", "name": "鑫海花城西区", "regime": "none"},
                ],
                "grid": [grid("e1", "east", "1-3"), grid("e2", "east", "4-6"), grid("w1", "west", "1-2")],
                "person": [
                    {"id": "wang", "name": "王芳", "roles": ["grid_leader"], "accounts": ["telegram:1"]}
                ],
            }
        )
    )


@pytest.mark.parametrize("written", ["3", "3号楼", "3栋", "3幢", "3#", "03", "03栋", "3楼", " 3号楼 "])
def test_one_building_however_it_is_written(written: str) -> None:
    assert places.bare(written) == "3"


@pytest.mark.parametrize(
    ("written", "name"), [("A座", "A"), ("a栋", "A"), ("综合楼", "综合"), ("0", "0"), ("楼", "楼")]
)
def test_names_lose_their_ending_alone(written: str, name: str) -> None:
    assert places.bare(written) == name


@pytest.mark.parametrize(
    ("building", "called"),
    [
        ("3", "3号楼"),
        ("A", "A座"),
        ("A3", "A3栋"),
        ("综合楼", "综合楼"),
        ("甲", "甲栋"),
        ("乙2", "乙2栋"),
        ("", ""),
    ],
)
def test_a_building_is_called_as_people_call_it(building: str, called: str) -> None:
    assert places.called(building) == called


def spot(building: str = "", unit: str = "", floor: str = "", room: str = "", landmark: str = "") -> Place:
    return Place(building, unit, floor, room, landmark)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (spot("3"), spot("3号楼")),
        (spot("3"), spot("3", "2")),
        (spot("3", "2"), spot("3", "2", "5")),
        (spot("3", landmark="楼道"), spot("3", landmark="楼梯")),
        (spot(landmark="西门岗亭"), spot(landmark="西门岗亭")),
    ],
)
def test_these_can_be_one_spot(one: Place, other: Place) -> None:
    assert places.same_spot(one, other)
    assert places.same_spot(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (spot("3"), spot("5")),
        (spot("3"), spot()),
        (spot(), spot()),
        (spot("3", "1"), spot("3", "2")),
        (spot("3", "1", "5"), spot("3", "1", "6")),
        (spot("3", "1", room="501"), spot("3", "1", room="502")),
        (spot(landmark="楼道"), spot(landmark="楼道")),
        (spot(landmark="西门岗亭"), spot(landmark="东门岗亭")),
    ],
)
def test_these_are_two_spots_or_nobody_knows(one: Place, other: Place) -> None:
    assert not places.same_spot(one, other)
    assert not places.same_spot(other, one)


def test_what_is_known_is_never_overwritten() -> None:
    assert places.fill(spot("3", landmark="西门"), spot("5", "2", "4")) == spot(
        "3", "2", "4", landmark="西门"
    )


@pytest.mark.parametrize("landmark", ["", *sorted(places.ANYWHERE)])
def test_what_every_building_has_does_not_say_where(landmark: str) -> None:
    assert not places.found_by(spot(landmark=landmark))
    assert not places.found_by(spot(unit="2", landmark=landmark))
    assert places.found_by(spot("3", landmark=landmark))


@pytest.mark.parametrize(
    ("place", "zh", "en"),
    [
        (spot("3", "2", "5", "501"), "3号楼2单元5层501室", "Bldg 3 Unit 2 Floor 5 Room 501"),
        (spot("A", landmark="西门"), "A座 西门", "Bldg A 西门"),
        (spot("3", floor="-1"), "3号楼负1层", "Bldg 3 Floor -1"),
        (spot("3", floor="顶"), "3号楼顶楼", "Bldg 3 Floor 顶"),
        (spot(), "", ""),
    ],
)
def test_a_place_in_words(place: Place, zh: str, en: str) -> None:
    assert places.words(place, "zh") == zh
    assert places.words(place, "en") == en


def test_a_room_can_be_left_out_where_everybody_reads() -> None:
    assert places.words(spot("3", "2", room="501"), "zh", room=False) == "3号楼2单元"


def test_the_building_tells_the_grid_within_its_compound_only(directory: Directory) -> None:
    here = directory.grids["e1"]
    assert places.grid_for(directory, here, "5号楼").id == "e2"
    assert places.grid_for(directory, here, "2").id == "e1"
    assert places.grid_for(directory, here, "99").id == "e1"
    assert places.grid_for(directory, here, "").id == "e1"
    assert places.grid_for(directory, directory.grids["w1"], "5").id == "w1"


@pytest.mark.parametrize(
    ("words", "compound"),
    [
        ("鑫海花城东区", "east"),
        ("我在鑫海花城西区2号楼", "west"),
        ("东区", "east"),
        ("鑫海花城", None),
        ("东", None),
        ("", None),
        ("绿湾", None),
    ],
)
def test_a_compound_is_known_by_its_name_or_a_part_that_only_it_has(
    directory: Directory, words: str, compound: str | None
) -> None:
    found = places.compound_named(directory, "jinghe", words)
    assert (found.id if found else None) == compound


@pytest.mark.parametrize(
    ("words", "building", "grid"),
    [
        ("鑫海花城西区2号楼电梯停了", "2", "w1"),
        ("路灯不亮，鑫海花城西区", "", "w1"),
        ("2号楼电梯停了", "2", "e1"),
        ("鑫海花城东区2号楼电梯停了", "2", "e1"),
        ("鑫海花城西区9号楼电梯停了", "9", "e1"),
        ("鑫海花城东区和鑫海花城西区都没电", "", "e1"),
    ],
)
def test_a_report_goes_to_the_compound_it_names(
    directory: Directory, words: str, building: str, grid: str
) -> None:
    said = places.grid_said(directory, directory.grids["e1"], "jinghe", words, building)
    assert said is not None
    assert said.id == grid


def test_who_has_no_grid_has_the_one_they_name(directory: Directory) -> None:
    said = places.grid_said(directory, None, "jinghe", "鑫海花城东区5号楼停水", "5")
    assert said is not None
    assert said.id == "e2"
    assert places.grid_said(directory, None, "jinghe", "5号楼停水", "5") is None
