"""`huying export summary`: the figures of a month or a year, per compound, grid and category."""

from __future__ import annotations

import argparse

from bot.clock import SystemClock
from bot.config import from_surroundings
from bot.exports.files import form_of, sheet
from bot.exports.ledger import month_or_year
from bot.ledger_export import everything
from bot.opening import community_of, opened
from bot.terminal import note
from handlers import summary as figures_summary
from handlers.periods import Length, around, day_of

TITLE = "三率"
WIDTHS = {1: 30, 17: 30}


async def summary(args: argparse.Namespace) -> int:
    """Write the figures; of this month when nothing else is asked for."""
    form = form_of(args, ("csv", "xlsx"))
    now = SystemClock().now()
    async with opened(from_surroundings()) as store:
        directory = await store.directory()
        community = community_of(directory, args.community)
        zone = community.timezone
        period = (
            month_or_year(args, zone)
            if args.month or args.year
            else around(Length.MONTH, day_of(now, zone), zone)
        )
        async with store.view() as view:
            counts = await view.figures.tallies(everything(community.id), period.stretch, now)
    grids = {grid.id for grid in directory.grids.values() if grid.community == community.id}
    heading, *rows = figures_summary.summary(directory, counts, grids, "zh")
    with sheet(form, args.output, f"{TITLE} {period.name}", [str(cell) for cell in heading], WIDTHS) as to:
        for row in rows:
            to.write(row)
    note(
        f"{community.name} {period.name} · {len(rows)} 行 · {len(rows)} rows"
        + (f" → {args.output}" if args.output else "")
    )
    return 0
