"""What is old enough goes. Tickets and the ledger never do; what is personal about them, by storage/retention.py."""

from __future__ import annotations

import json

from storage.media_gone import MediaGone
from storage.records import DAY, HOUR, Instant
from storage.statements import Room, Statements

AGES = {
    # Telegram brings an update again for a day, WeChat for seconds; a week forgives a long weekend's outage.
    "tidy_inbox": 7 * DAY,
    # A person shall look at these; nobody who has not in a quarter of a year will.
    "tidy_set_aside": 90 * DAY,
    # Who was told what and when is asked for in a quarter's review; the ledger has every act for ever.
    "tidy_letters": 90 * DAY,
    # After the letters, which name the messages they became.
    "tidy_web_messages": 90 * DAY,
    # The photos of one album come within seconds.
    "tidy_albums": 7 * DAY,
    # What a platform let be said until a moment that has passed.
    "tidy_windows": 0,
    # These say themselves when they are over; used or not, they open nothing any more.
    "tidy_invites": 0,
    "tidy_own_codes": 0,
    "tidy_login_links": 0,
    "tidy_sessions": 0,
    "tidy_data_links": 0,
    # Whose shift was taken by whom is in the ledger.
    "tidy_swaps": 90 * DAY,
    # An hour is what they live (storage/proposals.py).
    "tidy_proposals": HOUR,
    # Guesses are counted by the hour.
    "tidy_invite_misses": DAY,
    # Older ones tell of another program and other neighbours; what was learned of them stays.
    "tidy_examples": 730 * DAY,
    # No job has a period longer than a year.
    "tidy_jobs": 400 * DAY,
}
"""Each kind's age in ms, in the order in which they go."""


class Tidying(Room):
    """Behind Turn.tidy()."""

    def __init__(self, statements: Statements, files: MediaGone) -> None:
        super().__init__(statements)
        self._files = files

    async def tidy(self, now: Instant) -> dict[str, int]:
        await self.sql.flush()
        shown = await self.sql.rows("tidying_photos", before=now - AGES["tidy_web_messages"])
        gone = {
            query.removeprefix("tidy_"): await self.sql.run(query, before=now - age)
            for query, age in AGES.items()
        }
        # Pictures in mere talk, which no ticket ever had.
        await self._files.let_go({sha256 for row in shown for sha256 in json.loads(row["photos"])}, now)
        return gone
