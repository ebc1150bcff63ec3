"""The duty roster: who is on duty at a moment and until when, and where its lines overlap or leave a gap. Pure.

A line of the roster is written in clock times of the community's zone; a watch is one of its shifts, in instants. A clock
time that a daylight-saving change skips counts as the same moment before the change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers import periods
from handlers.periods import day_of
from handlers.weekly import WEEKDAYS
from storage.records import DAY, Directory, Duty, Instant

KEPT_DAYS = 62
"""How long a line for one date stays in the roster after it; that it was stands in the ledger for ever."""

_CLOCK = re.compile(r"([01]?[0-9]|2[0-4])[:：]([0-5][0-9])")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Watch:
    """One shift: `duty` is its line, `date` the day it begins on."""

    duty: Duty
    date: str
    begins: Instant
    ends: Instant

    @property
    def person(self) -> str:
        return self.duty.person

    @property
    def grid(self) -> str | None:
        return self.duty.grid


def read_clock(text: str) -> str:
    """Return a clock time as the roster has it: 8:00 → 08:00, 24:00 → 00:00. Raises ValueError for anything else."""
    written = _CLOCK.fullmatch(text.strip())
    if written is None or (written[1] == "24" and written[2] != "00"):
        raise ValueError(text)
    return f"{int(written[1]) % 24:02}:{written[2]}"


def read_day(text: str) -> str:
    """Return a weekday (`sat`) or a date (`2026-11-28`). Raises ValueError for anything else."""
    day = text.strip().lower()
    if day in WEEKDAYS:
        return day
    return periods.read_day(day).isoformat()


def is_weekly(duty: Duty) -> bool:
    return duty.day in WEEKDAYS


def moment(day: date, clock: str, zone: str) -> Instant:
    """Return the instant of a clock time on a day there."""
    hour, minute = map(int, clock.split(":"))
    local = datetime.combine(day, time(hour, minute), ZoneInfo(zone))
    return (local - _EPOCH) // timedelta(milliseconds=1)


def watch_of(duty: Duty, day: date, zone: str) -> Watch:
    """Return the shift a line has on this day, whether or not the line is for it."""
    over = day + timedelta(days=1) if duty.ends <= duty.begins else day
    return Watch(duty, day.isoformat(), moment(day, duty.begins, zone), moment(over, duty.ends, zone))


def on_date(duty: Duty, day: str, zone: str) -> Watch:
    """The same for a day as it is written."""
    return watch_of(duty, date.fromisoformat(day), zone)


def watches(duties: Iterable[Duty], zone: str, since: Instant, until: Instant) -> list[Watch]:
    """Return the shifts of these lines that lie at least partly in [since, until), the earliest first."""
    by_day: dict[str, list[Duty]] = {}
    for duty in duties:
        by_day.setdefault(duty.day, []).append(duty)
    found: list[Watch] = []
    day, last = day_of(since, zone) - timedelta(days=1), day_of(until, zone)
    while day <= last:
        on_date = by_day.get(day.isoformat(), [])
        replaced = {(one.grid, one.begins, one.ends, one.instead) for one in on_date if one.instead}
        for duty in (*by_day.get(WEEKDAYS[day.weekday()], ()), *on_date):
            if not duty.instead and (duty.grid, duty.begins, duty.ends, duty.person) in replaced:
                continue
            watch = watch_of(duty, day, zone)
            if watch.begins < until and watch.ends > since:
                found.append(watch)
        day += timedelta(days=1)
    return sorted(found, key=lambda one: (one.begins, one.grid or "", one.person))


def of_community(directory: Directory, community: str, since: Instant, until: Instant) -> list[Watch]:
    """Return the shifts of a community in [since, until), but for those of people or grids that are not there any more."""
    duties = directory.duties.get(community, ())
    if not duties:
        return []
    zone = directory.communities[community].timezone
    known = [
        one for one in duties if one.person in directory.people and (one.grid or "") in {"", *directory.grids}
    ]
    return watches(known, zone, since, until)


def on_duty(directory: Directory, community: str, now: Instant, grid: str | None = None) -> list[Watch]:
    """Return the watches at this moment: of the grid, where one is named, and of the whole community; of all grids where
    none is named. Those of a grid come first, and each person once. A watch that the same person goes on with ends when
    the last of them does."""
    around = of_community(directory, community, now, now + 7 * DAY)
    here = [one for one in around if grid is None or one.grid in (None, grid)]
    found: dict[tuple[str, str | None], Watch] = {}
    for watch in here:
        key = (watch.person, watch.grid)
        if watch.begins <= now < watch.ends or (key in found and watch.begins <= found[key].ends):
            first = found.get(key, watch)
            found[key] = replace(first, ends=max(first.ends, watch.ends))
    once: dict[str, Watch] = {}
    for watch in sorted(found.values(), key=lambda one: (one.grid is None, one.begins, one.person)):
        once.setdefault(watch.person, watch)
    return list(once.values())


def is_rostered(directory: Directory, person: str, community: str, grid: str) -> bool:
    """Tell whether a person stands on the roster of this grid or of its community at all."""
    return any(
        one.person == person and one.grid in (None, grid) for one in directory.duties.get(community, ())
    )


# --- what is wrong with it ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clash:
    """Two shifts at once, from `begins` to `ends`: of one person, or of two people for the same place."""

    one: Watch
    other: Watch
    begins: Instant
    ends: Instant


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody is on duty for the grid (None: the community)."""

    grid: str | None
    begins: Instant
    ends: Instant


