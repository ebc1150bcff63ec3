"""Places: when two words mean one building, whether two reports mean one spot, which grid a building lies in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from storage.records import Category, Community, Compound, Directory, Grid, Place

_ENDINGS = ("号楼", "栋", "幢", "座", "楼", "#", "号")

IN_ROOMS = frozenset(
    {
        Category.LEAK_WALL,
        Category.DRAINAGE,
        Category.WATER_SUPPLY,
        Category.POWER,
        Category.HEATING,
        Category.GAS,
    }
)
"""Matters that every flat can have for itself."""
INDOORS = IN_ROOMS | {Category.ELEVATOR, Category.LIGHTING, Category.DOOR_ACCESS}
"""Matters that usually sit in one unit of a building, where the unit saves the worker a search."""


ANYWHERE = frozenset(
    [
        "楼道",
        "楼梯",
        "楼梯间",
        "走廊",
        "过道",
        "单元门",
        "单元门口",
        "门口",
        "楼门口",
        "大厅",
        "电梯",
        "电梯口",
        "电梯间",
        "货梯",
        "楼下",
        "楼上",
        "楼前",
        "楼后",
        "楼顶",
        "天台",
        "门前",
        "屋顶",
        "厨房",
        "卫生间",
        "厕所",
        "阳台",
        "客厅",
        "卧室",
        "家里",
        "家门口",
        "消防通道",
        "地下室",
        "车库",
        "路边",
        "绿化带",
        "草坪",
        "花坛",
        "垃圾桶",
        "垃圾点",
        "停车位",
        "小区",
        "小区里",
        "院子",
    ]
)
"""Landmarks every building or compound has: they do not say which."""


def found_by(place: Place) -> bool:
    """True when somebody sent out with these words would find the spot."""
    return bool(place.building) or (bool(place.landmark) and place.landmark not in ANYWHERE)


WET = frozenset({Category.LEAK_WALL, Category.WATER_SUPPLY, Category.DRAINAGE})
"""Water where it should not be; which of them it is, only who opens the wall can tell."""

THROUGHOUT = frozenset(
    {Category.ELEVATOR, Category.WATER_SUPPLY, Category.POWER, Category.HEATING, Category.GAS}
)
"""What serves a whole building: a floor that is named with it is where somebody noticed it."""


@lru_cache(maxsize=4096)
def bare(building: str) -> str:
    """Return a building's name without its ending, in capitals: 3号楼, 3栋 and 3# are all "3", A座 is "A"."""
    name = building.strip().upper()
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)].lstrip("0") or name
    return name.lstrip("0") or name


def called(building: str, grid: Grid | None = None) -> str:
    """Return a building as people write it: "3" → 3号楼, "A" → A座, as the grid's own list has it where it does."""
    if grid is not None:
        for own in grid.buildings:
            if bare(own) == bare(building) and not own.isascii():
                return own
    if not building or not building[-1].isascii():
        return f"{building}栋" if len(building) == 1 else building  # 甲栋, but 综合楼
    return (
        f"{building}座"
        if building.isalpha()
        else f"{building}号楼"
        if building.isdigit()
        else f"{building}栋"
    )


def grid_for(directory: Directory, here: Grid, building: str) -> Grid:
    """Return the grid of the same compound the building belongs to; `here` when none claims it."""
    if not building or any(bare(own) == bare(building) for own in here.buildings):
        return here
    for grid in directory.grids.values():
        if grid.compound == here.compound and any(bare(own) == bare(building) for own in grid.buildings):
            return grid
    return here


def grid_of(directory: Directory, grid: str | None, community: Community | None = None) -> Grid:
    """Return the grid with this id. A report without one, from somebody who cannot be asked, still goes to somebody:
    in their community, where that is known."""
    found = directory.grids.get(grid or "")
    if found is not None:
        return found
    own = (one for one in directory.grids.values() if community is None or one.community == community.id)
    return next(own, next(iter(directory.grids.values())))


_served: list[tuple[Directory, Mapping[str, Sequence[Compound]]]] = []


def compounds(directory: Directory, community: str) -> Sequence[Compound]:
    """Return the compounds of a community that have a grid; of all communities when it is not known ("").

    Those of the last directory are kept, since every message asks for them and a city has thousands of grids.
    """
    if not _served or _served[0][0] is not directory:
        served = {grid.compound for grid in directory.grids.values()}
        found = [one for one in directory.compounds.values() if one.id in served]
        of = {id: tuple(one for one in found if one.community == id) for id in directory.communities}
        _served[:] = [(directory, of | {"": tuple(found)})]
    of_each = _served[0][1]
    return of_each.get(community, of_each[""])


