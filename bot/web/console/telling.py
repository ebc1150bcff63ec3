"""A change in words: each value as it is and as it would be, people and places by their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.web.console.holiday_words import days_of, off_words, work_words
from bot.web.words import word
from handlers.buildings import fold
from handlers.community import Loaded
from handlers.desk.changing import POLICY, Weighed
from handlers.differences import EVERYTHING, Difference
from handlers.directory_changes import named
from handlers.durations import LENGTH
from handlers.policy_changes import of_category, of_severity
from handlers.wording import Tongue, clock_time, text
from storage.records import Category, Clock, Holidays, Instant, Severity

NAMES = frozenset({"leader", "deputies", "compound", "property", "handler", "representatives"})
"""Values that are ids of people and places, or names as they stand."""
SPANS = frozenset({"accept", "arrive", "resolve", "plan", "review", "close_after"})
ROLES, REGIMES = "roles", "regime"


@dataclass(frozen=True, slots=True)
class Value:
    """One value: what it is called, what it is and what it would be; "" for nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry that changes. `sign`: ＋ it comes, － it goes, ～ some of it changes."""

    sign: str
    kind: str
    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Clockface:
    """A deadline that would move: of which ticket, what for, from when to when; `over`: it would have passed."""

    number: int
    what: str
    before: str
    after: str
    over: bool


@dataclass(frozen=True, slots=True)
class Told:
    """Everything a page says of a change."""

    entries: tuple[Entry, ...]
    sight: tuple[str, ...]
    buildings: tuple[str, ...]
    clocks: tuple[Clockface, ...]


def told(weighed: Weighed, language: str, now: Instant) -> Told:
    say = _Say(weighed, language)
    zone = weighed.after.community.timezone
    tongue = Tongue(language, zone, now)
    clocks = tuple(
        Clockface(
            one.ticket.number,
            text(f"ledger.{one.before.clock}", language),
            clock_time(one.before.ends_at, tongue),
            clock_time(one.after.ends_at, tongue),
            one.at_once(now),
        )
        for one in weighed.moves.moved
    )
    return Told(
        tuple(say.entry(one) for one in weighed.differences),
        tuple(say.sight()),
        tuple(say.buildings()),
        clocks,
    )


class _Say:
    def __init__(self, weighed: Weighed, language: str) -> None:
        self._weighed, self._language = weighed, language
        self._names = names_of(weighed)

    def word(self, key: str, **pieces: object) -> str:
        return word(self._language, key, **pieces)

    def entry(self, one: Difference) -> Entry:
        sign = "＋" if one.before is None else "－" if one.after is None else "～"
        before, after = dict(one.before or {}), dict(one.after or {})
        if one.table == "duty":
            # Of a long roster the lines that go and those that come.
            was, shall = before["duty"], after["duty"]
            before["duty"] = tuple(line for line in was if line not in shall)
            after["duty"] = tuple(line for line in shall if line not in was)
        if one.table == "holidays":
            before, after = (self._holidays(one.id, those) for those in (before, after))
        keys = [key for key in dict.fromkeys([*before, *after]) if key != "name" or sign == "～"]
        values = tuple(
            Value(
                self.word(f"directory.value.{key}"),
                self.value(key, before.get(key)) or self._usual(one, key, self._weighed.before),
                self.value(key, after.get(key)) or self._usual(one, key, self._weighed.after),
            )
            for key in keys
            if before.get(key) or after.get(key)
        )
        return Entry(sign, self.word(f"directory.table.{one.table}"), self._called(one), values)

    def _holidays(self, year: str, own: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        worked = days_of(Holidays(int(year), tuple(own.get("off") or ()), tuple(own.get("work") or ())))
        by_list = [[day for day, one in worked.items() if one is wanted] for wanted in (False, True)]
        off, work = off_words(by_list[0], self._language), work_words(by_list[1], self._language)
        return {"off": tuple(off), "work": tuple(work)}

    def _called(self, one: Difference) -> str:
        if one.table == "policy":
            return severity_word(one.id, self._language)
        if one.table == "category":
            return text(f"category.{one.id}", self._language)
        return one.name

    def value(self, key: str, value: Any) -> str:
        if not value:
            return ""
        if key == ROLES:
            return self._joined(text(f"role.{one}", self._language) for one in value)
        if key == REGIMES:
            return self.word(f"directory.regime.{value}")
        if key in SPANS:
            return spoken(value, self._language)
        if key == "severity":
            return severity_word(value, self._language)
        if key == "calendar":
            return weekly(value, self._language)
        if key in ("heads", "duty"):
            return self._joined(named(one, self._names) for one in value)
        if isinstance(value, Mapping):
            return self.word("directory.words_count", count=len(value))
        if isinstance(value, tuple):
            return self._joined(self._names.get(one, one) if key in NAMES else one for one in value)
        return self._names.get(value, value) if key in NAMES else str(value)

    def _usual(self, one: Difference, key: str, loaded: Loaded) -> str:
        """Return what holds where the community says nothing itself: 默认（30分钟）."""
        if one.table not in POLICY or one.table == "holidays":
            return ""
        holds = ""
        if key in SPANS and one.table != "rules":
            rules = (
                of_severity(loaded.community, Severity(one.id))
                if one.table == "policy"
                else of_category(loaded.community, Category(one.id))[2]
            )
            given = rules[Clock(key)].given
            holds = spoken(given, self._language) if given else ""
        return self.word("policy.usual", words=holds) if holds else self.word("policy.default")

    def _joined(self, parts: Any) -> str:
        return ("、" if self._language == "zh" else ", ").join(parts)

    def sight(self) -> Any:
        for one in self._weighed.seen:
            for key, those in (("directory.sees", one.gains), ("directory.sees_not", one.loses)):
                if those:
                    where = (
                        self.word("directory.everything") if id == EVERYTHING else self._names[id]
                        for id in those
                    )
                    yield self.word(key, person=one.person.name, where=self._joined(where))

    def buildings(self) -> Any:
        """Buildings in a row that go the same way are one line."""
        lines: dict[tuple[str, str], list[tuple[str, int]]] = {}
        for one, count in self._weighed.moving:
            lines.setdefault((one.come_from, one.to), []).append((one.building, count))
        for (come_from, to), those in lines.items():
            yield self.word(
                "directory.moves" if to else "directory.dropped",
                buildings=self._joined(fold(name for name, _ in those)),
                grid=self._names[come_from],
                to=self._names.get(to, ""),
                count=sum(count for _, count in those),
            )


def names_of(weighed: Weighed) -> dict[str, str]:
    """Return what people and places are called, those that go included."""
    return {
        one.id: one.name
        for loaded in (weighed.before, weighed.after)
        for those in (loaded.compounds, loaded.grids, loaded.people)
        for one in those
    }


def severity_word(severity: str, language: str) -> str:
    return word(language, f"policy.severity.{Severity(severity)}")


def spoken(written: str, language: str) -> str:
    """Return a duration of a file in words: 30m → 30分钟, 15wd → 15个工作日; what is none as it stands."""
    found = LENGTH.fullmatch(written)
    return word(language, f"policy.unit.{found[2]}", n=found[1]) if found else written


def weekly(calendar: str, language: str) -> str:
    """Return `fri 15:00` in words: 每周五 15:00."""
    day, _, time = calendar.partition(" ")
    return word(language, f"policy.day.{day}", time=time)
