"""Duty in chat: who is on duty now, and reading what somebody wants to swap: 换班 周六 李雷."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from handlers import access, roster
from handlers.dialogue import reply
from handlers.known import Known
from handlers.messages import Decision, Inbound, Refused, Say
from handlers.roster import Watch
from handlers.wording import names, when
from storage.records import DAY, Person, Role

LOOK_AHEAD = 60 * DAY
"""How far ahead a shift may be given away."""
LONGEST_LIST = 8

SEPARATORS = " \t\n\u3000,，。.、:：;；!！~～"
NEAR = {
    "今天": 0,
    "今晚": 0,
    "明天": 1,
    "明晚": 1,
    "后天": 2,
    "大后天": 3,
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
}
_WEEKDAY = re.compile(r"(下)?(?:周|星期|礼拜)([一二三四五六日天])")
_ENGLISH = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?(?![a-z])")
_DATE = re.compile(r"(?:(20[0-9]{2})[-/.年])?([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?")
_DAY = re.compile(r"([0-9]{1,2})[日号]")
_CLOCK = re.compile(r"([0-9]{1,2}[:：][0-9]{2})|([0-9]{1,2})点")


# --- who is on duty -------------------------------------------------------------------------------------------------


def now(known: Known, inbound: Inbound) -> Decision:
    """值班: who is on duty now, until when, and the service phone; and who comes next when nobody is."""
    if known.community is None:
        return Decision(letters=(reply(inbound, Say("duty.which")),))
    community = known.community
    grid = known.grid.id if known.grid is not None else None
    watches = roster.on_duty(known.directory, community.id, known.now, grid)
    lines = [_line(known, "duty.line", watch) for watch in watches[:LONGEST_LIST]]
    if not lines:
        coming = roster.of_community(known.directory, community.id, known.now, known.now + 7 * DAY)
        following = [one for one in coming if grid is None or one.grid in (None, grid)][:1]
        lines = [Say("duty.nobody"), *(_line(known, "duty.next", watch) for watch in following)]
    if community.service_phone:
        lines.append(Say("board.phone", {"phone": community.service_phone}))
    return Decision(letters=(reply(inbound, Say("duty.now", {"lines": lines})),))


def _line(known: Known, key: str, watch: Watch) -> Say:
    pieces = {"person": known.name(watch.person), "begins": when(watch.begins), "until": when(watch.ends)}
    return Say(key, {"where": where(known, watch), **pieces})


def where(known: Known, watch: Watch) -> str:
    """Return what a watch is for, by name: its grid, or the community."""
    if watch.grid is not None:
        return known.directory.grids[watch.grid].name
    return known.directory.communities[watch.duty.community].name


def named(known: Known, watches: Iterable[Watch]) -> dict[str, Any]:
    """Return who is on duty as a piece: 李雷（到 20:00）、王芳（到 20:00）."""
    return names(
        [Say("duty.until", {"person": known.name(one.person), "until": when(one.ends)}) for one in watches]
    )


def span(watch: Watch) -> Say:
    """Return a shift's day and hours: 11月28日周六 08:00–20:00."""
    overnight = watch.duty.ends <= watch.duty.begins
    pieces = {"begins": when(watch.begins), "ends": watch.duty.ends}
    return Say("duty.span_over" if overnight else "duty.span", pieces)


# --- what somebody wants to swap ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wish:
    """换班 周六 20:00 李雷: which day, which of its shifts ("" for any), and who is named, in one text: the one who shall
    take it, or whose it is and who shall."""

    day: date | None
    clock: str
    people: str


def read_wish(text: str, today: date) -> Wish:
    """Return what the words behind 换班 ask for; nobody named where they make no sense."""
    day: date | None = None
    clock = ""
    rest = text.strip(SEPARATORS).lower() if text.isascii() else text.strip(SEPARATORS)
    while rest:
        if (taken := _a_clock(rest)) is not None:
            clock, rest = taken
        elif (found := _a_day(rest, today)) is not None:
            day, rest = found
        else:
            break
        rest = rest.lstrip(SEPARATORS + "的班")
    return Wish(day, clock, rest.strip(SEPARATORS))