def compound_named(directory: Directory, community: str, words: str) -> Compound | None:
    """Return the one compound these words name, wholly or by a part of at least two characters; None in doubt."""
    said = words.strip()
    among = compounds(directory, community)
    whole = [one for one in among if one.name in said]
    part = [one for one in among if len(said) > 1 and said in one.name]
    longest = max((len(one.name) for one in whole), default=0)
    found = [one for one in whole if len(one.name) == longest] or part
    return found[0] if len(found) == 1 else None


def grid_said(
    directory: Directory, here: Grid | None, community: str, words: str, building: str
) -> Grid | None:
    """Return the grid of another compound of the community that these words name wholly; else `here`.

    A neighbour of the next compound writes in this one's group, and somebody in private has no grid yet. A compound
    that lacks the building that is said is only talked of.
    """
    named = [one for one in compounds(directory, community) if one.name in words]
    # 绿湾小区二期 is not 绿湾小区, though it contains its name.
    named = [one for one in named if not any(one.name in other.name for other in named if other is not one)]
    if len(named) != 1 or (here is not None and here.compound == named[0].id):
        return here
    grids = [grid for grid in directory.grids.values() if grid.compound == named[0].id]
    if building:
        grids = [grid for grid in grids if any(bare(own) == bare(building) for own in grid.buildings)]
    return grids[0] if grids else here


def akin(one: Category, other: Category | None) -> bool:
    """True for what the same matter may be called by its own reporter."""
    return one is other or (one in WET and other in WET)


def same_spot(one: Place, other: Place) -> bool:
    """True when two reports of one category can mean the same thing.

    The building must be the same (or, where neither names one, the landmark); unit, floor and room must not
    contradict each other.
    """
    if one.building or other.building:
        if not (one.building and other.building and bare(one.building) == bare(other.building)):
            return False
    elif not (found_by(one) and _landmark(one.landmark) == _landmark(other.landmark)):
        return False
    return may_be(one, other)


_BESIDE_IT = ("那里", "那边", "附近", "旁边", "门口", "口", "旁", "边", "里", "内", "外", "前", "处")


def _landmark(name: str) -> str:
    """Return a landmark without how near: 西门口 and 西门 are one spot."""
    for ending in _BESIDE_IT:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name[: -len(ending)]
    return name


def may_be(one: Place, other: Place) -> bool:
    """True when no part of one place contradicts the other."""
    buildings = (bare(one.building), bare(other.building))
    pairs = (buildings, (one.unit, other.unit), (one.floor, other.floor), (one.room, other.room))
    return all(not a or not b or a == b for a, b in pairs)


def fill(place: Place, more: Place) -> Place:
    """Return `place` with its empty parts taken from `more`; what is known is never overwritten."""
    return replace(
        place,
        building=place.building or more.building,
        unit=place.unit or more.unit,
        floor=place.floor or more.floor,
        room=place.room or more.room,
        landmark=place.landmark or more.landmark,
    )


BESIDE = ("楼上", "楼下", "隔壁", "对门", "对面")
"""Where a neighbour lives, told from one's own flat."""


def from_home(place: Place, home: Place, said: str) -> Place:
    """Return a place without a building as its writer means it, who lives at `home`: 我家 there, 我家楼上 above it.

    The neighbours' room stays unnamed: 501 of 6层 need not be 601, and a wrong door is worse than one more question.
    """
    beside = next((word for word in BESIDE if word in said), "")
    if place.building or not home.building or not (beside or "我家" in said or "家里" in said):
        return place
    if not beside:
        return fill(place, home)
    spot = f"{home.room}室{beside}" if home.room else f"{home.floor}层{beside}" if home.floor else ""
    landmark = spot or place.landmark
    return replace(fill(place, Place(home.building, home.unit)), landmark=landmark)


def words(place: Place, language: str, *, room: bool = True) -> str:
    """Return a place in words: 3号楼2单元5层 西门, or in English; "" for an unknown one."""
    if language == "en":
        parts: Iterable[str] = (
            f"Bldg {place.building}" if place.building else "",
            f"Unit {place.unit}" if place.unit else "",
            f"Floor {place.floor}" if place.floor else "",
            f"Room {place.room}" if place.room and room else "",
            place.landmark,
        )
        return " ".join(part for part in parts if part)
    unit = f"{place.unit}单元" if place.unit else ""
    number = f"{place.room}室" if place.room and room else ""
    return (called(place.building) + unit + _floor(place.floor) + number + " " + place.landmark).strip()


def _floor(floor: str) -> str:
    if not floor:
        return ""
    if floor.startswith("-"):
        return f"负{floor[1:]}层"
    return f"{floor}楼" if not floor.isdigit() else f"{floor}层"
