"""Reading what people write: is it a call, what, where, how urgent, and why the reader thinks so.

The one place to import from. Deterministic: the same text and the same words always read the same. What a message says
is weighed (features, weights), where it is is parsed (where, landmarks). A message costs some tens of microseconds, and
never more than in proportion to its first normalise.LOOKED_AT characters.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from handlers.reading import answers, dangers, explaining, features, verdict, weights, where
from handlers.reading.answers import Part
from handlers.reading.lexicon import Danger, Words
from handlers.reading.loading import load_words
from handlers.reading.normalise import normalise
from handlers.reading.own import check_words
from handlers.reading.verdict import Urgency
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
    "explain",
    "load_words",
    "read",
    "read_place",
]

DEFAULT = load_words()

ENOUGH = 0.5
"""How probable a call must be to be one."""

SURELY_CHATTER = 0.02
"""Below this nothing else is asked about a message."""

SURELY_A_CALL = 0.6
"""From here something is wrong, whatever service is wished for beside it; a wish alone may read like half a call."""


WHOLE = 0.85
"""From here a message is a call though it urges as well: 电梯到底什么时候能修好啊，都停三天了. 暖气那个还没来人 is not."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one message says.

    `sure` is how probable a call is, 0 to 1; at 0.5 `is_report` turns, for a danger earlier. `kind` is None for
    chatter. Parts of the place are "" when unknown, numbers as digits (also -1 and 顶 for a floor), letters upper case;
    they are read in chatter too. `emergency` names the danger for a heading;
    `alarming`: words of a danger were said, whatever the message made of them. `about_person`: a complaint about
    particular people, better taken in private. `follow_up` is for messages that only follow an earlier one: urge,
    me_too, again, done; `category` is then what they speak of, None when they name nothing. `named`: a thing of the
    category is named; without it the category of a call is a guess (三楼这儿最重), and what it is about may stand in
    what was said before.
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
    emergency: str
    alarming: bool
    about_person: bool
    follow_up: str
    named: bool


def read(text: str, words: Words = DEFAULT) -> Reading:
    """Read one message as a resident wrote it."""
    plain = normalise(text, words)
    place = where.find(plain, words)
    named = dangers.named(plain, words)
    rows = _rows(plain, named, not place.empty, words)
    call = weights.of_one(rows, weights.CALL)
    sure = weights.likely(call)
    order = (
        not named
        and sure < SURELY_A_CALL
        and verdict.orders(plain, words)
        and weights.of_one(rows, weights.ASKING) <= 0
    )
    danger = not order and verdict.dangerous(
        call, weights.of_one(rows, weights.DANGER), bool(named), plain.isascii()
    )
    follow_up = "" if danger or order or sure >= WHOLE else _follow_up(plain, sure >= ENOUGH, words)
    is_report = not follow_up and (danger or order or sure >= ENOUGH)
    kind: Kind | None = None
    about: Category | None = None
    urgency, spoken_of = Urgency.NORMAL, order
    if order:
        kind, about = Kind.SERVICE_ORDER, Category.OTHER
    elif is_report or follow_up or sure > SURELY_CHATTER:
        weighed = weights.added(rows)
        spoken_of = verdict.names(weighed)
        about = verdict.category(weighed, plain.isascii()) if is_report or spoken_of else None
        if is_report:
            kind, urgency = verdict.kind(weighed), verdict.urgency(weighed, danger)
        elif not follow_up and verdict.asks(weighed):
            kind = Kind.CONSULTATION
    return Reading(
        is_report=is_report,
        sure=round(sure, 3),
        kind=kind,
        category=about,
        urgency=urgency,
        building=place.building,
        unit=place.unit,
        floor=place.floor,
        room=place.room,
        place=place.place,
        emergency=verdict.heading(named, about) if danger else "",
        alarming=bool(named),
        about_person=kind is Kind.COMPLAINT and verdict.about_person(plain, about, bool(place.room), words),
        follow_up=follow_up,
        named=spoken_of,
    )


