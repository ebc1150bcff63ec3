"""The duty roster and the building heads of a community file: read, checked, written back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from handlers.buildings import expand, fold
from handlers.community_check import line, nobody
from handlers.places import bare
from handlers.roster import is_weekly, read_clock, read_day
from handlers.tables import Row, nearest, quoted
from storage.records import Duty, Grid, Person, Role


def read_duties(file: Row, community: str) -> tuple[Duty, ...] | None:
    """Return the lines of [[duty]]; None for a file that does not speak of duty at all."""
    rows = file.rows("duty")
    return tuple(duty for row in rows if (duty := _read(row, community))) if "duty" in file else None


def _read(row: Row, community: str) -> Duty | None:
    person, grid, instead = row.text("person", required=True), row.text("grid"), row.text("instead")
    day = _written(
        row, "day", read_day, "星期 mon…sun 或日期 2026-11-28", "a weekday mon…sun or a date 2026-11-28"
    )
    begins, ends = (
        _written(row, key, read_clock, "钟点，如 08:00", "a clock time such as 08:00")
        for key in ("from", "to")
    )
    row.close()
    if not (person and day and begins and ends):
        return None
    duty = Duty(community, person, day, begins, ends, grid or None, instead)
    if instead and is_weekly(duty):
        row.wrong("instead", "替班要写哪一天", "standing in for somebody needs a date")
    return duty


def _written(row: Row, key: str, read: Any, chinese: str, english: str) -> str:
    written = row.text(key, required=True)
    if not written:
        return ""
    try:
        return str(read(written))
    except ValueError:
        row.wrong(key, f"{quoted(written)} 应是{chinese}", f"{quoted(written)} must be {english}")
        return ""


def write_duties(duties: Sequence[Duty]) -> list[dict[str, Any]]:
    rows = (
        {
            "person": one.person,
            "grid": one.grid,
            "day": one.day,
            "from": one.begins,
            "to": one.ends,
            "instead": one.instead,
        }
        for one in duties
    )
    return [{key: value for key, value in row.items() if value} for row in rows]


def read_heads(row: Row) -> tuple[tuple[str, str], ...]:
    """Return (building, person) for each of `heads = ["1-3 liuayi", "A座 zhou"]`."""
    heads: list[tuple[str, str]] = []
    for written in row.texts("heads"):
        buildings, _, person = written.rpartition(" ")
        try:
            heads += (
                [(building, person) for building in expand(buildings)] if buildings.strip() else [("", "")]
            )
        except ValueError:
            heads.append(("", ""))
        if heads[-1] == ("", ""):
            heads.pop()
            row.wrong(
                "heads",
                f"{quoted(written)} 应写“楼栋 人员id”，如 1-3 liuayi",
                f'{quoted(written)} must be "building person" such as 1-3 liuayi',
            )
    return tuple(heads)


def write_heads(heads: Iterable[tuple[str, str]]) -> list[str]:
    """Return what read_heads reads back: one person's buildings that follow each other together."""
    runs: list[tuple[str, list[str]]] = []
    for building, person in heads:
        if not runs or runs[-1][0] != person:
            runs.append((person, []))
        runs[-1][1].append(building)
    return [f"{entry} {person}" for person, buildings in runs for entry in fold(buildings)]


def check_roster(
    duties: Sequence[Duty], grids: Sequence[Grid], persons: Mapping[str, Person]
) -> tuple[list[str], list[str]]:
    """Return the mistakes of roster and heads that show only beside the other tables, and the warnings."""
    return [*_wrong_duties(duties, grids, persons), *_wrong_heads(grids, persons)], [*_odd_duties(duties)]


def _where(duty: Duty) -> str:
    return f"[[duty]] {duty.day} {duty.begins}"


def _wrong_duties(
    duties: Sequence[Duty], grids: Sequence[Grid], persons: Mapping[str, Person]
) -> Iterable[str]:
    known = [grid.id for grid in grids]
    seen: set[Duty] = set()
    for duty in duties:
        for key, person in (("person", duty.person), ("instead", duty.instead)):
            if person and person not in persons:
                yield nobody(f"{_where(duty)} {key}", person, persons)
        if duty.grid is not None and duty.grid not in known:
            zh, en = nearest(duty.grid, known)
            yield line(
                f"{_where(duty)} grid",
                f"[[grid]] 里没有 {quoted(duty.grid)}{zh}",
                f"no [[grid]] is {quoted(duty.grid)}{en}",
            )
        if duty in seen:
            yield line(_where(duty), f"{duty.person} 写了两次", f"{duty.person} stands there twice")
        seen.add(duty)


def _wrong_heads(grids: Sequence[Grid], persons: Mapping[str, Person]) -> Iterable[str]:
    for grid in grids:
        at, own = f"[[grid]] {grid.id} heads", {bare(one) for one in grid.buildings}
        for building, person in dict.fromkeys(grid.heads):
            if bare(building) not in own:
                yield line(at, f"网格里没有 {quoted(building)}", f"the grid has no {quoted(building)}")
            if person not in persons:
                yield nobody(at, person, persons)
            elif Role.BUILDING_HEAD not in persons[person].roles:
                yield line(
                    at,
                    f"{quoted(person)} 的 roles 里没有 building_head",
                    f"{quoted(person)} does not have the role building_head",
                )


def _odd_duties(duties: Sequence[Duty]) -> Iterable[str]:
    ordinary = {(one.grid, one.begins, one.ends, one.person) for one in duties if not one.instead}
    for duty in duties:
        if duty.instead and (duty.grid, duty.begins, duty.ends, duty.instead) not in ordinary:
            yield line(
                f"{_where(duty)} instead",
                f"{quoted(duty.instead)} 没有这个钟点的班",
                f"{quoted(duty.instead)} has no duty at these hours",
            )
