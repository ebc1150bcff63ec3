"""How urgent: an emergency is never dropped, whatever else the message says."""

from __future__ import annotations

from enum import StrEnum

from handlers.reading.whether import Found

SURE_ENOUGH = 2.0
"""An emergency matter that still weighs this much after its frame is one."""


class Urgency(StrEnum):
    EMERGENCY = "emergency"
    URGENT = "urgent"
    NORMAL = "normal"


def emergency(found: Found) -> str:
    """Return the heading of the strongest emergency that stands, "" when there is none."""
    standing = [matter for matter in found.matters if matter.emergency and matter.weight >= SURE_ENOUGH]
    return max(standing, key=lambda matter: matter.weight).emergency if standing else ""
