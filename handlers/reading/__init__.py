"""Reading what people write: is it a call, what, where, how urgent, and why the reader thinks so.

The one place to import from. Deterministic: the same text and the same words always read the same. A message costs
some tens of microseconds, and never more than in proportion to its first normalise.LOOKED_AT characters.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from handlers.reading import answers, score, urgent, what, where, whether
from handlers.reading.answers import Part
from handlers.reading.lexicon import Words
from handlers.reading.loading import check_words, load_words
from handlers.reading.normalise import normalise
from handlers.reading.urgent import Urgency
from handlers.reading.where import PlaceRead
from storage.records import Category, Kind

__all__ = [
    "DEFAULT",
    "PlaceRead",
    "Reading",
    "Urgency",
    "Words",
    "as_json",
    "check_words",
    "load_words",
    "read",
    "read_place",
]

DEFAULT = load_words()

_BARE_FOLLOW_UP = 30
"""A follow-up longer than this is not bare."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one message says.

    `sure` is how probable a call is, 0 to 1; at 0.5 `is_report` turns. `kind` is None for chatter. Parts of the place
    are "" when unknown, numbers as digits (also -1 and 顶 for a floor), letters upper case; they are read in chatter
    too. `emergency` names the emergency for a heading. `about_person`: a complaint about particular people, better
    taken in private. `follow_up` is for messages that only follow an earlier one: urge, me_too, again, done.
    `why` lists the words that weighed.
    """

    is_report: bool
    sure: float
    kind: Kind | None
    category: Category | None
    urgency: Urgency
    building: str
    unit: str
    floor: str
    room: str
    place: str
    why: tuple[str, ...]
    emergency: str
    about_person: bool
    follow_up: str


def read(text: str, words: Words = DEFAULT) -> Reading:
    """Read one message as a resident wrote it."""
    plain = normalise(text, words)
    found = whether.Walk(plain, words.hits(plain), words).found
    place = where.find(plain, words)
    heading = urgent.emergency(found)
    addressed = bool(place.building) + bool(place.unit or place.floor or place.room)
    tagged = addressed > 0 and where.at_an_edge(plain)
    total = score.score(found, addressed, tagged)
    if heading:
        # Better one call too many than a life: an emergency needs less than anything else.
        total += 0.8
    order = "order" in found.frames and not heading and total > -1.0
    about = Category.OTHER if order else what.category(found)
    follow_up = (
        "" if any(matter.weight > 1.0 for matter in found.matters) else _follow_up(found, plain, words)
    )
    is_report = not follow_up and (total >= score.ENOUGH or order)
    urgency = Urgency.NORMAL
    if is_report and heading:
        urgency = Urgency.EMERGENCY
    elif is_report and words.urgent.found_in(plain):
        urgency = Urgency.URGENT
    kind: Kind | None = None
    if order:
        kind = Kind.SERVICE_ORDER
    elif is_report:
        kind = what.kind(found, about)
    elif not follow_up and _asks(found):
        kind = Kind.CONSULTATION
    return Reading(
        is_report=is_report,
        sure=round(1 / (1 + math.exp(-1.3 * (total - score.ENOUGH))), 3),
        kind=kind,
        category=(about or Category.OTHER) if is_report else about,
        urgency=urgency,
        building=place.building,
        unit=place.unit,
        floor=place.floor,
        room=place.room,
        place=place.place,
        why=_why(found, score.addressed_weight(addressed, tagged)),
        emergency=heading if is_report else "",
        about_person=is_report
        and kind is Kind.COMPLAINT
        and about in what.PERSONAL
        and not (about is Category.SANITATION and any(said in plain for said in what.UNSERVED))
        and (bool(place.room) or words.people.found_in(plain)),
        follow_up=follow_up,
    )


def read_place(
    text: str, buildings: Collection[str] = (), expect: Part = "", words: Words = DEFAULT
) -> PlaceRead:
    """Return what an answer in a dialogue says about the place; see answers.read_place."""
    return answers.read_place(normalise(text, words), words, buildings, expect)


def as_json(reading: Reading) -> dict[str, object]:
    """Return the reading with the keys and values of the contract; of chatter only that it is."""
    call = reading.is_report
    return {
        "is_report": call,
        "sure": reading.sure,
        "kind": _KIND[reading.kind],
        "category": reading.category.value if call and reading.category else "",
        "urgency": reading.urgency.value if call else "",
        "building": reading.building if call else "",
        "unit": reading.unit if call else "",
        "floor": reading.floor if call else "",
        "room": reading.room if call else "",
        "place": reading.place if call else "",
        "why": list(reading.why),
    }


_KIND = {
    None: "none",
    Kind.REPAIR: "repair",
    Kind.COMPLAINT: "complaint",
    Kind.CONSULTATION: "consult",
    Kind.SERVICE_ORDER: "order",
}


def _follow_up(found: whether.Found, plain: str, words: Words) -> str:
    if len(plain) > _BARE_FOLLOW_UP or any(found.weighs(frame) < 0 for frame in _NOT_BARE):
        return ""
    said = {words.follow_ups[text] for _, text in words.follow_up_index.find(plain)}
    return next((follow for follow in ("urge", "again", "me_too", "done") if follow in said), "")


_NOT_BARE = ("ad", "notice", "borrow", "figurative", "far", "lost", "chat", "private_need")


def _asks(found: whether.Found) -> bool:
    return any(found.weighs(frame) < 0 for frame in ("asking", "polite_question", "tail_question")) and not any(
        found.weighs(frame) < 0 for frame in ("ad", "notice", "borrow", "figurative", "far", "private_need", "lost", "staff")
    ) and not found.private  # fmt: skip


def _why(found: whether.Found, address: float) -> tuple[str, ...]:
    why = [
        f"{matter.said} {matter.weight:+.1f} {matter.emergency or matter.category}"
        for matter in found.matters[:8]
    ]
    why += [f"{matter.said} 0 mended" for matter in found.ended[:4]]
    why += [f"{'、'.join(said)} {weight:+.1f} {name}" for name, (weight, said) in found.frames.items()]
    if address:
        why.append(f"address {address:+.1f}")
    return tuple(why)
