"""The three rates (三率) and what stands around them: what counts, as what, and when a number is too small to rank.

A ticket counts in the period it was **reported** in, once, however often it was reopened; a past period's rates may
still move while its tickets do. Set aside, and shown beside the rates as numbers of their own: what was declined (not
ours, not true, no call at all), withdrawn by its reporter, or merged into another ticket.

- **Response 响应率** — accepted before its accept clock ran out / accepted, or not accepted though that clock has run out.
- **Resolution 办结率** — solved with none of its limits missed / solved, or not solved though one of them has run out.
  Its limits are the resolve clock, the plan clock and the date the joint meeting set.
- **Satisfaction 满意率** — 满意 and 基本满意 / everybody who said how it was. Whoever was asked and stayed silent is counted
  beside it, not in it: a ticket closed in silence is no satisfied one.

What is not due yet is in no rate. Exactly at the limit is late. More time that staff granted before the limit moves it,
a paused clock has none, and what was late stays late whatever was granted or decided afterwards (handlers/lateness.py).
A reopened ticket has limits anew: it is in time only when none was missed in any of its openings, and its reporter's last
word counts: 不满意 until they say better, also when they then stay silent. A ticket that never had a limit is in time once
it is done. Private matters are counted like all others; none of their words are ever shown.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import Generic, TypeVar

from storage.records import DAY, Counted, Instant, Rates, State, Tally, Ticket

K = TypeVar("K", bound=Hashable)

ENOUGH = 10
"""Of fewer a rate says little: it is shown, and not ranked."""

REPEATED = 3
REPEATED_WITHIN = 30 * DAY
"""同一处 30 天内三次: a place where the same kind of thing is reported this often wants more than another repair."""

SET_ASIDE = frozenset({State.DECLINED, State.WITHDRAWN, State.MERGED})


def counted(ticket: Ticket, now: Instant) -> Tally:
    """Return what one ticket adds to its period's figures. storage/queries/figures.sql says the same of many."""
    if ticket.state in SET_ASIDE:
        return Tally(
            reported=1,
            declined=ticket.state is State.DECLINED,
            withdrawn=ticket.state is State.WITHDRAWN,
            merged=ticket.state is State.MERGED,
        )
    taken, solved = ticket.accepted_at is not None, ticket.resolved_at is not None
    return Tally(
        reported=1,
        to_accept=taken or _past(ticket.accept_late_at, now),
        accepted=taken and ticket.accept_late_at is None,
        to_solve=solved or _past(ticket.solve_late_at, now),
        solved_in_time=solved and ticket.solve_late_at is None,
        solved=solved,
        silent=solved and not ticket.rating and not ticket.reopened,
        rated=bool(ticket.rating) or ticket.reopened > 0,
        satisfied=bool(ticket.rating),
    )


def _past(limit: Instant | None, now: Instant) -> bool:
    return limit is not None and limit <= now


# --- rates --------------------------------------------------------------------------------------------------------


class Measure(StrEnum):
    RESPONSE = "response"
    RESOLUTION = "resolution"
    SATISFACTION = "satisfaction"


@dataclass(frozen=True, slots=True)
class Rate:
    """`part` of `whole`. `value` is None where there is nothing to divide by."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def enough(self) -> bool:
        """Whether there are enough of them to be compared with others."""
        return self.whole >= ENOUGH


def rate(of: Rates, measure: Measure) -> Rate:
    match measure:
        case Measure.RESPONSE:
            return Rate(of.accepted, of.to_accept)
        case Measure.RESOLUTION:
            return Rate(of.solved_in_time, of.to_solve)
        case Measure.SATISFACTION:
            return Rate(of.satisfied, of.rated)


def change(now: Rate, before: Rate) -> float | None:
    """Return by how much a rate rose, as a fraction of 1; None where one of the two has too few to compare."""
    if now.value is None or before.value is None or not (now.enough and before.enough):
        return None
    return now.value - before.value


def unsolved(tally: Tally) -> int:
    """Return how many of them somebody still has to solve."""
    return tally.reported - tally.declined - tally.withdrawn - tally.merged - tally.solved


def late(of: Rates) -> int:
    """Return of how many a limit was missed on the way to solving them, whether they are solved by now or not."""
    return of.to_solve - of.solved_in_time


# --- put together, and in order -------------------------------------------------------------------------------------


def gathered(counts: Iterable[Counted], key: Callable[[Counted], K]) -> dict[K, Tally]:
    """Return the tallies added up by what `key` says of each."""
    sums: dict[K, Tally] = defaultdict(Tally)
    for one in counts:
        sums[key(one)] += one.tally
    return dict(sums)


def total(counts: Iterable[Counted]) -> Tally:
    return sum((one.tally for one in counts), Tally())


@dataclass(frozen=True, slots=True)
class Standing(Generic[K]):
    """A place in the ranking. `rank` counts from 1, the same for equals; None: too few to rank."""

    key: K
    tally: Tally
    rank: int | None


def ranking(tallies: Mapping[K, Tally], measure: Measure) -> list[Standing[K]]:
    """Return all of them, the best first; behind those the ones with too few to rank, in the order they came."""
    rates = {key: rate(tally, measure) for key, tally in tallies.items()}
    able = sorted((key for key in tallies if rates[key].enough), key=lambda key: -_value(rates[key]))
    standings: list[Standing[K]] = []
    for place, key in enumerate(able, 1):
        last = standings[-1] if standings else None
        same = last is not None and rates[last.key].value == rates[key].value
        standings.append(Standing(key, tallies[key], last.rank if last and same else place))
    return standings + [Standing(key, tallies[key], None) for key in tallies if not rates[key].enough]


def _value(of: Rate) -> float:
    return of.value if of.value is not None else 0.0


# --- how long it took -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spread:
    """Whole minutes from the report to a stage: by `median` half of the `tickets` had reached it, by `ninetieth` nine of
    ten. Time is counted as it went by for who waited: nights, pauses and earlier openings too."""

    tickets: int
    median: int
    ninetieth: int


def spread(took: Mapping[int, int]) -> Spread | None:
    """Return the spread of spans of time (whole minutes, and how many tickets took so many); None of none.

    By nearest rank: the first that at least half, or nine tenths, of all do not exceed. What a clock set back made
    negative counts as 0.
    """
    ordered = sorted(took)
    reached = list(accumulate(took[minutes] for minutes in ordered))
    if not reached:
        return None
    tickets = reached[-1]
    half, nine = (ordered[bisect_left(reached, rank)] for rank in (-(-tickets // 2), -(-tickets * 9 // 10)))
    return Spread(tickets, max(0, half), max(0, nine))


# --- beside one's own -----------------------------------------------------------------------------------------------------


def tells_nobody(own: Collection[str], counts: Iterable[Counted]) -> bool:
    """Whether the average of a whole community may be shown to who sees only the grids `own`: at least two other grids
    stand in it, with enough tickets, so that nothing can be worked out about one of them."""
    others = {
        key: tally.reported for key, tally in gathered(counts, lambda one: one.grid).items() if key not in own
    }
    return len(others) >= 2 and sum(others.values()) >= ENOUGH
