"""What groups and staff are told of their figures: every Monday of the week that is over, on the 1st of the month.

Chats are spoken to in Chinese.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers import figures, month_in_words
from handlers.figure_words import days_words, percent, period_words
from handlers.figures import Measure
from handlers.messages import Say
from handlers.periods import Length, Period
from handlers.wording import clauses, matter, matter_of, text, when, word
from storage.records import Category, Overdue, Repeat, Tally, Ticket

MOST_NAMED = 5
"""Grids a letter names; who wants all of them opens the page."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one letter is about. `name`: of the grid or the community. `overdue`: what is late now; `oldest`: the longest
    of it that may be named. `late_grids`: how many are overdue in each, for staff, the most first."""

    name: str
    period: Period
    tally: Tally
    done: Mapping[str, int]
    overdue: Overdue
    oldest: Ticket | None = None
    repeat: Repeat | None = None
    late_grids: Sequence[tuple[str, int]] = ()

    @property
    def silent(self) -> bool:
        """Nothing happened: nobody in a group need be told so."""
        return not self.tally.reported and not sum(self.done.values())


def letter(told: Told) -> Say:
    return _week(told) if told.period.length is Length.WEEK else _month(told)


def picture_title(name: str, length: Length) -> str:
    """Return what stands above the picture that goes with a letter."""
    return text(f"chart.{length}", "zh").format(name=name)


def _week(told: Told) -> Say:
    tally = told.tally
    pieces = {"name": told.name, "days": days_words(told.period, "zh"), "eyes": _eyes(told)}
    if not tally.reported:
        return Say("weekly.quiet", pieces)
    return Say(
        "weekly.figures",
        {
            **pieces,
            "reported": tally.reported,
            "solved": tally.solved,
            "in_time": _in_time(tally),
            "rates": _rates(tally),
        },
    )


def _month(told: Told) -> Say:
    return Say(
        "monthly.figures",
        {
            "name": told.name,
            "period": period_words(told.period, "zh"),
            "done": month_in_words.in_words(told.done),
            "reported": told.tally.reported,
            "rates": _rates(told.tally),
        },
    )


def _in_time(tally: Tally) -> Say:
    late = figures.late(tally)
    if late:
        return Say("weekly.late", {"late": late})
    return Say("weekly.all_in_time" if tally.to_solve else "weekly.none_due")


def _rates(tally: Tally) -> Say:
    """Return the three rates, as far as there is anything to divide by."""
    said = []
    for measure in Measure:
        rate = figures.rate(tally, measure)
        pieces = {"name": word(f"rates.{measure}"), "part": rate.part, "whole": rate.whole}
        key = "rates.rate" if rate.whole else "rates.rate_none"
        said.append(Say(key, {**pieces, "percent": percent(rate.value)}))
    return Say("weekly.rates", {"rates": clauses(said)})


def _eyes(told: Told) -> Say:
    """Return the one thing that needs eyes: what is late, or else what keeps coming back."""
    late, oldest, again = told.overdue.overdue, told.oldest, told.repeat
    if late and oldest is not None:
        pieces = {"number": oldest.number, "matter": matter(oldest), "at": when(oldest.reported_at)}
        return Say("weekly.overdue", {"count": late, "where": _where(told), **pieces})
    if late:
        return Say("weekly.overdue_unnamed", {"count": late, "where": _where(told)})
    if again is not None:
        what = matter_of(Category(again.category), "", again.place)
        return Say("weekly.repeat", {"what": what, "times": again.times})
    return Say("weekly.nothing")


def _where(told: Told) -> Say | str:
    """Return in which grids the most is late; "" where there is only one."""
    if not told.late_grids:
        return ""
    named = [
        Say("weekly.late_grid", {"name": name, "count": count})
        for name, count in told.late_grids[:MOST_NAMED]
    ]
    return Say("weekly.late_grids", {"grids": {"names": named}})
