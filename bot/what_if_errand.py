"""The errand that runs a month's tickets through a proposed policy, beside everything else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from bot.clock import WallClock
from bot.errands import Doing, NotDone
from handlers.community import Mistakes
from handlers.comparison import Comparison
from handlers.desk import changing
from handlers.directory_changes import Gone, change_from
from handlers.what_if import ACTS, Step
from storage.database import Store
from storage.records import Community, Errand, ErrandKind, Instant

PAGE = 500
"""Tickets held in memory at a time."""
SLICE = 0.01
"""Seconds of work after which everybody else has their turn."""


def errand(
    proposal: tuple[str, str],
    community: str,
    person: str,
    printed: str,
    stretch: tuple[Instant, Instant],
    *,
    now: Instant,
    asked_at: Instant,
) -> Errand:
    """Return what is asked for; the same for whoever asks the same.

    `proposal`: its id and its session. `printed`: of the community on which it would be made. `now`: until when clocks
    run; `asked_at`: the machine's own time.
    """
    since, until = stretch
    wanted = {
        "proposal": proposal[0],
        "session": proposal[1],
        "print": printed,
        "since": since,
        "until": until,
        "now": now,
    }
    id = f"what-if-{proposal[0]}-{since}-{printed}"
    return Errand(id, ErrandKind.WHAT_IF, community, person, asked_at, wanted)


class WhatIf:
    """Runs the tickets through the policy as it is and as it is proposed. `wall`: the machine's own time, which proposals
    keep."""

    def __init__(self, store: Store, wall: WallClock) -> None:
        self._store, self._wall = store, wall

    async def __call__(self, doing: Doing) -> Mapping[str, Any]:
        present, other = await self._policies(doing.errand)
        since, until, now = (doing.errand.wanted[key] for key in ("since", "until", "now"))
        async with self._store.view() as view:
            total = await view.replays.count(present.id, since, until)
        compared, done = Comparison(), 0
        after, began = (since - 1, 2**62), time.perf_counter()
        while True:
            # A view for each page: one for all of them would keep the database from clearing up for as long.
            async with self._store.view() as view:
                tickets = await view.replays.tickets(present.id, after, until, PAGE)
                lines = await view.replays.lines([ticket.id for ticket in tickets], ACTS)
            for ticket in tickets:
                steps = [Step(line.at, line.act, line.reason) for line in lines[ticket.id]]
                compared.count(ticket, steps, present, other, now)
                done += 1
                doing.at(done, total)
                if time.perf_counter() - began > SLICE:
                    await asyncio.sleep(0)
                    began = time.perf_counter()
            if len(tickets) < PAGE:
                return compared.as_data()
            after = (tickets[-1].reported_at, tickets[-1].number)

    async def _policies(self, errand: Errand) -> tuple[Community, Community]:
        """Return the community as it is and as it is proposed. Raises NotDone when it is not as it was when this was asked."""
        wanted = errand.wanted
        async with self._store.view() as view:
            proposed = await view.proposals.get(wanted["proposal"], wanted["session"], self._wall.now())
            directory = await view.directory.read()
        if proposed is None:
            raise NotDone("over")
        try:
            before, after, printed = changing.wanted(directory, errand.community, change_from(proposed[1]))
        except (Gone, Mistakes) as wrong:
            raise NotDone("over") from wrong
        if printed != wanted["print"]:
            raise NotDone("over")
        return before.community, after.community