def _a_clock(text: str) -> tuple[str, str] | None:
    found = _CLOCK.match(text)
    if found is None:
        return None
    try:
        return roster.read_clock(found[1] or f"{found[2]}:00"), text[found.end() :]
    except ValueError:
        return None


def _a_day(text: str, today: date) -> tuple[date, str] | None:
    for word in sorted(NEAR, key=len, reverse=True):
        if text.startswith(word):
            return today + timedelta(days=NEAR[word]), text[len(word) :]
    if found := _WEEKDAY.match(text):
        weekday = "一二三四五六日".index("日" if found[2] == "天" else found[2])
        if found[1]:
            return today + timedelta(days=7 - today.weekday() + weekday), text[found.end() :]
        return today + timedelta(days=(weekday - today.weekday()) % 7), text[found.end() :]
    if found := _ENGLISH.match(text):
        weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(found[1])
        return today + timedelta(days=(weekday - today.weekday()) % 7), text[found.end() :]
    found = _DATE.match(text)
    year, month, day = (found[1], found[2], found[3]) if found else (None, None, None)
    if found is None and (found := _DAY.match(text)):
        month, day = str(today.month), found[1]
    if found is None or day is None or month is None:
        return None
    try:
        said = date(int(year or today.year), int(month), int(day))
    except ValueError:
        return None
    if year is None and said < today - timedelta(days=1):
        said = _later(said)
    return said, text[found.end() :]


def _later(said: date) -> date:
    """A day without its year that has passed is next year's; 29 February may have to wait for its year."""
    for year in range(said.year + 1, said.year + 9):
        try:
            return said.replace(year=year)
        except ValueError:
            continue
    return said


def people_named(known: Known, community: str, words: str) -> list[Person]:
    """Return the one or two listed people of the community these words name, whole or by a part of a name, or by their
    ids. Raises Refused."""
    whole = _exactly(known, community, words)
    if whole is not None:
        return [whole]
    parts = [one for one in re.split(r"[\s,，、]+", words) if one]
    for at in range(1, len(parts)):
        # A name may have blanks of its own.
        pair = [_exactly(known, community, " ".join(some)) for some in (parts[:at], parts[at:])]
        if all(pair):
            return [one for one in pair if one is not None]
    if len(parts) > 2:
        raise Refused("swap.who", name=words)
    return [_like(known, community, part) for part in parts]


def _rostered(known: Known, community: str) -> list[Person]:
    people = known.directory.people.values()
    return [one for one in people if one.community == community and access.on_roster(one)]


def _exactly(known: Known, community: str, words: str) -> Person | None:
    said = words.lower()
    found = [one for one in _rostered(known, community) if said in (one.name.lower(), one.id.lower())]
    if len(found) > 1:
        raise Refused("swap.which_person", name=words)
    return found[0] if found else None


def _like(known: Known, community: str, words: str) -> Person:
    found = _exactly(known, community, words)
    if found is not None:
        return found
    near = [one for one in _rostered(known, community) if len(words) > 1 and words in one.name]
    if len(near) != 1:
        raise Refused("swap.who" if not near else "swap.which_person", name=words)
    return near[0]


def shift_meant(known: Known, community: str, person: Person, wish: Wish) -> Watch:
    """Return the shift of this person that the wish means: the next one where it names no day. Raises Refused."""
    own = own_shifts(known, community, person.id)
    fitting = [
        one
        for one in own
        if (wish.day is None or one.date == wish.day.isoformat()) and wish.clock in ("", one.duty.begins)
    ]
    if not fitting:
        raise Refused("swap.no_shift", person=person.name)
    if len(fitting) > 1 and wish.day is not None:
        raise Refused("swap.several", shifts=names([span(one) for one in fitting]))
    return fitting[0]


def own_shifts(known: Known, community: str, person: str) -> Sequence[Watch]:
    """Return the shifts a person has from now on, the one that runs included."""
    found = roster.of_community(known.directory, community, known.now, known.now + LOOK_AHEAD)
    return [one for one in found if one.person == person]


def may_hand_out(person: Person) -> bool:
    """Tell whether somebody may give away the shifts of others: staff."""
    return bool(person.roles & {Role.STAFF, Role.ADMIN})