def clashes(found: Sequence[Watch]) -> list[Clash]:
    """Return the pairs that overlap: `found` as watches() orders them."""
    pairs = []
    for at, one in enumerate(found):
        for other in found[at + 1 :]:
            if other.begins >= one.ends:
                break
            if one.grid == other.grid or one.person == other.person:
                pairs.append(Clash(one, other, other.begins, min(one.ends, other.ends)))
    return pairs


def gaps(found: Sequence[Watch], since: Instant, until: Instant) -> list[Gap]:
    """Return where nobody is on duty in [since, until): for each place the roster names in that time. A grid is covered
    by the community's own watch, too."""
    missing: list[Gap] = []
    for grid in dict.fromkeys(watch.grid for watch in found):
        reached = since
        for watch in [one for one in found if one.grid in (None, grid)]:
            if watch.begins > reached:
                missing.append(Gap(grid, reached, watch.begins))
            reached = max(reached, watch.ends)
        if reached < until:
            missing.append(Gap(grid, reached, until))
    return sorted(missing, key=lambda gap: (gap.begins, gap.grid or ""))


# --- changing it ----------------------------------------------------------------------------------------------------


def with_line(duties: Sequence[Duty], duty: Duty, today: date) -> tuple[Duty, ...]:
    """Return the roster with one line more."""
    return _tidy((*duties, duty), today)


def without(duties: Sequence[Duty], duty: Duty, today: date) -> tuple[Duty, ...]:
    """Return the roster without this line, nor those that stand in for it."""
    return _tidy((one for one in duties if one != duty and not _stands_in(one, duty)), today)


def handed_over(duties: Sequence[Duty], watch: Watch, taker: str, today: date) -> tuple[Duty, ...]:
    """Return the roster with this one shift done by `taker`; whoever takes back their own stands as before."""
    duty = watch.duty
    if duty.instead:
        rest = tuple(one for one in duties if one != duty)
        back = taker == duty.instead
        return _tidy(rest if back else (*rest, replace(duty, person=taker)), today)
    stand_in = replace(duty, person=taker, day=watch.date, instead=duty.person)
    return _tidy((*duties, stand_in), today)


def _stands_in(one: Duty, duty: Duty) -> bool:
    if not one.instead or duty.instead or one.instead != duty.person:
        return False
    if (one.grid, one.begins, one.ends) != (duty.grid, duty.begins, duty.ends):
        return False
    return duty.day in (one.day, WEEKDAYS[date.fromisoformat(one.day).weekday()])


def _tidy(duties: Iterable[Duty], today: date) -> tuple[Duty, ...]:
    """Each line once, and none for a date long past."""
    oldest = (today - timedelta(days=KEPT_DAYS)).isoformat()
    return tuple(dict.fromkeys(one for one in duties if is_weekly(one) or one.day >= oldest))
