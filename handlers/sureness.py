"""How sure the reader must be of a call: for a ticket at once, for a quiet question to its writer, for silence."""

from __future__ import annotations

from handlers.messages import Inbound
from handlers.reading import Reading, Urgency

SURE = 0.6
"""From here on a message is taken for a call without asking."""

UNSURE = 0.4
"""Below this a group hears nothing; between the two its writer is asked."""

HALF_SURE = 0.2
"""From here on it is no plain talk: from somebody who has just reported something it is more about that."""

UNSURE_TO_US = 0.05
"""The same in private, of what names a thing: whoever writes to us wants something, and a question disturbs nobody else."""


def surely_report(reading: Reading) -> bool:
    """True for words that report something whoever says them, whatever they have reported before."""
    urgent = reading.urgency is Urgency.EMERGENCY
    return reading.is_report and not reading.follow_up and (reading.sure >= SURE or urgent)


def taken_for_report(inbound: Inbound, reading: Reading) -> bool:
    """True for what is filed without asking; in private that is whatever is more likely a call than not."""
    to_us = inbound.private and reading.is_report and not reading.follow_up
    return to_us or surely_report(reading)


def perhaps_report(inbound: Inbound, reading: Reading) -> bool:
    """True for what its writer is asked about unless it is surely a call."""
    to_us = inbound.private and reading.named and reading.sure >= UNSURE_TO_US
    return to_us or reading.sure >= UNSURE