def _follow_up(plain: str, call: bool, words: Words) -> str:
    """Return what a bare message follows up with. 暖气那个还没来人 has the words of a call and is none without them;
    电梯又坏了 is one, 又坏了 is not; 垃圾没人管 is one, 没人管 is not."""
    follow, rest = verdict.follow_up(plain, words)
    name = "urge" if follow == "urge_perhaps" else follow
    if not call:
        return name
    if follow in ("urge", "me_too"):
        left = weights.of_one(_rows(rest, dangers.named(rest, words), True, words), weights.CALL)
        return follow if weights.likely(left) < ENOUGH else ""
    return name if follow in ("again", "urge_perhaps") and len(rest) < 2 else ""


def _rows(plain: str, named: list[Danger], placed: bool, words: Words) -> list[weights.Row]:
    if placed and features.only_where(plain, words.landmarks):
        return weights.rows((), words.weights, words.learned)
    rows = weights.rows(features.features(plain, named), words.weights, words.learned)
    if words.signs:
        rows += [words.signs[said] for _, said in words.sign_index.find(plain)]
    return rows


def explain(text: str, words: Words = DEFAULT) -> tuple[str, ...]:
    """Return what weighed in a message and how much: for a call, for a danger when one is named or heard, and for the
    category it was given.

    The indented lines below a question add up to its weight. Told first is what decides without weights: a place and
    nothing else, an order, a follow-up.
    """
    reading = read(text, words)
    plain = normalise(text, words)
    named = dangers.named(plain, words)
    placed = not where.find(plain, words).empty
    weighed = weights.added(_rows(plain, named, placed, words))
    table = weights.merged(words.weights, words.learned)
    signs = [said for _, said in words.sign_index.find(plain)]
    told: list[str] = []
    only_where = placed and features.only_where(plain, words.landmarks)
    if only_where:
        told.append("只说了在哪里 · says where and nothing else")
        named, signs = [], []
    if reading.kind is Kind.SERVICE_ORDER:
        told.append("点单 · orders a service of the menu")
    if reading.follow_up:
        told.append(f"跟进前面的事 · follows up an earlier message: {reading.follow_up}")
    sure = f"把握 {reading.sure}，从 {ENOUGH} 起是报事 · a call from {ENOUGH}"
    asked = [(weights.CALL, "是报事 call", sure)]
    if named or reading.emergency:
        heard, least = (
            weights.likely(weighed[weights.DANGER]),
            verdict.least_danger(bool(named), plain.isascii()),
        )
        asked.append(
            (weights.DANGER, "险情 danger", f"把握 {heard:.3f}，从 {least} 起是险情 · one from {least}")
        )
    if reading.category and reading.kind is not Kind.SERVICE_ORDER:
        about = reading.category.value
        asked.append((weights.QUESTIONS.index(about), f"类别 {about}", "各类里最重的 · the heaviest of all"))
    questions = [question for question, _, _ in asked]
    said = [[] for _ in asked] if only_where else explaining.words(features.pieces(plain), questions, table)
    for (question, name, means), heaviest in zip(asked, said, strict=True):
        told.append(f"{name} {weighed[question]:+.2f}（{means}）")
        parts = explaining.dangers(named, question, table)
        parts += [(sign, words.signs[sign][question]) for sign in signs]
        parts += [*heaviest, explaining.bias(question, table)]
        parts += [explaining.english(question, table)] if features.english(plain) and not only_where else []
        told += [f"  {part} {weight:+.2f}" for part, weight in parts if round(weight, 2)]
    return tuple(told)


def read_place(
    text: str, buildings: Collection[str] = (), expect: Part = "", words: Words = DEFAULT
) -> PlaceRead:
    """Return what an answer in a dialogue says about the place; see answers.read_place."""
    return answers.read_place(normalise(text, words), words, buildings, expect)


def as_json(reading: Reading, why: tuple[str, ...] = ()) -> dict[str, object]:
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
        "why": list(why),
    }


_KIND = {
    None: "none",
    Kind.REPAIR: "repair",
    Kind.COMPLAINT: "complaint",
    Kind.CONSULTATION: "consult",
    Kind.SERVICE_ORDER: "order",
}
