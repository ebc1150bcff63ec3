"""What a reader of the board or the list has chosen, as it stands in the page's address."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Self, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.web.console.office import Asking
from handlers.wording import text
from storage.records import (
    Category,
    Compound,
    Grid,
    Instant,
    Kind,
    Lane,
    Person,
    Role,
    Severity,
    State,
    Wanted,
)

E = TypeVar("E", bound=StrEnum)

NOBODY = "-"
"""As a handler: nobody yet."""
OPEN_FIRST = "open"
"""As `show`: what is not over yet, the most urgent first; else all of it, the newest first."""
LONGEST_WORDS = 60
YEARS = range(2000, 2100)
"""Days of other years are no days that anybody means; some have no midnight that can be counted."""
HANDS = frozenset(
    {
        Role.GRID_LEADER,
        Role.BUILDING_HEAD,
        Role.PROPERTY,
        Role.STAFF,
        Role.LIAISON,
        Role.VOLUNTEER,
        Role.ADMIN,
    }
)
"""Whoever may have a ticket in hand."""


@dataclass(frozen=True, slots=True)
class Filters:
    """As in the address, "" where nothing is chosen; whatever does not exist is not chosen. `done`: the day of its being
    done."""

    compound: str = ""
    grid: str = ""
    category: str = ""
    handler: str = ""
    severity: str = ""
    kind: str = ""
    lane: str = ""
    state: str = ""
    late: str = ""
    missed: str = ""
    since: str = ""
    until: str = ""
    done: str = ""
    q: str = ""
    show: str = ""

    @classmethod
    def of(cls, asking: Asking, *, board: bool = False) -> Self:
        """`board`: only what can be chosen there."""
        said: Mapping[str, str] = asking.request.query_params
        chosen = {name: said.get(name, "") for name in NAMES}
        among: dict[str, Collection[str]] = {
            "compound": {one.id for one in compounds(asking)},
            "grid": {grid.id for grid in asking.sight.grids},
            "category": set(Category),
            "handler": {NOBODY, *(person.id for person in handlers(asking))},
            "severity": set(Severity),
            "kind": set(Kind),
            "lane": set(Lane),
            "state": set(State),
            "late": ("1",),
            "missed": ("1",),
            "show": (OPEN_FIRST,),
        }
        for name, known in among.items():
            if chosen[name] not in known:
                chosen[name] = ""
        for name in ("since", "until", "done"):
            chosen[name] = chosen[name] if _day(chosen[name]) else ""
        chosen["q"] = " ".join(chosen["q"].split())[:LONGEST_WORDS]
        return cls(**{name: value for name, value in chosen.items() if name in ON_BOARD or not board})

    def wanted(self, asking: Asking) -> Wanted:
        """Return it as the queries need it."""
        grids = [
            grid.id
            for grid in asking.sight.grids
            if self.grid in ("", grid.id) and self.compound in ("", grid.compound)
        ]
        zone = asking.community.timezone
        return Wanted(
            grids=tuple(grids) if self.grid or self.compound else None,
            category=_of(Category, self.category),
            handler="" if self.handler == NOBODY else self.handler or None,
            severity=_of(Severity, self.severity),
            kind=_of(Kind, self.kind),
            lane=_of(Lane, self.lane),
            state=_of(State, self.state),
            late=asking.now if self.late else None,
            missed=asking.now if self.missed else None,
            since=_begins(self.since, zone),
            until=_ends(self.until, zone),
            done_since=_begins(self.done, zone),
            done_until=_ends(self.done, zone),
            words=tuple(self.q.split()),
        )

    def address(self, path: str, **changes: str) -> str:
        """Return where the same is shown with these changes."""
        chosen = {name: getattr(self, name) for name in NAMES} | changes
        said = urlencode({name: value for name, value in chosen.items() if value})
        return f"{path}?{said}" if said else path

    def told(self, asking: Asking) -> list[str]:
        """Return what was chosen in words, but for the words looked for and the range."""
        directory, language = asking.directory, asking.language
        said: Mapping[str, Callable[[str], str]] = {
            "compound": lambda id: directory.compounds[id].name,
            "grid": lambda id: directory.grids[id].name,
            "category": lambda value: text(f"category.{value}", language),
            "handler": lambda id: (
                asking.word("console.nobody") if id == NOBODY else directory.people[id].name
            ),
            "severity": lambda value: asking.word(f"board.severity.{value}"),
            "kind": lambda value: asking.word(f"board.kind.{value}"),
            "lane": lambda value: asking.word(f"board.lane.{value}"),
            "state": lambda value: text(f"state.{value}", language),
            "late": lambda _: asking.word("board.only_late"),
            "missed": lambda _: asking.word("board.only_missed"),
            "since": lambda day: f"{asking.word('board.since')} {day}",
            "until": lambda day: f"{asking.word('board.until')} {day}",
            "done": lambda day: f"{asking.word('board.done_on')} {day}",
        }
        return [words(getattr(self, name)) for name, words in said.items() if getattr(self, name)]


NAMES = tuple(field.name for field in fields(Filters))
ON_BOARD = frozenset({"compound", "grid", "category", "handler", "severity", "kind"})


def compounds(asking: Asking) -> list[Compound]:
    """Return the compounds of which the reader sees a grid."""
    ids = dict.fromkeys(grid.compound for grid in asking.sight.grids)
    return [asking.directory.compounds[id] for id in ids]


def handlers(asking: Asking) -> list[Person]:
    """Return who may have a ticket of this community in hand, by name."""
    people = asking.directory.people.values()
    return sorted(
        (one for one in people if one.community == asking.community.id and one.roles & HANDS),
        key=lambda person: person.name,
    )


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from. `grids`: by compound."""

    compounds: Sequence[Compound]
    grids: Sequence[tuple[Compound, Sequence[Grid]]]
    handlers: Sequence[Person]
    categories: Sequence[Category] = tuple(Category)
    severities: Sequence[Severity] = tuple(Severity)
    kinds: Sequence[Kind] = tuple(Kind)
    lanes: Sequence[Lane] = tuple(Lane)
    states: Sequence[State] = tuple(State)

    @classmethod
    def of(cls, asking: Asking) -> Self:
        theirs = compounds(asking)
        grids = [(one, [grid for grid in asking.sight.grids if grid.compound == one.id]) for one in theirs]
        return cls(theirs, grids, handlers(asking))


def midnight(day: date, zone: str) -> Instant:
    """Return when the day begins there."""
    return int(datetime.combine(day, time(), ZoneInfo(zone)).timestamp() * 1000)


def today(now: Instant, zone: str) -> date:
    """Return the present day there."""
    return datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(zone)).date()


def _begins(said: str, zone: str) -> Instant | None:
    return midnight(day, zone) if (day := _day(said)) else None


def _ends(said: str, zone: str) -> Instant | None:
    return midnight(day + timedelta(days=1), zone) if (day := _day(said)) else None


def _day(said: str) -> date | None:
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _of(kind: type[E], value: str) -> E | None:
    return kind(value) if value else None
