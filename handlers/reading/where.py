"""Where: building, unit, floor, room and landmark, out of what people write.

`mentions` finds all that is written like a part of an address; here those parts are chosen that say where the matter
is, and not where the writer lives, what a ride passed, or what is only compared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.reading import floors
from handlers.reading.dashed import Mention
from handlers.reading.landmarks import landmark
from handlers.reading.lexicon import Words
from handlers.reading.mentions import mentions
from handlers.reading.rooms import addressed, household

LONG = 80
"""Who writes more characters than these tells more than where: another floor is then part of the story."""

_MINE = ("我住", "我是", "我在", "家住", "本人住")
_BETWEEN = re.compile("(?:中间|之间|间)")
_AND = "和与跟、到-"


@dataclass(frozen=True, slots=True)
class PlaceRead:
    """What a text says about a place; "" for what it does not say. `unknown`: the writer says not to know."""

    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    place: str = ""
    unknown: bool = False

    @property
    def empty(self) -> bool:
        return not (self.building or self.unit or self.floor or self.room or self.place)


def find(text: str, words: Words) -> PlaceRead:
    """Return the place a normalised text names. With several buildings, the first that is not just the writer's own."""
    spot = landmark(text, words)
    said = mentions(text)
    if not said:
        return PlaceRead(place=spot)
    groups = _groups(text, said)
    home, between = _chosen(text, groups)
    if between:
        return PlaceRead(place=between)
    # What belongs to another building says nothing about this one.
    near = [group for group in groups if group is home or not _has(group, "building")]
    unit = _unit(home, near)
    room = _room(text, home, near, unit)
    return PlaceRead(
        building=_value(home, "building"),
        unit=unit.value if unit else "",
        floor=_floor(text, home, near, room),
        room=room.value if room else "",
        place=spot,
    )


Group = list[Mention]


def _groups(text: str, said: Sequence[Mention]) -> list[Group]:
    """Return the mentions in groups of those that touch: 3号楼2单元501 is one address. A building begins a new one."""
    groups: list[Group] = []
    for one in said:
        last = groups[-1][-1] if groups else None
        gap = text[last.end : one.start] if last else ""
        joined = last is not None and (gap in _JOINTS or last.start == one.start)
        if joined and not _has(groups[-1], one.part):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


_JOINTS = ("", "-", ",", "的", " ", "、", ".", ":", ", ")


def _has(group: Group, part: str) -> bool:
    return any(one.part == part for one in group)


def _value(group: Group, part: str) -> str:
    return next((one.value for one in group if one.part == part), "")


def _chosen(text: str, groups: list[Group]) -> tuple[Group, str]:
    """Return the group of the building that is meant, or the words of a spot between two buildings."""
    mine: Group = []
    buildings = [(group, one) for group in groups for one in group if one.part == "building"]
    for at, (group, building) in enumerate(buildings):
        before, after = text[: building.start], text[building.end : building.end + 6]
        if at + 1 < len(buildings):
            other = buildings[at + 1][1]
            gap = text[building.end : other.start]
            pair = _BETWEEN.match(text, other.end) if gap and gap in _AND else None
            if pair:
                return [], text[building.start : pair.end()].upper()
            if gap in ("还是", "或", "或者"):
                return [], ""
        if before.endswith("不是") or after.startswith("不对"):
            continue
        if not before.endswith(_MINE):
            return group, ""
        mine = mine or group
    return mine, ""


def _unit(home: Group, near: list[Group]) -> Mention | None:
    units = [one for group in (home, *near) for one in group if one.part == "unit"]
    return units[0] if units else None


def _room(text: str, home: Group, near: list[Group], unit: Mention | None) -> Mention | None:
    """Return the household: the one of the address, else one that is called a room, else a bare number."""
    for group in (home, *near):
        behind = False
        for one in group:
            if one.part == "room" and behind and (not one.bare or addressed(text, one)):
                return one
            behind = behind or one.part != "room"
    rooms = [one for group in near for one in group if one.part == "room"]
    for one in rooms:
        if not one.bare:
            return one
    placed = bool(home or unit)
    for one in rooms:
        if household(text, one, placed=placed):
            return one
    return None


def _floor(text: str, home: Group, near: list[Group], room: Mention | None) -> str:
    """Return the floor the matter is on: one right behind its address, else the first that is not just passed."""
    owned = ""
    for group in (home, *(group for group in near if group is not home)):
        for one in group:
            if one.part != "floor":
                continue
            at = group.index(one)
            touches = at > 0 and group[at - 1].part in ("building", "unit")
            deep = not one.value.isdigit()
            if not floors.meant(text, one.start, one.end, touches=touches):
                continue
            if home and group is not home and len(text) > LONG:
                continue
            # A household has its floor in its number: another one is a neighbour's, or passed.
            if room and not (touches or deep or _of_the_room(one, group, room)):
                continue
            if not touches and floors.own(text, one.start):
                owned = owned or one.value
                continue
            return one.value
    return owned


def _of_the_room(floor: Mention, group: Group, room: Mention) -> bool:
    if room in group and floor.start < room.start:
        return True
    return room.value[:-2].lstrip("0") == floor.value
