"""The minutes of a joint meeting as a document, in the customary form of 会议纪要, before Word or PDF lay it out.

A red heading with number, community and date; when, where and who; the matters one by one, each with what was the
case, what was said and what was decided; what stays on the problem list; the next meeting; a list of who does what by
when; and to whom it goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.web.words import word
from handlers.meeting_minutes import Loop, MinuteItem, Minutes
from handlers.wording import text
from storage.records import Instant, Outcome, Party, Seat

NUMERALS = "零一二三四五六七八九十"
Labelled = tuple[str, str]
"""A word and what it says: 时间, 2026年11月27日 15:00."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter: its heading, and what is said of it part by part."""

    heading: str
    parts: tuple[Labelled, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Who does what by when. `columns` are headings with their share of the width, in hundredths."""

    title: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole document, in words. `colon` and `note`: how labels end, and what stands under the number if anything."""

    language: str
    head: str
    number: str
    organ: str
    date: str
    note: str
    opening: str
    facts: tuple[Labelled, ...]
    matters: tuple[Matter, ...]
    after: tuple[Matter, ...]
    table: Table | None
    copies: str
    issued: str
    colon: str

    def text(self) -> str:
        """Return the document as plain text, line by line."""
        lines = [self.head, self.number, f"{self.organ}  {self.date}"]
        lines += [self.note] if self.note else []
        lines += ["", *(f"{label}{self.colon}{words}" for label, words in self.facts), "", self.opening]
        for matter in (*self.matters, *self.after):
            lines += ["", matter.heading]
            lines += [f"{label}{self.colon}{words}" if label else words for label, words in matter.parts]
        if self.table:
            lines += ["", self.table.title, "\t".join(name for name, _ in self.table.columns)]
            lines += ["\t".join(row).replace("\n", " ") for row in self.table.rows]
        return "\n".join([*lines, "", self.copies, self.issued, ""])


def paper(told: Minutes, language: str, now: Instant) -> Paper:
    """Return the document. `now`: until when it is known how far the resolutions have come."""
    ended = told.ended_at
    items = told.items
    matters = [_matter(item, place, told.zone, language, now) for place, item in enumerate(items, 1)]
    return Paper(
        language=language,
        head=told.title,
        number=word(language, "paper.number", year=told.year, number=told.number),
        organ=told.community,
        date=day(ended or told.begun_at, told.zone, language),
        note="" if ended else word(language, "paper.draft"),
        opening=_opening(told, language),
        facts=tuple(_facts(told, language)),
        matters=tuple(matters),
        after=tuple(_after(told, len(matters), language)),
        table=_table(items, told.zone, language),
        copies=word(language, "paper.copies"),
        issued=word(
            language,
            "paper.issued",
            community=told.community,
            day=day(ended or told.begun_at, told.zone, language),
        ),
        colon="：" if language == "zh" else ": ",
    )


def _opening(told: Minutes, language: str) -> str:
    if not told.items:
        return word(language, "paper.nothing")
    key = "paper.opening" if told.quorum.reached else "paper.opening_short"
    counts = {outcome: len(told.with_outcome(outcome)) for outcome in Outcome}
    counted = [
        word(language, f"paper.count.{outcome}", count=count) for outcome, count in counts.items() if count
    ]
    return word(
        language, key, items=len(told.items), counts=("、" if language == "zh" else ", ").join(counted)
    )


def _facts(told: Minutes, language: str) -> list[Labelled]:
    begun, ended = told.begun_at, told.ended_at
    time = moment(begun, told.zone, language)
    if ended is not None:
        same_day = day(begun, told.zone, language) == day(ended, told.zone, language)
        over = moment(ended, told.zone, language)
        time += f" – {over[-5:] if same_day else over}"
    facts = [
        ("paper.time", time),
        ("paper.place", told.place),
        ("paper.chair", told.chair),
        ("paper.recorder", told.recorder),
    ]
    here = [seat for seat in told.present if seat.party is not Party.DEPARTMENT]
    guests = [seat for seat in told.present if seat.party is Party.DEPARTMENT]
    facts += [
        ("paper.present", _people(here, language)),
        ("paper.guests", _people(guests, language)),
        ("paper.absent", _people(told.absent, language)),
    ]
    return [(word(language, key), words) for key, words in facts if words]


def _people(seats: Sequence[Seat], language: str) -> str:
    """社区：赵敏、刘芳；物业：红色物业."""
    parties: dict[Party, list[str]] = {}
    for seat in seats:
        parties.setdefault(seat.party, []).append(seat.name)
    comma, semicolon, colon = ("、", "；", "：") if language == "zh" else (", ", "; ", ": ")
    return semicolon.join(
        f"{word(language, f'paper.party.{party}')}{colon}{comma.join(parties[party])}"
        for party in Party
        if party in parties
    )


def _matter(item: MinuteItem, place: int, zone: str, language: str, now: Instant) -> Matter:
    comma = "、" if language == "zh" else ", "
    resolved = item.outcome is Outcome.RESOLVED
    parts = [("paper.case", item.summary)]
    parts += [("paper.opinion", opinion) for opinion in item.opinions]
    parts.append((f"paper.decided.{item.outcome}", item.words))
    parts.append(("paper.responsible" if resolved else "paper.asked", item.responsible))
    parts.append(("paper.helpers", comma.join(item.helpers)))
    if item.until is not None:
        parts.append(("paper.until" if resolved else "paper.again", moment(item.until, zone, language)))
    if item.loop is not None and item.loop is not Loop.RUNNING:
        parts.append(
            (
                "paper.since",
                word(
                    language,
                    "paper.loop",
                    loop=text(f"loop.{item.loop}", language),
                    day=day(now, zone, language),
                ),
            )
        )
    return Matter(
        f"{numeral(place, language)}{item.matter}（#{item.ticket}）"
        if language == "zh"
        else f"{numeral(place, language)}{item.matter} (#{item.ticket})",
        tuple((word(language, key), words) for key, words in parts if words),
    )


def _after(told: Minutes, matters: int, language: str) -> list[Matter]:
    """What stays on the problem list, and the next meeting: each under a heading that goes on counting."""
    found = []
    if listed := told.with_outcome(Outcome.LISTED):
        lines = [
            (
                "",
                word(
                    language,
                    "paper.listed",
                    number=item.ticket,
                    matter=item.matter,
                    until=moment(item.until, told.zone, language) if item.until is not None else "—",
                ),
            )
            for item in listed
        ]
        found.append(("paper.list", lines))
    if told.next_at is not None:
        found.append(("paper.next", [("", moment(told.next_at, told.zone, language))]))
    return [
        Matter(numeral(matters + place, language) + word(language, key), tuple(parts))
        for place, (key, parts) in enumerate(found, 1)
    ]


def _table(items: Sequence[MinuteItem], zone: str, language: str) -> Table | None:
    resolved = [item for item in items if item.outcome in (Outcome.RESOLVED, Outcome.REFERRED)]
    if not resolved:
        return None
    comma = "、" if language == "zh" else ", "
    columns = (
        ("paper.column.place", 9),
        ("paper.column.matter", 35),
        ("paper.column.who", 16),
        ("paper.column.helpers", 15),
        ("paper.column.until", 25),
    )
    return Table(
        word(language, "paper.tasks"),
        tuple((word(language, key), share) for key, share in columns),
        tuple(
            (
                str(place),
                f"#{item.ticket} {item.words}",
                item.responsible or "—",
                comma.join(item.helpers) or "—",
                "\n".join(moment(item.until, zone, language).rsplit(" ", 1))
                if item.until is not None
                else "—",
            )
            for place, item in enumerate(resolved, 1)
        ),
    )


def numeral(number: int, language: str) -> str:
    """Return how a heading is numbered: 一、 十二、 二十、 or 1."""
    if language != "zh":
        return f"{number}. "
    tens, ones = divmod(number, 10)
    if number > 99:
        return f"{number}、"
    return (
        ("" if not tens else ("" if tens == 1 else NUMERALS[tens]) + "十")
        + (NUMERALS[ones] if ones else "")
        + "、"
    )


def day(at: Instant, zone: str, language: str) -> str:
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone))
    return f"{local.year}年{local.month}月{local.day}日" if language == "zh" else f"{local.day} {local:%B %Y}"


def moment(at: Instant, zone: str, language: str) -> str:
    """Return the day and the time; the last five characters are the time."""
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone))
    return f"{day(at, zone, language)} {local:%H:%M}"
