"""What a town of the stories leaves behind, put before the checker."""

from __future__ import annotations

from storage.records import DAY, HOUR, MINUTE
from tests.faults.checker import Evidence, Said, remains, sent_by
from tests.platforms.telegram import Message
from tests.stories.town import Town

FIVE_THREE_FOUR_ONE = {
    ("jinghe", "ordinary"): {
        "accept": 5 * MINUTE, "arrive": 5 * MINUTE, "resolve": 30 * MINUTE, "review": 3 * DAY
    },
    ("jinghe", "major"): {
        "accept": 5 * MINUTE, "arrive": 5 * MINUTE, "resolve": 4 * HOUR, "review": 3 * DAY
    },
}  # fmt: skip
"""The default clocks, as the field has them."""


async def evidence_of(town: Town, *said: Message, slack: int = 0) -> Evidence:
    """Return everything the checker needs; with `said` (reports), every ticket must come from one of them.

    The breaks of a town are lost answers, which the test server's log names itself, and kept-back writes.
    """
    return Evidence(
        left=await remains(town.store.url),
        now=town.clock.now(),
        said=[Said(f"telegram:{message.chat.id}", str(message.id), message.words) for message in said],
        others=not said,
        sent=sent_by(town.telegram.calls),
        breaks=[],
        policies=FIVE_THREE_FOUR_ONE,
        slack=slack,
    )
