"""Say → words. The catalogues in texts/ hold every sentence; here they get their pieces and their language."""

from __future__ import annotations

import gettext
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from handlers import places
from handlers.messages import Say
from storage.records import Category, Instant, Place, Severity, Ticket

TEXTS = Path(__file__).parent / "texts"
EMPTY = "-"
"""A catalogue cannot hold an empty sentence: a lone dash stands for it."""

MOST_QUOTED = 600
"""Characters of somebody's words that a letter or a card shows; the console shows them all."""

LOCALES = {"zh": "zh_CN", "en": "en"}


class UnknownText(KeyError):
    """The catalogue of this language has no such sentence."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """How to speak: the language ("zh" or "en"), the zone the clock times are shown in, and the present moment."""

    language: str
    zone: str
    now: Instant


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("huying", str(TEXTS), languages=[LOCALES[language]])


@cache
def text(key: str, language: str) -> str:
    """Return the bare sentence of a key. Raises UnknownText when the catalogue lacks it."""
    found = _catalogue(language).gettext(key)
    if found == key:
        raise UnknownText(f"{language}: {key}")
    return "" if found == EMPTY else found


def render(say: Say, tongue: Tongue) -> str:
    """Return the sentence with its pieces. Raises UnknownText, or KeyError when a piece is missing."""
    pieces = {name: piece(value, tongue) for name, value in say.args.items()}
    return text(say.key, tongue.language).format_map(pieces)


def piece(value: Any, tongue: Tongue) -> str:
    """Return one argument in words: plain strings (not too long) and numbers as they are, the marked ones as their
    kind asks."""
    if isinstance(value, Say):
        return render(value, tongue)
    if isinstance(value, list | tuple):
        return "\n".join(piece(part, tongue) for part in value if part)
    if isinstance(value, dict):
        ((kind, inner),) = value.items()
        if kind == "when":
            return clock_time(inner, tongue)
        if kind == "matter":
            return matter_words(inner, tongue.language)
        if kind == "text":
            return text(inner, tongue.language)
        if kind == "names":
            return ("、" if tongue.language == "zh" else ", ").join(piece(part, tongue) for part in inner)
        if kind == "clauses":
            return ("，" if tongue.language == "zh" else ", ").join(piece(part, tongue) for part in inner)
        if kind == "say":
            return render(unpack(inner), tongue)
        if kind == "whole":
            return str(inner)
        raise ValueError(f"unknown kind of piece: {kind}")
    return quoted(str(value))


def quoted(words: str) -> str:
    """Return what somebody wrote as far as it is shown inside other words, so that those are never cut off."""
    return words if len(words) <= MOST_QUOTED else f"{words[: MOST_QUOTED - 1].rstrip()}…"


def clock_time(instant: Instant, tongue: Tongue) -> str:
    """Return a time people can check: 14:05 today, with its day otherwise, with its year in another year."""
    zone = ZoneInfo(tongue.zone)
    when, today = (datetime.fromtimestamp(t / 1000, UTC).astimezone(zone) for t in (instant, tongue.now))
    hour = f"{when:%H:%M}"
    if when.date() == today.date():
        return hour
    if tongue.language == "en":
        return f"{when:%a} {when.day} {when:%b}{f' {when.year}' if when.year != today.year else ''} {hour}"
    year = f"{when.year}年" if when.year != today.year else ""
    return f"{year}{when.month}月{when.day}日周{'一二三四五六日'[when.weekday()]} {hour}"


# --- pieces, as rules write them ----------------------------------------------------------------------------------


def when(instant: Instant) -> dict[str, Any]:
    return {"when": instant}


def word(key: str) -> dict[str, Any]:
    """A word of the catalogue as a piece."""
    return {"text": key}


def names(people: list[Any]) -> dict[str, Any]:
    return {"names": people}


def clauses(parts: list[Any]) -> dict[str, Any]:
    """Parts of one sentence."""
    return {"clauses": parts}


def matter(ticket: Ticket) -> dict[str, Any]:
    """What and where, as it stands in every heading: 电梯 · 3号楼2单元. A room is left out: a heading is public."""
    urgent = ticket.severity is Severity.EMERGENCY
    return matter_of(ticket.category, ticket.heading, ticket.place, urgent=urgent)


def matter_of(category: Category, heading: str, p: Place, *, urgent: bool = False) -> dict[str, Any]:
    """The same of what is no ticket yet."""
    parts = {"building": p.building, "unit": p.unit, "floor": p.floor, "landmark": p.landmark}
    return {"matter": {"category": category, "heading": heading, "urgent": urgent, **parts}}


def matter_words(inner: Mapping[str, Any], language: str) -> str:
    place = Place(
        building=inner["building"], unit=inner["unit"], floor=inner["floor"], landmark=inner["landmark"]
    )
    what = text(f"category.{Category(inner['category'])}", language)
    if inner["heading"] and language == "zh":
        what = inner["heading"]
    urgent = [text("severity.emergency", language)] if inner["urgent"] else []
    return " · ".join(part for part in [*urgent, what, places.words(place, language)] if part)


PLAIN = frozenset({"when", "text", "matter", "whole", "say"})
"""Kinds of pieces that hold plain data as it is ("say": one that was packed before)."""


_WORDS = frozenset({str, int, bool, type(None)})
# Most pieces by far: told apart at one look.


def pack(say: Say) -> dict[str, Any]:
    """Return a Say as JSON data for the outbox."""
    return {"key": say.key, "args": {name: _pack(value) for name, value in say.args.items()}}


def _pack(value: Any) -> Any:
    if type(value) in _WORDS:
        return value
    if isinstance(value, Say):
        return {"say": pack(value)}
    if isinstance(value, dict):
        ((kind, inner),) = value.items()
        return value if kind in PLAIN else {kind: _pack(inner)}
    if isinstance(value, list | tuple):
        return [_pack(part) for part in value]
    return value


def legible(words: str) -> str:
    """Return what somebody typed without what cannot be seen: control, direction and zero-width characters.

    They would turn around the words that stand after them, or make a name that shows as nothing. The joiner inside
    an emoji stays.
    """
    if words.isprintable():
        return words.strip()  # nothing of the kind: almost everybody's
    return "".join(c for c in words if c in "\n\u200d" or unicodedata.category(c) not in ("Cc", "Cf")).strip()


def unpack(data: Mapping[str, Any]) -> Say:
    return Say(data["key"], data["args"])
