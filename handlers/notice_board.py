"""The notice board of a compound: who answers for what, who is on duty, how its grids stand, what was done lately. Pure.

Nothing of a resident's ever stands on it: people are those of the community file who hold an office there, and of a
ticket only its category, its building, and when it was reported and done.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from handlers import access, roster
from handlers.periods import Length, around, day_of
from handlers.places import bare, called
from storage.records import Compound, Directory, Grid, Instant, Posted, Result, Spot, Standing

MOST_RESULTS = 10
_NUMBERED = re.compile(r"([0-9]{1,6}(?:-[0-9]{1,6})?|[A-Za-z]{1,3})[号座栋幢]楼?")


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody who answers for something. `phone`: "" where theirs is not shown: the service phone serves."""

    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class GridBoard:
    """`ranges`: its buildings, short. `standing`: None where counts are not shown."""

    name: str
    ranges: tuple[str, ...]
    leader: Official
    deputies: tuple[Official, ...]
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Building:
    """One building with the place its QR code names, and its heads."""

    name: str
    place: str
    grid: GridBoard
    heads: tuple[Official, ...]


@dataclass(frozen=True, slots=True)
class OnDuty:
    where: str
    person: Official
    until: Instant


@dataclass(frozen=True, slots=True)
class Done:
    """`building`: as people call it, "" for none of the compound's."""

    category: str
    building: str
    at: Instant
    took: int


@dataclass(frozen=True, slots=True)
class Board:
    """What stands on it, as far as it is shown. `caretaker`: the property, a person or an office; `duty`, `results` are None where staff do not show them."""

    compound: Compound
    community: str
    zone: str
    phone: str
    notice: str
    grids: tuple[GridBoard, ...]
    caretaker: Official | None
    staff: tuple[str, ...]
    buildings: tuple[Building, ...]
    duty: tuple[OnDuty, ...] | None
    results: tuple[Done, ...] | None

    @property
    def standing(self) -> Standing | None:
        """All grids together; None where counts are not shown."""
        counted = [grid.standing for grid in self.grids if grid.standing is not None]
        if not counted:
            return None
        sums = (sum(getattr(one, name) for one in counted) for name in ("open", "overdue", "week", "month"))
        return Standing("", *sums)


def posted_of(directory: Directory, compound: str) -> Posted:
    return directory.posted.get(compound, Posted())


def grids_of(directory: Directory, compound: str) -> list[Grid]:
    return [grid for grid in directory.grids.values() if grid.compound == compound]


def periods(now: Instant, zone: str) -> tuple[Instant, Instant]:
    """Return when this week (Monday) and this month began there."""
    today = day_of(now, zone)
    week, month = (around(length, today, zone).stretch[0] for length in (Length.WEEK, Length.MONTH))
    return week, month


def board(
    directory: Directory,
    compound: Compound,
    standing: Mapping[str, Standing],
    results: Sequence[tuple[str, Result]],
    now: Instant,
    posted: Posted | None = None,
) -> Board:
    """Return what the board of a compound shows now. `posted`: what would be shown if staff chose so."""
    shown = posted or posted_of(directory, compound.id)
    community = directory.communities[compound.community]
    grids = grids_of(directory, compound.id)
    boards = {grid.id: _grid(directory, grid, shown, standing) for grid in grids}
    crews = [access.crew(directory, grid.id) for grid in grids[:1]]
    return Board(
        compound=compound,
        community=community.name,
        zone=community.timezone,
        phone=community.service_phone,
        notice=shown.notice,
        grids=tuple(boards.values()),
        caretaker=_property(directory, compound, shown),
        staff=tuple(directory.people[one].name for crew in crews for one in crew.staff),
        buildings=tuple(
            building for grid in grids for building in _buildings(directory, grid, boards[grid.id], shown)
        ),
        duty=_duty(directory, compound, grids, shown, now) if shown.duty else None,
        results=_results(grids, results) if shown.results else None,
    )


def _official(directory: Directory, person: str, *, phone: bool) -> Official | None:
    listed = directory.people.get(person)
    return None if listed is None else Official(listed.name, listed.phone if phone else "")


def _grid(directory: Directory, grid: Grid, shown: Posted, standing: Mapping[str, Standing]) -> GridBoard:
    people = [_official(directory, one, phone=shown.phones) for one in (grid.leader, *grid.deputies)]
    return GridBoard(
        grid.name,
        tuple(ranges(grid.buildings)),
        people[0] or Official(grid.leader),
        tuple(one for one in people[1:] if one is not None),
        standing.get(grid.id, Standing(grid.id, 0, 0, 0, 0)) if shown.counts else None,
    )


def _property(directory: Directory, compound: Compound, shown: Posted) -> Official | None:
    """A person, or the name of an office that has no account."""
    if compound.property is None:
        return None
    return _official(directory, compound.property, phone=shown.phones) or Official(compound.property)


def _buildings(directory: Directory, grid: Grid, board: GridBoard, shown: Posted) -> list[Building]:
    heads: dict[str, list[Official]] = {}
    for building, person in grid.heads if shown.heads else ():
        head = _official(directory, person, phone=shown.head_phones)
        if head is not None:
            heads.setdefault(bare(building), []).append(head)
    spots: dict[str, Spot] = {
        spot.building: spot for spot in directory.spots.values() if spot.grid == grid.id
    }
    return [
        Building(called(one, grid), spots[one].id, board, tuple(heads.get(bare(one), ())))
        for one in grid.buildings
        if one in spots
    ]


def _duty(
    directory: Directory, compound: Compound, grids: Collection[Grid], shown: Posted, now: Instant
) -> tuple[OnDuty, ...]:
    found: dict[tuple[str, str], OnDuty] = {}
    for grid in grids:
        for watch in roster.on_duty(directory, compound.community, now, grid.id):
            person = _official(directory, watch.person, phone=shown.phones)
            where = grid.name if watch.grid else directory.communities[compound.community].name
            if person is not None:
                found.setdefault((where, watch.person), OnDuty(where, person, watch.ends))
    return tuple(found.values())


def _results(grids: Collection[Grid], results: Sequence[tuple[str, Result]]) -> tuple[Done, ...]:
    """A building is named as the compound's own list has it: what somebody wrote instead of one is not shown."""
    own = {grid.id: {bare(one): called(one, grid) for one in grid.buildings} for grid in grids}
    return tuple(
        Done(
            one.category,
            own[grid].get(bare(one.building), "") if one.building else "",
            one.resolved_at,
            max(0, one.resolved_at - one.reported_at),
        )
        for grid, one in results[:MOST_RESULTS]
        if grid in own
    )


def ranges(buildings: Sequence[str]) -> list[str]:
    """Write runs of numbered buildings short: 1-12, A座."""
    short: list[str] = []
    run: list[int] = []
    for name in [*buildings, ""]:
        if name.isdigit() and (not run or int(name) == run[-1] + 1):
            run.append(int(name))
            continue
        if run:
            short.append(f"{run[0]}-{run[-1]}号楼" if len(run) > 1 else f"{run[0]}号楼")
        run = [int(name)] if name.isdigit() else []
        if name and not name.isdigit():
            short.append(name)
    return short


def in_language(buildings: str, language: str) -> str:
    """Return what ranges() and places.called() write, in English where asked: 1-12号楼 → Bldg 1-12, A座 → Bldg A. Another
    name is a name."""
    numbered = _NUMBERED.fullmatch(buildings)
    return f"Bldg {numbered[1]}" if language == "en" and numbered is not None else buildings
