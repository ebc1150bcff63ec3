"""Was a promise kept? From when on taking a ticket, and solving it, is or will be late: written down while the clocks run.

A clock's row is gone once it has nothing more to say, and its end moves with every extension and pause. What the figures
ask years later stands on the ticket instead: an instant that has passed means "it ran out before the act", one to come
"it runs", None "nothing ran out, and nothing runs". An act at the very instant is late, as in clocks.due().
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from storage.records import Clock, Deadline, Instant, Ticket

ACCEPTING = frozenset({Clock.ACCEPT})
SOLVING = frozenset({Clock.RESOLVE, Clock.PLAN, Clock.MEETING})
"""The promises of solving: done by then, a plan by then, what the meeting decided done by its date. The first to run out
makes the ticket late."""


def noted(ticket: Ticket, running: Collection[Deadline], now: Instant) -> Ticket:
    """Return the ticket as it stands after an act at `now` that left it with the clocks `running`.

    Who was late once stays late: more time granted afterwards, a reopening or the meeting's date give a new limit to
    work to, and do not undo that the old one was missed. More time granted before moves the limit; a paused clock has
    none, so nothing becomes late in a pause.
    """
    accept = _late_at(ticket.accept_late_at, _ends(running, ACCEPTING), now)
    solve = _late_at(ticket.solve_late_at, _ends(running, SOLVING), now)
    if (accept, solve) == (ticket.accept_late_at, ticket.solve_late_at):
        return ticket
    return replace(ticket, accept_late_at=accept, solve_late_at=solve)


def _ends(running: Iterable[Deadline], clocks: frozenset[Clock]) -> list[Instant]:
    return [one.ends_at for one in running if one.clock in clocks and one.due_at is not None]


def _late_at(known: Instant | None, ends: list[Instant], now: Instant) -> Instant | None:
    return known if known is not None and known <= now else min(ends, default=None)
