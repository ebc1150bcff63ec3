"""How much speaks for a call: matters, frames and the address, added up."""

from __future__ import annotations

from handlers.reading.whether import Found
from storage.records import Category

ENOUGH = 1.5
"""The score from which a message is a call; weights in the lists are chosen around it."""

_NEEDS_A_THING = {"request", "anger", "lasting", "danger"}


def score(found: Found, addressed: int, tagged: bool) -> float:
    """Return how much speaks for a call; ENOUGH is where it is one.

    `addressed`: how many parts of an address it has; `tagged`: it begins or ends with the address, as reports do.
    """
    total = 0.0
    named = any(weight >= 1.0 for _, _, _, weight in found.things)
    strongest: dict[Category, float] = {}
    for matter in found.matters:
        strongest[matter.category] = max(strongest.get(matter.category, 0.0), matter.weight)
    if strongest:
        ranked = sorted(strongest.values(), reverse=True)
        total = ranked[0] + 0.25 * sum(ranked[1:3])
    elif named and not found.private:
        total = 0.5
    if not strongest and tagged and found.spoilt:
        # 14栋左梯停运一周了: something bad at an address, though nobody knows the thing.
        total += 0.5
    if not found.matters and found.ended:
        total -= 1.0
    total += addressed_weight(addressed, tagged)
    for name, (weight, _) in found.frames.items():
        # To ask for somebody, or to be angry, without naming anything is no call yet.
        if weight < 0 or name not in _NEEDS_A_THING or strongest or named or tagged:
            total += weight
    if found.private and not found.matters:
        total -= 1.0
    if found.ends_asking and not addressed and not any(found.weighs(frame) > 0 for frame in _NEEDS_A_THING):
        total -= 1.0
    return total


def addressed_weight(addressed: int, tagged: bool) -> float:
    return min(1.0, 0.5 * addressed) + (0.3 if tagged else 0.0)
