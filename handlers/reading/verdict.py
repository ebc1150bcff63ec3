"""The verdict on what was weighed: a call or not, of what kind, about what, and how pressing."""

from __future__ import annotations

from enum import StrEnum

from handlers.reading.lexicon import Danger, Words
from handlers.reading.weights import ASKING, COMPLAINT, FIRST_CATEGORY, PRESSING, Row, likely
from storage.records import Category, Kind

DANGEROUS = 0.35
"""How probable a danger must be: low, since one missed weighs more than one page too many."""

DANGEROUS_WHEN_NAMED = 0.15
"""How probable, when words of a danger are said."""

DANGEROUS_IN_LATIN = 0.5
"""How probable, when nothing but Latin letters is said and no words of a danger: fewer such messages were learned from."""

DANGER_HEARD = 0.3
"""How probable a call must be for a danger to count: 去年那场火灾 names one and is none."""

_BARE_FOLLOW_UP = 30
"""A follow-up longer than this is not bare."""

_WISHED = 10
"""Characters behind a wish in which the service is named."""

_PERSONAL = {
    Category.NOISE, Category.PETS, Category.NEIGHBOR_DISPUTE, Category.ENCROACHMENT, Category.SANITATION,
    Category.WIRING_CHARGING,
}  # fmt: skip
"""Categories in which particular people may be complained of."""

_UNSERVED = ("没人清", "没人扫", "没人收", "没人管", "没清", "没扫", "没收")
"""Rubbish nobody takes away is a service that fails, not a neighbour."""

_HEADINGS = {
    Category.GAS: "燃气泄漏", Category.FIRE_SAFETY: "火情", Category.POWER: "带电危险",
    Category.WATER_SUPPLY: "爆管淹水", Category.DRAINAGE: "水淹险情", Category.LEAK_WALL: "外墙坠落",
    Category.ROAD: "地面塌陷", Category.WIRING_CHARGING: "火情", Category.SECURITY: "人身伤害",
}  # fmt: skip
_CATEGORIES = tuple(Category)
_DANGER = "险情"
_FOLLOW_UPS = ("urge", "again", "me_too", "done", "urge_perhaps")


class Urgency(StrEnum):
    EMERGENCY = "emergency"
    URGENT = "urgent"
    NORMAL = "normal"


def category(weights: Row, latin: bool = False) -> Category:
    """Return the category the message is most about, of equals the first. What names none in Latin letters is other."""
    about = weights[FIRST_CATEGORY:]
    if latin and not names(weights):
        return Category.OTHER
    return _CATEGORIES[about.index(max(about))]


def names(weights: Row) -> bool:
    """True when the message names something of a category at all."""
    return max(weights[FIRST_CATEGORY:]) > 0


def dangerous(call: float, danger: float, named: bool, latin: bool) -> bool:
    """True for a danger now, of what weighs for a call and for danger; `named`: its words were said."""
    return likely(danger) >= least_danger(named, latin) and likely(call) >= DANGER_HEARD


def least_danger(named: bool, latin: bool) -> float:
    """Return how probable a danger must be to be one. `latin`: the message has nothing but Latin letters."""
    return DANGEROUS_WHEN_NAMED if named else DANGEROUS_IN_LATIN if latin else DANGEROUS


def heading(named: list[Danger], about: Category | None) -> str:
    """Return what a danger is called on its card: by the words that name it, else after its category."""
    names = [danger.name for danger in named if danger.category is about] or [danger.name for danger in named]
    return names[0] if names else _HEADINGS.get(about or Category.OTHER, _DANGER)


def urgency(weights: Row, danger: bool) -> Urgency:
    if danger:
        return Urgency.EMERGENCY
    return Urgency.URGENT if weights[PRESSING] > 0 else Urgency.NORMAL


def kind(weights: Row) -> Kind:
    return Kind.COMPLAINT if weights[COMPLAINT] > 0 else Kind.REPAIR


def asks(weights: Row) -> bool:
    """True for a question for information, of a message that is no call."""
    return weights[ASKING] > 0


def orders(plain: str, words: Words) -> bool:
    """True when a service of the menu is wished for: 想预约上门理发, not 不想预约 and not 上门理发的师傅."""
    for at, wish in words.wishes.find(plain):
        end = at + len(wish)
        if plain[at - 1 : at] != "不" and words.services.found_in(plain[end : end + _WISHED]):
            return True
    return False


def follow_up(plain: str, words: Words) -> tuple[str, str]:
    """Return what a bare message follows up an earlier one with, and the rest of its words.

    urge, again, me_too, done; urge_perhaps when it may also be a call by itself; "" when it follows nothing up.
    """
    if len(plain) > _BARE_FOLLOW_UP:
        return "", plain
    said: dict[str, str] = {}
    for at, text in words.follow_up_index.find(plain):
        said.setdefault(words.follow_ups[text], plain[:at] + plain[at + len(text) :])
    return next(((follow, said[follow]) for follow in _FOLLOW_UPS if follow in said), ("", plain))


def about_person(plain: str, about: Category | None, in_a_room: bool, words: Words) -> bool:
    """True when a complaint is about particular people, better taken in private."""
    if about not in _PERSONAL or (about is Category.SANITATION and any(said in plain for said in _UNSERVED)):
        return False
    return in_a_room or words.people.found_in(plain)
