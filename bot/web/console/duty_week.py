"""One week of the duty roster as the console shows it: who is on duty on each day, and what is wrong with it in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot.web.words import word
from handlers import roster
from handlers.periods import day_of, read_day
from handlers.roster import Clash, Gap, Watch
from handlers.sight import Sight
from handlers.weekly import WEEKDAYS
from handlers.wording import Tongue, clock_time
from storage.records import Community, Directory, Instant

MOST_WARNINGS = 12


@dataclass(frozen=True, slots=True)
class Shift:
    """`weekly`: its line is for every week. `instead`: whose it was. `theirs`: whoever looks may give it away, `now`: it
    runs, `over`: it has ended."""

    id: str
    date: str
    person: str
    name: str
    where: str
    hours: str
    weekly: bool
    instead: str
    theirs: bool
    now: bool
    over: bool


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    name: str
    today: bool
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class Week:
    days: tuple[Day, ...]
    warnings: tuple[str, ...]
    more: int


def monday_of(day: str, now: Instant, zone: str) -> date:
    """Return the Monday of the week this day lies in; of the present one for what is no day."""
    try:
        shown = read_day(day)
    except ValueError:
        shown = day_of(now, zone)
    return shown - timedelta(days=shown.weekday())


def week_of(
    directory: Directory, community: Community, sight: Sight, monday: date, now: Instant, language: str
) -> Week:
    """Return the seven days from Monday, with the shifts that begin on each, and the warnings from now on."""
    zone = community.timezone
    since, until = (
        roster.moment(monday, "00:00", zone),
        roster.moment(monday + timedelta(days=7), "00:00", zone),
    )
    found = roster.of_community(directory, community.id, since, until)
    days = [monday + timedelta(days=n) for n in range(7)]
    names = [word(language, f"public.{name}") for name in WEEKDAYS]
    week = tuple(
        Day(
            day,
            names[at],
            day == day_of(now, zone),
            tuple(
                _shift(directory, sight, one, now, language) for one in found if one.date == day.isoformat()
            ),
        )
        for at, day in enumerate(days)
    )
    tongue = Tongue(language, zone, now)
    ahead = [one for one in found if one.ends > now]
    wrong = [_clash(directory, one, tongue) for one in roster.clashes(ahead)]
    wrong += [_gap(directory, one, tongue) for one in roster.gaps(ahead, max(since, now), until)]
    return Week(week, tuple(wrong[:MOST_WARNINGS]), max(0, len(wrong) - MOST_WARNINGS))


def place(directory: Directory, grid: str | None, language: str) -> str:
    return directory.grids[grid].name if grid else word(language, "notice.whole")


def _shift(directory: Directory, sight: Sight, watch: Watch, now: Instant, language: str) -> Shift:
    duty = watch.duty
    return Shift(
        id=duty.id,
        date=watch.date,
        person=duty.person,
        name=_name(directory, duty.person),
        where=place(directory, duty.grid, language),
        hours=f"{duty.begins}–{duty.ends}",
        weekly=roster.is_weekly(duty),
        instead=_name(directory, duty.instead) if duty.instead else "",
        theirs=watch.ends > now and (sight.manages or duty.person == sight.person.id),
        now=watch.begins <= now < watch.ends,
        over=watch.ends <= now,
    )


def _name(directory: Directory, person: str) -> str:
    return directory.people[person].name if person in directory.people else person


def _clash(directory: Directory, clash: Clash, tongue: Tongue) -> str:
    one, other = (_name(directory, watch.person) for watch in (clash.one, clash.other))
    pieces = {"begins": clock_time(clash.begins, tongue), "ends": clock_time(clash.ends, tongue)}
    if clash.one.person == clash.other.person:
        places = [place(directory, watch.grid, tongue.language) for watch in (clash.one, clash.other)]
        return word(tongue.language, "notice.twice", person=one, one=places[0], other=places[1], **pieces)
    where = place(directory, clash.one.grid, tongue.language)
    return word(tongue.language, "notice.clash", where=where, one=one, other=other, **pieces)


def _gap(directory: Directory, gap: Gap, tongue: Tongue) -> str:
    pieces = {"begins": clock_time(gap.begins, tongue), "ends": clock_time(gap.ends, tongue)}
    return word(tongue.language, "notice.gap", where=place(directory, gap.grid, tongue.language), **pieces)
