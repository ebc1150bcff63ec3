"""What it is about: the category that most speaks for, and the kind of call."""

from __future__ import annotations

from handlers.reading.whether import Found
from storage.records import Category, Kind

_COMPLAINTS = {
    Category.SANITATION, Category.NOISE, Category.PARKING, Category.ENCROACHMENT, Category.PETS,
    Category.NEIGHBOR_DISPUTE, Category.SECURITY, Category.PROPERTY_SERVICE,
}  # fmt: skip
PERSONAL = {
    Category.NOISE, Category.PETS, Category.NEIGHBOR_DISPUTE, Category.ENCROACHMENT, Category.SANITATION,
    Category.WIRING_CHARGING,
}  # fmt: skip
"""Categories in which particular people may be complained of."""


UNSERVED = ("没人清", "没人扫", "没人收", "没人管", "没清", "没扫", "没收")
"""Rubbish nobody takes away is a service that fails, not a neighbour."""

_CONFIRMS = (1.0, 0.3, 0.3)


def category(found: Found) -> Category | None:
    """Return the category the message is about, None when nothing in it names one.

    Emergencies decide alone. Otherwise every matter counts with its weight, the strongest of each category most, and
    things and hints a little; of equals the one named first wins.
    """
    urgent = [matter for matter in found.matters if matter.emergency and matter.weight >= 2.0]
    matters = urgent or found.matters or found.ended
    tally: dict[Category, float] = {}
    times: dict[Category, int] = {}
    for matter in sorted(matters, key=lambda matter: -matter.weight):
        # The second and third word for the same category confirm it; more of them add nothing.
        seen = times[matter.category] = times.get(matter.category, 0) + 1
        if seen <= len(_CONFIRMS):
            tally[matter.category] = tally.get(matter.category, 0.0) + matter.weight * _CONFIRMS[seen - 1]
    if not urgent:
        named: dict[Category, float] = {}
        for _, thing, _, weight in found.things:
            named[thing] = max(named.get(thing, 0.0), weight)
        for thing, weight in named.items():
            tally[thing] = tally.get(thing, 0.0) + weight
    if not tally:
        return None
    return max(tally, key=lambda one: tally[one])


def kind(found: Found, about: Category | None) -> Kind:
    """Return repair or complaint: as the writer calls it, else as the strongest matter of the category is."""
    _, said = found.frames.get("request", (0.0, []))
    if about in _COMPLAINTS or "投诉" in said or "举报" in said:
        return Kind.COMPLAINT
    mine = [matter for matter in found.matters if matter.category == about]
    return max(mine, key=lambda matter: matter.weight).kind if mine else Kind.REPAIR
